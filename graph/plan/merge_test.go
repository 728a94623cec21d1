package plan_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"github.com/weftgraph/weft/graph/plan"
)

const petSchema = `
type Query { pet: Pet dog: Dog cat: Cat node: Node }
interface Node { id: ID! name: String }
union Pet = Dog | Cat
type Dog implements Node { id: ID! name: String barks(loud: Boolean, at: At): Boolean owner: Person size: Int tags: [String] }
type Cat implements Node { id: ID! name: String kind: String! meows(loud: Boolean): Boolean owner: Person size: String lives: Int! tags: [String!] }
type Person { name: String nick: String age: Int best: Dog }
input At { hour: Int minute: Int }`

// parsed validates a query with every rule but the one that CheckMerge replaces.
func parsed(tb testing.TB, query string) *ast.QueryDocument {
	tb.Helper()
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: petSchema})
	doc, err := parser.ParseQuery(&ast.Source{Input: query})
	if err != nil {
		tb.Fatal(err)
	}
	set := rules.NewDefaultRules()
	set.RemoveRule("OverlappingFieldsCanBeMerged")
	if errs := validator.ValidateWithRules(schema, doc, set); len(errs) > 0 {
		tb.Fatal(errs)
	}
	return doc
}

func TestCheckMergeFollowsTheSpecification(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, query, want string
	}{
		{"equal fields merge", `{ dog { name, name } }`, ""},
		{"equal arguments merge in any order", `{ dog { barks(loud: true, at: {hour: 1, minute: 2}) barks(at: {minute: 2, hour: 1}, loud: true) } }`, ""},
		{"different fields under one alias conflict", `{ dog { x: name x: size } }`, "different"},
		{"same shape but different fields conflict", `{ dog { x: name x: id } }`, "conflict"},
		{"different arguments conflict", `{ dog { barks(loud: true) barks(loud: false) } }`, "differing arguments"},
		{"a missing argument conflicts", `{ dog { barks(loud: true) barks } }`, "differing arguments"},
		{"object types that cannot overlap may differ in fields", `{ pet { ... on Dog { x: name } ... on Cat { x: name } } }`, ""},
		{"and in arguments", `{ pet { ... on Dog { x: barks(loud: true) } ... on Cat { x: meows(loud: false) } } }`, ""},
		{"but not in shape", `{ pet { ... on Dog { size } ... on Cat { size } } }`, "conflicting types Int and String"},
		{"nor in nullability", `{ pet { ... on Dog { x: size } ... on Cat { x: lives } } }`, "conflicting types Int and Int!"},
		{"nor in lists", `{ pet { ... on Dog { tags } ... on Cat { tags } } }`, "conflicting types"},
		{"an interface overlaps with its objects", `{ node { x: name ... on Dog { x: id } } }`, "conflict"},
		{"fields below are merged", `{ dog { owner { x: name } } dog { owner { x: nick } } }`, "name and nick are different fields"},
		{"fields below parents that cannot overlap need one shape only", `{ pet { ... on Dog { owner { x: name } } ... on Cat { owner { x: nick } } } }`, ""},
		{"but they need that", `{ pet { ... on Dog { owner { x: name } } ... on Cat { owner { x: age } } } }`, "conflicting types String and Int"},
		{"deeply", `{ pet { ... on Dog { owner { best { x: name } } } ... on Cat { owner { best { x: size } } } } }`, "conflicting types String and Int"},
		{"__typename is never null", `{ pet { ... on Dog { x: __typename } ... on Cat { x: kind } } }`, ""},
		{"and of another type than a nullable string", `{ pet { ... on Dog { x: __typename } ... on Cat { x: size } } }`, "conflicting types String! and String"},
		{"fragments are looked into", `{ dog { ...A ...B } } fragment A on Dog { x: name } fragment B on Dog { x: id }`, "conflict"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := plan.CheckMerge(parsed(t, tt.query)).Error()
			if tt.want == "" && strings.TrimSpace(got) != "" || !strings.Contains(got, tt.want) {
				t.Errorf("got %q, want it to contain %q", got, tt.want)
			}
		})
	}
}

func TestCheckMergeReportsBothPlaces(t *testing.T) {
	t.Parallel()
	errs := plan.CheckMerge(parsed(t, "{\n dog { x: name\n x: size } }"))
	if len(errs) != 1 || len(errs[0].Locations) != 2 || errs[0].Locations[0].Line != 2 || errs[0].Locations[1].Line != 3 {
		t.Errorf("got %+v", errs)
	}
}

// Ten thousand overlapping fields take 33 s with the quadratic rule; here they are a matter of counting.
func TestCheckMergeIsLinearInOverlappingFields(t *testing.T) {
	t.Parallel()
	doc := parsed(t, "{ dog {"+strings.Repeat(" name", 10_000)+" } }")
	if errs := plan.CheckMerge(doc); len(errs) > 0 {
		t.Error(errs)
	}
}

func TestCheckMergeGivesUpOnFragmentsThatMultiply(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("{ dog { owner { ...F0 } } }")
	for i := range 30 {
		fmt.Fprintf(&b, " fragment F%d on Person { a%d: best { owner { ...F%d } } b%d: best { owner { ...F%d } } }", i, i, i+1, i, i+1)
	}
	b.WriteString(" fragment F30 on Person { name }")
	errs := plan.CheckMerge(parsed(t, b.String()))
	if len(errs) != 1 || errs[0].Extensions["code"] != "LIMIT_EXCEEDED" {
		t.Errorf("got %v", errs)
	}
}
