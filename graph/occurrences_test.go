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

const occurrencesDocument = `
extend schema @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@source", "@connect"])
  @source(name: "api", http: { baseURL: "http://localhost:1" })
type Query {
  node(id: ID): Node @connect(source: "api", http: { GET: "/node" }, selection: """
    ...kind->match(["a", { __typename: "A", id: id, name: name }], ["b", { __typename: "B", id: id, name: name, more: more }])
  """)
  all: [A!] @connect(source: "api", http: { GET: "/all" }, selection: "id name self { id name }")
}
type Mutation { login(name: String): A @connect(source: "api", http: { POST: "/login" }, selection: "id name") }
type Subscription { ticks: A @connect(source: "api", http: { GET: "/ticks" }, selection: "id name") }
interface Node { id: ID! name: String }
type A implements Node { id: ID! name: String self: A }
type B implements Node { id: ID! name: String more: Int }
`

func TestFieldsOccurAsOftenAsTheyAreAskedFor(t *testing.T) {
	t.Parallel()
	g, diags := sdl.Build([]sdl.Input{{File: "test.graphql", Text: occurrencesDocument}}, sdl.Options{})
	if g == nil {
		t.Fatal(diags)
	}
	generation, err := graph.NewGeneration(graph.Params{
		Number: 1, Graph: g, Bind: func(*plan.Plan) (graph.Bound, error) { return graph.Bound{}, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, query, variables string
		// want are the counts of the coordinates that are there.
		want map[string]int
	}{
		{"once", `mutation { login { id } }`, "", map[string]int{"Mutation.login": 1, "A.id": 1, "Node.id": 1}},
		{"by aliases", `mutation { a: login { __typename } b: login { __typename } login { __typename } }`, "", map[string]int{"Mutation.login": 3}},
		{
			"merged", `mutation { login { id } login { id } ...F } fragment F on Mutation { login { id } }`, "",
			map[string]int{"Mutation.login": 1, "A.id": 1, "Node.id": 1},
		},
		{
			"in fragments that are spread several times", `{ a: all { ...F } b: all { ...F } } fragment F on A { id self { name } }`, "",
			map[string]int{"Query.all": 2, "A.id": 2, "Node.id": 2, "A.self": 2, "A.name": 2, "Node.name": 2},
		},
		{
			"under conditions", `mutation($y: Boolean!, $n: Boolean!) { a: login @skip(if: $y) { id } b: login @include(if: $y) { __typename } c: login @include(if: $n) { id } }`,
			`{"y":true,"n":false}`,
			map[string]int{"Mutation.login": 1},
		},
		{"in lists", `{ all { id } }`, "", map[string]int{"Query.all": 1, "A.id": 1, "Node.id": 1}},
		{"of an interface", `{ node { id } }`, "", map[string]int{"Query.node": 1, "A.id": 1, "B.id": 1, "Node.id": 1}},
		{
			"of one of its types", `{ node { ... on B { more } } }`, "",
			map[string]int{"Query.node": 1, "B.more": 1},
		},
		{"a subscription", `subscription { ticks { id } }`, "", map[string]int{"Subscription.ticks": 1, "A.id": 1, "Node.id": 1}},
	} {
		q := graph.Query{Text: tt.query}
		if tt.variables != "" {
			if q.Variables, err = value.Parse([]byte(tt.variables)); err != nil {
				t.Fatal(err)
			}
		}
		run, errs := generation.Begin(q)
		if len(errs) > 0 {
			t.Errorf("%s: %v", tt.name, errs)
			continue
		}
		got := map[string]int{}
		for field := range strings.FieldsSeq(`Query.node Query.all Mutation.login Subscription.ticks Node.id Node.name A.id A.name A.self
			B.id B.name B.more Mutation.nothing Nothing.login`) {
			if n := run.Occurrences(field); n > 0 {
				got[field] = n
			}
		}
		run.Close()
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
}
