package server_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/graph/value"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/config"
)

// socket is a WebSocket of a client.
type socket struct {
	tb   testing.TB
	conn *websocket.Conn
}

// dial opens a WebSocket; without one the answer is returned. Headers are given as "Name: value".
func dial(tb testing.TB, base string, headers ...string) (*socket, *http.Response) {
	tb.Helper()
	return dialBy(tb, http.DefaultClient, base, headers...)
}

// dialBy is dial by some client, which speaks HTTP/1.1.
func dialBy(tb testing.TB, client *http.Client, base string, headers ...string) (*socket, *http.Response) {
	tb.Helper()
	header := http.Header{}
	for _, h := range headers {
		name, v, _ := strings.Cut(h, ": ")
		header.Set(name, v)
	}
	conn, resp, err := websocket.Dial(tb.Context(), base+"/graphql", &websocket.DialOptions{
		HTTPClient: client, Subprotocols: []string{"graphql-transport-ws"}, HTTPHeader: header,
	})
	if resp != nil && resp.Body != nil {
		tb.Cleanup(func() { _ = resp.Body.Close() })
	}
	if err != nil {
		return nil, resp
	}
	conn.SetReadLimit(-1)
	tb.Cleanup(func() { _ = conn.CloseNow() })
	return &socket{tb, conn}, resp
}

// connect opens a WebSocket with a payload of connection_init.
func connect(tb testing.TB, base, payload string, headers ...string) *socket {
	tb.Helper()
	return connectBy(tb, http.DefaultClient, base, payload, headers...)
}

// connectBy is connect by some client, which speaks HTTP/1.1.
func connectBy(tb testing.TB, client *http.Client, base, payload string, headers ...string) *socket {
	tb.Helper()
	s, resp := dialBy(tb, client, base, headers...)
	if s == nil {
		tb.Fatal(resp)
	}
	s.send(`{"type":"connection_init","payload":` + payload + `}`)
	if got := s.read(); got != `{"type":"connection_ack"}` {
		tb.Fatal(got)
	}
	return s
}

func (s *socket) send(message string) {
	s.tb.Helper()
	if err := s.conn.Write(s.tb.Context(), websocket.MessageText, []byte(message)); err != nil {
		s.tb.Fatal(err)
	}
}

func (s *socket) read() string {
	s.tb.Helper()
	ctx, cancel := context.WithTimeout(s.tb.Context(), time.Minute) // a busy machine takes its time
	defer cancel()
	_, text, err := s.conn.Read(ctx)
	if err != nil {
		s.tb.Fatal(err)
	}
	return string(text)
}

// subscribe begins an operation.
func (s *socket) subscribe(id, query, variables string) {
	s.tb.Helper()
	s.send(`{"id":"` + id + `","type":"subscribe","payload":{"query":` + string(value.AppendString(nil, query)) + `,"variables":` + variables + `}}`)
}

// ask runs an operation with one result, and returns what came: the result, or the errors.
func (s *socket) ask(query, variables string) string {
	s.tb.Helper()
	s.subscribe("1", query, variables)
	got := s.read()
	if result, ok := strings.CutPrefix(got, `{"id":"1","type":"next","payload":`); ok {
		if end := s.read(); end != `{"id":"1","type":"complete"}` {
			s.tb.Fatal(end)
		}
		return strings.TrimSuffix(result, "}")
	}
	return strings.TrimSuffix(strings.TrimPrefix(got, `{"id":"1","type":"error","payload":`), "}")
}

// closed reads until the connection is closed, and returns the code.
func (s *socket) closed() websocket.StatusCode {
	s.tb.Helper()
	code, _ := s.closure()
	return code
}

// closure is closed with the reason, too.
func (s *socket) closure() (websocket.StatusCode, string) {
	s.tb.Helper()
	ctx, cancel := context.WithTimeout(s.tb.Context(), time.Minute)
	defer cancel()
	for {
		_, _, err := s.conn.Read(ctx)
		var closed websocket.CloseError
		switch {
		case err == nil:
		case errors.As(err, &closed):
			return closed.Code, closed.Reason
		default:
			s.tb.Fatal(err)
		}
	}
}

