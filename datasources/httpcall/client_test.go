package httpcall

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
	"go.uber.org/zap"

	"github.com/weftgraph/weft/datasources"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// unexpectedFormat is what clients are told of a body that is not what its content type says.
const unexpectedFormat = "The server returned data in an unexpected format."

// serve runs a server for the test and returns its base URL.
func serve(tb testing.TB, h http.HandlerFunc) string {
	tb.Helper()
	s := httptest.NewServer(h)
	tb.Cleanup(s.Close)
	return s.URL
}

// newClient is a client with the connections and limits of the settings.
func newClient(tb testing.TB, s datasources.Settings) *Client {
	tb.Helper()
	transport := NewTransport(s)
	tb.Cleanup(transport.CloseIdleConnections)
	return &Client{Transport: transport, MaxReply: s.ReplyLimit()}
}

// get is a request without mappings.
func get(url string) *datasources.Request {
	header := http.Header{}
	SetDefaults(header)
	return &datasources.Request{Method: http.MethodGet, URL: url, Header: header}
}

// call sends a request to the base URL.
func call(ctx context.Context, tb testing.TB, s datasources.Settings, base string) (*datasources.Reply, error) {
	tb.Helper()
	return newClient(tb, s).Do(ctx, get(base+"/u"))
}

// wantError checks code and message, and that the message tells no address.
func wantError(tb testing.TB, err error, code, message string) *datasources.Error {
	tb.Helper()
	var e *datasources.Error
	if !errors.As(err, &e) || e.Code != code || e.Message != message {
		tb.Fatalf("got %v, want %s: %s", err, code, message)
	}
	if strings.Contains(e.Message, "127.0.0.1") {
		tb.Errorf("the message tells the address: %s", e.Message)
	}
	return e
}

func TestReplyLimitCountsPlainBytes(t *testing.T) {
	t.Parallel()
	const limit = 1000
	exact := strings.Repeat("x", limit)
	for name, c := range map[string]struct {
		encoding string
		body     []byte
		isTooBig bool
	}{
		"exactly the limit":            {"", []byte(exact), false},
		"one more":                     {"", []byte(exact + "x"), true},
		"exactly the limit compressed": {"gzip", pack(t, exact, openGzip), false},
		"bomb":                         {"gzip", pack(t, strings.Repeat("x", 10<<20), openGzip), true},
		"bomb of brotli":               {"br", pack(t, strings.Repeat("x", 10<<20), openBrotli), true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, isChunked := range []bool{false, true} {
				base := serve(t, func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("Content-Encoding", c.encoding)
					if isChunked {
						_ = http.NewResponseController(w).Flush()
					}
					_, _ = w.Write(c.body)
				})
				_, err := call(t.Context(), t, datasources.Settings{MaxReplyBytes: limit}, base)
				if c.isTooBig {
					wantError(t, err, datasources.CodeResponseInvalid, "The server returned more data than the limit allows.")
				} else if err != nil {
					t.Error(err)
				}
			}
		})
	}
}

func TestHugeReplyIsGivenUpAtTheLimit(t *testing.T) {
	t.Parallel()
	sent := make(chan int, 1)
	base := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		chunk := make([]byte, 1<<20)
		n := 0
		for n < 100<<20 {
			m, err := w.Write(chunk)
			n += m
			if err != nil {
				break
			}
		}
		sent <- n
	})
	_, err := call(t.Context(), t, datasources.Settings{MaxReplyBytes: 2 << 20}, base)
	wantError(t, err, datasources.CodeResponseInvalid, "The server returned more data than the limit allows.")
	if n := <-sent; n == 100<<20 {
		t.Error("all of it was read")
	}
}

// raw answers every connection with the bytes as they are and closes it.
func raw(tb testing.TB, reply string) string {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = c.Read(make([]byte, 4096))
			_, _ = io.WriteString(c, reply)
			_ = c.Close()
		}
	}()
	tb.Cleanup(func() {
		_ = l.Close()
		<-done
	})
	return "http://" + l.Addr().String()
}

