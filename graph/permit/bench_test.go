package permit_test

import (
	"net/http"
	"testing"

	"github.com/weftgraph/weft/graph/permit"
	"github.com/weftgraph/weft/graph/value"
)

func BenchmarkDecision(b *testing.B) {
	for _, c := range []struct{ name, directive string }{
		{"authenticated", `@authenticated`},
		{"scopes", `@requiresScopes(scopes: [["write"], ["read", "read"]])`},
		{"claim", `@policy(policies: "claims.sub == 'ann'")`},
		{"list", `@policy(policies: "'admin' in claims.roles")`},
		{"argument", `@policy(policies: "args.id == claims.sub")`},
		{"caller", `@policy(policies: "caller.authenticated && 'read' in caller.scopes")`},
		{"header", `@policy(policies: "request.headers['x-tenant'][0] == claims.tenant")`},
		{"loop", `@policy(policies: "claims.roles.exists(r, r.startsWith('adm'))")`},
	} {
		b.Run(c.name, func(b *testing.B) {
			g, rules := compile(b, nil, `type Query { f(id: ID): Int `+c.directive+` }`)
			who := withClaims(b, `{"sub": "ann", "tenant": "acme", "roles": ["dev", "ops", "admin"]}`)
			args := value.Object([]value.Field{{Name: "id", Value: value.String("ann")}})
			in := permit.Input{Caller: who, Arguments: args, Kind: "query", Header: http.Header{"X-Tenant": {"acme"}}}
			d := rules.OfField(fieldOf(b, g, "Query.f"))
			b.ReportAllocs()
			for b.Loop() {
				if !d.Allows(in) {
					b.Fatal("denied")
				}
			}
		})
	}
}

func BenchmarkCompile(b *testing.B) {
	g := build(b, `type Query { f(id: ID): Int @policy(policies: "args.id == claims.sub && 'admin' in claims.roles") }`)
	for b.Loop() {
		if _, found := permit.Compile(g, nil); found.HasErrors() {
			b.Fatal(found)
		}
	}
}
