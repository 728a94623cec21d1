package graph_test

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/execute"
	"github.com/weftgraph/weft/graph/plan"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/table"
)

const testDocument = `
extend schema @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@source", "@connect"])
  @source(name: "api", http: { baseURL: "http://localhost:1" })

type Query {
  user(id: ID!, filter: Filter): User
    @connect(source: "api", http: { GET: "/users/{$args.id}" }, selection: "id name friends { id name }")
  greeting: String @connect(selection: "$('hello')")
}
type Mutation {
  rename(id: ID!, name: String!): User
    @connect(source: "api", http: { POST: "/users/{$args.id}", body: "name: $args.name" }, selection: "id name")
}
type User { id: ID! name: String friends: [User!] }
input Filter { min: Int! = 1 max: Int tags: [String!] }
`

// noLoads is what a plan without fetches loads.
type noLoads struct{ done chan execute.Loaded }

func (noLoads) Load(plan.FetchID, *table.Keys) {}
func (noLoads) Flush(bool)                     {}
func (noLoads) Release()                       {}
func (l noLoads) Done() <-chan execute.Loaded  { return l.done }

func testGraph(tb testing.TB) *sdl.Graph {
	tb.Helper()
	g, diags := sdl.Build([]sdl.Input{{File: "test.graphql", Text: testDocument}}, sdl.Options{})
	if g == nil {
		tb.Fatal(diags)
	}
	return g
}

// newGeneration makes a generation whose plans cannot call anything; bound counts the plans.
func newGeneration(tb testing.TB, limits graph.Limits, bound *atomic.Int64) *graph.Generation {
	tb.Helper()
	return newTrusting(tb, graph.Trust{}, limits, bound)
}

// newTrusting makes a generation that trusts documents.
func newTrusting(tb testing.TB, trust graph.Trust, limits graph.Limits, bound *atomic.Int64) *graph.Generation {
	tb.Helper()
	g, err := graph.NewGeneration(graph.Params{
		Number: 1,
		Graph:  testGraph(tb),
		Limits: limits,
		Trust:  trust,
		Bind: func(*plan.Plan) (graph.Bound, error) {
			if bound != nil {
				bound.Add(1)
			}
			return graph.Bound{Begin: func(context.Context, graph.Environment) execute.Loads { return noLoads{} }}, nil
		},
	})
	if err != nil {
		tb.Fatal(err)
	}
	return g
}
