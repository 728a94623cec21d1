package server_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/config"
)

// authority signs certificates.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
	pool        *x509.CertPool
}

func newAuthority(tb testing.TB) *authority {
	tb.Helper()
	a := &authority{pool: x509.NewCertPool()}
	a.certificate, a.key = a.sign(tb, &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test authority"},
		NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	})
	a.pool.AddCert(a.certificate)
	return a
}

// sign makes a certificate and its key; the authority's own if it has none.
func (a *authority) sign(tb testing.TB, template *x509.Certificate) (*x509.Certificate, *ecdsa.PrivateKey) {
	tb.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	parent, signer := a.certificate, a.key
	if parent == nil {
		parent, signer = template, key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		tb.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		tb.Fatal(err)
	}
	return certificate, key
}

// pair makes a certificate for localhost with a serial number, both in PEM format.
func (a *authority) pair(tb testing.TB, serial int64, notAfter time.Time) (certificate, key string) {
	tb.Helper()
	made, private := a.sign(tb, &x509.Certificate{
		SerialNumber: big.NewInt(serial), NotAfter: notAfter, DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, NotBefore: time.Now().Add(-48 * time.Hour),
	})
	encoded, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		tb.Fatal(err)
	}
	block := func(kind string, content []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: content}))
	}
	return block("CERTIFICATE", made.Raw), block("PRIVATE KEY", encoded)
}

// client is one that trusts the authority.
func (a *authority) client(tb testing.TB, change func(*http.Transport)) *http.Client {
	tb.Helper()
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: a.pool}, ForceAttemptHTTP2: true}
	if change != nil {
		change(transport)
	}
	tb.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// put writes a folder as orchestrators do: all files at once, by one exchanged link.
func put(tb testing.TB, dir, version, certificate, key string) {
	tb.Helper()
	folder := filepath.Join(dir, version)
	if err := os.Mkdir(folder, 0o700); err != nil {
		tb.Fatal(err)
	}
	for name, text := range map[string]string{"tls.crt": certificate, "tls.key": key} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			tb.Fatal(err)
		}
	}
	if err := os.Symlink(version, filepath.Join(dir, "next")); err != nil {
		tb.Fatal(err)
	}
	if err := os.Rename(filepath.Join(dir, "next"), filepath.Join(dir, "..data")); err != nil {
		tb.Fatal(err)
	}
}

// listenOn serves what a weft.yaml in a folder says on a real listener, until the test ends.
func listenOn(tb testing.TB, dir, text string, log *zap.Logger, change func(*server.Listening)) string {
	tb.Helper()
	return listenGraph(tb, document, dir, text, log, change)
}

// listenGraph is listenOn for another graph.
func listenGraph(tb testing.TB, graph, dir, text string, log *zap.Logger, change func(*server.Listening)) string {
	tb.Helper()
	settings, diags := config.Read(filepath.Join(dir, "weft.yaml"), text, func(string) (string, bool) { return "", false })
	if diags.HasErrors() {
		tb.Fatal(diags)
	}
	gateway, diags := server.Open(tb.Context(), server.Definition{
		Documents: []sdl.Input{{File: "test.graphql", Text: graph}}, Config: settings,
	})
	if gateway == nil {
		tb.Fatal(diags)
	}
	return listenGateway(tb, gateway, log, change)
}

