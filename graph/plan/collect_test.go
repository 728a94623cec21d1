package plan

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"github.com/weftgraph/weft/graph/sdl"
)

const animalDocument = `
extend schema @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@source", "@connect"])
  @source(name: "zoo", http: { baseURL: "http://zoo.test" })
type Query {
  animal: Animal @connect(source: "zoo", http: { GET: "/animal" },
    selection: "... kind->match(['dog', { __typename: 'Dog', id, name, size }], ['cat', { __typename: 'Cat', id, name, lives }], ['fish', { __typename: 'Fish', id }])")
}
interface Animal { id: ID! name: String }
interface Mammal implements Animal { id: ID! name: String }
union Pet = Dog | Cat
type Dog implements Animal & Mammal { id: ID! name: String size: Int }
type Cat implements Animal & Mammal { id: ID! name: String lives: Int }
type Fish implements Animal { id: ID! name: String }`

func animals(t *testing.T) *sdl.Graph {
	t.Helper()
	g, diags := sdl.Build([]sdl.Input{{File: "zoo.graphql", Text: animalDocument}}, sdl.Options{})
	if g == nil {
		t.Fatal(diags)
	}
	return g
}

// collected returns what collect makes of the selection set of `animal`, for each concrete type: the response keys in order, with the
// field and the number of its occurrences where they tell more.
func collected(t *testing.T, g *sdl.Graph, selection string, conditions map[string]bool) map[string]string {
	t.Helper()
	query := "query Q($a: Boolean = false, $b: Boolean = false) { animal { " + selection + " } __typename @include(if: $a) @skip(if: $b) }"
	doc, errs := gqlparser.LoadQueryWithRules(g.Schema, query+fragments, rules.NewDefaultRules())
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	field, ok := doc.Operations[0].SelectionSet[0].(*ast.Field)
	if !ok {
		t.Fatal("no field")
	}
	types := g.Type(g.TypeByName("Animal")).Possible
	out := map[string]string{}
	for _, e := range (&builder{graph: g, conditions: conditions}).collect(types, []ast.SelectionSet{field.SelectionSet}) {
		for i, in := range e.tags {
			if !in {
				continue
			}
			text := e.key
			if e.name != e.key {
				text += ":" + e.name
			}
			if len(e.asts) > 1 {
				text += fmt.Sprintf("*%d", len(e.asts))
			}
			name := g.Type(types[i]).Name
			out[name] = strings.TrimSpace(out[name] + " " + text)
		}
	}
	return out
}

// fragments can be spread by every test; the operation Uses keeps validation from calling them unused.
const fragments = `
query Uses { animal { ...D ...M ...P ...A } }
fragment D on Dog { name size }
fragment M on Mammal { name id }
fragment P on Pet { ... on Dog { size } ... on Cat { lives } }
fragment A on Animal { ...D ...M id }`

func TestCollectKeepsTheOrderOfEachType(t *testing.T) {
	t.Parallel()
	g := animals(t)
	for _, tt := range []struct {
		name, selection string
		dog, cat, fish  string
	}{
		{"plain fields", `id name`, "id name", "id name", "id name"},
		{"equal keys merge at the first place", `name id name`, "name*2 id", "name*2 id", "name*2 id"},
		{"aliases are keys of their own", `a: name b: name`, "a:name b:name", "a:name b:name", "a:name b:name"},
		{"a type condition", `id ... on Dog { size } name`, "id size name", "id name", "id name"},
		{"an interface as a condition", `... on Mammal { name } id`, "name id", "name id", "id"},
		{"a union as a condition", `... on Pet { ... on Cat { lives } } id`, "id", "lives id", "id"},
		// Dogs get their name before the id, cats and fish after it: one entry for each.
		{"an early occurrence for one type", `... on Dog { name } id name`, "name*2 id", "id name", "id name"},
		{"a late occurrence for one type", `name id ... on Dog { name }`, "name*2 id", "name id", "name id"},
		{"occurrences that overlap", `... on Dog { name } ... on Mammal { name } name`, "name*3", "name*2", "name"},
		{"different fields under one key", `... on Dog { x: size } ... on Cat { x: lives }`, "x:size", "x:lives", ""},
		{"a fragment", `...D id`, "name size id", "id", "id"},
		{"a fragment counts once", `...D ...D name`, "name*2 size", "name", "name"},
		{"a fragment seen for some types only", `... on Dog { ...M } ...M`, "name id", "name id", ""},
		{"fragments in fragments", `...A`, "name*2 size id*2", "name id*2", "id"},
		{"a union fragment", `...P`, "size", "lives", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			want := map[string]string{}
			for name, text := range map[string]string{"Dog": tt.dog, "Cat": tt.cat, "Fish": tt.fish} {
				if text != "" {
					want[name] = text
				}
			}
			if diff := cmp.Diff(want, collected(t, g, tt.selection, nil)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestCollectFollowsConditions(t *testing.T) {
	t.Parallel()
	g := animals(t)
	for _, tt := range []struct {
		selection string
		a, b      bool
		want      string
	}{
		{`id @include(if: true)`, false, false, "id"},
		{`id @include(if: false) name`, false, false, "name"},
		{`id @skip(if: true) name`, false, false, "name"},
		{`id @skip(if: $a) name`, true, false, "name"},
		{`id @skip(if: $a) name`, false, false, "id name"},
		{`id @include(if: $a) name @include(if: $b)`, true, false, "id"},
		// Both have to allow it ([GraphQL] 3.13.1).
		{`id @include(if: $a) @skip(if: $b) name`, true, true, "name"},
		{`id @include(if: $a) @skip(if: $b) name`, true, false, "id name"},
		{`id ... @include(if: $a) { name }`, false, false, "id"},
		{`...D @skip(if: $a) id`, true, false, "id"},
		// A spread that is left out has not been seen.
		{`...M @skip(if: $a) ...M`, true, false, "name id"},
		{`id @include(if: $a) id`, false, false, "id"},
	} {
		t.Run(fmt.Sprintf("%s a=%t b=%t", tt.selection, tt.a, tt.b), func(t *testing.T) {
			t.Parallel()
			if got := collected(t, g, tt.selection, map[string]bool{"a": tt.a, "b": tt.b})["Cat"]; got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
