package httpcall

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/zap"

	"github.com/weftgraph/weft/datasources"
)

// ownCertificate makes a certificate for this machine that is its own authority, and its key, both in PEM format.
func ownCertificate(tb testing.TB) (chain, key string) {
	tb.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		tb.Fatal(err)
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		tb.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate})),
		string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded}))
}

// serveTLS runs a server with a certificate for the test, which demands one of its clients' that is the same, and returns its base
// URL.
func serveTLS(tb testing.TB, chain, key string, h http.HandlerFunc) string {
	tb.Helper()
	own, err := tls.X509KeyPair([]byte(chain), []byte(key))
	if err != nil {
		tb.Fatal(err)
	}
	clients := x509.NewCertPool()
	clients.AppendCertsFromPEM([]byte(chain))
	s := httptest.NewUnstartedServer(h)
	s.EnableHTTP2 = true
	s.TLS = &tls.Config{
		MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{own}, ClientCAs: clients, ClientAuth: tls.RequireAndVerifyClientCert,
	}
	s.Config.ErrorLog = zap.NewStdLog(zap.NewNop()) // handshakes are meant to fail
	s.StartTLS()
	tb.Cleanup(s.Close)
	return s.URL
}

func TestTLSTrustsAndShowsWhatTheSettingsSay(t *testing.T) {
	t.Parallel()
	chain, key := ownCertificate(t)
	base := serveTLS(t, chain, key, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, r.Proto+" "+strconv.Itoa(len(r.TLS.PeerCertificates)))
	})
	authorities, err := datasources.ParseAuthorities(chain)
	if err != nil {
		t.Fatal(err)
	}
	client, err := datasources.ParseClientCertificate(chain, key)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name    string
		tls     datasources.TLS
		message string // of the error; empty for none
	}{
		{"authority and certificate", datasources.TLS{Authorities: authorities, Client: client}, ""},
		// The server's word may come after its end of the connection.
		{"no certificate", datasources.TLS{Authorities: authorities}, "Connector error: "},
		{"another authority", datasources.TLS{Client: client}, "Connector error: certificate is not trusted"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			reply, err := call(t.Context(), t, datasources.Settings{Transport: datasources.Transport{TLS: tt.tls}}, base)
			if tt.message != "" {
				var e *datasources.Error
				if !errors.As(err, &e) || e.Code != datasources.CodeHTTPClient || !strings.HasPrefix(e.Message, tt.message) {
					t.Errorf("got %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff("HTTP/2.0 1", string(reply.Body)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestHTTP2IsSpokenAsTheSettingsSay(t *testing.T) {
	t.Parallel()
	chain, key := ownCertificate(t)
	proto := func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.Proto) }
	encrypted := serveTLS(t, chain, key, proto)
	both := httptest.NewUnstartedServer(http.HandlerFunc(proto))
	both.Config.Protocols = new(http.Protocols)
	both.Config.Protocols.SetHTTP1(true)
	both.Config.Protocols.SetUnencryptedHTTP2(true)
	both.Start()
	t.Cleanup(both.Close)
	authorities, _ := datasources.ParseAuthorities(chain)
	client, _ := datasources.ParseClientCertificate(chain, key)
	for _, tt := range []struct {
		http2            datasources.HTTP2
		encrypted, plain string
	}{
		{0, "HTTP/2.0", "HTTP/1.1"},
		{datasources.HTTP2Enabled, "HTTP/2.0", "HTTP/1.1"},
		{datasources.HTTP2Disabled, "HTTP/1.1", "HTTP/1.1"},
		{datasources.HTTP2Only, "HTTP/2.0", "HTTP/2.0"},
	} {
		settings := datasources.Settings{Transport: datasources.Transport{
			HTTP2: tt.http2, TLS: datasources.TLS{Authorities: authorities, Client: client},
		}}
		for base, want := range map[string]string{encrypted: tt.encrypted, both.URL: tt.plain} {
			reply, err := call(t.Context(), t, settings, base)
			if err != nil {
				t.Fatal(err)
			}
			if string(reply.Body) != want {
				t.Errorf("with %d, %s was spoken instead of %s", tt.http2, reply.Body, want)
			}
		}
	}
}

func TestRequestBodiesAreCompressed(t *testing.T) {
	t.Parallel()
	const text = `{"name":"Ann"}`
	for _, tt := range []struct {
		compression datasources.Compression
		encoding    string
		open        func(io.Reader) (io.Reader, error)
	}{
		{0, "", func(r io.Reader) (io.Reader, error) { return r, nil }},
		{datasources.Identity, "", func(r io.Reader) (io.Reader, error) { return r, nil }},
		{datasources.Gzip, "gzip", func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) }},
		{datasources.Deflate, "deflate", func(r io.Reader) (io.Reader, error) { return zlib.NewReader(r) }},
	} {
		base := serve(t, func(w http.ResponseWriter, r *http.Request) {
			sent, err := io.ReadAll(r.Body)
			if err != nil || r.ContentLength != int64(len(sent)) {
				t.Errorf("%d bytes came with a length of %d: %v", len(sent), r.ContentLength, err)
			}
			if r.Method == http.MethodGet && len(r.Header["Content-Encoding"]) > 0 {
				t.Error("a request without a body names an encoding")
			}
			w.Header().Set("X-Encoding", r.Header.Get("Content-Encoding"))
			_, _ = w.Write(sent)
		})
		settings := datasources.Settings{Transport: datasources.Transport{Compression: tt.compression}}
		if _, err := call(t.Context(), t, settings, base); err != nil {
			t.Fatal(err)
		}
		r := get(base)
		r.Method, r.Body = http.MethodPost, []byte(text)
		reply, err := newClient(t, settings).Do(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(tt.encoding, reply.Header.Get("X-Encoding")); d != "" {
			t.Error(d)
		}
		if len(r.Header["Content-Encoding"]) > 0 {
			t.Error("the request, which others may read, was changed")
		}
		plain, err := tt.open(bytes.NewReader(reply.Body))
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(plain)
		if err != nil || string(got) != text {
			t.Errorf("%s: got %q, %v", tt.encoding, got, err)
		}
	}
}

func TestUnusedConnectionIsClosedWhenItsTimeIsOver(t *testing.T) {
	t.Parallel()
	closed := make(chan struct{}, 1)
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateClosed {
			closed <- struct{}{}
		}
	}
	s.Start()
	t.Cleanup(s.Close)
	settings := datasources.Settings{Transport: datasources.Transport{IdleTimeout: 20 * time.Millisecond}}
	if _, err := call(t.Context(), t, settings, s.URL); err != nil {
		t.Fatal(err)
	}
	select {
	case <-closed:
	case <-time.After(time.Minute):
		t.Error("the connection is still open")
	}
}

func TestAddressesAreOfTheFamilyThatTheSettingsSay(t *testing.T) {
	t.Parallel()
	base := serve(t, func(http.ResponseWriter, *http.Request) {}) // at 127.0.0.1
	for family, isReached := range map[datasources.AddressFamily]bool{
		0: true, datasources.AnyAddress: true, datasources.IPv4Only: true, datasources.IPv6Only: false,
	} {
		_, err := call(t.Context(), t, datasources.Settings{Transport: datasources.Transport{Addresses: family}}, base)
		if (err == nil) != isReached {
			t.Errorf("family %d: %v", family, err)
		}
	}
}
