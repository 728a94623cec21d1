package websocket_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	coder "github.com/coder/websocket"
	"go.uber.org/goleak"
	"go.uber.org/zap"

	"github.com/weftgraph/weft/graph/value"
	"github.com/weftgraph/weft/server/websocket"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// script is a Caller. What an operation does is said by its query:
//
//	once    gives one result
//	stream  gives results until it is told to end
//	wait    gives one result when release is closed
//	large   gives results of a megabyte until nobody takes them
//	fail    is not executed
//	restart ends the connection when release is closed
//	panic   panics
type script struct {
	release chan struct{}
	// began gets the query of each operation that begins, and ended that of each that has ended.
	began, ended chan string
}

func newScript() *script {
	return &script{make(chan struct{}), make(chan string, 1000), make(chan string, 1000)}
}

func (s *script) Init(payload value.Value) websocket.Refusal {
	switch payload.Get("as").Text() {
	case "stranger":
		return websocket.Refusal{Code: websocket.Forbidden}
	case "expired":
		return websocket.Refusal{Code: websocket.Forbidden, Reason: "The token has expired."}
	case "talkative":
		return websocket.Refusal{Code: websocket.TryAgainLater, Reason: strings.Repeat("x", 124)}
	case "trouble":
		panic("trouble")
	}
	return websocket.Refusal{}
}

func (s *script) Run(ctx context.Context, op websocket.Operation) websocket.End {
	query := op.Payload.Get("query").Text()
	s.began <- query
	defer func() { s.ended <- query }()
	switch query {
	case "once":
		_ = op.Next([]byte(`{"data":1}`))
	case "wait":
		<-s.release
		_ = op.Next([]byte(`{"data":"late"}`))
	case "stream":
		for op.Next([]byte(`{"data":2}`)) == nil {
			select {
			case <-ctx.Done():
			case <-op.Stop:
				return websocket.End{Code: websocket.GoingAway}
			case <-time.After(time.Millisecond):
			}
		}
	case "quiet":
		select {
		case <-ctx.Done():
		case <-op.Stop:
			return websocket.End{Code: websocket.GoingAway}
		}
	case "large":
		large := []byte(`"` + strings.Repeat("x", 1<<20) + `"`)
		for op.Next(large) == nil { //nolint:revive // it does all there is to do
		}
	case "fail":
		return websocket.End{Errors: []byte(`[{"message":"no"}]`)}
	case "restart":
		<-s.release
		return websocket.End{Code: websocket.ServiceRestart}
	case "panic":
		panic("panic")
	}
	return websocket.End{}
}

// serve returns the address of a server.
func serve(t *testing.T, caller websocket.Caller, change func(*websocket.Options)) string {
	t.Helper()
	o := websocket.Options{
		MaxConnections: 1000, MaxPerAddress: 1000, MaxOperations: 5, MaxMessageBytes: 1000, MaxMessageValues: 100, MaxMessageRate: 1000,
		InitTimeout: 10 * time.Second, PingInterval: 10 * time.Second, WriteTimeout: 10 * time.Second,
		TooMany: []byte(`[{"message":"too many"}]`), Stop: make(chan struct{}), Log: zap.NewNop(),
	}
	if change != nil {
		change(&o)
	}
	var connections websocket.Connections
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		leave := connections.Admit(&o, netip.MustParseAddrPort(r.RemoteAddr).Addr())
		if leave == nil {
			http.Error(w, "full", http.StatusServiceUnavailable)
			return
		}
		defer leave()
		_ = websocket.Serve(w, r, &o, caller)
	}))
	t.Cleanup(srv.Close)
	return srv.URL
}

// client is one connection.
type client struct {
	t  *testing.T
	ws *coder.Conn
}

func dial(t *testing.T, url string, protocols ...string) *client {
	t.Helper()
	if protocols == nil {
		protocols = []string{websocket.Subprotocol}
	}
	ws, resp, err := coder.Dial(t.Context(), url, &coder.DialOptions{Subprotocols: protocols})
	if err != nil {
		t.Fatal(err)
	}
	if resp.Body != nil {
		_ = resp.Body.Close()
	}
	ws.SetReadLimit(-1)
	t.Cleanup(func() { _ = ws.CloseNow() })
	return &client{t, ws}
}

// ready returns a connection that is acknowledged.
func ready(t *testing.T, url string) *client {
	t.Helper()
	c := dial(t, url)
	c.send(`{"type":"connection_init"}`)
	c.expect(`{"type":"connection_ack"}`)
	return c
}

func (c *client) send(messages ...string) {
	c.t.Helper()
	for _, m := range messages {
		if err := c.ws.Write(c.t.Context(), coder.MessageText, []byte(m)); err != nil {
			c.t.Fatal(err)
		}
	}
}

// subscribe begins an operation.
func (c *client) subscribe(id, query string) {
	c.t.Helper()
	c.send(`{"id":"` + id + `","type":"subscribe","payload":{"query":"` + query + `"}}`)
}

func (c *client) expect(messages ...string) {
	c.t.Helper()
	for _, want := range messages {
		if got := c.read(); got != want {
			c.t.Fatalf("got %s, want %s", got, want)
		}
	}
}

func (c *client) read() string {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), time.Minute)
	defer cancel()
	_, text, err := c.ws.Read(ctx)
	if err != nil {
		c.t.Fatal(err)
	}
	return string(text)
}

// closed reads until the connection is closed and returns why it is.
func (c *client) closed() coder.CloseError {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), time.Minute)
	defer cancel()
	for {
		_, _, err := c.ws.Read(ctx)
		if err == nil {
			continue
		}
		var closed coder.CloseError
		if !errors.As(err, &closed) {
			c.t.Fatalf("not closed in order: %v", err)
		}
		return closed
	}
}

func wait(t *testing.T, from <-chan string, want string) {
	t.Helper()
	waitAll(t, from, want)
}

// waitAll waits for some in any order.
func waitAll(t *testing.T, from <-chan string, want ...string) {
	t.Helper()
	for want := slices.Clone(want); len(want) > 0; {
		select {
		case got := <-from:
			i := slices.Index(want, got)
			if i < 0 {
				t.Fatalf("%q, want one of %q", got, want)
			}
			want = slices.Delete(want, i, i+1)
		case <-time.After(time.Minute):
			t.Fatalf("nothing, want %q", want)
		}
	}
}
