package plan_test

import (
	"os"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"github.com/weftgraph/weft/graph/plan"
	"github.com/weftgraph/weft/graph/sdl"
)

// blog returns the graph of testdata/print/blog.graphql.
func blog(tb testing.TB) *sdl.Graph {
	tb.Helper()
	text, err := os.ReadFile("testdata/print/blog.graphql")
	if err != nil {
		tb.Fatal(err)
	}
	g, diags := sdl.Build([]sdl.Input{{File: "blog.graphql", Text: string(text)}}, sdl.Options{})
	if g == nil {
		tb.Fatal(diags)
	}
	return g
}

// validated returns the only operation of a query document.
func validated(tb testing.TB, g *sdl.Graph, query string) *ast.OperationDefinition {
	tb.Helper()
	doc, errs := gqlparser.LoadQueryWithRules(g.Schema, query, rules.NewDefaultRules())
	if len(errs) > 0 {
		tb.Fatal(errs)
	}
	return doc.Operations[0]
}

// planned plans the only operation of a query document.
func planned(tb testing.TB, g *sdl.Graph, query string, conditions map[string]bool) *plan.Plan {
	tb.Helper()
	p, err := plan.NewPlanner(g).Plan(validated(tb, g, query), conditions, 0)
	if err != nil {
		tb.Fatal(err)
	}
	return p
}
