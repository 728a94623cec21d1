package server_test

import (
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"net/http"
	"net/http/httptrace"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"github.com/weftgraph/weft/server"
)

// renewed is another certificate of the authority, for the same key: what it has signed holds on.
func (a *authority) renewed(t *testing.T) *authority {
	t.Helper()
	template := *a.certificate
	template.SerialNumber = big.NewInt(2)
	der, err := x509.CreateCertificate(rand.Reader, &template, &template, &a.key.PublicKey, a.key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &authority{certificate: certificate, key: a.key, pool: a.pool}
}

// keeping is a client that shows a certificate and keeps its connection.
func (a *authority) keeping(t *testing.T, c tls.Certificate, http2 bool) *http.Client {
	t.Helper()
	return a.client(t, func(tr *http.Transport) {
		tr.ForceAttemptHTTP2, tr.TLSClientConfig.Certificates = http2, []tls.Certificate{c}
	})
}

// askAgain is askWith, and tells whether the connection is one that was there.
func askAgain(t *testing.T, client *http.Client, address string) (got string, status int, isReused bool) {
	t.Helper()
	r, err := http.NewRequestWithContext(httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{
		GotConn: func(c httptrace.GotConnInfo) { isReused = c.Reused },
	}), http.MethodPost, "https://"+address+"/graphql", strings.NewReader(whoAsks))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	resp, err := client.Do(r)
	if err != nil {
		return "no connection: " + err.Error(), 0, isReused
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Error(err)
	}
	return string(body), resp.StatusCode, isReused
}

// A connection may last for days. Whoever it is of is who its certificate names, as long as somebody vouches for that.
func TestOpenConnectionsAreThoseOfAuthoritiesThatAreTrustedNow(t *testing.T) {
	t.Parallel()
	ca, first, second := newAuthority(t), newAuthority(t), newAuthority(t)
	dir := certificateFolder(t, ca, first)
	core, logs := observer.New(zapcore.InfoLevel)
	address := listenGraph(t, callerGraph, dir, strings.Replace(clientTLS, "REQUIRED", "true", 1), zap.New(core),
		func(l *server.Listening) { l.CertificatePeriod = 5 * time.Millisecond })
	put := func(text string) {
		t.Helper()
		const told = "the listener has new authorities of client certificates"
		before := logs.FilterMessage(told).Len()
		if err := os.WriteFile(filepath.Join(dir, "clients.pem"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		for deadline := time.Now().Add(time.Minute); logs.FilterMessage(told).Len() == before; <-time.After(time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatal(logs.All())
			}
		}
	}
	shown := first.identify(t, spiffe(t, "spiffe://shop.test/a"))
	one, two := ca.keeping(t, shown, false), ca.keeping(t, shown, true)
	expectTaken := func(wantReused bool) {
		t.Helper()
		for _, client := range []*http.Client{one, two} {
			if got, _, isReused := askAgain(t, client, address); !strings.Contains(got, "spiffe://shop.test/a") || isReused != wantReused {
				t.Errorf("%s, reused: %t", got, isReused)
			}
		}
	}
	expectTaken(false)
	conn, resp, err := websocket.Dial(t.Context(), "https://"+address+"/graphql", &websocket.DialOptions{
		Subprotocols: []string{"graphql-transport-ws"}, HTTPClient: ca.keeping(t, shown, false),
	})
	if resp != nil && resp.Body != nil {
		defer resp.Body.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.CloseNow() }()
	s := &socket{t, conn}
	s.send(`{"type":"connection_init"}`)
	s.expect(`{"type":"connection_ack"}`)

	put(first.pem() + second.pem())
	expectTaken(true)
	put(second.pem() + first.renewed(t).pem())
	expectTaken(true)
	put(second.pem())
	const refusal = "The authority of the client certificate is not trusted any more."
	for _, client := range []*http.Client{one, two} {
		got, status, isReused := askAgain(t, client, address)
		if !isReused || status != http.StatusUnauthorized || !strings.Contains(got, refusal) {
			t.Errorf("without the authority: %d %s, reused: %t", status, got, isReused)
		}
		if got, _, _ := askAgain(t, client, address); !strings.HasPrefix(got, "no connection") {
			t.Errorf("the connection goes on: %s", got)
		}
	}
	s.subscribe("1", "{ who }", "{}")
	if code, reason := s.closure(); code != 4403 || reason != refusal {
		t.Error(code, reason)
	}
}
