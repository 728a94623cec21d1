package grpc

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	gogrpc "google.golang.org/grpc"
	"google.golang.org/grpc/credentials"

	"github.com/weftgraph/weft/datasources"
)

// authority signs certificates.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

// certify signs a certificate for names and addresses, or for an authority without them.
func (a *authority) certify(tb testing.TB, until time.Time, names ...string) tls.Certificate {
	tb.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: strings.Join(names, " ")},
		NotBefore: until.Add(-48 * time.Hour), NotAfter: until,
		IsCA: len(names) == 0, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	for _, name := range names {
		if ip := net.ParseIP(name); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, name)
		}
	}
	parent, signer := template, key
	if a != nil {
		parent, signer = a.certificate, a.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		tb.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		tb.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}

func newAuthority(tb testing.TB) *authority {
	tb.Helper()
	c := (*authority)(nil).certify(tb, time.Now().Add(24*time.Hour))
	return &authority{c.Leaf, c.PrivateKey.(*ecdsa.PrivateKey)}
}

// trusted are the settings that trust the authority.
func (a *authority) trusted(tb testing.TB) *datasources.Authorities {
	tb.Helper()
	trusted, err := datasources.ParseAuthorities(string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.certificate.Raw})))
	if err != nil {
		tb.Fatal(err)
	}
	return trusted
}

func clientOf(tb testing.TB, c tls.Certificate) *datasources.ClientCertificate {
	tb.Helper()
	chain, key := pemOf(tb, c)
	client, err := datasources.ParseClientCertificate(chain, key)
	if err != nil {
		tb.Fatal(err)
	}
	return client
}

func (a *authority) pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.certificate)
	return pool
}

func TestTroubleWithTLSIsSaidInPlainWords(t *testing.T) {
	t.Parallel()
	ours, theirs := newAuthority(t), newAuthority(t)
	tomorrow := time.Now().Add(24 * time.Hour)
	here := ours.certify(t, tomorrow, "127.0.0.1", "shipping.internal")
	for name, c := range map[string]struct {
		server *tls.Config
		client datasources.TLS
		scheme string
		want   string
	}{
		"custom authority": {
			&tls.Config{Certificates: []tls.Certificate{here}}, datasources.TLS{Authorities: ours.trusted(t)}, "grpcs", "",
		},
		"unknown authority": {
			&tls.Config{Certificates: []tls.Certificate{here}},
			datasources.TLS{Authorities: theirs.trusted(t)},
			"grpcs",
			"certificate is not trusted",
		},
		"expired": {
			&tls.Config{Certificates: []tls.Certificate{ours.certify(t, time.Now().Add(-time.Hour), "127.0.0.1")}},
			datasources.TLS{Authorities: ours.trusted(t)},
			"grpcs", "certificate has expired or is not valid yet",
		},
		"another host": {
			&tls.Config{Certificates: []tls.Certificate{ours.certify(t, tomorrow, "shipping.internal")}},
			datasources.TLS{Authorities: ours.trusted(t)},
			"grpcs", "certificate is for another host",
		},
		"the name that the settings say": {
			&tls.Config{Certificates: []tls.Certificate{ours.certify(t, tomorrow, "shipping.internal")}},
			datasources.TLS{Authorities: ours.trusted(t), ServerName: "shipping.internal"},
			"grpcs", "",
		},
		"another name than the settings say": {
			&tls.Config{Certificates: []tls.Certificate{here}},
			datasources.TLS{Authorities: ours.trusted(t), ServerName: "billing.internal"},
			"grpcs", "certificate is for another host",
		},
		"both certificates": {
			&tls.Config{Certificates: []tls.Certificate{here}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: ours.pool()},
			datasources.TLS{Authorities: ours.trusted(t), Client: clientOf(t, ours.certify(t, tomorrow, "weft"))},
			"grpcs", "",
		},
		"no client certificate": {
			&tls.Config{Certificates: []tls.Certificate{here}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: ours.pool()},
			datasources.TLS{Authorities: ours.trusted(t)},
			"grpcs", "TLS handshake failed: the server wants a client certificate",
		},
		"a client certificate of another authority": {
			&tls.Config{Certificates: []tls.Certificate{here}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: ours.pool()},
			datasources.TLS{Authorities: ours.trusted(t), Client: clientOf(t, theirs.certify(t, tomorrow, "weft"))},
			"grpcs",
			"TLS handshake failed: the server does not accept the client certificate",
		},
		"an old version": {
			&tls.Config{Certificates: []tls.Certificate{here}, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11},
			datasources.TLS{Authorities: ours.trusted(t)},
			"grpcs", "TLS handshake failed: the server speaks no TLS that is new enough",
		},
		"plaintext server": {nil, datasources.TLS{}, "grpcs", "TLS handshake failed: the server may not speak TLS"},
		"plaintext client": {
			&tls.Config{Certificates: []tls.Certificate{here}},
			datasources.TLS{},
			"grpc",
			"connection closed before HTTP/2 began: the server may want TLS",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var options []gogrpc.ServerOption
			if c.server != nil {
				options = append(options, gogrpc.Creds(credentials.NewTLS(c.server)))
			}
			b := run(t, "127.0.0.1:0", options...)
			err := callerOf(t, c.scheme+"://"+b.address, datasources.Transport{TLS: c.client}, Options{}).call(t.Context(), t)
			if c.want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			e := failed(t, err, datasources.CodeHTTPClient, "Connector error: "+c.want)
			if e.Cause == nil || !strings.HasPrefix(e.Cause.Error(), "rpc error: code = Unavailable desc = no connection: ") {
				t.Errorf("the operator is told %v", e.Cause)
			}
		})
	}
}

