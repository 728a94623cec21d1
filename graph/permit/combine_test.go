package permit_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/weftgraph/weft/graph/caller"
	"github.com/weftgraph/weft/graph/permit"
	"github.com/weftgraph/weft/graph/sdl"
)

func TestDirectivesCombine(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, schema, at string
		// allowed and denied are scopes of callers, separated by blanks; "-" is the anonymous one.
		allowed, denied []string
	}{
		{
			"authenticated", `type Query { a: Int @authenticated }`, "Query.a",
			[]string{"", "x"},
			[]string{"-"},
		},
		{
			"outer lists are alternatives", `type Query { a: Int @requiresScopes(scopes: [["a", "b"], ["c"]]) }`, "Query.a",
			[]string{"a b", "c", "a c"},
			[]string{"-", "", "a", "b"},
		},
		{
			"what stands for a list", `type Query { b: Int @requiresScopes(scopes: ["a", "b"]) }`, "Query.b",
			[]string{"a", "b"},
			[]string{"-", "", "c"},
		},
		{
			"directives at one place all hold",
			`type Query { a: Int @authenticated @requiresScopes(scopes: [["a"]]) @policy(policies: [["'b' in caller.scopes"]]) }`,
			"Query.a",
			[]string{"a b"},
			[]string{"-", "a", "b"},
		},
		{
			"a field and its type all hold",
			`type Query { a: T @requiresScopes(scopes: [["a"]]) } type T @requiresScopes(scopes: [["b"]]) { x: Int }`,
			"Query.a",
			[]string{"a b"},
			[]string{"a", "b"},
		},
		{
			"fields of a type demand what the type demands", `type Query { a: T } type T @requiresScopes(scopes: [["b"]]) { x: Int }`,
			"T.x",
			[]string{"b"},
			[]string{"", "-"},
		},
		{
			"a list is of its type", `type Query { a: [[T!]!] } type T @requiresScopes(scopes: [["b"]]) { x: Int }`,
			"Query.a",
			[]string{"b"},
			[]string{"", "-"},
		},
		{
			"root types", `type Query @authenticated { a: Int }`, "Query.a", []string{""}, []string{"-"},
		},
		{
			"scalars", `scalar S @authenticated type Query { a: S! }`, "Query.a", []string{""}, []string{"-"},
		},
		{
			"enums", `enum E @requiresScopes(scopes: [["e"]]) { A } type Query { a: [E] }`, "Query.a", []string{"e"}, []string{"-", ""},
		},
		{
			"scalars and enums as arguments demand nothing", `scalar S @authenticated enum E @authenticated { A } type Query { a(s: S, e: E): Int }`,
			"Query.a",
			[]string{"-"},
			nil,
		},
		{
			"extensions add", `type Query { a: T } type T { x: Int } extend type T @requiresScopes(scopes: [["b"]])`, "Query.a",
			[]string{"b"},
			[]string{""},
		},
		{
			"an interface's demands are those of its implementations", `type Query { t: T i: I }
			interface I @requiresScopes(scopes: [["i"]]) { x: Int @requiresScopes(scopes: [["f"]]) }
			type T implements I { x: Int @requiresScopes(scopes: [["x"]]) }`, "T.x", []string{"i f x"}, []string{"i f", "i x", "f x"},
		},
		{
			"a field of an interface does not demand what implementations demand",
			`type Query { i: I } interface I { x: Int } type T implements I @authenticated { x: Int }`, "Query.i",
			[]string{"-"},
			nil,
		},
		{
			"an interface's own demands hold for fields of its type",
			`type Query { i: I } interface I @authenticated { x: Int } type T implements I { x: Int }`, "Query.i",
			[]string{""},
			[]string{"-"},
		},
		{
			"a type whose interface is restricted is restricted",
			`type Query { t: T } interface I @authenticated { x: Int } type T implements I { x: Int }`, "Query.t",
			[]string{""},
			[]string{"-"},
		},
		{
			"unions demand nothing themselves", `type Query { u: U } union U = T type T @authenticated { x: Int }`, "Query.u", []string{"-"}, nil,
		},
		{
			"members of unions keep their demands", `type Query { u: U } union U = T type T @authenticated { x: Int }`, "T.x",
			[]string{""},
			[]string{"-"},
		},
		{
			"mutations", `type Query { a: Int } type Mutation { a: Int @requiresScopes(scopes: [["w"]]) }`, "Mutation.a",
			[]string{"w"},
			[]string{"-", ""},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			g, rules := compile(t, nil, c.schema)
			d := rules.OfField(fieldOf(t, g, c.at))
			for _, scopes := range c.allowed {
				if !allows(d, scopes) {
					t.Errorf("denied to %q", scopes)
				}
			}
			for _, scopes := range c.denied {
				if allows(d, scopes) {
					t.Errorf("allowed to %q", scopes)
				}
			}
		})
	}
}

