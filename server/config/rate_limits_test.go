package config

import (
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/caller"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/server/ratelimit"
)

func TestRateLimitsAreRead(t *testing.T) {
	t.Parallel()
	c, diags := Read("weft.yaml", `
traffic_shaping: { router: { global_rate_limit: { capacity: 5000, interval: 1s } } }
client_address: { trusted_proxies: [10.0.0.0/8, "::1", 192.0.2.7], header: forwarded }
rate_limits:
  headers: false
  max_buckets: 5000
  rules:
    - { name: callers, per: [caller], requests: { limit: 1000, interval: 1m, burst: 100 } }
    - name: points
      per: [key]
      match: { methods: [api_key], owners: [acme], scopes: [a, b], authenticated: true }
      except: { addresses: [10.0.0.0/8], callers: ["api_key:7"] }
      cost: { limit: 10000, interval: 1m }
    - { name: login, per: [ip, field], match: { kinds: [mutation], operations: [Login] }, fields: { of: [Mutation.login], limit: 5, interval: 1m } }
    - { name: guesses, per: [everyone], failed_authentications: { limit: 20, interval: 1m 30s } }
`, noVariables)
	if c == nil {
		t.Fatal(diags)
	}
	yes := true
	prefix := netip.MustParsePrefix
	want := ratelimit.Settings{HeadersOff: true, MaxBuckets: 5000, Rules: []ratelimit.Rule{
		{Name: "global_rate_limit", Limit: 5000, Interval: time.Second},
		{Name: "callers", Per: []ratelimit.Dimension{ratelimit.Caller}, Limit: 1000, Interval: time.Minute, Burst: 100},
		{
			Name: "points", Per: []ratelimit.Dimension{ratelimit.Key}, Unit: ratelimit.Cost, Limit: 10000, Interval: time.Minute,
			Match: ratelimit.Match{
				Authenticated: &yes, Methods: []caller.Method{caller.APIKey}, Owners: []string{"acme"}, Scopes: []string{"a", "b"},
			},
			Except: ratelimit.Match{Addresses: []netip.Prefix{prefix("10.0.0.0/8")}, Callers: []string{"api_key:7"}},
		},
		{
			Name: "login", Per: []ratelimit.Dimension{ratelimit.IP, ratelimit.Field}, Unit: ratelimit.Fields, Fields: []string{"Mutation.login"},
			Match: ratelimit.Match{Kinds: []ast.Operation{ast.Mutation}, Operations: []string{"Login"}}, Limit: 5, Interval: time.Minute,
		},
		{Name: "guesses", Per: []ratelimit.Dimension{ratelimit.Everyone}, Unit: ratelimit.Failures, Limit: 20, Interval: 90 * time.Second},
	}}
	comparing := cmp.Options{cmpopts.EquateEmpty(), cmp.Comparer(func(a, b netip.Prefix) bool { return a == b })}
	if diff := cmp.Diff(want, c.Limiting(), comparing); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(ClientAddress{
		TrustedProxies: []netip.Prefix{prefix("10.0.0.0/8"), prefix("::1/128"), prefix("192.0.2.7/32")}, Forwarded: true,
	}, c.ClientAddress, comparing); diff != "" {
		t.Error(diff)
	}
}