func TestOperationsAreAnsweredOverWebSockets(t *testing.T) {
	t.Parallel()
	s := connect(t, serve(t, func(c *config.Config) { c.Timeout = 3 * time.Second }, server.Exposure{}), "null")
	for _, tt := range []struct{ name, query, variables, want string }{
		{"query", "{ user(id: 7) { id name } }", "null", `{"data":{"user":{"id":"7","name":"<User & 7>"}}}`},
		{"variables", "query($t: String) { echo(text: $t) }", `{"t":"a\nb"}`, `{"data":{"echo":"a\nb"}}`},
		{"mutation", `mutation { rename(id: 3, name: "X") { name } }`, "null", `{"data":{"rename":{"name":"X"}}}`},
		{
			"an error in the data", "{ user(id: 77) { id } echo }", "null", `{"data":{"user":null,"echo":null},"errors":[{"message":"Request failed",` +
				`"path":["user"],"extensions":{"code":"CONNECTOR_FETCH","connector":{"coordinate":"test:Query.user[0]"},"http":{"status":404},"service":"test"}}]}`,
		},
		{
			"not executed", "{ nothing }", "null",
			`[{"message":"Cannot query field \"nothing\" on type \"Query\".","locations":[{"line":1,"column":3}],"extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}}]`,
		},
		{
			"a wrong variable", "query($t: String) { echo(text: $t) }", `{"t":1}`,
			`[{"message":"Variable \"$t\" got invalid value 1; String cannot represent a non string value: 1","locations":[{"line":1,"column":7}],` +
				`"extensions":{"code":"BAD_USER_INPUT"}}]`,
		},
		{"empty", "", "null", `[{"message":"Must provide query string.","extensions":{"code":"BAD_REQUEST"}}]`},
		{"too slow", "{ slow { id } }", "null", `{"data":{"slow":null},"errors":[{"message":"Request timed out","path":["slow"],"extensions":{"code":"REQUEST_TIMEOUT"}}]}`},
	} {
		if diff := cmp.Diff(tt.want, s.ask(tt.query, tt.variables)); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
}

// The limit of bodies is that of messages.
func TestMessagesBeyondTheLimitCloseTheWebSocket(t *testing.T) {
	t.Parallel()
	s := connect(t, serve(t, func(c *config.Config) { c.MaxBodyBytes = 1000 }, server.Exposure{}), "null")
	s.send(`{"type":"ping","payload":{"x":"` + strings.Repeat("x", 1000) + `"}}`)
	if got := s.closed(); got != 1009 {
		t.Error(got)
	}
}

func TestPagesOfOtherSitesOpenNoWebSocket(t *testing.T) {
	t.Parallel()
	base := serve(t, nil, server.Exposure{})
	own := strings.TrimPrefix(base, "http://")
	for origin, isAllowed := range map[string]bool{
		"http://" + own: true, "https://" + strings.ToUpper(own): true, "http://evil.example": false, "null": false, "": false,
		"http://" + own + ".evil.example": false, own: false, "http://evil.example/" + own: false,
	} {
		s, resp := dial(t, base, "Origin: "+origin)
		if (s != nil) != isAllowed || !isAllowed && resp.StatusCode != http.StatusBadRequest {
			t.Errorf("%q: %v", origin, resp.Status)
		}
	}
}

func TestWebSocketsCanBeSwitchedOff(t *testing.T) {
	t.Parallel()
	s, resp := dial(t, serve(t, func(c *config.Config) { c.WebSocket.Off = true }, server.Exposure{}))
	if s != nil || resp.StatusCode != http.StatusBadRequest {
		t.Error(resp.Status)
	}
}

func TestTheWebSocketsAreBounded(t *testing.T) {
	t.Parallel()
	base := serve(t, func(c *config.Config) { c.WebSocket.MaxConnections = 1 }, server.Exposure{})
	first := connect(t, base, "null")
	if s, resp := dial(t, base); s != nil || resp.StatusCode != http.StatusServiceUnavailable {
		t.Error(resp.Status)
	}
	_ = first.conn.Close(websocket.StatusNormalClosure, "")
	for {
		if s, _ := dial(t, base); s != nil {
			break // the first has been counted out
		}
	}
}

func TestOperationsOfAWebSocketAreBounded(t *testing.T) {
	t.Parallel()
	s := connect(t, serve(t, func(c *config.Config) { c.WebSocket.MaxOperations = 1 }, server.Exposure{}), "null")
	s.subscribe("slow", "{ slow { id } }", "null")
	s.subscribe("2", "{ echo }", "null")
	want := `{"id":"2","type":"error","payload":[{"message":"The connection has too many operations at the same time, the limit is 1.",` +
		`"extensions":{"code":"LIMIT_EXCEEDED","limit":"websocket_operations"}}]}`
	if diff := cmp.Diff(want, s.read()); diff != "" {
		t.Error(diff)
	}
}

func TestOverWebSocketsTooExplanationsAreForThoseWhoMayHaveThem(t *testing.T) {
	t.Parallel()
	for _, isAllowed := range []bool{true, false} {
		s := connect(t, serve(t, nil, server.Exposure{Explain: isAllowed}), `{"weft-explain":"calls"}`)
		if got := s.ask("{ user(id: 1) { id } }", "null"); strings.Contains(got, `"weft":{"calls":[{`) != isAllowed {
			t.Errorf("%t: %s", isAllowed, got)
		}
	}
}

func TestAStoppingServerClosesWebSocketsAtOnce(t *testing.T) {
	t.Parallel()
	base, stop := listen(t, &config.Config{})
	idle, strange := connect(t, base, "null"), connect(t, base, "null")
	gone := make(chan websocket.StatusCode, 1)
	go func() { gone <- idle.closed() }()
	_ = strange.conn.CloseNow()
	took, err := stop()
	if err != nil || took > 15*time.Second {
		t.Errorf("stopped after %s with %v", took, err)
	}
	if got := <-gone; got != websocket.StatusGoingAway {
		t.Error(got)
	}
	http.DefaultClient.CloseIdleConnections()
}
