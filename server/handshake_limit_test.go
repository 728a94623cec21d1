package server_test

import (
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"github.com/weftgraph/weft/server"
)

// No connection goes on where another one ended: the certificate of each is asked for and checked, by what holds now.
func TestNoConnectionIsResumedWithoutItsCertificate(t *testing.T) {
	t.Parallel()
	ca, first, second := newAuthority(t), newAuthority(t), newAuthority(t)
	dir := certificateFolder(t, ca, first)
	core, logs := observer.New(zapcore.InfoLevel)
	address := listenGraph(t, callerGraph, dir, strings.Replace(clientTLS, "REQUIRED", "false", 1), zap.New(core),
		func(l *server.Listening) { l.CertificatePeriod = 5 * time.Millisecond })
	shown := first.identify(t, spiffe(t, "spiffe://shop.test/a"))
	clients := map[string]*http.Client{}
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		client := speaking(ca.showing(t, shown), version)
		transport, _ := client.Transport.(*http.Transport)
		transport.TLSClientConfig.ClientSessionCache = tls.NewLRUClientSessionCache(0)
		clients[tls.VersionName(version)] = client
		for range 3 {
			got, resp := askWith(t, client, address)
			if resp == nil || resp.TLS.DidResume || !strings.Contains(got, `\"subject\":\"spiffe://shop.test/a\"`) {
				t.Errorf("%s: %s %v", tls.VersionName(version), got, resp)
			}
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "clients.pem"), []byte(second.pem()), 0o600); err != nil {
		t.Fatal(err)
	}
	waitFor(t, logs, "the listener has new authorities of client certificates")
	for version, client := range clients {
		if got, _ := askWith(t, client, address); !strings.HasPrefix(got, "no connection") {
			t.Errorf("%s, after the authority was taken away: %s", version, got)
		}
	}
}

// fading is a connection that sends nothing after a number of writes, and says so to nobody.
type fading struct {
	net.Conn

	writes int
}

func (f *fading) Write(p []byte) (int, error) {
	if f.writes--; f.writes < 0 {
		return len(p), nil
	}
	return f.Conn.Write(p)
}

// A handshake has the time that a header has, however far it has come.
func TestSlowHandshakesAreCutOff(t *testing.T) {
	t.Parallel()
	ca, clients := newAuthority(t), newAuthority(t)
	address := listenGraph(t, callerGraph, certificateFolder(t, ca, clients),
		strings.Replace(clientTLS, "REQUIRED", "true", 1)+"limits: { connection_header_read_timeout: 300ms }\n", zap.NewNop(), nil)
	shown := clients.identify(t, asIs)
	closes := func(name string, c net.Conn) {
		t.Helper()
		_ = c.SetReadDeadline(time.Now().Add(time.Minute)) // an open connection takes it
		if _, err := io.Copy(io.Discard, c); err != nil && !isReset(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, sent := range map[string]string{"nothing": "", "half a record": "\x16\x03\x01\x02\x00\x01", "no TLS": "GET / HTTP/1.1\r\n\r\n"} {
		closes(name, dialTCP(t, address, sent))
	}
	for _, writes := range []int{1, 2} {
		for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
			c := dialTCP(t, address, "")
			ends := tls.Client(&fading{c, writes}, &tls.Config{
				RootCAs: ca.pool, ServerName: "localhost", MinVersion: version, MaxVersion: version, Certificates: []tls.Certificate{shown},
			})
			_ = c.SetDeadline(time.Now().Add(time.Minute))
			if err := ends.HandshakeContext(t.Context()); err == nil && version == tls.VersionTLS12 && writes == 1 { // the second write is all the rest
				t.Errorf("a handshake is done after %d writes", writes)
			}
			closes(tls.VersionName(version), c)
		}
	}
	// It drips.
	c := dialTCP(t, address, "\x16\x03\x01\x02\x00")
	start := time.Now()
	for time.Since(start) < time.Minute {
		<-time.After(20 * time.Millisecond)
		if _, err := io.WriteString(c, "\x01"); err != nil {
			break
		}
	}
	if took := time.Since(start); took >= time.Minute {
		t.Errorf("it drips since %v", took)
	}
	isServed(t, ca.showing(t, shown), address)
}

// isServed waits until a client is answered, which a busy machine may be too slow for at first.
func isServed(t *testing.T, client *http.Client, address string) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; <-time.After(10 * time.Millisecond) {
		got, _ := askWith(t, client, address)
		if strings.Contains(got, "common") {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal(got)
		}
	}
}

// Whoever begins handshakes by the hundred takes nobody's place for longer than a handshake may last, and does not fill the log.
func TestManyHandshakesPassBy(t *testing.T) {
	t.Parallel()
	const flood = 300
	ca, clients := newAuthority(t), newAuthority(t)
	core, logs := observer.New(zapcore.DebugLevel)
	address := listenGraph(t, callerGraph, certificateFolder(t, ca, clients), strings.Replace(clientTLS, "REQUIRED", "true", 1)+
		"limits: { connection_header_read_timeout: 500ms, max_connections: 20 }\n", zap.New(core), nil)
	for range flood {
		_, _ = dialTCP(t, address, "").Write([]byte("no TLS at all\r\n")) // it may have been closed
	}
	isServed(t, ca.showing(t, clients.identify(t, asIs)), address)
	if n := logs.Len(); n == 0 || n > flood/4 {
		t.Errorf("the log has %d lines", n)
	}
}
