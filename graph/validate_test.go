package graph_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/execute"
	"github.com/weftgraph/weft/graph/plan"
	"github.com/weftgraph/weft/graph/sdl"
)

const validationDocument = `
directive @mark(n: Int, deep: [Int]) on VARIABLE_DEFINITION
type Query { n(a: Int): Int }
type Subscription { tick: Int tock: Int }
`

// Where gqlparser's rules are laxer than the specification.
func TestDocumentsThatOnlyTheSpecificationRefusesAreRefused(t *testing.T) {
	t.Parallel()
	schema, diags := sdl.Build([]sdl.Input{{File: "test.graphql", Text: validationDocument}}, sdl.Options{})
	if schema == nil {
		t.Fatal(diags)
	}
	g, err := graph.NewGeneration(graph.Params{
		Number: 1,
		Graph:  schema,
		Bind: func(*plan.Plan) (graph.Bound, error) {
			return graph.Bound{Begin: func(context.Context, graph.Environment) execute.Loads { return noLoads{} }}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	const conditions = "Anonymous Subscription must not use `@skip` or `@include` directives in the top level selection."
	for _, tt := range []struct {
		name, text string
		want       []string
	}{
		{"one root field", `subscription { tick ...F } fragment F on Subscription { tick ...F2 } fragment F2 on Subscription { tick }`, nil},
		{"two root fields", `subscription S { tick tock }`, []string{`Subscription "S" must select only one top level field.`}},
		{"two aliases of one", `subscription { a: tick b: tick }`, []string{`Anonymous Subscription must select only one top level field.`}},
		{"two in fragments", `subscription { ... { tick } ...F } fragment F on Subscription { t: tick }`, []string{`Anonymous Subscription must select only one top level field.`}},
		{"introspection", `subscription { __typename }`, []string{`Anonymous Subscription must not select an introspection top level field.`}},
		{"conditional field", `subscription { tick @include(if: true) }`, []string{conditions}},
		{"conditional fragment", `subscription ($b: Boolean!) { ...F @skip(if: $b) } fragment F on Subscription { tick }`, []string{conditions}},
		{"constant in a definition's directive", `query ($a: Int @mark(n: 1)) { n(a: $a) }`, nil},
		{"variable in a definition's directive", `query ($a: Int @mark(n: $a)) { n(a: $a) }`, []string{`Unexpected variable "$a" in constant value.`}},
		{"variable in a list there", `query ($a: Int @mark(deep: [1, $a])) { n(a: $a) }`, []string{`Unexpected variable "$a" in constant value.`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, errs := g.Prepare(tt.text)
			var got []string
			for _, err := range errs {
				got = append(got, err.Message)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