func TestMistakesInRateLimitsAreReportedWithTheirPlace(t *testing.T) {
	t.Parallel()
	const begin = "rate_limits: { rules: [{ "
	for _, tt := range []struct{ name, text, want string }{
		{"nothing", begin + "}] }", `1:24: "name" is missing
1:24: "per" is missing
1:24: expected exactly one of "requests", "cost", "fields" and "failed_authentications" but got none`},
		{
			"two units", begin + "name: a, per: [ip], requests: { limit: 1, interval: 1s }, cost: { limit: 1, interval: 1s } }] }",
			`1:24: expected exactly one of "requests", "cost", "fields" and "failed_authentications" but got "requests" and "cost"`,
		},
		{"no interval", begin + "name: a, per: [ip], requests: { limit: 1 } }] }", `1:56: "interval" is missing`},
		{
			"a misspelled dimension", begin + "name: a, per: [calller], requests: { limit: 1, interval: 1s } }] }",
			`1:41: expected "caller", "key", "owner", "ip", "operation", "field" or "everyone" but got "calller"; did you mean "caller"?`,
		},
		{"one that is no list", begin + "name: a, per: ip, requests: { limit: 1, interval: 1s } }] }", `1:40: expected a list of what is counted apart but got a string`},
		{"nobody", begin + "name: a, per: [], requests: { limit: 1, interval: 1s } }] }", `1:24: rate limit "a": "per" names nobody: [everyone] is one limit for all together`},
		{
			"everyone and others", begin + "name: a, per: [everyone, ip], requests: { limit: 1, interval: 1s } }] }",
			`1:24: rate limit "a": "everyone" in "per" stands alone`,
		},
		{
			"fields of nothing", begin + "name: a, per: [field], requests: { limit: 1, interval: 1s } }] }",
			`1:24: rate limit "a": "field" in "per" needs "fields"`,
		},
		{"no field", begin + "name: a, per: [ip], fields: { of: [], limit: 1, interval: 1s } }] }", `1:24: rate limit "a": "fields.of" names no field`},
		{
			"a field without its type", begin + "name: a, per: [ip], fields: { of: [login], limit: 1, interval: 1s } }] }",
			`1:61: expected a field such as "Mutation.login" but got "login"`,
		},
		{
			"failures of callers", begin + "name: a, per: [caller], match: { scopes: [x] }, failed_authentications: { limit: 1, interval: 1s } }] }",
			`1:24: rate limit "a": "per" of failed authentications is [ip] or [everyone]: nobody knows yet who asks
1:24: rate limit "a": failed authentications are matched by "addresses" alone: nobody knows yet who asks`,
		},
		{
			"two with one name",
			begin + "name: a, per: [ip], requests: { limit: 1, interval: 1s } }, { name: a, per: [key], requests: { limit: 1, interval: 1s } }] }",
			`1:86: rate limit "a": there is another one with this name`,
		},
		{
			"the name of a quota", begin + "name: quota-day-cost, per: [key], cost: { limit: 1, interval: 1s } }] }",
			`1:24: rate limit "quota-day-cost": quotas of API keys are called so in headers and errors, where both are told: choose another name`,
		},
		{
			"a name that no header could have", begin + "name: 'a\"b', per: [ip], requests: { limit: 1, interval: 1s } }] }",
			`1:32: expected a name such as "per-caller", of at most 64 letters, digits, "_", "-" and "." but got "a\"b"`,
		},
		{"a proxy that is everybody", "client_address: { trusted_proxies: ['0.0.0.0/0'] }", `1:37: 0.0.0.0/0 is everybody: any client could choose its address. Name the networks of the proxies`},
		{"a network that is not written as one", "client_address: { trusted_proxies: [10.1.2.3/8] }", `1:37: the network of 10.1.2.3/8 is 10.0.0.0/8`},
		{"no network", "client_address: { trusted_proxies: [proxy.internal] }", `1:37: expected an address or a network such as "10.0.0.0/8" but got "proxy.internal"`},
		{"another header", "client_address: { header: x-real-ip }", `1:27: expected "x-forwarded-for" or "forwarded" but got "x-real-ip"`},
	} {
		file := filepath.Join(t.TempDir(), "weft.yaml")
		if err := os.WriteFile(file, []byte(tt.text), 0o600); err != nil {
			t.Fatal(err)
		}
		loaded, diags := Load(file, noVariables)
		if loaded.Config != nil {
			t.Errorf("%s is taken", tt.name)
		}
		got := strings.NewReplacer(file+":", "", "error[WEFT_CONFIG]: ", "").Replace(diags.Error())
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
}

// A limit for a field that is misspelled, or was renamed, would protect nothing.
func TestFieldsOfRateLimitsHaveToBeThere(t *testing.T) {
	t.Parallel()
	g, diags := sdl.Build([]sdl.Input{{File: "a.graphql", Text: `
extend schema @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@connect"])
type Query { a: Int @connect(selection: "$(1)") }
type Mutation { login: Int @connect(selection: "$(1)") }
`}}, sdl.Options{})
	if g == nil {
		t.Fatal(diags)
	}
	for field, want := range map[string]string{
		"Mutation.login":  "",
		"Query.__schema":  "",
		"Mutation.logon":  `weft.yaml:1:61: error[WEFT_CONFIG]: rate limit "a": the graph has no field "Mutation.logon"; did you mean "Mutation.login"?`,
		"Mutations.login": `weft.yaml:1:61: error[WEFT_CONFIG]: rate limit "a": the graph has no type "Mutations" with fields; did you mean "Mutation"?`,
		"Int.login":       `weft.yaml:1:61: error[WEFT_CONFIG]: rate limit "a": the graph has no type "Int" with fields`,
	} {
		c, diags := Read("weft.yaml", "rate_limits: { rules: [{ name: a, per: [ip], fields: { of: ["+field+"], limit: 1, interval: 1s } }] }", noVariables)
		if c == nil {
			t.Fatal(diags)
		}
		got := ""
		if found := c.Check(g); len(found) > 0 {
			got = found.Error()
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", field, diff)
		}
	}
}
