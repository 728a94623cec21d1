package grpc

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	gogrpc "google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/mapping"
)

// getShipment makes one call with the options.
func getShipment(ctx context.Context, t *testing.T, s datasources.Settings, g datasources.GRPCSource, o Options) result {
	t.Helper()
	f := prepare(t, openSource(t, s, g, o), getConnector(t, "status"), anyShape("status"))
	return fetch(ctx, t, f, anyShape("status"), envWith(mapping.Args, parseValue(t, `{"id":"1"}`)))
}

func TestDeadlineOfTheContextIsATimeout(t *testing.T) {
	t.Parallel()
	o := serve(t, shippingFiles(t), func(ctx context.Context, _ string, _, _ *dynamicpb.Message) error {
		<-ctx.Done()
		return ctx.Err()
	})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	failed(t, getShipment(ctx, t, datasources.Settings{}, shippingSource(t), o).err, datasources.CodeTimeout, "Gateway timeout")
}

func TestServerKnowsTheDeadline(t *testing.T) {
	t.Parallel()
	o := serve(t, shippingFiles(t), func(ctx context.Context, _ string, _, out *dynamicpb.Message) error {
		if deadline, ok := ctx.Deadline(); !ok || time.Until(deadline) > time.Minute {
			return status.Error(codes.Internal, "no deadline")
		}
		return answer(out, `{}`)
	})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if r := getShipment(ctx, t, datasources.Settings{}, shippingSource(t), o); r.err != nil {
		t.Error(r.err)
	}
}

func TestDeadlineOfTheServerIsItsOwn(t *testing.T) {
	t.Parallel()
	o := serve(t, shippingFiles(t), func(context.Context, string, *dynamicpb.Message, *dynamicpb.Message) error {
		return status.Error(codes.DeadlineExceeded, "my own back end is slow")
	})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	failed(t, getShipment(ctx, t, datasources.Settings{}, shippingSource(t), o).err, datasources.CodeFetch, "Request failed")
}

func TestCancellationReachesTheServer(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	over := make(chan error, 1)
	o := serve(t, shippingFiles(t), func(serverCtx context.Context, _ string, _, _ *dynamicpb.Message) error {
		cancel()
		<-serverCtx.Done()
		over <- serverCtx.Err()
		return serverCtx.Err()
	})
	failed(t, getShipment(ctx, t, datasources.Settings{}, shippingSource(t), o).err,
		datasources.CodeHTTPClient, "Connector error: request cancelled")
	if err := <-over; !errors.Is(err, context.Canceled) {
		t.Errorf("the server saw %v", err)
	}
}

func TestUnreadableRepliesAreInvalid(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"garbage":    "\xff\xff\xff",
		"bad UTF-8":  "\x0a\x01\xff",
		"wrong type": "\x08\x01",
		"truncated":  "\x0a\x05a",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := serveRaw(t, func(gogrpc.ServerStream) ([]byte, error) { return []byte(body), nil })
			r := getShipment(t.Context(), t, datasources.Settings{}, shippingSource(t), o)
			e := failed(t, r.err, datasources.CodeResponseInvalid, unexpectedFormat)
			if got := e.Extensions.String(); got != `{"grpc":{"code":0,"status":"OK"}}` {
				t.Errorf("extensions %s", got)
			}
		})
	}
}

func TestReplyBeyondTheLimitIsInvalid(t *testing.T) {
	t.Parallel()
	const limit = 1000
	for size, want := range map[int]string{limit: "", limit + 1: "The server returned more data than the limit allows."} {
		o := serveRaw(t, func(gogrpc.ServerStream) ([]byte, error) {
			return record(9, strings.Repeat("x", size-3)), nil
		})
		r := getShipment(t.Context(), t, datasources.Settings{MaxReplyBytes: limit}, shippingSource(t), o)
		if want == "" {
			if r.err != nil || len(r.reply.Body) != size {
				t.Errorf("%d bytes: %v", size, r.err)
			}
			continue
		}
		failed(t, r.err, datasources.CodeResponseInvalid, want)
	}
}

func TestExhaustedServerIsAFailure(t *testing.T) {
	t.Parallel()
	o := serveRaw(t, func(gogrpc.ServerStream) ([]byte, error) {
		return nil, status.Error(codes.ResourceExhausted, "quota")
	})
	failed(t, getShipment(t.Context(), t, datasources.Settings{}, shippingSource(t), o).err, datasources.CodeFetch, "Request failed")
}