func TestReflectionSaysWhyThereIsNoConnection(t *testing.T) {
	t.Parallel()
	ours := newAuthority(t)
	b := run(t, "127.0.0.1:0", gogrpc.Creds(credentials.NewTLS(&tls.Config{
		Certificates: []tls.Certificate{ours.certify(t, time.Now().Add(time.Hour), "127.0.0.1")}, MinVersion: tls.VersionTLS12,
	})))
	g := datasources.GRPCSource{Address: template(t, "grpcs://"+b.address)}
	_, err := Open(t.Context(), datasources.Settings{Kind: datasources.GRPC, GRPC: &g})
	want := "asking the server at grpcs://" + b.address + " for its contract: certificate is not trusted: "
	if err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestServerThatOffersNoHTTP2IsToldFromOthers(t *testing.T) {
	t.Parallel()
	ours := newAuthority(t)
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{
		Certificates: []tls.Certificate{ours.certify(t, time.Now().Add(time.Hour), "127.0.0.1")}, MinVersion: tls.VersionTLS12,
	})
	if err != nil {
		t.Fatal(err)
	}
	var over sync.WaitGroup
	over.Go(func() {
		for conn, err := l.Accept(); err == nil; conn, err = l.Accept() {
			_, _ = io.Copy(io.Discard, conn)
			_ = conn.Close()
		}
	})
	t.Cleanup(func() { _ = l.Close(); over.Wait() })
	transport := datasources.Transport{TLS: datasources.TLS{Authorities: ours.trusted(t)}}
	failed(t, callerOf(t, "grpcs://"+l.Addr().String(), transport, Options{}).call(t.Context(), t),
		datasources.CodeHTTPClient, "Connector error: the server does not offer HTTP/2")
}

func TestServerThatSaysNothingIsGivenUp(t *testing.T) {
	t.Parallel()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0") // nobody accepts
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	for _, scheme := range []string{"grpc://", "grpcs://"} {
		c := callerOf(t, scheme+l.Addr().String(), datasources.Transport{}, Options{ConnectTimeout: 50 * time.Millisecond})
		failed(t, c.call(t.Context(), t), datasources.CodeHTTPClient, "Connector error: no connection in time")
	}
}

func TestReasonOfSeveralAddressesIsOneOfTheirs(t *testing.T) {
	t.Parallel()
	c := callerOf(t, "grpc://"+refusing(t)+","+refusing(t), datasources.Transport{}, Options{})
	failed(t, c.call(t.Context(), t), datasources.CodeHTTPClient, "Connector error: connection refused")
}

