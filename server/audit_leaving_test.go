package server_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/zap"

	"github.com/weftgraph/weft/datasources/traffic"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/value"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/auditlog"
	"github.com/weftgraph/weft/server/config"
)

const leavingDocument = `
extend schema @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@source", "@connect"])
  @source(name: "api", http: { baseURL: "http://localhost:1" })
type Query {
  slow: Int @connect(source: "api", http: { GET: "/slow" }, selection: "$.n")
  big: String @connect(source: "api", http: { GET: "/big" }, selection: "$.text")
  thing: Thing @connect(selection: "id: $(1)")
}
type Thing {
  id: ID!
  slow: Int @connect(source: "api", http: { GET: "/slow?id={$this.id}" }, selection: "$.n")
  big: String @connect(source: "api", http: { GET: "/big?id={$this.id}" }, selection: "$.text")
}
type Mutation { slow: Int @connect(source: "api", http: { POST: "/slow" }, selection: "$.n") }
type Subscription {
  silent: Int @connect(source: "api", http: { GET: "/silent" }, selection: "$.n")
  opening: Int @connect(source: "api", http: { GET: "/slow" }, selection: "$.n")
  big: String @connect(source: "api", http: { GET: "/bigs" }, selection: "$.text")
}
`

// bigText is more than the buffers between the server and its clients here have room for.
var bigText = strings.Repeat("x", 512<<10)

// leavingBackend has replies that do not come, and big ones. It tells of those that it is asked for in vain.
func leavingBackend(t *testing.T) (url string, asked <-chan struct{}) {
	t.Helper()
	asking := make(chan struct{}, 10)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch r.URL.Path {
		case "/big":
			_, _ = fmt.Fprintf(w, `{"text":%q}`, bigText)
		case "/bigs":
			w.Header().Set("Content-Type", "text/event-stream")
			for range 3 {
				_, _ = fmt.Fprintf(w, "data: {\"text\":%q}\n\n", bigText)
			}
		case "/silent":
			w.Header().Set("Content-Type", "text/event-stream")
			_, _ = io.WriteString(w, "data: {\"n\":1}\n\n")
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		default:
			_, _ = io.Copy(io.Discard, r.Body) // only then it is noticed that the caller has gone
			asking <- struct{}{}
			<-r.Context().Done()
		}
	}))
	t.Cleanup(srv.Close)
	return srv.URL, asking
}

// narrowListener accepts connections that buffer little.
type narrowListener struct{ net.Listener }

func (l narrowListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetWriteBuffer(4 << 10)
	}
	return c, err
}

// leavingServer is a server that clients leave.
type leavingServer struct {
	*auditing

	base     string
	asked    <-chan struct{}
	requests *traffic.Requests
	handler  *server.Handler
	// stop returns when everything is answered.
	stop func()
}

func serveLeaving(t *testing.T, lossy bool) *leavingServer {
	t.Helper()
	s := &leavingServer{
		auditing: newAuditing(t, func(s *auditlog.Settings) { s.LossAllowed = lossy }), requests: traffic.NewRequests(),
	}
	var back string
	back, s.asked = leavingBackend(t)
	gateway, diags := server.Open(t.Context(), server.Definition{
		Documents: []sdl.Input{{File: "test.graphql", Text: leavingDocument}},
		Config:    &config.Config{Sources: map[string]config.Source{"test.api": {OverrideURL: back}}},
	})
	if gateway == nil {
		t.Fatal(diags)
	}
	t.Cleanup(gateway.Close)
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.base = "http://" + ln.Addr().String()
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan struct{})
	s.handler = server.New(server.Options{
		Schema: gateway.Schema(), Audit: s.log, Batching: config.Batching{Enabled: true}, Requests: s.requests,
	})
	go func() {
		defer close(served)
		_ = server.Serve(ctx, narrowListener{ln}, s.handler, server.Listening{}, zap.NewNop())
	}()
	s.stop = func() {
		cancel()
		<-served
	}
	t.Cleanup(s.stop)
	return s
}

// told waits for some lines and returns what all of them tell of how an operation has ended.
func (s *leavingServer) told(t *testing.T, n int) []string {
	t.Helper()
	s.count(t, n)
	s.stop()
	var told []string
	for _, l := range s.lines(t) {
		if l.Errors > 0 || l.Code != "" || l.Decision != "allowed" && l.Event != "undelivered" {
			t.Errorf("a line tells of errors: %s", l)
		}
		told = append(told, strings.TrimSpace(l.Event+" "+l.End))
	}
	return told
}

