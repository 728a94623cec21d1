package resolvers_test

import (
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/rest"
	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/execute"
	"github.com/weftgraph/weft/graph/plan"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/resolvers"
)

const greetings = `
extend schema @link(url: "https://specs.apollo.dev/connect/v0.3", import: ["@source", "@connect"])
  @source(name: "api", http: { baseURL: "http://api.test", headers: [{ name: "Authorization", from: "authorization" }] })
type Query {
  hello: String @connect(source: "api", http: { GET: "/hello" }, selection: "$")
  other: String @connect(source: "api", http: { GET: "/other" }, selection: "$")
}
type Mutation {
  greet: String @connect(source: "api", http: { GET: "/hello" }, selection: "$")
}`

// heldReplies replies to everybody when it is released: with whom it takes the caller for.
type heldReplies struct {
	calls    atomic.Int32
	released chan struct{}
}

// RoundTrip implements http.RoundTripper.
func (h *heldReplies) RoundTrip(r *http.Request) (*http.Response, error) {
	h.calls.Add(1)
	<-h.released
	text := `"` + strings.Join(r.Header["Authorization"], "+") + `"`
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(text)), ContentLength: int64(len(text))}, nil
}

// answerOf is what one of several requests at the same time is answered, and how many of its calls were shared.
type answerOf struct {
	caller, query string
	data          string
	shared        int
}

func TestCallsAreSharedBetweenRequestsOfOneCaller(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		answers []answerOf
		calls   int32
	}{
		{
			"queries with a common call",
			[]answerOf{
				{"ann", `{ hello other }`, `{"hello":"ann","other":"ann"}`, 0},
				{"ann", `{ hello }`, `{"hello":"ann"}`, 1},
				{"ann", `{ mine: hello }`, `{"mine":"ann"}`, 1},
			},
			2,
		},
		{
			"different callers",
			[]answerOf{
				{"ann", `{ hello }`, `{"hello":"ann"}`, 0},
				{"bob", `{ hello }`, `{"hello":"bob"}`, 0},
				{"", `{ hello }`, `{"hello":""}`, 0},
			},
			3,
		},
		{
			"mutations",
			[]answerOf{
				{"ann", `mutation { greet }`, `{"greet":"ann"}`, 0},
				{"ann", `mutation { greet }`, `{"greet":"ann"}`, 0},
				{"ann", `{ hello }`, `{"hello":"ann"}`, 0},
			},
			3,
		},
		{
			"twice in one request",
			[]answerOf{{"ann", `{ a: hello b: hello }`, `{"a":"ann","b":"ann"}`, 0}},
			2,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				backend := &heldReplies{released: make(chan struct{})}
				sources, g := openGreetings(t, backend)
				got := make([]chan answerOf, len(tt.answers))
				for i, want := range tt.answers {
					got[i] = make(chan answerOf, 1)
					go func() { got[i] <- answer(t, sources, g, want) }()
					synctest.Wait()
				}
				close(backend.released)
				for i, want := range tt.answers {
					if a := <-got[i]; a != want {
						t.Errorf("got %+v, want %+v", a, want)
					}
				}
				if n := backend.calls.Load(); n != tt.calls {
					t.Errorf("%d calls, want %d", n, tt.calls)
				}
			})
		})
	}
}

func openGreetings(t *testing.T, backend http.RoundTripper) (*resolvers.Sources, *sdl.Graph) {
	t.Helper()
	g, diags := sdl.Build([]sdl.Input{{File: "greetings.graphql", Text: greetings}}, sdl.Options{})
	if g == nil {
		t.Fatal(diags)
	}
	pool := datasources.NewPool(map[datasources.Kind]datasources.Open{datasources.HTTP: rest.Opener(rest.Options{Transport: backend})})
	sources, diags := resolvers.Open(t.Context(), g, pool, resolvers.Config{})
	if sources == nil {
		t.Fatal(diags)
	}
	t.Cleanup(sources.Close)
	return sources, g
}

// answer answers a request, which it describes by what it asks.
func answer(t *testing.T, sources *resolvers.Sources, g *sdl.Graph, request answerOf) answerOf {
	t.Helper()
	got := answerOf{caller: request.caller, query: request.query}
	doc, errs := gqlparser.LoadQueryWithRules(g.Schema, request.query, rules.NewDefaultRules())
	if len(errs) > 0 {
		t.Error(errs)
		return got
	}
	p, err := plan.NewPlanner(g).Plan(doc.Operations[0], nil, 0)
	if err != nil {
		t.Error(err)
		return got
	}
	bound, err := sources.Prepare(p)
	if err != nil {
		t.Error(err)
		return got
	}
	header := http.Header{}
	if request.caller != "" {
		header.Set("Authorization", request.caller)
	}
	parts := execute.Run(t.Context(), p, execute.Input{Loads: bound.Begin(t.Context(), graph.Environment{Header: header, Explain: true}), Explain: true})
	defer parts.Close()
	part, err := parts.Next(t.Context())
	if err != nil || len(part.Errors) > 0 {
		t.Error(err, part.Errors)
		return got
	}
	got.data = string(part.Data)
	for i := range part.Calls {
		if part.Calls[i].Shared {
			got.shared++
		}
	}
	return got
}
