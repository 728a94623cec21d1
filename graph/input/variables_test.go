package input_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator/core"

	"github.com/weftgraph/weft/graph/input"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/value"
)

const schemaText = `
type Query { f(
  int: Int, ints: [Int], needs: Int!, grid: [[Int]], strict: [Int!]!, float: Float, string: String, flag: Boolean, id: ID, ids: [ID!],
  any: Any, anys: [Any], colour: Colour, point: Point, tree: Tree, pick: Pick, withDefault: Int! = 7
): String }
scalar Any
enum Colour { RED GREEN }
input Point { x: Int! y: Int = 2 label: String tags: [String!] nested: Point2 = { z: 3 } }
input Point2 { z: Int w: [Int!] = 9 }
input Tree { name: String! children: [Tree!] }
input Pick @oneOf { a: Int b: String }
`

func testGraph(tb testing.TB) *sdl.Graph {
	tb.Helper()
	schema, err := gqlparser.LoadSchema(&ast.Source{Name: "test", Input: schemaText})
	if err != nil {
		tb.Fatal(err)
	}
	return &sdl.Graph{Schema: schema}
}

// operation parses `query(<definitions>) { f }` and links the definitions to the schema.
func operation(tb testing.TB, g *sdl.Graph, definitions string) *ast.OperationDefinition {
	tb.Helper()
	doc, err := parser.ParseQuery(&ast.Source{Input: "query(" + definitions + ") { f }"})
	if err != nil {
		tb.Fatal(err)
	}
	core.Walk(g.Schema, doc, &core.Events{})
	return doc.Operations[0]
}

func parse(tb testing.TB, text string) value.Value {
	tb.Helper()
	v, err := value.Parse([]byte(text))
	if err != nil {
		tb.Fatal(err)
	}
	return v
}