// client has a connection of its own for each request, which buffers little.
func narrowClient() *http.Client {
	return &http.Client{Transport: &http.Transport{
		DisableKeepAlives: true, DisableCompression: true,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			c, err := (&net.Dialer{}).DialContext(ctx, network, address)
			if tcp, ok := c.(*net.TCPConn); ok {
				_ = tcp.SetReadBuffer(4 << 10)
			}
			return c, err
		},
	}}
}

// ask asks, reads until the answer has some text, or not at all if that is empty, and returns what closes the connection.
func (s *leavingServer) ask(t *testing.T, accept, query, until string) (leave func()) {
	t.Helper()
	if accept == "websocket" {
		socket := connectBy(t, narrowClient(), s.base, "{}")
		socket.subscribe("1", query, "{}")
		for read := ""; !strings.Contains(read, until); {
			_, message, err := socket.conn.Reader(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			read += readUntil(t, message, until)
		}
		return func() { _ = socket.conn.CloseNow() }
	}
	body := `{"query":` + string(value.AppendString(nil, query)) + `}`
	if accept == "batch" {
		accept, body = "application/json", "["+body+"]"
	}
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.base+"/graphql", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", accept)
	over := make(chan struct{})
	begun := make(chan struct{})
	go func() {
		defer close(over)
		resp, err := narrowClient().Do(r)
		if err != nil {
			return // it has left
		}
		defer resp.Body.Close()
		readUntil(t, resp.Body, until)
		close(begun)
		<-ctx.Done()
	}()
	if until != "" {
		<-begun
	}
	return func() {
		cancel()
		<-over
	}
}

// readUntil reads a text up to some words, or to its end.
func readUntil(t *testing.T, from io.Reader, words string) string {
	t.Helper()
	in, read := bufio.NewReaderSize(from, 16), []byte{}
	for words != "" && !strings.HasSuffix(string(read), words) {
		b, err := in.ReadByte()
		if err != nil {
			return string(read)
		}
		read = append(read, b)
	}
	return string(read)
}

const (
	acceptEvents = "text/event-stream"
	bigQuery     = "{ a: big b: big c: big }"
)

// A client that leaves is told of as one that has left, whatever it is answered by, and whether it leaves before its answer or in the middle.
func TestWhoeverLeavesHasNotCompleted(t *testing.T) {
	t.Parallel()
	const before, within, silent = "", "xxx", `"silent":1`
	gone := []string{"operation client_gone"}
	begunAndGone := append([]string{"operation_begin"}, gone...)
	undelivered := []string{"operation completed", "undelivered client_gone"}
	left := []string{"subscription_begin", "subscription_end client_gone"}
	for _, tt := range []struct {
		name, accept, query, until string
		// want is what is told where no line may be lost, lossy where they may be.
		want, lossy []string
	}{
		{"JSON, before", "application/json", "{ slow }", before, gone, gone},
		{"JSON, before, a mutation", "application/json", "mutation { slow }", before, begunAndGone, gone},
		{"JSON, within", "application/json", bigQuery, within, undelivered, gone},
		{"a batch, before", "batch", "{ slow }", before, gone, gone},
		{"a batch, within", "batch", bigQuery, within, undelivered, gone},
		{"events, before", acceptEvents, "{ slow }", before, gone, gone},
		{"events, before, a mutation", acceptEvents, "mutation { slow }", before, begunAndGone, gone},
		{"events, within", acceptEvents, bigQuery, within, undelivered, gone},
		{"events, a subscription that opens", acceptEvents, "subscription { opening }", before, gone, gone},
		{"events, between two", acceptEvents, "subscription { silent }", silent, left, left},
		{"events, within one", acceptEvents, "subscription { big }", within, left, left},
		{"a part, before", "multipart/mixed", "{ slow }", before, gone, gone},
		{"a part, within", "multipart/mixed", bigQuery, within, undelivered, gone},
		{"parts, between two", acceptV02, "{ thing { id ... @defer { slow } } }", `"id":"1"`, begunAndGone, gone},
		{
			"parts, within the last", acceptV02, "{ thing { id ... @defer { a: big b: big c: big } } }", within,
			append([]string{"operation_begin"}, undelivered...), gone,
		},
		{"parts, a subscription that opens", acceptEventParts, "subscription { opening }", before, gone, gone},
		{"parts, between two events", acceptEventParts, "subscription { silent }", silent, left, left},
		{"parts, within an event", acceptEventParts, "subscription { big }", within, left, left},
		{"a WebSocket, before", "websocket", "{ slow }", before, gone, gone},
		{"a WebSocket, before, a mutation", "websocket", "mutation { slow }", before, begunAndGone, gone},
		{"a WebSocket, within", "websocket", bigQuery, within, undelivered, gone},
		{"a WebSocket, a subscription that opens", "websocket", "subscription { opening }", before, gone, gone},
		{"a WebSocket, between two events", "websocket", "subscription { silent }", silent, left, left},
		{"a WebSocket, within an event", "websocket", "subscription { big }", within, left, left},
	} {
		for lossy, want := range map[bool][]string{false: tt.want, true: tt.lossy} {
			t.Run(fmt.Sprintf("%s, lossy %t", tt.name, lossy), func(t *testing.T) {
				t.Parallel()
				s := serveLeaving(t, lossy)
				leave := s.ask(t, tt.accept, tt.query, tt.until)
				if strings.Contains(tt.query, "slow") || strings.Contains(tt.query, "opening") {
					<-s.asked
				}
				leave()
				if diff := cmp.Diff(want, s.told(t, len(want))); diff != "" {
					t.Error(diff)
				}
			})
		}
	}
}

// Whoever leaves at once when the whole answer is there has had it.
func TestWhoeverLeavesWithTheAnswerHasCompleted(t *testing.T) {
	t.Parallel()
	const query, answer = "{ thing { id } }", `{"data":{"thing":{"id":"1"}}}`
	for _, tt := range []struct{ accept, until string }{
		{"application/json", answer},
		{"batch", "[" + answer + "]"},
		{acceptEvents, "event: complete\ndata:\n\n"},
		{"multipart/mixed", "\r\n-----\r\n"},
		{"websocket", `"complete"`},
	} {
		for _, lossy := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, lossy %t", tt.accept, lossy), func(t *testing.T) {
				t.Parallel()
				s := serveLeaving(t, lossy)
				s.ask(t, tt.accept, query, tt.until)()
				if diff := cmp.Diff([]string{"operation completed"}, s.told(t, 1)); diff != "" {
					t.Error(diff)
				}
			})
		}
	}
}

