package server_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/weftgraph/weft/datasources/traffic"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/config"
)

const tickDocument = `
extend schema @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@source", "@connect"])
  @source(name: "api", http: { baseURL: "http://localhost:1" })
type Query { a: Int @connect(selection: "$(1)") }
type Subscription {
  "As many ticks, and then, if the number is negative, silence."
  ticks(count: Int!): Tick @connect(source: "api", http: { GET: "/ticks", queryParams: "count: $args.count" }, selection: "n text square: { n }")
  failing: Tick @connect(source: "api", http: { GET: "/nowhere" }, selection: "n")
}
type Tick { n: Int text: String square: Square }
type Square @connect(source: "api", http: { GET: "/squares/{$this.n}" }, selection: "n of") { n: Int! of: Int }
`

// clock is a back end with events. ended gets a value for each stream that has ended, hung one for each call that is never answered; where it is nil there are none.
func clock(tb testing.TB, ended, hung chan<- struct{}) string {
	tb.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /ticks", func(w http.ResponseWriter, r *http.Request) {
		defer func() { ended <- struct{}{} }()
		count, _ := strconv.Atoi(r.URL.Query().Get("count"))
		w.Header().Set("Content-Type", "text/event-stream")
		_ = http.NewResponseController(w).Flush()
		text := ""
		if count > 1000 {
			text = strings.Repeat("x", 1<<20)
		}
		for n := range max(count, -count) {
			if _, err := fmt.Fprintf(w, "data: {\"n\": %d, \"text\": %q}\n\n", n+1, text); err != nil {
				return
			}
			_ = http.NewResponseController(w).Flush()
		}
		if count < 0 {
			<-r.Context().Done()
		}
	})
	mux.HandleFunc("GET /squares/{n}", func(w http.ResponseWriter, r *http.Request) {
		n, _ := strconv.Atoi(r.PathValue("n"))
		if n == 13 {
			panic(http.ErrAbortHandler)
		}
		if n == 17 && hung != nil {
			hung <- struct{}{}
			<-r.Context().Done()
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"n":%d,"of":%d}`, n*n, n)
	})
	srv := httptest.NewServer(mux)
	tb.Cleanup(srv.Close)
	return srv.URL
}

// ticking is a server of ticks.
type ticking struct {
	base    string
	gateway *server.Gateway
	handler *server.Handler
	ended   chan struct{}
	hung    chan struct{}
}

func serveTicks(tb testing.TB, settings *config.Config, change func(*server.Options)) ticking {
	tb.Helper()
	s := ticking{ended: make(chan struct{}, 10_000), hung: make(chan struct{}, 10)}
	settings.Sources = map[string]config.Source{"test.api": {OverrideURL: clock(tb, s.ended, s.hung)}}
	gateway, diags := server.Open(tb.Context(), server.Definition{
		Documents: []sdl.Input{{File: "test.graphql", Text: tickDocument}}, Config: settings,
	})
	if gateway == nil {
		tb.Fatal(diags)
	}
	tb.Cleanup(gateway.Close)
	s.gateway, s.handler = gateway, gateway.Handler(zap.NewNop(), server.Exposure{})
	if change != nil {
		o := server.Options{Schema: gateway.Schema()}
		change(&o)
		s.handler = server.New(o)
	}
	srv := httptest.NewServer(s.handler)
	tb.Cleanup(srv.Close)
	tb.Cleanup(http.DefaultClient.CloseIdleConnections)
	s.base = srv.URL
	return s
}

// waitForEnd waits until a stream of the back end has ended.
func (s ticking) waitForEnd(tb testing.TB) {
	tb.Helper()
	select {
	case <-s.ended:
	case <-time.After(time.Minute):
		tb.Fatal("the back end's stream goes on")
	}
}

// tick is the answer for a tick.
func tick(n int) string { return fmt.Sprintf(`{"data":{"ticks":{"n":%d}}}`, n) }

// next is an answer as a message of a WebSocket.
func next(id, answer string) string {
	return `{"id":"` + id + `","type":"next","payload":` + answer + `}`
}

// ticks is a subscription.
func ticks(count int) string { return fmt.Sprintf("subscription { ticks(count: %d) { n } }", count) }

func (s *socket) expect(messages ...string) {
	s.tb.Helper()
	for _, want := range messages {
		if diff := cmp.Diff(want, s.read()); diff != "" {
			s.tb.Fatal(diff)
		}
	}
}

// body reads a stream to its end.
func body(tb testing.TB, resp *http.Response) string {
	tb.Helper()
	content, err := io.ReadAll(resp.Body)
	if err != nil {
		tb.Fatal(err)
	}
	return string(content)
}

func TestSubscriptionsAreAnsweredOverWebSockets(t *testing.T) {
	t.Parallel()
	s := serveTicks(t, &config.Config{}, nil)
	c := connect(t, s.base, "null")
	c.subscribe("1", "subscription($n: Int!) { ticks(count: $n) { n square { of } } }", `{"n":2}`)
	c.expect(next("1", `{"data":{"ticks":{"n":1,"square":{"of":1}}}}`), next("1", `{"data":{"ticks":{"n":2,"square":{"of":2}}}}`),
		`{"id":"1","type":"complete"}`)
	s.waitForEnd(t)
	c.subscribe("1", ticks(-1), "null")
	c.expect(next("1", tick(1)))
	// Beside it others are answered.
	c.subscribe("2", "{ a }", "null")
	c.expect(next("2", `{"data":{"a":1}}`), `{"id":"2","type":"complete"}`)
	c.send(`{"id":"1","type":"complete"}`)
	s.waitForEnd(t)
	c.subscribe("3", "subscription { failing { n } }", "null")
	c.expect(`{"id":"3","type":"error","payload":[{"message":"Request failed","extensions":{"code":"CONNECTOR_FETCH",` +
		`"connector":{"coordinate":"test:Subscription.failing[0]"},"http":{"status":404},"service":"test"}}]}`)
}

func TestSubscriptionsAreAnsweredByEventStreams(t *testing.T) {
	t.Parallel()
	s := serveTicks(t, &config.Config{}, nil)
	want := ":\n\nevent: next\ndata: " + tick(1) + "\n\nevent: next\ndata: " + tick(2) + "\n\nevent: complete\ndata:\n\n"
	if diff := cmp.Diff(want, body(t, stream(t.Context(), t, s.base, ticks(2)))); diff != "" {
		t.Error(diff)
	}
	for _, accept := range []string{"text/event-stream", "application/json, text/event-stream;q=0.1", "application/graphql-response+json, text/event-stream, multipart/mixed"} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.base+"/graphql?query=subscription%7Bticks(count:1)%7Bn%7D%7D", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Accept", accept)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = resp.Body.Close() })
		if diff := cmp.Diff(events(tick(1)), body(t, resp)); diff != "" || resp.Header.Get("Content-Type") != "text/event-stream; charset=utf-8" {
			t.Errorf("%s: %s", accept, diff)
		}
	}
	failed := body(t, stream(t.Context(), t, s.base, "subscription { failing { n } }"))
	if !strings.HasPrefix(failed, ":\n\nevent: next\ndata: {\"errors\":[") || !strings.HasSuffix(failed, "event: complete\ndata:\n\n") {
		t.Error(failed)
	}
}

func TestSubscriptionsNeedAStream(t *testing.T) {
	t.Parallel()
	s := serveTicks(t, &config.Config{}, nil)
	want := `{"errors":[{"message":"Subscriptions are answered by event streams: accept text/event-stream, or ask over WebSocket (graphql-transport-ws).",` +
		`"extensions":{"code":"OPERATION_RESOLUTION_FAILURE"}}]}`
	for _, accept := range []string{"application/json", "*/*", "application/json, text/event-stream;q=0"} {
		if diff := cmp.Diff(want, ask(t, s.base, ticks(1), "", "Accept: "+accept).body); diff != "" {
			t.Errorf("%s: %s", accept, diff)
		}
	}
}

func TestWhoeverLeavesASubscriptionEndsTheBackEndsStream(t *testing.T) {
	t.Parallel()
	s := serveTicks(t, &config.Config{}, nil)
	ctx, leave := context.WithCancel(t.Context())
	resp := stream(ctx, t, s.base, ticks(-1))
	if _, err := io.ReadFull(resp.Body, make([]byte, 20)); err != nil {
		t.Fatal(err)
	}
	leave()
	s.waitForEnd(t)
	c := connect(t, s.base, "null")
	c.subscribe("1", ticks(-1), "null")
	c.expect(next("1", tick(1)))
	_ = c.conn.CloseNow()
	s.waitForEnd(t)
}

func TestTheOpenSubscriptionsAreBounded(t *testing.T) {
	t.Parallel()
	s := serveTicks(t, &config.Config{Subscription: config.Subscription{MaxOpened: 1}}, nil)
	c := connect(t, s.base, "null")
	c.subscribe("1", ticks(-1), "null")
	c.expect(next("1", tick(1)))
	refused := `"message":"There are too many open subscriptions, the limit is 1.","extensions":{"code":"LIMIT_EXCEEDED","limit":"opened_subscriptions"}`
	if got := body(t, stream(t.Context(), t, s.base, ticks(1))); !strings.Contains(got, refused) {
		t.Error(got)
	}
	c.subscribe("2", ticks(1), "null")
	c.expect(`{"id":"2","type":"error","payload":[{` + refused + `}]}`)
	c.send(`{"id":"1","type":"complete"}`)
	for !strings.Contains(body(t, stream(t.Context(), t, s.base, ticks(1))), tick(1)) {
		<-time.After(time.Millisecond) // it is not counted out yet
	}
}

func TestSubscriptionsCanBeSwitchedOff(t *testing.T) {
	t.Parallel()
	s := serveTicks(t, &config.Config{Subscription: config.Subscription{Off: true}}, nil)
	c := connect(t, s.base, "null")
	c.subscribe("1", ticks(1), "null")
	c.expect(`{"id":"1","type":"error","payload":[{"message":"Subscriptions are switched off.","extensions":{"code":"OPERATION_RESOLUTION_FAILURE"}}]}`)
}

// Clients connect again when they are cut off, and get the new graph.
func TestStreamsOfAGraphThatIsReplacedAreCutOff(t *testing.T) {
	t.Parallel()
	s := serveTicks(t, &config.Config{}, nil)
	streaming, other := connect(t, s.base, "null"), connect(t, s.base, "null")
	streaming.subscribe("1", ticks(-1), "null")
	streaming.expect(next("1", tick(1)))
	sse := stream(t.Context(), t, s.base, ticks(-1))
	if _, err := io.ReadFull(sse.Body, make([]byte, 20)); err != nil {
		t.Fatal(err)
	}
	s.gateway.Schema().Generation().Retire()
	if got := streaming.closed(); got != 1012 {
		t.Error(got)
	}
	if got := body(t, sse); strings.Contains(got, "complete") {
		t.Error(got)
	}
	other.subscribe("1", "{ a }", "null") // without a stream nothing is cut off
	other.expect(next("1", `{"data":{"a":1}}`), `{"id":"1","type":"complete"}`)
}

// An open connection is not a way around what has changed.
func TestNewOptionsHoldForOperationsOfOpenConnections(t *testing.T) {
	t.Parallel()
	s := serveTicks(t, &config.Config{}, nil)
	c := connect(t, s.base, "null")
	c.subscribe("1", ticks(-1), "null")
	c.expect(next("1", tick(1)))
	s.handler.Configure(server.Options{Schema: s.gateway.Schema(), Subscription: config.Subscription{MaxOpened: 1}})
	c.subscribe("2", ticks(1), "null") // the one that is open counts
	c.expect(`{"id":"2","type":"error","payload":[{"message":"There are too many open subscriptions, the limit is 1.",` +
		`"extensions":{"code":"LIMIT_EXCEEDED","limit":"opened_subscriptions"}}]}`)
	s.handler.Drain()
	if got := c.closed(); got != 1001 {
		t.Error(got)
	}
}

func TestABatchIsNoStream(t *testing.T) {
	t.Parallel()
	base := serve(t, func(c *config.Config) { c.Batching.Enabled = true }, server.Exposure{})
	got := send(t, http.MethodPost, base+"/graphql", `[{"query":"{ echo }"}]`, "Content-Type: application/json", "Accept: text/event-stream")
	want := `{"errors":[{"message":"A batch is not answered by a stream of events.","extensions":{"code":"BAD_REQUEST"}}]}`
	if diff := cmp.Diff(want, got.body); diff != "" || got.status != http.StatusNotAcceptable {
		t.Errorf("%d %s", got.status, diff)
	}
}

// An event that is not answered when its stream is cut off is not told with what happens to be there: whoever asks again gets it whole.
func TestAnEventThatIsCutOffIsNotTold(t *testing.T) {
	t.Parallel()
	for name, cut := range map[string]func(s ticking){
		"stop":    func(s ticking) { s.handler.Drain() },
		"replace": func(s ticking) { s.gateway.Schema().Generation().Retire() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serveTicks(t, &config.Config{}, nil)
			sse := stream(t.Context(), t, s.base, "subscription { ticks(count: -17) { n square { of } } }")
			<-s.hung
			cut(s)
			if got := body(t, sse); !strings.Contains(got, `{"n":16,"square":{"of":16}}`) || strings.Contains(got, `"n":17`) {
				t.Error(got)
			}
			s.waitForEnd(t)
		})
	}
}

func TestStreamsEndWhenTheServerStops(t *testing.T) {
	t.Parallel()
	s := serveTicks(t, &config.Config{}, nil)
	c := connect(t, s.base, "null")
	c.subscribe("1", ticks(-1), "null")
	c.expect(next("1", tick(1)))
	sse := stream(t.Context(), t, s.base, ticks(-1))
	if _, err := io.ReadFull(sse.Body, make([]byte, 20)); err != nil {
		t.Fatal(err)
	}
	s.handler.Drain()
	s.handler.Drain() // nothing more comes of it
	if got := c.closed(); got != 1001 {
		t.Error(got)
	}
	if got := body(t, sse); strings.Contains(got, "complete") {
		t.Error(got)
	}
	s.waitForEnd(t)
	s.waitForEnd(t)
}

func TestErrorsOfEventsAreLoggedAndRedacted(t *testing.T) {
	t.Parallel()
	core, logs := observer.New(zap.WarnLevel)
	s := serveTicks(t, &config.Config{}, func(o *server.Options) {
		o.Log, o.Hides = zap.New(core), func(document string) bool { return document == "test" }
	})
	c := connect(t, s.base, "null")
	c.subscribe("1", "subscription { ticks(count: 13) { square { of } } }", "null")
	for n := range 12 {
		c.expect(next("1", fmt.Sprintf(`{"data":{"ticks":{"square":{"of":%d}}}}`, n+1)))
	}
	c.expect(next("1", `{"data":{"ticks":{"square":{"of":null}}},"errors":[{"message":"Subgraph errors redacted","path":["ticks","square","of"]}]}`),
		`{"id":"1","type":"complete"}`)
	c.subscribe("1", "subscription { failing { n } }", "null")
	c.expect(`{"id":"1","type":"error","payload":[{"message":"Subgraph errors redacted"}]}`)
	if failed := logs.FilterMessage("call failed").Len(); failed != 1 {
		t.Errorf("%d calls are logged", failed)
	}
}

// guarded is an extension of gqlgen that lets some operations through, and counts what it sees.
type guarded struct{ responses chan string }

func (guarded) ExtensionName() string                   { return "guarded" }
func (guarded) Validate(graphql.ExecutableSchema) error { return nil }
func (g guarded) InterceptOperation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	if graphql.GetOperationContext(ctx).Operation.Name == "Forbidden" {
		return graphql.OneShot(&graphql.Response{Errors: gqlerror.List{gqlerror.Errorf("no")}})
	}
	return next(ctx)
}

func (g guarded) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	resp := next(ctx)
	if resp != nil {
		g.responses <- string(resp.Data)
	}
	return resp
}

func TestExtensionsSeeSubscriptions(t *testing.T) {
	t.Parallel()
	seen := guarded{make(chan string, 10)}
	s := serveTicks(t, &config.Config{}, func(o *server.Options) { o.Extensions = []graphql.HandlerExtension{seen} })
	c := connect(t, s.base, "null")
	c.subscribe("1", ticks(2), "null")
	c.expect(next("1", tick(1)), next("1", tick(2)), `{"id":"1","type":"complete"}`)
	if got := <-seen.responses + <-seen.responses; got != `{"ticks":{"n":1}}{"ticks":{"n":2}}` {
		t.Error(got)
	}
	s.waitForEnd(t)
	c.subscribe("1", "subscription Forbidden { ticks(count: 1) { n } }", "null")
	c.expect(`{"id":"1","type":"error","payload":[{"message":"no"}]}`)
	c.subscribe("1", ticks(-1), "null")
	c.expect(next("1", tick(1)))
	c.send(`{"id":"1","type":"complete"}`)
	s.waitForEnd(t)
	select {
	case <-s.ended:
		t.Error("the back end was asked for what is forbidden")
	default:
	}
}

// How long a stream goes on says nothing of how long its client has waited.
func TestARequestForAStreamIsCountedWhenTheStreamHasBegun(t *testing.T) {
	t.Parallel()
	requests := traffic.NewRequests()
	s := serveTicks(t, &config.Config{}, func(o *server.Options) { o.Requests = requests })
	c := connect(t, s.base, "null")
	c.subscribe("1", ticks(-1), "null")
	c.expect(next("1", tick(1)))
	sse := stream(t.Context(), t, s.base, ticks(-1))
	if _, err := io.ReadFull(sse.Body, make([]byte, 20)); err != nil {
		t.Fatal(err)
	}
	if got := requests.Report(); got.Count != 2 || got.InFlight != 0 {
		t.Errorf("%d, %d in flight", got.Count, got.InFlight)
	}
	c.send(`{"id":"1","type":"complete"}`)
	s.waitForEnd(t)
	c.subscribe("2", "{ nothing }", "null")
	c.read()
	for requests.Report().Count < 3 {
		<-time.After(time.Millisecond)
	}
	if got := requests.Report(); got.Count != 3 || got.Errored != 1 || got.InFlight != 0 {
		t.Errorf("%d, %d errored, %d in flight", got.Count, got.Errored, got.InFlight)
	}
}

// A client that takes nothing holds up its back end's stream, until it is cut off.
func TestSlowListenersAreCutOff(t *testing.T) {
	t.Parallel()
	s := serveTicks(t, &config.Config{
		EventStream: config.EventStream{WriteTimeout: 100 * time.Millisecond},
		WebSocket:   config.WebSocket{WriteTimeout: 100 * time.Millisecond},
	}, nil)
	const many = `subscription { ticks(count: 100000) { text } }`
	stream(t.Context(), t, s.base, many)
	s.waitForEnd(t)
	connect(t, s.base, "null").subscribe("1", many, "null")
	s.waitForEnd(t)
}

// Goroutines are what the leak check at the end looks for.
func TestStreamsLeaveNoDescriptorBehind(t *testing.T) {
	descriptors := func() int {
		entries, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Skip(err)
		}
		return len(entries)
	}
	s := serveTicks(t, &config.Config{}, nil)
	ask(t, s.base, "{ a }", "")
	before := descriptors()
	for i := range 200 {
		if i%2 == 0 {
			c := connect(t, s.base, "null")
			c.subscribe("1", ticks(-1), "null")
			c.expect(next("1", tick(1)))
			_ = c.conn.CloseNow()
			s.waitForEnd(t)
			continue
		}
		ctx, leave := context.WithCancel(t.Context())
		resp := stream(ctx, t, s.base, ticks(-1))
		_, _ = io.ReadFull(resp.Body, make([]byte, 20))
		leave()
		s.waitForEnd(t)
	}
	for deadline := time.Now().Add(10 * time.Second); descriptors() > before+10; <-time.After(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d descriptors, %d before", descriptors(), before)
		}
	}
}