func TestFaultsOnTheWireAreToldInPlainWords(t *testing.T) {
	t.Parallel()
	const closed = "Connector error: connection closed before the end of the reply"
	for name, c := range map[string]struct{ reply, message string }{
		"cut by length":  {"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"id\":", closed},
		"cut in a chunk": {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n{\"id\":", closed},
		"cut before a gzip's end": {
			"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 500\r\n\r\n" + string(pack(t, strings.Repeat("abc", 9), openGzip)[:12]), closed,
		},
		"cut before a brotli's end": {
			"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 500\r\n\r\n" + string(pack(t, strings.Repeat("abc", 9), openBrotli)[:5]), closed,
		},
		"cut before a compressed text": {"HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\nContent-Length: 500\r\n\r\n", closed},
		"no reply":                     {"", closed},
		"cut header":                   {"HTTP/1.1 200 OK\r\nConte", "Connector error: no valid HTTP reply"},
		"garbage":                      {"\x00\x01garbage\r\n\r\n", "Connector error: no valid HTTP reply"},
		"endless header":               {"HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 2<<20), "Connector error: no valid HTTP reply"},
		"malformed length":             {"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "Connector error: no valid HTTP reply"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := call(t.Context(), t, datasources.Settings{}, raw(t, c.reply))
			wantError(t, err, datasources.CodeHTTPClient, c.message)
		})
	}
}

func TestNoConnectionIsToldInPlainWords(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = zap.NewStdLog(zap.NewNop())
	secure.StartTLS()
	t.Cleanup(secure.Close)
	plain := serve(t, func(http.ResponseWriter, *http.Request) {})
	for name, c := range map[string]struct{ url, message string }{
		"refused":       {"http://" + nobody, "Connector error: connection refused"},
		"not trusted":   {secure.URL, "Connector error: certificate is not trusted"},
		"no TLS server": {strings.Replace(plain, "http:", "https:", 1), "Connector error: TLS handshake failed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := call(t.Context(), t, datasources.Settings{}, c.url)
			wantError(t, err, datasources.CodeHTTPClient, c.message)
		})
	}
}

// failing is a transport that always fails.
type failing struct{ err error }

func (f failing) RoundTrip(*http.Request) (*http.Response, error) { return nil, f.err }

func TestHostThatIsNotFoundIsNotNamed(t *testing.T) {
	t.Parallel()
	cause := &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "secret.internal", IsNotFound: true}}
	client := Client{Transport: failing{cause}, MaxReply: 1}
	_, err := client.Do(t.Context(), get("http://secret.internal/"))
	e := wantError(t, err, datasources.CodeHTTPClient, "Connector error: host not found")
	if !errors.Is(e, cause) {
		t.Error("the cause is lost for the log")
	}
}

func TestDeadlineEndsSlowCalls(t *testing.T) {
	t.Parallel()
	for name, begin := range map[string]func(http.ResponseWriter){
		"before the header": func(http.ResponseWriter) {},
		"within the body": func(w http.ResponseWriter) {
			_, _ = io.WriteString(w, `{"id":`)
			_ = http.NewResponseController(w).Flush()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			release := make(chan struct{})
			base := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				begin(w)
				<-release
			})
			t.Cleanup(func() { close(release) })
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			defer cancel()
			_, err := call(ctx, t, datasources.Settings{}, base)
			wantError(t, err, datasources.CodeTimeout, "Gateway timeout")
		})
	}
}

func TestCancelledCallEndsAtOnce(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	release := make(chan struct{})
	base := serve(t, func(http.ResponseWriter, *http.Request) {
		cancel()
		<-release
	})
	t.Cleanup(func() { close(release) })
	_, err := call(ctx, t, datasources.Settings{}, base)
	wantError(t, err, datasources.CodeHTTPClient, "Connector error: request cancelled")
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/u" {
			t.Error("the redirect was followed")
		}
		http.Redirect(w, r, "/elsewhere", http.StatusFound)
	})
	r, err := call(t.Context(), t, datasources.Settings{}, base)
	if err != nil || r.Status != http.StatusFound {
		t.Fatalf("got %v, %v", r, err)
	}
}

func TestConnectionIsUsedAgain(t *testing.T) {
	t.Parallel()
	for _, encoding := range []string{"", "gzip", "deflate", "br"} {
		t.Run(encoding, func(t *testing.T) {
			t.Parallel()
			body := map[string][]byte{
				"":        []byte("{}"),
				"gzip":    pack(t, "{}", openGzip),
				"deflate": pack(t, "{}", openZlib),
				"br":      pack(t, "{}", openBrotli),
			}[encoding]
			peers := make(chan string, 2)
			base := serve(t, func(w http.ResponseWriter, r *http.Request) {
				peers <- r.RemoteAddr
				w.Header().Set("Content-Encoding", encoding)
				_, _ = w.Write(body)
				_ = http.NewResponseController(w).Flush() // chunked
			})
			client := newClient(t, datasources.Settings{})
			for range 2 {
				if _, err := client.Do(t.Context(), get(base)); err != nil {
					t.Fatal(err)
				}
			}
			if a, b := <-peers, <-peers; a != b {
				t.Error("the second call made a connection of its own")
			}
		})
	}
}

func TestHTTP2IsSpokenWhenTLSOffersIt(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, r.Proto+" "+r.RequestURI)
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	t.Cleanup(server.Close)
	transport := NewTransport(datasources.Settings{})
	trusting, _ := server.Client().Transport.(*http.Transport)
	transport.TLSClientConfig = trusting.TLSClientConfig.Clone()
	transport.TLSClientConfig.NextProtos = nil
	t.Cleanup(transport.CloseIdleConnections)
	client := Client{Transport: transport, MaxReply: 100}
	reply, err := client.Do(t.Context(), get(server.URL+"/a,b?c=%C3%A9"))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff("HTTP/2.0 /a,b?c=%C3%A9", string(reply.Body)); d != "" {
		t.Error(d)
	}
}