func TestVariablesAreCoercedToTheirTypes(t *testing.T) {
	t.Parallel()
	g := testGraph(t)
	for _, tt := range []struct{ name, definition, given, want string }{
		{"int", "$v: Int", `5`, `5`},
		{"negative int", "$v: Int", `-2147483648`, `-2147483648`},
		{"integral float as int", "$v: Int", `1.0`, `1`},
		{"integral by its exponent", "$v: Int", `1.25e2`, `125`},
		{"integral in spite of its exponent", "$v: Int", `1200e-2`, `12`},
		{"zero with any exponent", "$v: Int", `-0.00e-99999999999999999999`, `0`},
		{"exponent as int", "$v: Int", `2e3`, `2000`},
		{"int as float keeps its spelling", "$v: Float", `3`, `3`},
		{"float keeps its spelling", "$v: Float", `1.50`, `1.50`},
		{"string", "$v: String", `"x"`, `"x"`},
		{"empty string", "$v: String", `""`, `""`},
		{"boolean", "$v: Boolean", `false`, `false`},
		{"id from string", "$v: ID", `"7"`, `"7"`},
		{"id from integer stays a number", "$v: ID", `7`, `7`},
		{"id from a long integer keeps all digits", "$v: ID", `123456789012345678901`, `123456789012345678901`},
		{"id from integral float", "$v: ID", `7.0`, `7`},
		{"null", "$v: Int", `null`, `null`},
		{"null overrides the default", "$v: Int = 5", `null`, `null`},
		{"enum", "$v: Colour", `"RED"`, `"RED"`},
		{"custom scalar takes an object", "$v: Any", `{"a":[1,null,"x"]}`, `{"a":[1,null,"x"]}`},
		{"list", "$v: [Int]", `[1,null,2]`, `[1,null,2]`},
		{"single value becomes a list", "$v: [Int]", `1`, `[1]`},
		{"null is no list", "$v: [Int]", `null`, `null`},
		{"empty list", "$v: [Int!]!", `[]`, `[]`},
		{"single value becomes a nested list", "$v: [[Int]]", `1`, `[[1]]`},
		{"items become nested lists", "$v: [[Int]]", `[1,[2,3],null]`, `[[1],[2,3],null]`},
		{"custom scalar list takes a single object", "$v: [Any]", `{"a":1}`, `[{"a":1}]`},
		{
			"object gets its defaults, nested ones too", "$v: Point", `{"x":1}`,
			`{"x":1,"y":2,"nested":{"z":3,"w":[9]}}`,
		},
		{"null keeps a field's default away", "$v: Point", `{"x":1,"y":null,"nested":null}`, `{"x":1,"y":null,"nested":null}`},
		{
			"fields come in the order of the type", "$v: Point", `{"tags":"a","nested":{},"y":0,"x":1}`,
			`{"x":1,"y":0,"tags":["a"],"nested":{"w":[9]}}`,
		},
		{
			"recursive input", "$v: Tree", `{"name":"a","children":[{"name":"b","children":{"name":"c"}}]}`,
			`{"name":"a","children":[{"name":"b","children":[{"name":"c"}]}]}`,
		},
		{"one of", "$v: Pick", `{"b":"x"}`, `{"b":"x"}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, errs := input.Variables(g, operation(t, g, tt.definition), parse(t, `{"v":`+tt.given+`}`), nil)
			if len(errs) > 0 {
				t.Fatal(errs)
			}
			if diff := cmp.Diff(tt.want, string(got["v"].AppendJSON(nil))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAbsentVariablesHaveTheirDefaultOrNoEntry(t *testing.T) {
	t.Parallel()
	g := testGraph(t)
	op := operation(t, g, `$none: Int, $five: Int! = 5, $null: Int = null, $list: [Int] = 4, $point: Point = {x: 1, nested: {}}, $id: ID = 9`)
	for _, given := range []value.Value{value.Missing(), value.Null(), parse(t, `{}`), parse(t, `{"other":1}`)} {
		got, errs := input.Variables(g, op, given, nil)
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		texts := map[string]string{}
		for name, v := range got {
			texts[name] = v.String()
		}
		want := map[string]string{
			"five": `5`, "null": `null`, "list": `[4]`, "id": `9`, "point": `{"x":1,"y":2,"nested":{"w":[9]}}`,
		}
		if diff := cmp.Diff(want, texts); diff != "" {
			t.Error(diff)
		}
	}
}

func TestInvalidVariablesAreRefused(t *testing.T) {
	t.Parallel()
	g := testGraph(t)
	for _, tt := range []struct{ name, definition, given, want string }{
		{"missing", "$v: Int!", `{}`, `Variable "$v" of required type "Int!" was not provided.`},
		{"null", "$v: Int!", `{"v":null}`, `Variable "$v" of non-null type "Int!" must not be null.`},
		{"string as int", "$v: Int", `{"v":"5"}`, `Variable "$v" got invalid value "5"; Int cannot represent non-integer value: "5"`},
		{"fraction as int", "$v: Int", `{"v":1.5}`, `Variable "$v" got invalid value 1.5; Int cannot represent non-integer value: 1.5`},
		{
			"big int", "$v: Int", `{"v":1099511627776}`,
			`Variable "$v" got invalid value 1099511627776; Int cannot represent non 32-bit signed integer value: 1099511627776`,
		},
		{
			"one too many", "$v: Int", `{"v":2147483648}`,
			`Variable "$v" got invalid value 2147483648; Int cannot represent non 32-bit signed integer value: 2147483648`,
		},
		{
			"huge float as int", "$v: Int", `{"v":1e99}`,
			`Variable "$v" got invalid value 1e99; Int cannot represent non 32-bit signed integer value: 1e99`,
		},
		{"boolean as int", "$v: Int", `{"v":true}`, `Variable "$v" got invalid value true; Int cannot represent non-integer value: true`},
		{"string as float", "$v: Float", `{"v":"1"}`, `Variable "$v" got invalid value "1"; Float cannot represent non numeric value: "1"`},
		{"all but zero as int", "$v: Int", `{"v":1e-400}`, `Variable "$v" got invalid value 1e-400; Int cannot represent non-integer value: 1e-400`},
		{"all but one as int", "$v: Int", `{"v":1.00000000000000000001}`, `Variable "$v" got invalid value 1.00000000000000000001; Int cannot represent non-integer value: 1.00000000000000000001`},
		{"infinite float", "$v: Float", `{"v":1e999}`, `Variable "$v" got invalid value 1e999; Float cannot represent non numeric value: 1e999`},
		{"int as string", "$v: String", `{"v":1}`, `Variable "$v" got invalid value 1; String cannot represent a non string value: 1`},
		{"int as boolean", "$v: Boolean", `{"v":1}`, `Variable "$v" got invalid value 1; Boolean cannot represent a non boolean value: 1`},
		{"fraction as id", "$v: ID", `{"v":1.5}`, `Variable "$v" got invalid value 1.5; ID cannot represent value: 1.5`},
		{"object as id", "$v: ID", `{"v":{"a":1}}`, `Variable "$v" got invalid value {a: 1}; ID cannot represent value: {a: 1}`},
		{
			"unknown enum value", "$v: Colour", `{"v":"GREN"}`,
			`Variable "$v" got invalid value "GREN"; Value "GREN" does not exist in "Colour" enum. Did you mean the enum value "GREEN"?`,
		},
		{"enum from number", "$v: Colour", `{"v":1}`, `Variable "$v" got invalid value 1; Enum "Colour" cannot represent non-string value: 1.`},
		{
			"null item", "$v: [Int!]", `{"v":[1,null]}`,
			`Variable "$v" got invalid value null at "v[1]"; Expected non-nullable type "Int!" not to be null.`,
		},
		{"wrong item", "$v: [Int]", `{"v":[1,"x"]}`, `Variable "$v" got invalid value "x" at "v[1]"; Int cannot represent non-integer value: "x"`},
		{"list for one", "$v: Int", `{"v":[1]}`, `Variable "$v" got invalid value [1]; Int cannot represent non-integer value: [1]`},
		{"no object", "$v: Point", `{"v":5}`, `Variable "$v" got invalid value 5; Expected type "Point" to be an object.`},
		{
			"required field", "$v: Point", `{"v":{}}`,
			`Variable "$v" got invalid value {}; Field "x" of required type "Int!" was not provided.`,
		},
		{
			"null required field", "$v: Point", `{"v":{"x":null}}`,
			`Variable "$v" got invalid value null at "v.x"; Expected non-nullable type "Int!" not to be null.`,
		},
		{
			"unknown field", "$v: Point", `{"v":{"x":1,"lable":"a"}}`,
			`Variable "$v" got invalid value {x: 1, lable: "a"}; Field "lable" is not defined by type "Point". Did you mean "label"?`,
		},
		{
			"deep path", "$v: Tree", `{"v":{"name":"a","children":[{"name":"b"},{"name":5}]}}`,
			`Variable "$v" got invalid value 5 at "v.children[1].name"; String cannot represent a non string value: 5`,
		},
		{"one of none", "$v: Pick", `{"v":{}}`, `Variable "$v" got invalid value {}; Exactly one key must be specified for OneOf type "Pick".`},
		{
			"one of two", "$v: Pick", `{"v":{"a":1,"b":"x"}}`,
			`Variable "$v" got invalid value {a: 1, b: "x"}; Exactly one key must be specified for OneOf type "Pick".`,
		},
		{
			"one of two, one null", "$v: Pick", `{"v":{"a":1,"b":null}}`,
			`Variable "$v" got invalid value {a: 1, b: null}; Exactly one key must be specified for OneOf type "Pick".`,
		},
		{"one of null", "$v: Pick", `{"v":{"a":null}}`, `Variable "$v" got invalid value {a: null}; Field "a" must be non-null.`},
		{
			"long value", "$v: Int", `{"v":"` + strings.Repeat("x", 5000) + `"}`,
			`Variable "$v" got invalid value "` + strings.Repeat("x", 99) + `…; Int cannot represent non-integer value: "` + strings.Repeat("x", 99) + `…`,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, errs := input.Variables(g, operation(t, g, tt.definition), parse(t, tt.given), nil)
			if got != nil || len(errs) != 1 {
				t.Fatalf("got %v and %v, want one error", got, errs)
			}
			if diff := cmp.Diff(tt.want, errs[0].Message); diff != "" {
				t.Error(diff)
			}
			if code := errs[0].Extensions["code"]; code != input.CodeBadInput {
				t.Errorf("code is %v", code)
			}
			if len(errs[0].Locations) != 1 || errs[0].Locations[0].Line != 1 {
				t.Errorf("locations are %v", errs[0].Locations)
			}
		})
	}
}

func TestAllProblemsAreReportedUpToABound(t *testing.T) {
	t.Parallel()
	g := testGraph(t)
	op := operation(t, g, "$a: Int!, $b: [Int]")
	_, errs := input.Variables(g, op, parse(t, `{"b":["x",1,"y"]}`), nil)
	if len(errs) != 3 {
		t.Errorf("got %d errors, want 3: %v", len(errs), errs)
	}
	_, errs = input.Variables(g, op, parse(t, `{"b":[`+strings.Repeat(`"x",`, 1000)+`1]}`), nil)
	if len(errs) != 20 || !strings.HasPrefix(errs[19].Message, "Too many errors") {
		t.Errorf("got %d errors, the last %v", len(errs), errs[len(errs)-1])
	}
}

func FuzzVariables(f *testing.F) {
	f.Add("Point", `{"x":1}`)
	f.Add("[[Int]]", `[1,[2]]`)
	f.Add("Pick", `{"a":null}`)
	f.Add("Tree", `{"name":"a","children":{}}`)
	f.Add("ID", `1e30`)
	g := testGraph(f)
	f.Fuzz(func(t *testing.T, typ, given string) {
		doc, err := parser.ParseQuery(&ast.Source{Input: "query($v: " + typ + ") { f }"})
		if err != nil || len(doc.Operations) == 0 {
			return
		}
		v, err := value.Parse([]byte(given))
		if err != nil {
			return
		}
		got, errs := input.Variables(g, doc.Operations[0], value.Object([]value.Field{{Name: "v", Value: v}}), nil)
		if len(errs) > 0 {
			return
		}
		// What has been coerced once is a value of the type, so that coercing again changes nothing.
		again, errs := input.Variables(g, doc.Operations[0], value.Object([]value.Field{{Name: "v", Value: got["v"]}}), nil)
		if len(errs) > 0 || !value.Equal(got["v"], again["v"]) {
			t.Errorf("%s for %s became %s, then %s %v", given, typ, got["v"], again["v"], errs)
		}
	})
}
