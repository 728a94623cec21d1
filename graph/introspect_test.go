package graph_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/execute"
	"github.com/weftgraph/weft/graph/plan"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/value"
	"github.com/weftgraph/weft/resolvers/system"
)

const introspectedDocument = `
type Query { pet: Pet  find(name: String, id: ID @deprecated): Found }
interface Being { name: String }
interface Pet implements Being { name: String }
type Dog implements Being & Pet { name: String }
type Cat implements Being & Pet { name: String }
union Found = Dog | Cat
enum Size { SMALL LARGE @deprecated }
input Filter { size: Size  old: Int @deprecated }
input Choice @oneOf { a: Int  b: Int }
scalar Json
`

// introspect answers a query about introspectedDocument.
func introspect(t *testing.T, query, variables string) string {
	t.Helper()
	schema, diags := sdl.Build([]sdl.Input{{File: "test.graphql", Text: introspectedDocument}}, sdl.Options{})
	if schema == nil {
		t.Fatal(diags)
	}
	g, err := graph.NewGeneration(graph.Params{
		Number: 1,
		Graph:  schema,
		System: system.Introspection,
		Bind: func(*plan.Plan) (graph.Bound, error) {
			return graph.Bound{Begin: func(context.Context, graph.Environment) execute.Loads { return noLoads{} }}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	vars, err := value.Parse([]byte(variables))
	if err != nil {
		t.Fatal(err)
	}
	run, errs := g.Begin(graph.Query{Text: query, Variables: vars})
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	defer run.Close()
	part, err := run.Next(t.Context())
	if err != nil || len(part.Errors) > 0 {
		t.Fatal(err, part)
	}
	return string(part.Data)
}

func TestTypesHaveOnlyThePartsOfTheirKind(t *testing.T) {
	t.Parallel()
	const query = `query ($n: String!) { __type(name: $n) {
		fields { name } interfaces { name } possibleTypes { name } enumValues { name } inputFields { name } isOneOf
	} }`
	for _, tt := range []struct{ name, want string }{
		{"Dog", `"fields":[{"name":"name"}],"interfaces":[{"name":"Being"},{"name":"Pet"}],"possibleTypes":null,"enumValues":null,"inputFields":null,"isOneOf":null`},
		{"Being", `"fields":[{"name":"name"}],"interfaces":[],"possibleTypes":[{"name":"Dog"},{"name":"Cat"}],"enumValues":null,"inputFields":null,"isOneOf":null`},
		{"Found", `"fields":null,"interfaces":null,"possibleTypes":[{"name":"Dog"},{"name":"Cat"}],"enumValues":null,"inputFields":null,"isOneOf":null`},
		{"Size", `"fields":null,"interfaces":null,"possibleTypes":null,"enumValues":[{"name":"SMALL"}],"inputFields":null,"isOneOf":null`},
		{"Filter", `"fields":null,"interfaces":null,"possibleTypes":null,"enumValues":null,"inputFields":[{"name":"size"}],"isOneOf":false`},
		{"Choice", `"fields":null,"interfaces":null,"possibleTypes":null,"enumValues":null,"inputFields":[{"name":"a"},{"name":"b"}],"isOneOf":true`},
		{"Json", `"fields":null,"interfaces":null,"possibleTypes":null,"enumValues":null,"inputFields":null,"isOneOf":null`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			want := `{"__type":{` + tt.want + `}}`
			if diff := cmp.Diff(want, introspect(t, query, `{"n":"`+tt.name+`"}`)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestIntrospectionSelectionsAreMergedAndConditional(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, query, variables, want string }{
		{
			"one response key, two places", `{ s: __schema { queryType { name } } ...F } fragment F on Query { s: __schema { queryType { kind n: name } } }`, `{}`,
			`{"s":{"queryType":{"name":"Query","kind":"OBJECT","n":"Query"}}}`,
		},
		{
			"conditions", `query ($no: Boolean!, $yes: Boolean = true) { __type(name: "Json") {
				name @skip(if: $yes) ...F @include(if: $no) ... @include(if: $yes) { k: kind } ... on __Type @skip(if: $no) { kind }
			} } fragment F on __Type { description }`, `{"no":false}`,
			`{"__type":{"k":"SCALAR","kind":"SCALAR"}}`,
		},
		{
			"deprecated on demand", `query ($all: Boolean!) {
				__type(name: "Query") { fields { all: args(includeDeprecated: $all) { name isDeprecated } args { name } } }
				f: __type(name: "Filter") { inputFields(includeDeprecated: true) { name } }
			}`, `{"all":true}`,
			`{"__type":{"fields":[{"all":[],"args":[]},{"all":[{"name":"name","isDeprecated":false},{"name":"id","isDeprecated":true}],"args":[{"name":"name"}]}]},` +
				`"f":{"inputFields":[{"name":"size"},{"name":"old"}]}}`,
		},
		{
			"only supported directives", `{ __schema { directives { name } } }`, `{}`,
			`{"__schema":{"directives":[{"name":"defer"},{"name":"deprecated"},{"name":"include"},{"name":"oneOf"},{"name":"skip"},{"name":"specifiedBy"}]}}`,
		},
		{"unknown type", `{ __type(name: "Nobody") { name } }`, `{}`, `{"__type":null}`},
		{"type names", `{ __typename t: __type(name: "Dog") { __typename interfaces { __typename } } }`, `{}`, `{"__typename":"Query","t":{"__typename":"__Type","interfaces":[{"__typename":"__Type"},{"__typename":"__Type"}]}}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, introspect(t, tt.query, tt.variables)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
