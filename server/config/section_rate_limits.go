package config

import (
	"net/netip"
	"strconv"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/caller"
	"github.com/weftgraph/weft/server/ratelimit"
)

// GlobalRateLimit is the name of the rule that `traffic_shaping.router.global_rate_limit` is.
const GlobalRateLimit = "global_rate_limit"

// Limiting returns all limits of what clients ask: those of `rate_limits`, and the one of `traffic_shaping.router`.
func (c *Config) Limiting() ratelimit.Settings {
	s := c.RateLimits
	if !c.GlobalRate.IsZero() {
		s.Rules = append([]ratelimit.Rule{{
			Name: GlobalRateLimit, Limit: int64(c.GlobalRate.Capacity), Interval: c.GlobalRate.Interval,
		}}, s.Rules...)
	}
	return s
}

func rateLimits() form[draft] {
	part := func(f form[ratelimit.Settings]) form[draft] {
		return at(config, at(func(c *Config) *ratelimit.Settings { return &c.RateLimits }, f))
	}
	return part(object[ratelimit.Settings]{keys: []key[ratelimit.Settings]{
		{
			name: "rules", form: at(func(s *ratelimit.Settings) *[]ratelimit.Rule { return &s.Rules },
				list[ratelimit.Rule]{ruleForm{rateRule()}, "a list of rules"}),
			example: "[{ name: callers, per: [caller], requests: { limit: 1000, interval: 1m, burst: 100 } }]",
			doc:     "the limits, with the keys below. What is asked is answered if all rules that are for it admit it",
		},
		{
			name: "headers", form: at(func(s *ratelimit.Settings) *bool { return &s.HeadersOff }, opposite()), standard: "true", example: "false",
			doc: "whether answers tell what is left, in `RateLimit` and `RateLimit-Policy`",
		},
		{
			name: "max_buckets", form: at(func(s *ratelimit.Settings) *int { return &s.MaxBuckets }, integer[int]{}),
			standard: strconv.Itoa(ratelimit.DefaultMaxBuckets), example: "1000000",
			doc: "how many each rule counts apart at the same time; those beyond share buckets",
		},
	}})
}

// ruleForm reads a rule, and remembers where it is.
type ruleForm struct{ object[ratelimit.Rule] }

// Read implements form.
func (f ruleForm) Read(r *reader, n *node, into *ratelimit.Rule) {
	r.rules = append(r.rules, n)
	f.object.Read(r, n, into)
}

func rateRule() object[ratelimit.Rule] {
	return object[ratelimit.Rule]{
		required: []string{"name", "per"},
		oneOf:    []string{"requests", "cost", "fields", "failed_authentications"},
		keys: []key[ratelimit.Rule]{
			{
				name: "name", form: at(func(r *ratelimit.Rule) *string { return &r.Name }, text{
					wanted: `a name such as "per-caller", of at most 64 letters, digits, "_", "-" and "."`, all: []string{`^[A-Za-z0-9_.-]{1,64}$`},
				}),
				example: "callers", doc: "what clients and operators call it",
			},
			{
				name: "per", form: at(func(r *ratelimit.Rule) *[]ratelimit.Dimension { return &r.Per }, list[ratelimit.Dimension]{dimension(), "a list of what is counted apart"}),
				example: "[caller]",
				doc: "who has a limit of its own: `caller` (anonymous ones by their address), `key` (API keys; the rule is for nobody else), `owner` " +
					"(of API keys), `ip` (networks of 64 bits in IPv6), `operation` (by its name), `field` (each of `fields.of`), a combination of " +
					"these, or `everyone` together",
			},
			{name: "match", form: at(func(r *ratelimit.Rule) *ratelimit.Match { return &r.Match }, match()), doc: "What the rule is for: all, without it."},
			{name: "except", form: at(func(r *ratelimit.Rule) *ratelimit.Match { return &r.Except }, match()), doc: "What of that it is not for."},
			{
				name: "requests", form: unitForm{ratelimit.Requests, amount("requests")},
				example: "{ limit: 1000, interval: 1m, burst: 100 }", doc: "how many requests; each operation of a batch or a WebSocket is one",
			},
			{
				name: "cost", form: unitForm{ratelimit.Cost, amount("points")},
				example: "{ limit: 10000, interval: 1m }", doc: "how much operations may [cost](limits.md#what-operations-cost), as it is estimated",
			},
			{
				name: "fields", form: unitForm{ratelimit.Fields, amountOfFields()},
				example: "{ of: [Mutation.login], limit: 5, interval: 1m }",
				doc:     "how often operations may select fields; each alias is one",
			},
			{
				name: "failed_authentications", form: unitForm{ratelimit.Failures, amount("failures")},
				example: "{ limit: 10, interval: 1m }",
				doc:     "how many requests may get status 401; then none of whoever it is counted by is let in",
			},
		},
	}
}

