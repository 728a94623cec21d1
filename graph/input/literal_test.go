package input_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator/core"

	"github.com/weftgraph/weft/graph/input"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/value"
)

// argument returns an argument of `{ f(<argument>) }` with its definition.
func argument(tb testing.TB, g *sdl.Graph, text string) (*ast.Argument, *ast.ArgumentDefinition) {
	tb.Helper()
	doc, err := parser.ParseQuery(&ast.Source{Input: "{ f(" + text + ") }"})
	if err != nil {
		tb.Fatal(err)
	}
	core.Walk(g.Schema, doc, &core.Events{})
	f := doc.Operations[0].SelectionSet[0].(*ast.Field)
	arg := f.Arguments[0]
	return arg, f.Definition.Arguments.ForName(arg.Name)
}

func TestLiteralsAreCoerced(t *testing.T) {
	t.Parallel()
	g := testGraph(t)
	vars := map[string]value.Value{
		"one":   value.Int(1),
		"null":  value.Null(),
		"point": parse(t, `{"x":4}`),
		"text":  value.String("s"),
	}
	for _, tt := range []struct{ literal, want string }{
		{`int: 5`, `5`},
		{`int: null`, `null`},
		{`int: $one`, `1`},
		{`int: $absent`, `MISSING`},
		{`int: $null`, `null`},
		{`float: 1.50`, `1.50`},
		{`float: 123456789012345678901`, `123456789012345678901`},
		{`id: 123456789012345678901`, `123456789012345678901`},
		{`id: "a"`, `"a"`},
		{`id: 7`, `7`},
		{`string: """block"""`, `"block"`},
		{`flag: true`, `true`},
		{`colour: RED`, `"RED"`},
		{`ints: 1`, `[1]`},
		{`ints: [1, null, $absent, $one]`, `[1,null,null,1]`},
		{`grid: 1`, `[[1]]`},
		{`grid: [1, [2, 3], null]`, `[[1],[2,3],null]`},
		{`point: {x: 1}`, `{"x":1,"y":2,"nested":{"z":3,"w":[9]}}`},
		{`point: {x: $one, y: $absent, label: $absent, nested: {w: 1}}`, `{"x":1,"y":2,"nested":{"w":[1]}}`},
		{`point: {x: 1, y: null, nested: null, tags: "a"}`, `{"x":1,"y":null,"tags":["a"],"nested":null}`},
		{`point: $point`, `{"x":4}`},
		{`tree: {name: "a", children: {name: "b"}}`, `{"name":"a","children":[{"name":"b"}]}`},
		{`pick: {a: 1}`, `{"a":1}`},
		{`any: {a: [RED, 1.0, $one, $absent], b: $absent}`, `{"a":["RED",1.0,1,null]}`},
		{`any: $absent`, `MISSING`},
		{`anys: 5`, `[5]`},
	} {
		t.Run(tt.literal, func(t *testing.T) {
			t.Parallel()
			arg, def := argument(t, g, tt.literal)
			got, err := input.Literal(g, arg.Value, def.Type, vars)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestInvalidLiteralsAreRefused(t *testing.T) {
	t.Parallel()
	g := testGraph(t)
	vars := map[string]value.Value{"null": value.Null()}
	for _, tt := range []struct{ literal, want string }{
		{`needs: $null`, `variable "$null" of null value used in position expecting type "Int!"`},
		{`strict: [$absent]`, `variable "$absent" without value used in position expecting type "Int!"`},
		{`strict: [null]`, `expected value of type "Int!", found null`},
		{`point: {x: $absent}`, `field "x" of required type "Int!" was not provided`},
		{`point: {x: 1, z: 2}`, `Field "z" is not defined by type "Point".`},
		{`point: 5`, `expected value of type "Point", found 5`},
		{`pick: {a: $absent}`, `Exactly one key must be specified for OneOf type "Pick".`},
		{`pick: {a: 1, b: "x"}`, `Exactly one key must be specified for OneOf type "Pick".`},
		{`pick: {a: $null}`, `Field "a" must be non-null.`},
		{`int: 1.0`, `Int cannot represent non-integer value: 1.0`},
		{`int: 2147483648`, `Int cannot represent non 32-bit signed integer value: 2147483648`},
		{`float: 1e999`, `Float cannot represent a value beyond double precision: 1e999`},
		{`colour: "RED"`, `Enum "Colour" cannot represent non-enum value: "RED".`},
		{`string: RED`, `String cannot represent a non string value: RED`},
	} {
		t.Run(tt.literal, func(t *testing.T) {
			t.Parallel()
			arg, def := argument(t, g, tt.literal)
			_, err := input.Literal(g, arg.Value, def.Type, vars)
			if err == nil {
				t.Fatal("no error")
			}
			if diff := cmp.Diff(tt.want, err.Error()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestArgumentsWithoutValueHaveTheirDefault(t *testing.T) {
	t.Parallel()
	g := testGraph(t)
	absent, _ := argument(t, g, `int: $absent`)
	_, withDefault := argument(t, g, `withDefault: 1`)
	_, plain := argument(t, g, `int: 1`)
	_, needs := argument(t, g, `needs: 1`)
	for _, tt := range []struct {
		name  string
		given *ast.Value
		def   *ast.ArgumentDefinition
		want  string
	}{
		{"omitted with default", nil, withDefault, `7`},
		{"bound to an absent variable with default", absent.Value, withDefault, `7`},
		{"omitted", nil, plain, `MISSING`},
		{"bound to an absent variable", absent.Value, plain, `null`},
		{"required", nil, needs, `a value of required type "Int!" was not provided`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			v, err := input.Argument(g, tt.given, tt.def.DefaultValue, tt.def.Type, nil)
			got := v.String()
			if err != nil {
				got = err.Error()
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRuleFindsInvalidLiterals(t *testing.T) {
	t.Parallel()
	g := testGraph(t)
	for _, tt := range []struct{ literal, want string }{
		{`int: 5`, ``},
		{`float: 123456789012345678901`, ``},
		{`id: 123456789012345678901`, ``},
		{`grid: [1, [2]]`, ``},
		{`any: {a: [RED, $v]}`, ``},
		{`int: 1099511627776`, `1:10 Int cannot represent non 32-bit signed integer value: 1099511627776`},
		{`needs: null`, `1:12 Expected value of type "Int!", found null.`},
		{`strict: [1, null]`, `1:17 Expected value of type "Int!", found null.`},
		{`string: [1]`, `1:13 String cannot represent a non string value: a list`},
		{`colour: BLUE`, `1:13 Value "BLUE" does not exist in "Colour" enum.`},
		{`point: {y: true}`, `1:16 Int cannot represent non-integer value: true|1:12 Field "Point.x" of required type "Int!" was not provided.`},
		{`point: {x: 1, lable: 2}`, `1:19 Field "lable" is not defined by type "Point". Did you mean "label"?`},
		{`pick: {}`, `1:11 Exactly one key must be specified for OneOf type "Pick".`},
		{`pick: {b: null}`, `1:15 Field "Pick.b" must be non-null.`},
	} {
		t.Run(tt.literal, func(t *testing.T) {
			t.Parallel()
			doc, err := parser.ParseQuery(&ast.Source{Input: "{ f(" + tt.literal + ") }"})
			if err != nil {
				t.Fatal(err)
			}
			found := findings(g, doc)
			got := map[string]bool{}
			for _, f := range found {
				got[f] = true
			}
			want := map[string]bool{}
			if tt.want != "" {
				for f := range strings.SplitSeq(tt.want, "|") {
					want[f] = true
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