func TestRequestBeyondTheServersLimitIsAFailure(t *testing.T) {
	t.Parallel()
	o := serve(t, shippingFiles(t), func(context.Context, string, *dynamicpb.Message, *dynamicpb.Message) error { return nil },
		gogrpc.MaxRecvMsgSize(1))
	r := getShipment(t.Context(), t, datasources.Settings{}, shippingSource(t), o)
	e := failed(t, r.err, datasources.CodeFetch, "Request failed")
	if got := e.Extensions.Get("grpc").Get("status").Text(); got != "RESOURCE_EXHAUSTED" {
		t.Errorf("got %s", got)
	}
}

func TestUnavailableServerIsAFailureAndNoMissingConnection(t *testing.T) {
	t.Parallel()
	o := serveRaw(t, func(gogrpc.ServerStream) ([]byte, error) {
		return nil, status.Error(codes.Unavailable, "in maintenance")
	})
	failed(t, getShipment(t.Context(), t, datasources.Settings{}, shippingSource(t), o).err, datasources.CodeFetch, "Request failed")
}

func TestOKWithoutAMessageIsInvalid(t *testing.T) {
	t.Parallel()
	o := listen(t, gogrpc.NewServer(gogrpc.UnknownServiceHandler(func(any, gogrpc.ServerStream) error { return nil })))
	failed(t, getShipment(t.Context(), t, datasources.Settings{}, shippingSource(t), o).err, datasources.CodeResponseInvalid, unexpectedFormat)
}

// refusing is the address of a port that nobody listens on.
func refusing(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func TestNoConnectionIsSaidInPlainWords(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		address string
		dial    func(context.Context, string) (net.Conn, error)
		want    string
	}{
		"refused": {address: "grpc://" + refusing(t), want: "connection refused"},
		"no such host": {
			address: "grpc://nowhere.test:1",
			dial: func(context.Context, string) (net.Conn, error) {
				return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "nowhere.test", IsNotFound: true}}
			},
			want: "host not found",
		},
		"broken for another reason": {
			address: "grpc://x.test:1",
			dial:    func(context.Context, string) (net.Conn, error) { return nil, io.ErrNoProgress },
			want:    "no connection",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := shippingSource(t)
			g.Address = template(t, c.address)
			r := getShipment(t.Context(), t, datasources.Settings{}, g, Options{Dial: c.dial})
			failed(t, r.err, datasources.CodeHTTPClient, "Connector error: "+c.want)
		})
	}
}

// cutting accepts connections and closes each as soon as it has sent something.
func cutting(t *testing.T, reply string, linger int) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Read(make([]byte, 1024))
			_, _ = io.WriteString(conn, reply)
			_ = conn.(*net.TCPConn).SetLinger(linger)
			_ = conn.Close()
		}
	})
	t.Cleanup(func() { _ = l.Close(); wg.Wait() })
	return "grpc://" + l.Addr().String()
}

func TestConnectionsThatBreakAreNoReply(t *testing.T) {
	t.Parallel()
	const settings = "\x00\x00\x00\x04\x00\x00\x00\x00\x00"
	for name, address := range map[string]string{
		"closed at once":     cutting(t, "", 1),
		"reset at once":      cutting(t, "", 0),
		"closed after hello": cutting(t, settings, 1),
		"no HTTP/2":          cutting(t, "SSH-2.0-OpenSSH_9.2\r\n", 1),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := shippingSource(t)
			g.Address = template(t, address)
			r := getShipment(t.Context(), t, datasources.Settings{}, g, Options{})
			var e *datasources.Error
			if !errors.As(r.err, &e) || e.Code != datasources.CodeHTTPClient || !strings.HasPrefix(e.Message, "Connector error: connection ") {
				t.Errorf("got %v", r.err)
			}
		})
	}
}

func TestServerThatDiesMidwayIsNoReply(t *testing.T) {
	t.Parallel()
	var stop func()
	started := make(chan struct{})
	server := gogrpc.NewServer(gogrpc.UnknownServiceHandler(func(_ any, stream gogrpc.ServerStream) error {
		close(started)
		<-stream.Context().Done()
		return stream.Context().Err()
	}))
	stop = server.Stop
	o := listen(t, server)
	go func() { <-started; stop() }()
	failed(t, getShipment(t.Context(), t, datasources.Settings{}, shippingSource(t), o).err,
		datasources.CodeHTTPClient, "Connector error: connection closed before the end of the reply")
}

