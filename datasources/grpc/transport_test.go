package grpc

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	gogrpc "google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/connectivity"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/mapping"
)

// pemOf returns a certificate and its key in PEM format.
func pemOf(tb testing.TB, c tls.Certificate) (chain, key string) {
	tb.Helper()
	encoded, err := x509.MarshalPKCS8PrivateKey(c.PrivateKey)
	if err != nil {
		tb.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Certificate[0]})),
		string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded}))
}

func TestTLSTrustsAndShowsWhatTheSettingsSay(t *testing.T) {
	t.Parallel()
	certified := httptest.NewTLSServer(nil)
	t.Cleanup(certified.Close)
	o := serve(t, shippingFiles(t), func(ctx context.Context, _ string, _, out *dynamicpb.Message) error {
		p, _ := peer.FromContext(ctx)
		if info, ok := p.AuthInfo.(credentials.TLSInfo); !ok || len(info.State.PeerCertificates) != 1 {
			return status.Error(codes.Unauthenticated, "no certificate")
		}
		return answer(out, `{"status":"SENT"}`)
	}, gogrpc.Creds(credentials.NewTLS(&tls.Config{
		Certificates: certified.TLS.Certificates, MinVersion: tls.VersionTLS12, ClientAuth: tls.RequireAnyClientCert,
	})))
	chain, key := pemOf(t, certified.TLS.Certificates[0])
	authorities, err := datasources.ParseAuthorities(chain)
	if err != nil {
		t.Fatal(err)
	}
	client, err := datasources.ParseClientCertificate(chain, key)
	if err != nil {
		t.Fatal(err)
	}
	g := shippingSource(t)
	g.Address = template(t, "grpcs://example.com")
	for name, c := range map[string]struct {
		tls  datasources.TLS
		isOK bool
	}{
		"authority and certificate": {datasources.TLS{Authorities: authorities, Client: client}, true},
		"no certificate":            {datasources.TLS{Authorities: authorities}, false},
		"another authority":         {datasources.TLS{Client: client}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := getShipment(t.Context(), t, datasources.Settings{Transport: datasources.Transport{TLS: c.tls}}, g, o)
			if (r.err == nil) != c.isOK {
				t.Errorf("got %v", r.err)
			}
		})
	}
}

func TestMessagesAreCompressedWithGzipOnly(t *testing.T) {
	t.Parallel()
	for compression, want := range map[datasources.Compression][]string{0: nil, datasources.Gzip: {"gzip"}, datasources.Deflate: nil} {
		encodings := make(chan []string, 1)
		o := serve(t, shippingFiles(t), func(ctx context.Context, _ string, _, out *dynamicpb.Message) error {
			var encoding []string
			if s, ok := gogrpc.ServerTransportStreamFromContext(ctx).(interface{ RecvCompress() string }); ok && s.RecvCompress() != "" {
				encoding = []string{s.RecvCompress()}
			}
			encodings <- encoding
			return answer(out, `{"status":"SENT"}`)
		})
		settings := datasources.Settings{Transport: datasources.Transport{Compression: compression}}
		if r := getShipment(t.Context(), t, settings, shippingSource(t), o); r.err != nil {
			t.Fatal(r.err)
		}
		if diff := cmp.Diff(want, <-encodings); diff != "" {
			t.Error(diff)
		}
	}
}

func TestUnusedConnectionIsClosedWhenItsTimeIsOver(t *testing.T) {
	t.Parallel()
	o := serve(t, shippingFiles(t), func(_ context.Context, _ string, _, out *dynamicpb.Message) error {
		return answer(out, `{"status":"SENT"}`)
	})
	settings := datasources.Settings{Transport: datasources.Transport{IdleTimeout: 20 * time.Millisecond}}
	s := openSource(t, settings, shippingSource(t), o)
	f := prepare(t, s, getConnector(t, "status"), anyShape("status"))
	if r := fetch(t.Context(), t, f, anyShape("status"), envWith(mapping.Args, parseValue(t, `{"id":"1"}`))); r.err != nil {
		t.Fatal(r.err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for state := s.connection.conn.GetState(); state != connectivity.Idle; state = s.connection.conn.GetState() {
		if !s.connection.conn.WaitForStateChange(ctx, state) {
			t.Fatalf("the connection is still %s", state)
		}
	}
}

func TestHeaderRulesChangeTheMetadata(t *testing.T) {
	t.Parallel()
	got := make(chan metadata.MD, 1)
	o := serve(t, shippingFiles(t), func(ctx context.Context, _ string, _, out *dynamicpb.Message) error {
		got <- received(ctx)
		return answer(out, `{"status":"SENT"}`)
	})
	g := shippingSource(t)
	g.Metadata = []datasources.Header{{Name: "x-sdl", Value: template(t, "1")}, {Name: "x-gone", Value: template(t, "1")}}
	settings := datasources.Settings{HeaderRules: datasources.HeaderRules{
		datasources.InsertHeader{Name: "X-SDL", Value: "2"},
		datasources.InsertHeader{Name: "x-bytes-bin", Value: "AQI="},
		datasources.InsertHeader{Name: "x-bad", Value: "ä"},
		datasources.InsertHeader{Name: "grpc-timeout", Value: "1n"},
		datasources.PropagateHeaders{From: datasources.HeaderNames{Name: "X-Client"}, Rename: "X-Sent"},
		datasources.RemoveHeaders{Names: datasources.HeaderNames{Name: "x-gone"}},
	}}
	f := prepare(t, openSource(t, settings, g, o), getConnector(t, "status"), anyShape("status"))
	env := envWith(mapping.Args, parseValue(t, `{"id":"1"}`))
	env.Vars[mapping.Request] = parseValue(t, `{"headers":{"x-client":["a","b"]}}`)
	env.Problems = &mapping.Problems{}
	if r := fetch(t.Context(), t, f, anyShape("status"), env); r.err != nil {
		t.Fatal(r.err)
	}
	md := <-got
	for _, key := range []string{":authority", "content-type", "user-agent", "grpc-accept-encoding"} {
		delete(md, key)
	}
	want := metadata.MD{"x-sdl": {"2"}, "x-bytes-bin": {"\x01\x02"}, "x-sent": {"a", "b"}}
	if diff := cmp.Diff(want, md); diff != "" {
		t.Error(diff)
	}
}
