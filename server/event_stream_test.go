package server_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/zap"

	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/config"
)

// events wraps what an event stream has that gives one result.
func events(result string) string {
	return ":\n\nevent: next\ndata: " + result + "\n\nevent: complete\ndata:\n\n"
}

// stream sends a request and returns the answer, whose body ends with the connection, or when ctx is over.
func stream(ctx context.Context, tb testing.TB, base, query string) *http.Response {
	tb.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/graphql", strings.NewReader(`{"query":"`+query+`"}`))
	if err != nil {
		tb.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "text/event-stream")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = resp.Body.Close() })
	return resp
}

// serveDocument returns the address of a server of a graph.
func serveDocument(tb testing.TB, text string) string {
	tb.Helper()
	gateway, diags := server.Open(tb.Context(), server.Definition{Documents: []sdl.Input{{File: "test.graphql", Text: text}}})
	if gateway == nil {
		tb.Fatal(diags)
	}
	tb.Cleanup(gateway.Close)
	srv := httptest.NewServer(gateway.Handler(zap.NewNop(), server.Exposure{}))
	tb.Cleanup(srv.Close)
	tb.Cleanup(http.DefaultClient.CloseIdleConnections)
	return srv.URL
}

func TestOperationsAreAnsweredByEventStreams(t *testing.T) {
	t.Parallel()
	base := serve(t, nil, server.Exposure{})
	get := func(query string) string { return "/graphql?query=" + url.QueryEscape(query) }
	for _, tt := range []struct {
		name, method, path, body string
		status                   int
		want                     string
	}{
		{"query", "POST", "/graphql", `{"query":"{ user(id: 7) { name } }"}`, 200, events(`{"data":{"user":{"name":"<User & 7>"}}}`)},
		{"the same again", "POST", "/graphql", `{"query":"{ echo(text: \"a\") }"}`, 200, events(`{"data":{"echo":"a"}}`)},
		{"and again", "POST", "/graphql", `{"query":"{ echo(text: \"a\") }"}`, 200, events(`{"data":{"echo":"a"}}`)},
		{"query by get", "GET", get("{ echo(text: \"a\") }"), "", 200, events(`{"data":{"echo":"a"}}`)},
		{"mutation", "POST", "/graphql", `{"query":"mutation { rename(id: 3, name: \"X\") { name } }"}`, 200, events(`{"data":{"rename":{"name":"X"}}}`)},
		{
			"an error in the data", "POST", "/graphql", `{"query":"{ html }"}`, 200,
			events(`{"data":{"html":null},"errors":[{"message":"The server returned data in an unexpected format.","path":["html"],"extensions":` +
				`{"code":"CONNECTOR_RESPONSE_INVALID","connector":{"coordinate":"test:Query.html[0]"},"http":{"status":200},"service":"test"}}]}`),
		},
		{
			"not valid", "POST", "/graphql", `{"query":"{ nothing }"}`, 200,
			events(`{"errors":[{"message":"Cannot query field \"nothing\" on type \"Query\".","locations":[{"line":1,"column":3}],"extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}}]}`),
		},
		{
			"mutation by get", "GET", get("mutation { rename(id: 3, name: \"X\") { name } }"), "", 405,
			`{"errors":[{"message":"A mutation must be sent by POST.","extensions":{"code":"BAD_REQUEST"}}]}`,
		},
		{"not JSON", "POST", "/graphql", `{`, 400, `{"errors":[{"message":"The request body is not valid JSON: expected a property name but the text ends at offset 1.","extensions":{"code":"BAD_REQUEST"}}]}`},
		{
			"single connection mode", "PUT", "/graphql", "", 405,
			`{"errors":[{"message":"The method must be GET or POST, not \"PUT\". Event streams have one connection for each operation; ` +
				`there is no single connection mode.","extensions":{"code":"BAD_REQUEST"}}]}`,
		},
	} {
		req, err := http.NewRequestWithContext(t.Context(), tt.method, base+tt.path, strings.NewReader(tt.body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Accept", "text/event-stream")
		if tt.method == http.MethodPost {
			req.Header.Set("Content-Type", "application/json")
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if diff := cmp.Diff(tt.want, string(body)); diff != "" || err != nil || resp.StatusCode != tt.status {
			t.Errorf("%s: %d %v %s", tt.name, resp.StatusCode, err, diff)
		}
		wanted := []string{"text/event-stream; charset=utf-8", "no-cache, no-store, no-transform", "no"}
		if tt.status != http.StatusOK {
			wanted = []string{"application/json; charset=utf-8", "no-store", ""}
		}
		got := []string{resp.Header.Get("Content-Type"), resp.Header.Get("Cache-Control"), resp.Header.Get("X-Accel-Buffering")}
		if diff := cmp.Diff(wanted, got); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
}

func TestEventStreamsAreForThoseWhoPreferThem(t *testing.T) {
	t.Parallel()
	base := serve(t, nil, server.Exposure{})
	for accept, want := range map[string]string{
		"text/event-stream":                                          "text/event-stream",
		"Text/Event-Stream;q=0.1":                                    "text/event-stream",
		"application/json;q=0.5, text/event-stream":                  "text/event-stream",
		"application/json, text/event-stream":                        "application/json",
		"text/event-stream, application/json":                        "text/event-stream",
		"text/event-stream;q=0.9, application/graphql-response+json": "application/graphql-response+json",
		"*/*":                              "application/json",
		"text/event-stream;q=0, text/html": "application/json", // with status 406
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+"/graphql?query={echo}", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Accept", accept)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if got, _, _ := strings.Cut(resp.Header.Get("Content-Type"), ";"); got != want {
			t.Errorf("%s: %s, want %s", accept, got, want)
		}
	}
}

func TestSilentEventStreamsAreKeptAlive(t *testing.T) {
	t.Parallel()
	base := serve(t, func(c *config.Config) {
		c.Timeout = 300 * time.Millisecond
		c.EventStream.KeepAliveInterval = 20 * time.Millisecond
		c.EventStream.WriteTimeout = 50 * time.Millisecond // of each write, not of the stream
	}, server.Exposure{})
	body, err := io.ReadAll(stream(t.Context(), t, base, "{ slow { id } }").Body)
	if err != nil {
		t.Fatal(err)
	}
	if beats := strings.Count(string(body), ":\n\n"); beats < 5 || !strings.HasSuffix(string(body), "event: complete\ndata:\n\n") {
		t.Errorf("%s", body)
	}
}

// A deadline that is over ends a stream of HTTP/2 even if nothing is written.
func TestSilentEventStreamsAreKeptAliveOverHTTP2(t *testing.T) {
	t.Parallel()
	gateway, diags := server.Open(t.Context(), server.Definition{
		Documents: []sdl.Input{{File: "test.graphql", Text: document}},
		Config: &config.Config{
			Timeout:     500 * time.Millisecond,
			Sources:     map[string]config.Source{"test.api": {OverrideURL: backend(t)}},
			EventStream: config.EventStream{KeepAliveInterval: 200 * time.Millisecond, WriteTimeout: 50 * time.Millisecond},
		},
	})
	if gateway == nil {
		t.Fatal(diags)
	}
	t.Cleanup(gateway.Close)
	srv := httptest.NewUnstartedServer(gateway.Handler(zap.NewNop(), server.Exposure{}))
	srv.EnableHTTP2 = true
	srv.StartTLS()
	t.Cleanup(srv.Close)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.URL+"/graphql?query=%7Bslow%7Bid%7D%7D", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", "text/event-stream")
	resp, err := srv.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	got, err := io.ReadAll(resp.Body)
	if err != nil || resp.ProtoMajor != 2 || !strings.HasSuffix(string(got), "event: complete\ndata:\n\n") {
		t.Errorf("%s %v %s", resp.Proto, err, got)
	}
}

// Line ends within the data would end it.
func TestEventsAreOnOneLine(t *testing.T) {
	t.Parallel()
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, "{\"x\":{\n\"a\": [1,\r\n2]\n}}")
	}))
	t.Cleanup(api.Close)
	base := serveDocument(t, strings.NewReplacer("http://localhost:1", api.URL, "html: String", "html: JSON", "enum Role", "scalar JSON enum Role").Replace(document))
	body, err := io.ReadAll(stream(t.Context(), t, base, "{ html }").Body)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(string(body), "\n"), "\n") {
		if line != "" && line != ":" && !strings.HasPrefix(line, "event: ") && !strings.HasPrefix(line, "data:") {
			t.Errorf("%q", line)
		}
	}
	if !strings.Contains(string(body), `"a"`) {
		t.Errorf("%s", body)
	}
}