// Whoever waits for the answer of another and leaves is no failure of ours, and leaves the other alone.
func TestWhoeverLeavesASharedAnswerHasNotCompleted(t *testing.T) {
	t.Parallel()
	s := serveLeaving(t, false)
	leave := s.ask(t, "application/json", "{ slow }", "")
	<-s.asked
	leaveOther := s.ask(t, "application/json", "{ slow }", "")
	for s.requests.Report().InFlight < 2 {
		<-time.After(time.Millisecond)
	}
	leaveOther()
	s.count(t, 1)
	leave()
	if diff := cmp.Diff([]string{"operation client_gone", "operation client_gone"}, s.told(t, 2)); diff != "" {
		t.Error(diff)
	}
}

// By HTTP/2 a client leaves an answer, and not the connection.
func TestWhoeverLeavesAnAnswerByHTTP2HasNotCompleted(t *testing.T) {
	t.Parallel()
	const huge = "{ a: big b: big c: big d: big e: big f: big g: big h: big i: big j: big }" // more than a client of Go takes in advance
	for query, want := range map[string][]string{
		"{ slow }": {"operation client_gone"},
		huge:       {"operation completed", "undelivered client_gone"},
	} {
		s := serveLeaving(t, false)
		srv := httptest.NewUnstartedServer(s.handler)
		srv.EnableHTTP2 = true
		srv.StartTLS()
		t.Cleanup(srv.Close)
		ctx, leave := context.WithCancel(t.Context())
		t.Cleanup(leave)
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, srv.URL+"/graphql", strings.NewReader(`{"query":"`+query+`"}`))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Accept-Encoding", "identity")
		if query != huge {
			go func() {
				<-s.asked
				leave()
			}()
		}
		resp, err := srv.Client().Do(r)
		if err == nil {
			if resp.ProtoMajor != 2 {
				t.Errorf("the protocol is %s", resp.Proto)
			}
			readUntil(t, resp.Body, "xxx")
			leave()
			_ = resp.Body.Close()
		}
		if diff := cmp.Diff(want, s.told(t, len(want))); diff != "" {
			t.Errorf("%s: %s", query, diff)
		}
	}
}
