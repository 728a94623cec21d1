package permit_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/weftgraph/weft/graph/caller"
	"github.com/weftgraph/weft/graph/permit"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/value"
)

// link is what documents of these tests begin with.
const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.12",
  import: ["@key", "@shareable", "@requires", "@external", "@interfaceObject", "@authenticated", "@requiresScopes", "@policy"])
`

// build makes a graph of documents, each of which gets the link.
func build(tb testing.TB, documents ...string) *sdl.Graph {
	tb.Helper()
	var inputs []sdl.Input
	for i, text := range documents {
		inputs = append(inputs, sdl.Input{File: string(rune('a'+i)) + ".graphql", Text: link + text})
	}
	g, found := sdl.Build(inputs, sdl.Options{Allow: []string{"CONNECTORS_UNRESOLVED_FIELD"}})
	if found.HasErrors() {
		tb.Fatal(found)
	}
	return g
}

// compile makes the rules of documents.
func compile(tb testing.TB, policies map[string]string, documents ...string) (*sdl.Graph, *permit.Rules) {
	tb.Helper()
	g := build(tb, documents...)
	rules, found := permit.Compile(g, policies)
	if found.HasErrors() {
		tb.Fatal(found)
	}
	return g, rules
}

// fieldOf finds a field by its coordinate.
func fieldOf(tb testing.TB, g *sdl.Graph, coordinate string) sdl.FieldID {
	tb.Helper()
	on, name, _ := strings.Cut(coordinate, ".")
	id := g.FieldByName(g.TypeByName(on), name)
	if id == 0 {
		tb.Fatalf("there is no field %s", coordinate)
	}
	return id
}

// withScopes is a caller who has scopes, separated by blanks.
func withScopes(scopes string) *caller.Caller {
	return caller.New(caller.Identity{Method: caller.APIKey, Subject: "k", Scopes: strings.Fields(scopes)})
}

// withClaims is a caller whose token says something.
func withClaims(tb testing.TB, json string) *caller.Caller {
	tb.Helper()
	claims, err := value.Parse([]byte(json))
	if err != nil {
		tb.Fatal(err)
	}
	return caller.New(caller.Identity{Method: caller.JWT, Issuer: "https://issuer.example", Subject: "ann", Claims: claims, Scopes: []string{"read"}})
}

func TestPoliciesDecide(t *testing.T) {
	t.Parallel()
	header := http.Header{"X-Tenant": {"acme", "other"}}
	for _, c := range []struct {
		expression string
		want       bool
	}{
		{`true`, true},
		{`false`, false},
		{`claims.sub == 'ann'`, true},
		{`claims.missing == 'ann'`, false},
		{`has(claims.missing)`, false},
		{`!has(claims.missing)`, true},
		{`'admin' in claims.roles`, true},
		{`claims.roles.exists(r, r.startsWith('adm'))`, true},
		{`claims.roles.all(r, r == 'admin')`, false},
		{`size(claims.roles) == 2 && claims.roles[1] == 'dev'`, true},
		{`claims.admin`, true},
		{`claims.sub`, false}, // no boolean
		{`claims.level >= 3`, true},
		{`claims.level + 1 == 4`, true},
		{`claims.ratio > 0.49 && claims.ratio < 0.51`, true},
		{`claims.big == 18446744073709551615u`, true},
		{`claims.huge > 1`, false}, // more than 64 bits
		{`claims.nothing == null`, true},
		{`claims.org.name == 'acme' && claims.org == {'name': 'acme', 'seats': 3}`, true},
		{`{'name': 'acme', 'seats': 3} == claims.org`, true},
		{`claims.org == {'name': 'acme'}`, false},
		{`claims.?org.?city.orValue('nowhere') == 'nowhere'`, true},
		{`claims['https://example.com/tenant'] == 't1'`, true},
		{`claims.map(k, k).size() == 10`, true},
		{`caller.authenticated && caller.method == 'jwt' && caller.subject == 'ann' && caller.owner == ''`, true},
		{`caller.issuer == 'https://issuer.example'`, true},
		{`'read' in caller.scopes && !('write' in caller.scopes)`, true},
		{`request.headers['x-tenant'][0] == 'acme'`, true},
		{`request.headers['x-tenant'] == ['acme', 'other']`, true},
		{`request.headers['x-none'][0] == 'acme'`, false},
		{`'x-tenant' in request.headers && size(request.headers) == 1`, true},
		{`request.headers.exists(h, h == 'x-tenant')`, true},
		{`request.operation.name == 'Q' && request.operation.kind == 'query'`, true},
		{`args.id == claims.sub`, true},
		{`args.filter.max < 10 && args['filter'].tags == ['a']`, true},
		{`has(args.filter.max) && !has(args.filter.min)`, true},
		{`claims.sub.matches('^a.n$')`, true},
		{`caller == caller && type(claims) == map`, true},
		{`1 / 0 == 1 || claims.admin`, true},
		{`[1, 2, 3].all(x, claims.roles.all(y, claims.roles.all(z, [x, y, z].size() == 3)))`, true},
	} {
		t.Run(c.expression, func(t *testing.T) {
			t.Parallel()
			g, rules := compile(t, map[string]string{"it": c.expression}, `
				input Filter { max: Int min: Int tags: [String] }
				type Query { f(id: ID, filter: Filter): Int @policy(policies: "it") }`)
			args, err := value.Parse([]byte(`{"id": "ann", "filter": {"max": 3, "tags": ["a"]}}`))
			if err != nil {
				t.Fatal(err)
			}
			who := withClaims(t, `{"sub": "ann", "roles": ["admin", "dev"], "admin": true, "level": 3, "ratio": 0.5, "big": 18446744073709551615,
				"huge": 123456789012345678901234567890, "nothing": null, "org": {"name": "acme", "seats": 3}, "https://example.com/tenant": "t1"}`)
			in := permit.Input{Caller: who, Header: header, Operation: "Q", Kind: "query", Arguments: args}
			d := rules.OfField(fieldOf(t, g, "Query.f"))
			if got := d.Allows(in); got != c.want {
				t.Errorf("got %v", got)
			}
			if want := strings.Contains(c.expression, "args"); d.ReadsArguments() != want {
				t.Errorf("reads arguments: got %v", d.ReadsArguments())
			}
		})
	}
}
