package plan_test

import (
	"testing"

	"github.com/weftgraph/weft/graph/sdl"
)

// Only names that begin with two underscores belong to introspection ([GraphQL] 2.1.9): one underscore is a field like any other.
func TestFieldsWithOneUnderscoreAreSupplied(t *testing.T) {
	t.Parallel()
	const document = `extend schema
  @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@source", "@connect"])
  @source(name: "api", http: { baseURL: "http://localhost" })
type Query {
  _: String @connect(source: "api", http: { GET: "/underscore" }, selection: "$")
  _version: String @connect(source: "api", http: { GET: "/version" }, selection: "$")
}`
	g, diags := sdl.Build([]sdl.Input{{File: "graph.graphql", Text: document}}, sdl.Options{})
	if g == nil {
		t.Fatal(diags)
	}
	for _, query := range []string{`{ _ }`, `{ _version }`, `{ __typename _ }`} {
		p := planned(t, g, query, nil)
		if p.Unsupplied || len(p.Fetches) != 1 {
			t.Errorf("%s is not supplied by one fetch\n%s", query, p.AppendText(nil))
		}
	}
}
