package plan_test

import (
	"os"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/plan"
	"github.com/weftgraph/weft/graph/sdl"
)

// blog returns the graph of testdata/print/blog.graphql.
func blog(t testing.TB) *sdl.Graph {
	t.Helper()
	text, err := os.ReadFile("testdata/print/blog.graphql")
	if err != nil {
		t.Fatal(err)
	}
	g, diags := sdl.Build([]sdl.Input{{File: "blog.graphql", Text: string(text)}}, sdl.Options{})
	if g == nil {
		t.Fatal(diags)
	}
	return g
}

// validated returns the only operation of a query document.
func validated(t testing.TB, g *sdl.Graph, query string) *ast.OperationDefinition {
	t.Helper()
	doc, errs := gqlparser.LoadQuery(g.Schema, query)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	return doc.Operations[0]
}

// planned plans the only operation of a query document.
func planned(t testing.TB, g *sdl.Graph, query string, conditions map[string]bool) *plan.Plan {
	t.Helper()
	p, err := plan.NewPlanner(g).Plan(validated(t, g, query), conditions)
	if err != nil {
		t.Fatal(err)
	}
	return p
}