// listenGateway serves a gateway on a real listener, until the test ends, and closes it then.
func listenGateway(tb testing.TB, gateway *server.Gateway, log *zap.Logger, change func(*server.Listening)) string {
	tb.Helper()
	ln, err := (&net.ListenConfig{}).Listen(tb.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	listening := gateway.Listening()
	if change != nil {
		change(&listening)
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(tb.Context()))
	served := make(chan error, 1)
	go func() { served <- server.Serve(ctx, ln, gateway.Handler(log, server.Exposure{}), listening, log) }()
	tb.Cleanup(func() {
		stop()
		if err := <-served; err != nil {
			tb.Error(err)
		}
		gateway.Close()
	})
	return ln.Addr().String()
}

const encrypted = "tls: { supergraph: { certificate: '${file...data/tls.crt}', key: '${file...data/tls.key}', " +
	"strict_transport_security: 'max-age=600' } }\n"

// post sends a query and returns the answer with its body read.
func post(tb testing.TB, client *http.Client, url, query string) (*http.Response, string) {
	tb.Helper()
	req, err := http.NewRequestWithContext(tb.Context(), http.MethodPost, url, strings.NewReader(query))
	if err != nil {
		tb.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := client.Do(req)
	if err != nil {
		tb.Error(err)
		return &http.Response{TLS: &tls.ConnectionState{}}, ""
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		tb.Error(err)
	}
	return resp, string(body)
}

func TestEncryptedListenersSpeakBothVersionsOfHTTP(t *testing.T) {
	t.Parallel()
	dir, ca := t.TempDir(), newAuthority(t)
	certificate, key := ca.pair(t, 7, time.Now().Add(time.Hour))
	put(t, dir, "1", certificate, key)
	address := listenOn(t, dir, encrypted, zap.NewNop(), nil)
	long := strings.Repeat("a", 300_000)
	for name, change := range map[string]func(*http.Transport){
		"HTTP/2.0": nil,
		"HTTP/1.1": func(t *http.Transport) {
			t.ForceAttemptHTTP2 = false
			t.TLSClientConfig.NextProtos = []string{"http/1.1"}
		},
	} {
		client := ca.client(t, change)
		for range 3 {
			resp, body := post(t, client, "https://"+address+"/graphql", `{"query":"{ echo(text: \"`+long+`\") }"}`)
			if resp.Proto != name || body != `{"data":{"echo":"`+long+`"}}` || resp.TLS.Version != tls.VersionTLS13 ||
				resp.Header.Get("Strict-Transport-Security") != "max-age=600" {
				t.Errorf("%s: %s %x %.100s %v", name, resp.Proto, resp.TLS.Version, body, resp.Header)
			}
		}
	}
	old := &tls.Config{RootCAs: ca.pool, MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10}
	if c, err := (&tls.Dialer{Config: old}).DialContext(t.Context(), "tcp", address); err == nil {
		t.Error("TLS 1.1 is spoken")
		_ = c.Close()
	}
}

// The deadline of the handshake must not be that of what follows.
func TestAConnectionOutlivesTheTimeForItsBeginning(t *testing.T) {
	t.Parallel()
	dir, ca := t.TempDir(), newAuthority(t)
	certificate, key := ca.pair(t, 7, time.Now().Add(time.Hour))
	put(t, dir, "1", certificate, key)
	address := listenOn(t, dir, encrypted+"limits: { connection_header_read_timeout: 200ms, request_read_timeout: 300ms }\n", zap.NewNop(), nil)
	for _, isOld := range []bool{false, true} {
		dials := 0
		client := ca.client(t, func(t *http.Transport) {
			t.ForceAttemptHTTP2 = !isOld
			t.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
				dials++
				return (&net.Dialer{}).DialContext(ctx, network, address)
			}
		})
		for range 3 {
			if _, body := post(t, client, "https://"+address+"/graphql", `{"query":"{ echo(text: \"a\") }"}`); body != `{"data":{"echo":"a"}}` {
				t.Error(body)
			}
			<-time.After(250 * time.Millisecond)
		}
		if dials != 1 {
			t.Errorf("it took %d connections", dials)
		}
	}
}

// waitFor waits until something is logged.
func waitFor(tb testing.TB, logs *observer.ObservedLogs, message string) {
	tb.Helper()
	for deadline := time.Now().Add(time.Minute); logs.FilterMessage(message).Len() == 0; <-time.After(time.Millisecond) {
		if time.Now().After(deadline) {
			tb.Fatalf("%q is not logged: %v", message, logs.All())
		}
	}
}

func TestCertificatesAreExchangedUnderLoadWithoutAFailure(t *testing.T) {
	t.Parallel()
	dir, ca := t.TempDir(), newAuthority(t)
	certificate, key := ca.pair(t, 1, time.Now().Add(time.Hour))
	put(t, dir, "1", certificate, key)
	core, logs := observer.New(zapcore.InfoLevel)
	address := listenOn(t, dir, encrypted, zap.New(core), func(l *server.Listening) { l.CertificatePeriod = 5 * time.Millisecond })

	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var load sync.WaitGroup
	seen, latest := make([]map[int64]int, 4), make([]atomic.Int64, 4)
	for i := range seen {
		seen[i] = map[int64]int{}
		load.Go(func() {
			client := ca.client(t, func(t *http.Transport) { t.DisableKeepAlives = true })
			for ctx.Err() == nil {
				resp, body := post(t, client, "https://"+address+"/graphql", `{"query":"{ echo(text: \"a\") }"}`)
				if body != `{"data":{"echo":"a"}}` {
					t.Errorf("answered %q", body)
					return
				}
				serial := resp.TLS.PeerCertificates[0].SerialNumber.Int64()
				seen[i][serial]++
				latest[i].Store(serial)
			}
		})
	}
	const last = 5
	if got := logs.FilterMessage("the listener has a new certificate").Len(); got != 0 {
		t.Error("the first certificate is told of as a new one")
	}
	for serial := int64(2); serial <= last; serial++ {
		certificate, key := ca.pair(t, serial, time.Now().Add(24*time.Hour*time.Duration(10*serial)))
		// Now and then a broken pair comes first: a key of another certificate, or half a file.
		switch serial {
		case 3:
			put(t, dir, "broken", certificate, strings.Repeat("x", 100))
			waitFor(t, logs, "the listener keeps its certificate, the new one cannot be used")
		case 4:
			_, foreign := ca.pair(t, 99, time.Now().Add(time.Hour))
			put(t, dir, "foreign", certificate, foreign)
		}
		before := logs.FilterMessage("the listener has a new certificate").Len()
		put(t, dir, fmt.Sprint(serial), certificate, key)
		for deadline := time.Now().Add(time.Minute); logs.FilterMessage("the listener has a new certificate").Len() == before; <-time.After(time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("certificate %d is not taken: %v", serial, logs.All())
			}
		}
	}
	resp, _ := post(t, ca.client(t, nil), "https://"+address+"/graphql", `{"query":"{ echo }"}`)
	if got := resp.TLS.PeerCertificates[0].SerialNumber.Int64(); got != last {
		t.Errorf("the last certificate is %d", got)
	}
	for i := range latest { // where the machine is slow a client may have been waiting for its turn all the time
		for deadline := time.Now().Add(time.Minute); latest[i].Load() != last; <-time.After(time.Millisecond) {
			if t.Failed() || time.Now().After(deadline) {
				t.Fatalf("client %d has come to certificate %d", i, latest[i].Load())
			}
		}
	}
	stop()
	load.Wait()
	for i := range seen {
		if seen[i][99] > 0 {
			t.Errorf("client %d saw %v", i, seen[i])
		}
	}
	// The first one was about to end, which is told once.
	if got := logs.FilterMessage("the listener's certificate expires soon").Len(); got != 1 {
		t.Errorf("the end is told of %d times", got)
	}
	for _, entry := range logs.All() {
		if text := fmt.Sprint(entry.Message, entry.ContextMap()); strings.Contains(text, "PRIVATE") || strings.Contains(text, "xxxx") {
			t.Error(text)
		}
	}
}
