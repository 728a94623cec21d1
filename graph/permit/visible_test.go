package permit_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"

	"github.com/weftgraph/weft/graph/permit"
)

// shown prints what a caller with scopes sees of a schema, "-" is the anonymous one.
func shown(rules *permit.Rules, scopes string) (*ast.Schema, string) {
	in := permit.Input{Kind: "query"}
	if scopes != "-" {
		in.Caller = withScopes(scopes)
	}
	schema := rules.Schema(rules.Sight(in))
	var b strings.Builder
	formatter.NewFormatter(&b, formatter.WithIndent(" ")).FormatSchema(schema)
	return schema, b.String()
}

func TestWhatACallerSees(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, schema, scopes, want string }{
		{
			"fields", `type Query { a: Int b: Int @authenticated c: Int @requiresScopes(scopes: "c") }`, "c",
			"type Query {\n a: Int\n b: Int\n c: Int\n}\n",
		},
		{
			"fields that are hidden", `type Query { a: Int b: Int @authenticated c: Int @requiresScopes(scopes: "c") }`, "-",
			"type Query {\n a: Int\n}\n",
		},
		{
			"what only hidden fields lead to", `type Query { a: Int b(e: E, i: In): T @authenticated } type T { u: U } union U = V type V { x: S }
			scalar S enum E { A } input In { f: G } enum G { A }`, "-", "type Query {\n a: Int\n}\n",
		},
		{
			"what nothing leads to is there", `type Query { a: Int } type T { x: Int } type V @authenticated { x: Int }`, "-",
			"type Query {\n a: Int\n}\ntype T {\n x: Int\n}\n",
		},
		{
			"types and what is of them", `type Query { a: Int t: [T!]! u: U } type T @authenticated { x: Int } union U = T | V type V { x: Int }`, "-",
			"type Query {\n a: Int\n u: U\n}\nunion U = V\ntype V {\n x: Int\n}\n",
		},
		{
			"types without visible fields, one after the other",
			`type Query { a: Int t: T } type T { v: V } type V { w: W } type W { x: Int @authenticated }`, "-", "type Query {\n a: Int\n}\n",
		},
		{
			"unions without members", `type Query { a: Int u: U } union U = T type T @authenticated { x: Int }`, "-", "type Query {\n a: Int\n}\n",
		},
		{
			"interfaces that nobody implements visibly", `type Query { a: Int i: I } interface I { x: Int } type T implements I @authenticated { x: Int }`, "-",
			"type Query {\n a: Int\n}\n",
		},
		{
			"interfaces keep their promises", `type Query { i: I } interface I { x: Int } type T implements I { x: Int @authenticated y: Int }
			type V implements I { x: Int }`, "-",
			"interface I {\n x: Int\n}\ntype Query {\n i: I\n}\ntype T implements I {\n x: Int\n y: Int\n}\ntype V implements I {\n x: Int\n}\n",
		},
		{
			"a promise of a hidden type", `type Query { i: I } interface I { x: N } interface N { y: Int } type T implements I { x: W z: Int }
			type V implements I { x: M } type W implements N @authenticated { y: Int } type M implements N { y: Int }`, "-",
			"interface I {\n x: N\n}\ntype M implements N {\n y: Int\n}\ninterface N {\n y: Int\n}\ntype Query {\n i: I\n}\n" +
				"type T implements I {\n x: N\n z: Int\n}\ntype V implements I {\n x: M\n}\n",
		},
		{
			"leaves as arguments demand nothing", `type Query { a(e: E, s: S, i: In): Int e: E s: S } enum E @authenticated { A } scalar S @authenticated
			input In { e: E }`, "-",
			"enum E {\n A\n}\ninput In {\n e: E\n}\ntype Query {\n a(e: E, s: S, i: In): Int\n}\nscalar S\n",
		},
		{
			"mutations", `type Query { a: Int } type Mutation { b: Int @authenticated } type Subscription { a: Int }`, "-",
			"type Query {\n a: Int\n}\ntype Subscription {\n a: Int\n}\n",
		},
		{"nothing", `type Query @authenticated { a: T } type T { x: Int }`, "-", "type Query {\n}\n"},
		{
			"policies of arguments and operations count as met", `type Query { a(x: Int): Int @policy(policies: "args.x == 1")
			b: Int @policy(policies: "request.operation.name == 'x'") c: Int @policy(policies: "request.headers['x'][0] == 'x'")
			d(x: Int): Int @policy(policies: [["args.x == 1", "'d' in caller.scopes"]]) }`, "-",
			"type Query {\n a(x: Int): Int\n b: Int\n}\n",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, rules := compile(t, nil, c.schema)
			schema, got := shown(rules, c.scopes)
			if got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
			if schema.Query == nil || schema.Types["__Schema"] == nil || schema.Types["Boolean"] == nil || schema.Query.Fields.ForName("__schema") == nil {
				t.Error("introspection is not there")
			}
		})
	}
}

func TestWhoMayReadEverythingSeesEverything(t *testing.T) {
	t.Parallel()
	for seed := range uint64(40) {
		m := newModel(seed)
		g, rules := compile(t, nil, m.document(0), m.document(1))
		var whole strings.Builder
		formatter.NewFormatter(&whole, formatter.WithIndent(" ")).FormatSchema(g.Schema)
		if _, got := shown(rules, "a b c d e"); got != whole.String() {
			t.Fatalf("got\n%s\nwant\n%s", got, &whole)
		}
	}
}

// TestWhatIsSeenIsASchemaOfWhatMayBeRead holds the visible parts of random schemas against the model.
func TestWhatIsSeenIsASchemaOfWhatMayBeRead(t *testing.T) {
	t.Parallel()
	for seed := range uint64(200) {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			t.Parallel()
			m := newModel(seed)
			_, rules := compile(t, nil, m.document(0), m.document(1))
			for range 10 {
				scopes := m.caller()
				schema, text := shown(rules, scopes)
				m.checkSeen(t, schema, scopes)
				if len(schema.Query.Fields) == 2 { // those of introspection
					continue
				}
				if _, err := gqlparser.LoadSchema(&ast.Source{Input: text}); err != nil {
					t.Fatalf("%v\n%s", err, text)
				}
			}
		})
	}
}

func (m *model) checkSeen(t *testing.T, schema *ast.Schema, scopes string) {
	t.Helper()
	for _, typ := range m.types {
		def := schema.Types[typ]
		if def == nil {
			continue
		}
		for _, f := range m.fieldsOf(typ) {
			may := m.mayRead(typ, f, scopes)
			promised := f == "x" && schema.Types["I"] != nil && schema.Types["I"].Fields.ForName("x") != nil
			if isSeen := def.Fields.ForName(f) != nil; isSeen && !may && !promised {
				t.Errorf("%s.%s is seen by %q", typ, f, scopes)
			} else if !isSeen && may && schema.Types[m.of[typ+"."+f]] != nil && !m.isBare(schema, typ, f) {
				t.Errorf("%s.%s is not seen by %q", typ, f, scopes)
			}
		}
	}
}

// isBare tells that a field cannot be shown though its demands are met, since no implementation of its interface can be read.
func (m *model) isBare(schema *ast.Schema, typ, f string) bool {
	if typ != "I" {
		return false
	}
	for _, of := range []string{"A", "B"} {
		if def := schema.Types[of]; def != nil && def.Fields.ForName(f) != nil {
			return false
		}
	}
	return true
}
