package graph_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/plan"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/value"
)

func TestDeferFollowsTheRulesOfTheProposal(t *testing.T) {
	t.Parallel()
	const document = `
extend schema
  @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@source", "@connect"])
  @source(name: "api", http: { baseURL: "http://api.test" })
type Query { a: A @connect(source: "api", http: { GET: "/a" }, selection: "id") }
type Mutation { m: A @connect(source: "api", http: { POST: "/m" }, selection: "id") }
type Subscription { s: A }
type A { id: ID }`
	const (
		root   = "The root fields of a mutation cannot be deferred. Take the @defer away, or give it `if: false`."
		stream = "Subscriptions cannot be deferred. Take the @defer away, or give it `if: false`."
	)
	for _, tt := range []struct {
		name, query, want string
	}{
		{"at the root", `{ ... @defer { a { id } } }`, ""},
		{"on a spread", `{ a { ...F @defer(label: "x") } } fragment F on A { id }`, ""},
		{"by a variable", `query($v: Boolean!) { a { ... @defer(if: $v) { id } } }`, ""},
		{"by a nullable variable with a default", `query($v: Boolean = true) { a { ... @defer(if: $v) { id } } }`, ""},
		{"by a nullable variable", `query($v: Boolean) { a { ... @defer(if: $v, label: null) { id } } }`, ""},
		{"if null", `{ a { ... @defer(if: null) { id } } }`, "Expected value of type \"Boolean!\", found null."},
		{"on a field", `{ a @defer { id } }`, `Directive "@defer" may not be used on FIELD.`},
		{"twice in one place", `{ a { ... @defer @defer { id } } }`, `The directive "@defer" can only be used once at this location.`},
		{"labels of one text", `{ a { ... @defer(label: "x") { id } ... @defer(label: "x") { id } } }`, `The label "x" is that of another @defer. Labels must be unique in a document.`},
		{
			"labels of one text in two operations", `query Q { ...F } query R { a { ... @defer(label: "x") { id } } } fragment F on Query { a { ... @defer(label: "x") { id } } }`,
			`The label "x" is that of another @defer. Labels must be unique in a document.`,
		},
		{"one label in a fragment of two operations", `query Q { ...F } query R { ...F } fragment F on Query { a { ... @defer(label: "x") { id } } }`, ""},
		{"a label of a variable", `query($l: String) { a { ... @defer(label: $l) { id } } }`, `The label of @defer must be a text, not a variable.`},
		{"below a mutation's field", `mutation { m { ... @defer { id } } }`, ""},
		{"a mutation's root", `mutation { ... @defer { m { id } } }`, root},
		{"a mutation's root, switched off", `mutation { ... @defer(if: false) { m { id } } }`, ""},
		{"a mutation's root, in a fragment", `mutation { ...F } fragment F on Mutation { ... @defer { m { id } } }`, root},
		{"a subscription", `subscription { s { ... @defer { id } } }`, stream},
		{"a subscription's root", `subscription { ... @defer { s { id } } }`, stream},
		{"a subscription, perhaps", `subscription($v: Boolean!) { s { ... @defer(if: $v) { id } } }`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, errs := deferringGeneration(t, document, sdl.Options{}).Prepare(tt.query)
			var got strings.Builder
			for _, err := range errs {
				got.WriteString(err.Message)
			}
			if diff := cmp.Diff(tt.want, got.String()); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func deferringGeneration(t *testing.T, document string, options sdl.Options) *graph.Generation {
	t.Helper()
	g, diags := sdl.Build([]sdl.Input{{File: "test.graphql", Text: document}}, options)
	if g == nil {
		t.Fatal(diags)
	}
	generation, err := graph.NewGeneration(graph.Params{Number: 1, Graph: g})
	if err != nil {
		t.Fatal(err)
	}
	return generation
}

func TestDeferIsUnknownWhereItIsSwitchedOff(t *testing.T) {
	t.Parallel()
	const document = `
extend schema
  @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@source", "@connect"])
type Query { a: Int @connect(selection: "$(1)") }`
	_, errs := deferringGeneration(t, document, sdl.Options{NoDefer: true}).Prepare(`{ ... @defer { a } }`)
	if len(errs) != 1 || errs[0].Message != `Unknown directive "@defer".` {
		t.Errorf("got %v", errs)
	}
}

func TestPlansForBothKindsOfClientsAreMadeAhead(t *testing.T) {
	t.Parallel()
	const document = `
extend schema
  @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@source", "@connect"])
type Query { a: Int @connect(selection: "$(1)") }`
	for query, want := range map[string]int{
		`{ ... @defer { a } }`: 2,
		`{ a }`:                1,
		`query($v: Boolean!) { ... @defer(if: $v) { a } }`: 0,
	} {
		old, next := plannedGeneration(t, document), plannedGeneration(t, document)
		run, errs := old.Begin(graph.Query{Text: query, Variables: value.From(map[string]any{"v": true})})
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		run.Close()
		next.Warm(old, 10)
		if got := next.CachedPlans(); got != want {
			t.Errorf("%s: %d plans, want %d", query, got, want)
		}
	}
}

func plannedGeneration(t *testing.T, document string) *graph.Generation {
	t.Helper()
	g, diags := sdl.Build([]sdl.Input{{File: "test.graphql", Text: document}}, sdl.Options{})
	if g == nil {
		t.Fatal(diags)
	}
	generation, err := graph.NewGeneration(graph.Params{
		Number: 1, Graph: g,
		Bind: func(*plan.Plan) (graph.Bound, error) { return graph.Bound{}, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	return generation
}