func dimension() form[ratelimit.Dimension] {
	return choice[ratelimit.Dimension]{
		{name: "caller", value: ratelimit.Caller},
		{name: "key", value: ratelimit.Key},
		{name: "owner", value: ratelimit.Owner},
		{name: "ip", value: ratelimit.IP},
		{name: "operation", value: ratelimit.Operation},
		{name: "field", value: ratelimit.Field},
		{name: "everyone", value: ratelimit.Everyone},
	}
}

// unitForm reads how much of a unit a rule admits.
type unitForm struct {
	unit ratelimit.Unit
	object[ratelimit.Rule]
}

// Read implements form.
func (f unitForm) Read(r *reader, n *node, into *ratelimit.Rule) {
	into.Unit = f.unit
	f.object.Read(r, n, into)
}

func amount(what string) object[ratelimit.Rule] {
	return object[ratelimit.Rule]{required: []string{"limit", "interval"}, keys: []key[ratelimit.Rule]{
		{
			name: "limit", form: at(func(r *ratelimit.Rule) *int64 { return &r.Limit }, integer[int64]{}), example: "1000",
			doc: what + " in each interval",
		},
		{
			name: "interval", form: at(func(r *ratelimit.Rule) *time.Duration { return &r.Interval }, duration()), example: "1m",
			doc: "the interval",
		},
		{
			name: "burst", form: at(func(r *ratelimit.Rule) *int64 { return &r.Burst }, integer[int64]{}), example: "100",
			doc: what + " at once; the limit, without it",
		},
	}}
}

func amountOfFields() object[ratelimit.Rule] {
	o := amount("occurrences")
	o.required = append(o.required, "of")
	o.keys = append(o.keys, key[ratelimit.Rule]{
		name: "of", form: at(func(r *ratelimit.Rule) *[]string { return &r.Fields }, list[string]{text{
			wanted: `a field such as "Mutation.login"`, all: []string{`^[_A-Za-z][_0-9A-Za-z]*\.[_A-Za-z][_0-9A-Za-z]*$`},
		}, "a list of fields"}),
		example: "[Mutation.login]", doc: "the fields",
	})
	return o
}

func match() form[ratelimit.Match] {
	type m = ratelimit.Match
	names := list[string]{notEmpty(), "a list of strings"}
	return object[m]{keys: []key[m]{
		{
			name: "authenticated", form: at(func(m *m) **bool { return &m.Authenticated }, via(flag{}, func(b bool) (*bool, error) { return &b, nil })),
			example: "false", doc: "whether the caller has said who it is",
		},
		{
			name: "methods", form: at(func(m *m) *[]caller.Method { return &m.Methods }, list[caller.Method]{methods(), "a list of methods"}),
			example: "[api_key]", doc: "how it has done so",
		},
		{
			name: "callers", form: at(func(m *m) *[]string { return &m.Callers }, names), example: `["jwt:https://id.example.org#ann"]`,
			doc: "names of callers, as the audit log has them",
		},
		{name: "owners", form: at(func(m *m) *[]string { return &m.Owners }, names), example: "[acme]", doc: "owners of API keys"},
		{name: "scopes", form: at(func(m *m) *[]string { return &m.Scopes }, names), example: "[premium]", doc: "scopes of which the caller has one"},
		{
			name: "addresses", form: at(func(m *m) *[]netip.Prefix { return &m.Addresses }, list[netip.Prefix]{via(network(), prefixOf), "a list of addresses and networks"}),
			example: `["10.0.0.0/8"]`, doc: "addresses and networks of clients",
		},
		{name: "operations", form: at(func(m *m) *[]string { return &m.Operations }, names), example: "[Search]", doc: "names of operations"},
		{
			name: "kinds", form: at(func(m *m) *[]ast.Operation { return &m.Kinds }, list[ast.Operation]{kinds(), "a list of kinds"}),
			example: "[mutation]", doc: "kinds of operations",
		},
	}}
}

func methods() form[caller.Method] {
	var c choice[caller.Method]
	for _, m := range []caller.Method{caller.JWT, caller.Introspection, caller.APIKey, caller.Certificate} {
		c = append(c, option[caller.Method]{name: string(m), value: m})
	}
	return c
}

func kinds() form[ast.Operation] {
	var c choice[ast.Operation]
	for _, k := range []ast.Operation{ast.Query, ast.Mutation, ast.Subscription} {
		c = append(c, option[ast.Operation]{name: string(k), value: k})
	}
	return c
}

// globalRate is the form of `global_rate_limit` for clients.
func globalRate() form[draft] {
	return at(config, at(func(c *Config) *datasources.RateLimit { return &c.GlobalRate }, rateLimit("requests")))
}