// allows decides for a caller with scopes; "-" is the anonymous one.
func allows(d *permit.Demand, scopes string) bool {
	var who *caller.Caller
	if scopes != "-" {
		who = withScopes(scopes)
	}
	return d == nil || d.Allows(permit.Input{Caller: who})
}

func allowsType(rules *permit.Rules, g *sdl.Graph, typ, scopes string) bool {
	return allows(rules.OfType(g.TypeByName(typ)), scopes)
}

func TestWhatDocumentsSayOfOneFieldAllHolds(t *testing.T) {
	t.Parallel()
	g, rules := compile(
		t, nil,
		`type Query { a: Int @shareable @requiresScopes(scopes: [["a"], ["b"]]) t: T @shareable } type T @authenticated @shareable { x: Int }`,
		`type Query { a: Int @shareable @requiresScopes(scopes: [["c"], ["b", "d"]]) t: T @shareable }
		type T @shareable @policy(policies: "'t' in caller.scopes") { x: Int }`,
	)
	d := rules.OfField(fieldOf(t, g, "Query.a"))
	for scopes, want := range map[string]bool{"a c": true, "b d": true, "b c": true, "a d": false, "a": false, "c": false, "b": false, "d": false} {
		if allows(d, scopes) != want {
			t.Errorf("%q: got %v", scopes, !want)
		}
	}
	if d := rules.OfField(fieldOf(t, g, "T.x")); allows(d, "a") || !allows(d, "t") || allows(d, "-") {
		t.Error("T.x")
	}
}

func TestManyDocumentsDoNotMultiply(t *testing.T) {
	t.Parallel()
	var documents []string
	for i := range 20 {
		var anyOf []string
		for j := range 20 {
			anyOf = append(anyOf, fmt.Sprintf(`["s%d", "s%d"]`, i*100+j, i*100+j+50))
		}
		documents = append(documents, `type Query { a: Int @shareable @requiresScopes(scopes: [`+strings.Join(anyOf, ", ")+`]) }`)
	}
	g, rules := compile(t, nil, documents...)
	var one []string
	for i := range 20 {
		one = append(one, fmt.Sprintf("s%d", i*100+7), fmt.Sprintf("s%d", i*100+57))
	}
	d := rules.OfField(fieldOf(t, g, "Query.a"))
	if !allows(d, strings.Join(one, " ")) || allows(d, strings.Join(one[1:], " ")) {
		t.Error("20 documents with 20 alternatives each")
	}
}

func TestEqualDemandsAreOne(t *testing.T) {
	t.Parallel()
	g, rules := compile(t, nil, `type Query {
		a: Int @requiresScopes(scopes: [["a", "b"], ["c"]])
		b: Int @requiresScopes(scopes: [["c"], ["b", "a", "a"], ["c", "d"], ["c"]]) @authenticated
		c: Int @requiresScopes(scopes: [["c"]])
		d: Int
	}`)
	a, b, c := rules.OfField(fieldOf(t, g, "Query.a")), rules.OfField(fieldOf(t, g, "Query.b")), rules.OfField(fieldOf(t, g, "Query.c"))
	if a != b || a == c || a.ID() == c.ID() {
		t.Errorf("got %v, %v, %v", a, b, c)
	}
	if rules.OfField(fieldOf(t, g, "Query.d")) != nil {
		t.Error("a field without directives demands something")
	}
	for i, d := range rules.Demands() {
		if d.ID() != i {
			t.Errorf("demand %d has the ID %d", i, d.ID())
		}
	}
	if rules.IsEmpty() {
		t.Error("the rules are empty")
	}
	if _, none := compile(t, nil, `type Query { a: Int }`); !none.IsEmpty() {
		t.Error("the rules are not empty")
	}
}
