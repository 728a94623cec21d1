package permit_test

import (
	"strings"
	"testing"

	"github.com/weftgraph/weft/graph/permit"
)

func TestWrongPoliciesAreReportedWhereTheyStand(t *testing.T) {
	t.Parallel()
	named := map[string]string{"billing-admin": `'billing' in claims.roles`, "owner": `args.id == claims.sub`, "broken": `claims.`, "orders:read": `true`}
	for _, c := range []struct{ schema, want string }{
		{
			`type Query { a: Int @policy(policies: "billing_admin") }`,
			`a.graphql:3:39: error[WEFT_INVALID_POLICY]: there is no policy "billing_admin": name it in authorization.policies of weft.yaml, or write an expression; did you mean "billing-admin"?`,
		},
		{`type Query { a: Int @policy(policies: "orders:reed") }`, `did you mean "orders:read"?`},
		{
			`type Query { a: Int @policy(policies: "claim.sub == 'x'") }`,
			`a.graphql:3:40: error[WEFT_INVALID_POLICY]: there is nothing called "claim"; did you mean "claims"?`,
		},
		{
			`type Query { a: Int @policy(policies: "claims.sub == 'x' && caller.scope == 'y'") }`,
			`a.graphql:3:68: error[WEFT_INVALID_POLICY]: there is no field "scope"; did you mean "scopes"?`,
		},
		{`type Query { a: Int @policy(policies: "claims.sub == ") }`, `a.graphql:3:53: error[WEFT_INVALID_POLICY]: the expression ends too early`},
		{`type Query { a: Int @policy(policies: "claims.sub = 'x'") }`, `a.graphql:3:51: error[WEFT_INVALID_POLICY]: unexpected "= ": to compare is written "=="`},
		{`type Query { a: Int @policy(policies: "true & false") }`, `: to demand both is written "&&"`},
		{
			`type Query { a: Int @policy(policies: "caller.nickname == 'x'") }`,
			`a.graphql:3:47: error[WEFT_INVALID_POLICY]: there is no field "nickname": caller has authenticated, method, issuer, subject, owner, scopes`,
		},
		{`type Query { a: Int @policy(policies: "claims.sub == 'x' 'y'") }`, `a.graphql:3:58: error[WEFT_INVALID_POLICY]: unexpected "'y'"`},
		{`type Query { a: Int @policy(policies: "claims.sub.startWith('x')") }`, `a.graphql:3:51: error[WEFT_INVALID_POLICY]: there is nothing called "startWith"; did you mean "startsWith"?`},
		{
			`type Query { a: Int @policy(policies: "size(claims.roles)") }`,
			`a.graphql:3:40: error[WEFT_INVALID_POLICY]: a policy has to be true or false, and this is of type int`,
		},
		{
			`type Query { a: Int @policy(policies: "caller.subject && true") }`,
			`a.graphql:3:47: error[WEFT_INVALID_POLICY]: expected type 'bool' but found 'string'`,
		},
		{`type Query { a: Int @policy(policies: "caller.subject == 3") }`, `== does not take (string, int)`},
		{`type Query { a: Int @policy(policies: "claims.sub.matches('(')") }`, `missing closing )`},
		{
			`type Query { a(id: ID, name: String): Int @policy(policies: "args.ide == 'x'") }`,
			`a.graphql:3:67: error[WEFT_INVALID_POLICY]: field Query.a has no argument "ide"; did you mean "id"?`,
		},
		{`type Query { a(id: ID): Int @policy(policies: "args['ide'] == 'x'") }`, `a.graphql:3:54: error[WEFT_INVALID_POLICY]: field Query.a has no argument "ide"`},
		{`type Query { a(id: ID): Int @policy(policies: "args.?ide.orValue('') == 'x'") }`, `a.graphql:3:54: error[WEFT_INVALID_POLICY]: field Query.a has no argument "ide"`},
		{`type Query { a(id: ID): Int @policy(policies: "has(args.ide)") }`, `field Query.a has no argument "ide"; did you mean "id"?`},
		{`type Query { a(ident: ID): Int @policy(policies: "owner") }`, `a.graphql:3:50: error[WEFT_INVALID_POLICY]: field Query.a has no argument "id"`},
		{
			`type Query { t: T } type T @policy(policies: "args.id == 'x'") { x: Int }`,
			`a.graphql:3:52: error[WEFT_INVALID_POLICY]: a type has no arguments, so that its policy cannot read args`,
		},
		{`type Query { t: T } type T @policy(policies: "owner") { x: Int }`, `a.graphql:3:46: error[WEFT_INVALID_POLICY]: a type has no arguments`},
		{`type Query { a: Int @policy(policies: "broken") }`, `a.graphql:3:39: error[WEFT_INVALID_POLICY]: the policy "broken" of weft.yaml: unexpected "."`},
		{
			`type Query { a: Int @policy(policies: "request.headers['X-Tenant'][0] == 'a'") }`,
			`a.graphql:3:57: error[WEFT_INVALID_POLICY]: the names of request.headers are in lower case, and "X-Tenant" is not; did you mean "x-tenant"?`,
		},
		{`type Query { a: Int @policy(policies: "request.header['x'] == 'a'") }`, `did you mean "headers"?`},
		{
			"type Query { a: Int @policy(policies: \"\"\"\n    claims.sub == 'x'\n      && clams.y\n\"\"\") }",
			`a.graphql:5:10: error[WEFT_INVALID_POLICY]: there is nothing called "clams"; did you mean "claims"?`,
		},
		{`type Query { a: Int @policy(policies: "claims.sub == '\u00e4\u00f6' && clams") }`, `a.graphql:3:72: error[WEFT_INVALID_POLICY]: there is nothing called "clams"`},
		{`type Query { a: Int @policy(policies: "` + strings.Repeat("(", 100) + `true` + strings.Repeat(")", 100) + `") }`, `WEFT_INVALID_POLICY`},
		{`type Query { a: Int @policy(policies: "` + strings.Repeat("claims.a && ", 400) + `true") }`, `WEFT_INVALID_POLICY`},
		{`type Query { a: Int @policy(policies: "claims.a.matches('(a{1000}){1000}')") }`, `WEFT_INVALID_POLICY`},
	} {
		t.Run(c.want, func(t *testing.T) {
			t.Parallel()
			rules, found := permit.Compile(build(t, c.schema), named)
			if got := found.Error(); !strings.Contains(got, c.want) {
				t.Errorf("%s\ngot %s", c.schema, got)
			}
			if len(found) != 1 {
				t.Errorf("%d errors: %s", len(found), found)
			}
			denied := false
			for _, d := range rules.Demands() {
				denied = denied || !d.Allows(permit.Input{})
			}
			if !denied {
				t.Error("what is wrong allows")
			}
		})
	}
}

func TestNamesOfPolicies(t *testing.T) {
	t.Parallel()
	for name, ok := range map[string]bool{
		"admin": true, "billing-admin": true, "orders:read": true, "a.b": true, "a/b": true, "read all": true,
		"claims": false, "claims.sub": false, "true": false, "1a": false, "": false, "a==b": false, "args": false,
	} {
		if err := permit.CheckPolicy(name, "true"); (err == nil) != ok {
			t.Errorf("%q: %v", name, err)
		}
	}
}