func TestWordsOfTheLibraryAreUnderstood(t *testing.T) {
	t.Parallel()
	for message, want := range map[string]string{
		"no connection: something new": "no connection",
		`closing transport due to: connection error: desc = "error reading from server: EOF", received prior goaway: code: ENHANCE_YOUR_CALM, ` +
			`debug data: "too_many_pings"`: "connection closed by the server: keepalive asks too often",
		"keepalive ping failed to receive ACK within timeout": "connection timed out",
		"error reading from server: EOF":                      connectionClosed,
	} {
		if got := new(connection).trouble(message); got != want {
			t.Errorf("%s: got %s, want %s", message, got, want)
		}
	}
}

// muted passes bytes on until it is told to be silent.
type muted struct {
	mu       sync.Mutex
	isSilent bool
}

func (m *muted) silent() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.isSilent
}

func (m *muted) pass(to, from net.Conn) {
	buffer := make([]byte, 1<<12)
	for n, err := from.Read(buffer); err == nil; n, err = from.Read(buffer) {
		if !m.silent() {
			_, _ = to.Write(buffer[:n])
		}
	}
	_ = to.Close()
}

func TestServerThatFallsSilentIsFoundOut(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("the library asks every 10 seconds at most")
	}
	b := run(t, "127.0.0.1:0")
	b.keep(t)
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var (
		m    muted
		over sync.WaitGroup
	)
	over.Go(func() {
		for conn, err := l.Accept(); err == nil; conn, err = l.Accept() {
			server, err := new(net.Dialer).DialContext(t.Context(), "tcp", b.address)
			if err != nil {
				_ = conn.Close()
				continue
			}
			over.Go(func() { m.pass(server, conn) })
			over.Go(func() { m.pass(conn, server) })
		}
	})
	t.Cleanup(func() { _ = l.Close(); over.Wait() })
	c := callerOf(t, "grpc://"+l.Addr().String(), datasources.Transport{GRPC: datasources.GRPCTransport{
		KeepaliveInterval: 10 * time.Second, KeepaliveTimeout: 100 * time.Millisecond,
	}}, Options{})
	go func() {
		for b.inFlight.Load() == 0 {
			<-time.After(time.Millisecond)
		}
		m.mu.Lock()
		m.isSilent = true
		m.mu.Unlock()
	}()
	failed(t, c.call(t.Context(), t), datasources.CodeHTTPClient, "Connector error: connection timed out")
}

func TestRequestBeyondOurLimitIsNotSent(t *testing.T) {
	t.Parallel()
	b := run(t, "127.0.0.1:0")
	c := callerOf(t, list(b), datasources.Transport{GRPC: datasources.GRPCTransport{MaxRequestBytes: 2}}, Options{})
	failed(t, c.call(t.Context(), t), datasources.CodeFetch, "The request is larger than the limit allows.")
	if b.calls.Load() != 0 {
		t.Error("it was sent")
	}
	c = callerOf(t, list(b), datasources.Transport{GRPC: datasources.GRPCTransport{MaxRequestBytes: 3}}, Options{})
	c.many(t, 1)
}

func FuzzPreface(f *testing.F) {
	f.Add([]byte("\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x0a"), uint8(3))
	f.Add([]byte("HTTP/1.1 400 Bad Request\r\n\r\n"), uint8(40))
	f.Add([]byte("\x15\x03\x01\x00\x02\x02\x46"), uint8(1))
	f.Fuzz(func(t *testing.T, data []byte, step uint8) {
		c := &connection{}
		s := newSubchannel("a", 0, newSubchannels(datasources.GRPCTransport{}))
		p := &prefaced{connection: c, subchannel: s, looked: make(chan struct{})}
		size := max(1, int(step))
		for i := 0; i < len(data) && !p.isOver; i += size {
			p.look(data[i:min(i+size, len(data))], nil)
		}
		if !p.isOver {
			p.look(nil, io.EOF)
		}
		length, isSettings := settingsLength(data)
		isWhole := isSettings && len(data) >= min(length, maxPreface)
		if !p.isOver || isWhole != (c.lost.Load() == nil) {
			t.Errorf("%q is not understood: over %t, lost %v", data, p.isOver, c.lost.Load())
		}
		if n := s.capacity(); n < 1 {
			t.Errorf("capacity %d", n)
		}
	})
}