func TestWhatIsNoGRPCReplyIsNoReply(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		handler http.HandlerFunc
		want    string
	}{
		"a page": {
			func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>") },
			"no valid gRPC reply",
		},
		"an error of a proxy": {
			func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no upstream", http.StatusBadGateway) },
			"HTTP status 502 instead of a gRPC reply",
		},
		"a stream that is reset in the middle of a message": {
			resetting,
			"stream reset by the server",
		},
		"a page that is not found": {http.NotFound, "HTTP status 404 instead of a gRPC reply"},
		"a stream that ends without a status": {
			func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/grpc")
				_, _ = w.Write([]byte{0, 0, 0, 0, 0})
			},
			"no valid gRPC reply",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := shippingSource(t)
			g.Address = template(t, overHTTP2(t, c.handler))
			failed(t, getShipment(t.Context(), t, datasources.Settings{}, g, Options{}).err,
				datasources.CodeHTTPClient, "Connector error: "+c.want)
		})
	}
}

func TestMessageOfAStatusMayBeAnyBytes(t *testing.T) {
	t.Parallel()
	o := serveRaw(t, func(gogrpc.ServerStream) ([]byte, error) { return nil, status.Error(codes.Aborted, "a\xffb") })
	c := getConnector(t, "status")
	c.ErrorsMessage = parse(t, "$.message")
	f := prepare(t, openSource(t, datasources.Settings{}, shippingSource(t), o), c, anyShape("status"))
	r := fetch(t.Context(), t, f, anyShape("status"), envWith(mapping.Args, parseValue(t, `{}`)))
	failed(t, r.err, datasources.CodeFetch, "a\uFFFDb")
}

func TestServerThatComesBackIsFound(t *testing.T) {
	t.Parallel()
	o := serve(t, shippingFiles(t), func(_ context.Context, _ string, _, out *dynamicpb.Message) error {
		return answer(out, `{"status":"SENT"}`)
	})
	up := make(chan struct{})
	dial := o.Dial
	o.Dial = func(ctx context.Context, address string) (net.Conn, error) {
		select {
		case <-up:
			return dial(ctx, address)
		default:
			return nil, &net.OpError{Op: "dial", Err: io.ErrClosedPipe}
		}
	}
	s := openSource(t, datasources.Settings{}, shippingSource(t), o)
	f := prepare(t, s, getConnector(t, "status"), anyShape("status"))
	call := func() error {
		return fetch(t.Context(), t, f, anyShape("status"), envWith(mapping.Args, parseValue(t, `{"id":"1"}`))).err
	}
	failed(t, call(), datasources.CodeHTTPClient, "Connector error: no connection")
	close(up)
	state := s.connection.conn.GetState()
	for call() != nil {
		if !s.connection.conn.WaitForStateChange(t.Context(), state) {
			t.Fatal("it never came back")
		}
		state = s.connection.conn.GetState()
	}
}

// tlsServer runs a server with the certificate of package httptest, which is for example.com.
func tlsServer(t *testing.T) (Options, *tls.Config) {
	t.Helper()
	certified := httptest.NewTLSServer(nil)
	t.Cleanup(certified.Close)
	o := serve(t, shippingFiles(t), func(_ context.Context, _ string, _, out *dynamicpb.Message) error {
		return answer(out, `{"status":"SENT"}`)
	},
		gogrpc.Creds(credentials.NewTLS(&tls.Config{Certificates: certified.TLS.Certificates, MinVersion: tls.VersionTLS12})))
	return o, certified.Client().Transport.(*http.Transport).TLSClientConfig
}

func TestTLSChecksTheCertificate(t *testing.T) {
	t.Parallel()
	o, trusting := tlsServer(t)
	for name, c := range map[string]struct {
		address string
		config  *tls.Config
		want    string
	}{
		"trusted":        {"grpcs://example.com", &tls.Config{RootCAs: trusting.RootCAs, MinVersion: tls.VersionTLS12}, ""},
		"another host":   {"grpcs://example.org", &tls.Config{RootCAs: trusting.RootCAs, MinVersion: tls.VersionTLS12}, "certificate is for another host"},
		"not trusted":    {"grpcs://example.com", nil, "certificate is not trusted"},
		"plaintext only": {"grpc://example.com", nil, connectionClosed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := shippingSource(t)
			g.Address = template(t, c.address)
			r := getShipment(t.Context(), t, datasources.Settings{}, g, Options{Dial: o.Dial, TLS: c.config})
			if c.want == "" {
				if r.err != nil {
					t.Error(r.err)
				}
				return
			}
			failed(t, r.err, datasources.CodeHTTPClient, "Connector error: "+c.want)
		})
	}
}
