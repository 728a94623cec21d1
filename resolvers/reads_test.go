package resolvers_test

import (
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/virtual"
	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/plan"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/resolvers"
)

// What a plan depends on is what queries of different callers are kept apart by: rather too much than too little.
func TestReadsNameEveryHeaderThatAMappingSees(t *testing.T) {
	t.Parallel()
	for selection, want := range map[string]graph.Reads{
		`$args.name`:                                    {},
		`$request.headers.'x-a'->first`:                 {Headers: []string{"X-A"}},
		`$request.headers->get('x-a')->first`:           {Headers: []string{"X-A"}},
		`$request->get('headers').'x-a'->get(0)`:        {Headers: []string{"X-A"}},
		`$request.headers->get($args.name)->first`:      {EveryHeader: true},
		`$request.headers->get($args.name).'x-a'`:       {Headers: []string{"X-A"}, EveryHeader: true},
		`$request->get($args.name).'x-a'->first`:        {EveryHeader: true},
		`$request->get($args.name)->get('x-a')->get(0)`: {EveryHeader: true},
		`$request.headers->entries->first.key`:          {EveryHeader: true},
		`$request->jsonStringify`:                       {EveryHeader: true},
		`$request.method`:                               {},
		`$context.user`:                                 {Context: true},
	} {
		t.Run(selection, func(t *testing.T) {
			t.Parallel()
			text := `extend schema @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@connect"])
				type Query { a(name: String): String @connect(selection: ` + strconv.Quote("$("+selection+")") + `) }`
			g, diags := sdl.Build([]sdl.Input{{File: "a.graphql", Text: text}}, sdl.Options{})
			if g == nil {
				t.Fatal(diags)
			}
			pool := datasources.NewPool(map[datasources.Kind]datasources.Open{datasources.Virtual: virtual.Open})
			sources, diags := resolvers.Open(t.Context(), g, pool, resolvers.Config{})
			if sources == nil {
				t.Fatal(diags)
			}
			t.Cleanup(sources.Close)
			doc, errs := gqlparser.LoadQueryWithRules(g.Schema, `{ a }`, rules.NewDefaultRules())
			if len(errs) > 0 {
				t.Fatal(errs)
			}
			p, err := plan.NewPlanner(g).Plan(doc.Operations[0], nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			bound, err := sources.Bind(p)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, bound.Reads); diff != "" {
				t.Error(diff)
			}
		})
	}
}