func TestWhoeverLeavesAnEventStreamEndsItsOperation(t *testing.T) {
	t.Parallel()
	began, ended := make(chan struct{}), make(chan struct{})
	api := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(began)
		<-r.Context().Done()
		close(ended)
	}))
	t.Cleanup(api.Close)
	base := serve(t, func(c *config.Config) { c.Sources["test.api"] = config.Source{OverrideURL: api.URL} }, server.Exposure{})
	ctx, leave := context.WithCancel(t.Context())
	resp := stream(ctx, t, base, "{ slow { id } }")
	if line, err := bufio.NewReader(resp.Body).ReadString('\n'); line != ":\n" || err != nil {
		t.Fatal(line, err)
	}
	<-began
	leave()
	select {
	case <-ended:
	case <-time.After(time.Minute):
		t.Error("the call goes on")
	}
}

// A client that takes nothing is cut off after the time for one write.
func TestSlowReadersOfEventStreamsAreCutOff(t *testing.T) {
	t.Parallel()
	large := strings.Repeat("x", 8<<20)
	base, stop := listen(t, &config.Config{
		MaxBodyBytes: 16 << 20, EventStream: config.EventStream{WriteTimeout: 100 * time.Millisecond},
	})
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", strings.TrimPrefix(base, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	body := `{"query":"query($t: String) { echo(text: $t) }","variables":{"t":"` + large + `"}}`
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"/graphql", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "text/event-stream")
	if err := req.Write(conn); err != nil {
		t.Fatal(err)
	}
	// Requests in flight would hold up the end for half a minute.
	<-time.After(300 * time.Millisecond)
	if took, err := stop(); err != nil || took > 20*time.Second {
		t.Errorf("stopped after %s with %v", took, err)
	}
	http.DefaultClient.CloseIdleConnections()
}
