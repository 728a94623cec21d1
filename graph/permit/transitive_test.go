package permit_test

import (
	"strings"
	"testing"

	"github.com/weftgraph/weft/graph/permit"
	"github.com/weftgraph/weft/graph/sdl"
)

func TestFieldsDemandWhatTheyRequire(t *testing.T) {
	t.Parallel()
	other := `type T @key(fields: "id") { id: ID! secret: String %s n: N } type N { x: Int %s }`
	for _, c := range []struct{ name, field, secret, x, want string }{
		{"nothing is demanded", `@requires(fields: "secret")`, "", "", ""},
		{"less", `@requires(fields: "secret")`, `@authenticated`, "", "T.f requires T.secret"},
		{"the same", `@requires(fields: "secret") @authenticated`, `@authenticated`, "", ""},
		{"more", `@requires(fields: "secret") @requiresScopes(scopes: [["a", "b"]])`, `@requiresScopes(scopes: [["a"], ["c"]])`, "", ""},
		{"an alternative too many", `@requires(fields: "secret") @requiresScopes(scopes: [["a"], ["d"]])`, `@requiresScopes(scopes: [["a"], ["c"]])`, "", "T.secret"},
		{"nested", `@requires(fields: "n { x }")`, "", `@policy(policies: "has(claims.a)")`, "T.f requires N.x"},
		{"nested and met", `@requires(fields: "n { x }") @policy(policies: "has(claims.a)")`, "", `@policy(policies: "has(claims.a)")`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			g := build(
				t, `type Query { t: T } type T @key(fields: "id") { id: ID! secret: String @external n: N @external f: Int `+c.field+` } type N { x: Int @external }`,
				strings.Replace(strings.Replace(other, "%s", c.secret, 1), "%s", c.x, 1),
			)
			_, found := permit.Compile(g, nil)
			if got := found.Error(); c.want == "" && got != "" || !strings.Contains(got, c.want) {
				t.Errorf("got %s", got)
			}
			if found.HasErrors() && found[0].Code != permit.CodeTransitive {
				t.Errorf("got %s", found)
			}
		})
	}
}

func TestConnectorsThatReadMoreThanTheFieldDemandsAreWarnedOf(t *testing.T) {
	t.Parallel()
	g, found := sdl.Build([]sdl.Input{{File: "a.graphql", Text: `extend schema
	@link(url: "https://weftgraph.dev/connect/v0.1", import: ["@connect"])
	@link(url: "https://specs.apollo.dev/federation/v2.12", import: ["@authenticated"])
type Query { t: T @connect(http: { GET: "http://localhost:1/t" }, selection: "id name") }
interface I @authenticated { x: Int }
type T {
  id: ID! @authenticated
  name: String
  a: Int @connect(http: { GET: "http://localhost:1/{$this.id}" }, selection: "$.a")
  b: Int @connect(http: { GET: "http://localhost:1/{$this.id}" }, selection: "$.b") @authenticated
  c: Int @connect(http: { GET: "http://localhost:1/{$this.name}" }, selection: "$.c")
}`}}, sdl.Options{})
	if found.HasErrors() {
		t.Fatal(found)
	}
	_, found = permit.Compile(g, nil)
	if len(found) != 1 || found[0].Code != permit.CodeIndirect || !strings.HasPrefix(found.Error(), "a.graphql:9:10: warning") {
		t.Errorf("got %s", found)
	}
}

func TestDirectivesAtInterfacesAreWarnedOfWhereOthersRefuseThem(t *testing.T) {
	t.Parallel()
	g := build(t, `type Query { i: I } interface I @authenticated { x: Int @requiresScopes(scopes: "a") } type T implements I { x: Int }`)
	_, found := permit.Compile(g, nil)
	if len(found) != 2 || found.HasErrors() || found[0].Code != permit.CodeInterface || !strings.Contains(found[1].Message, "@requiresScopes at I.x") {
		t.Errorf("got %s", found)
	}
}
