package permit_test

import (
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/weftgraph/weft/graph/permit"
	"github.com/weftgraph/weft/graph/value"
)

func TestAPolicyThatFailsDeniesAndIsReported(t *testing.T) {
	t.Parallel()
	g, rules := compile(t, map[string]string{"tenant": `claims.tenant == 'acme'`, "text": "claims.sub.contains(claims.age)"},
		`type Query { a: Int @policy(policies: "tenant") b: Int @policy(policies: "text") c: Int @policy(policies: "request.headers['x'][0] == 'y'") }`)
	for _, c := range []struct {
		field, report string
		isMissing     bool
	}{
		{"Query.a", "tenant: there is no such key: tenant", true},
		{"Query.b", "text: no such overload", false},
		{"Query.c", "request.headers['x'][0] == 'y': there is no such key: x", true},
	} {
		var reports []string
		in := permit.Input{Caller: withClaims(t, `{"sub": "ann", "age": 7}`), Failed: func(p string, err error) {
			reports = append(reports, p+": "+err.Error())
			if errors.Is(err, permit.ErrMissing) != c.isMissing {
				t.Errorf("%s: missing is %t", c.field, !c.isMissing)
			}
		}}
		for range 2 {
			if rules.OfField(fieldOf(t, g, c.field)).Allows(in) {
				t.Error("allowed")
			}
		}
		if len(reports) != 2 || reports[0] != c.report {
			t.Errorf("got %q", reports)
		}
	}
}

// Whoever lacks a claim that a policy reads without asking is denied: an author may not have meant that.
func TestClaimsThatMayNotBeThereAreWarnedOf(t *testing.T) {
	t.Parallel()
	for expression, want := range map[string]string{
		"claims.role == 'admin'":                      "claims.role is read without has(claims.role)",
		"claims['role'] == 'admin'":                   "claims.role is read without has(claims.role)",
		"claims['x y'] == 'admin'":                    "claims['x y'] is read without 'x y' in claims",
		"has(claims.role) && claims.role == 'admin'":  "",
		"'role' in claims && claims['role'] == 'a'":   "",
		"claims.?role.orValue('') == 'admin'":         "",
		"claims[?'role'].orValue('') == 'admin'":      "",
		"has(claims.realm.roles) && claims.sub == ''": "claims.realm is read without has(claims.realm)",
		"caller.subject == 'ann' && 'x' in args":      "",
		"claims.exists(c, c == 'role')":               "",
	} {
		g := build(t, `type Query { a(x: Int): Int @policy(policies: [["`+expression+`"]]) }`)
		_, found := permit.Compile(g, nil)
		var got []string
		for _, d := range found {
			got = append(got, d.Message)
		}
		switch {
		case want == "" && len(got) > 0, want != "" && (len(got) == 0 || !strings.HasPrefix(got[0], want)):
			t.Errorf("%s: got %q, want %q", expression, got, want)
		case found.HasErrors():
			t.Errorf("%s: %s", expression, found)
		}
	}
}

func TestOneFailingAlternativeLeavesTheOthers(t *testing.T) {
	t.Parallel()
	g, rules := compile(t, nil, `type Query { a: Int @policy(policies: [["claims.tenant == 'acme'"], ["claims.sub == 'ann'"]]) }`)
	if !rules.OfField(fieldOf(t, g, "Query.a")).Allows(permit.Input{Caller: withClaims(t, `{"sub": "ann"}`)}) {
		t.Error("denied")
	}
}

func TestLoopsAreBounded(t *testing.T) {
	t.Parallel()
	g, rules := compile(t, nil, `type Query {
		a: Int @policy(policies: "claims.l.all(a, claims.l.all(b, claims.l.all(c, claims.l.all(d, a + b + c + d >= 0))))")
		b: Int @policy(policies: "claims.l.map(a, claims.l.map(b, claims.l.map(c, claims.l))).size() > 0")
		c: Int @policy(policies: "claims.s.matches('^(a|aa|aaa)*b$') || claims.l.exists(x, claims.s.contains(claims.s + 'b'))")
	}`)
	claims := `{"s": "` + strings.Repeat("a", 10_000) + `", "l": [` + strings.TrimSuffix(strings.Repeat("1,", 1000), ",") + `]}`
	for _, f := range []string{"Query.a", "Query.b", "Query.c"} {
		var why error
		in := permit.Input{Caller: withClaims(t, claims), Failed: func(_ string, err error) { why = err }}
		begun := time.Now()
		if rules.OfField(fieldOf(t, g, f)).Allows(in) {
			t.Errorf("%s: allowed", f)
		}
		if took := time.Since(begun); took > time.Minute {
			t.Errorf("%s took %s", f, took)
		}
		if why == nil || !strings.Contains(why.Error(), "cost limit exceeded") {
			t.Errorf("%s: got %v", f, why)
		}
	}
}

// An operation may have a field with a policy many times, with other arguments each time.
func TestWhatDecisionsForOneOperationCostIsBounded(t *testing.T) {
	t.Parallel()
	g, rules := compile(t, nil, `type Query {
		loop(l: [Int!]): Int @policy(policies: "args.l.all(a, args.l.exists(b, a == b + 1))")
		text(s: String): Int @policy(policies: "args.s.matches('^(a|aa|aaa)*b$')")
		cheap(s: String): Int @policy(policies: "args.s == 'a'")
		plain: Int @policy(policies: "caller.subject == 'ann'")
	}`)
	args, err := value.Parse([]byte(`{"s": "` + strings.Repeat("a", 100_000) + `", "l": [` + strings.TrimSuffix(strings.Repeat("1,", 1000), ",") + `]}`))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range []string{"Query.loop", "Query.text"} {
		budget := &permit.Budget{}
		dear, cheap := rules.OfField(fieldOf(t, g, f)), rules.OfField(fieldOf(t, g, "Query.cheap"))
		who := withClaims(t, `{"sub": "ann"}`)
		evaluated := 1_000
		isSpent := func(_ string, err error) {
			if strings.Contains(err.Error(), "cost more than one operation may") {
				evaluated--
			}
		}
		for range evaluated {
			if dear.Allows(permit.Input{Arguments: args, Budget: budget, Failed: isSpent}) {
				t.Fatalf("%s: allowed", f)
			}
		}
		if evaluated > 200 { // ten of the dearest, or more that are cheaper
			t.Errorf("%s was evaluated %d times", f, evaluated)
		}
		few := value.Object([]value.Field{{Name: "s", Value: value.String("a")}})
		if cheap.Allows(permit.Input{Arguments: few, Budget: budget}) {
			t.Errorf("%s: more is decided after the budget is spent", f)
		}
		if !cheap.Allows(permit.Input{Arguments: few, Budget: &permit.Budget{}}) {
			t.Errorf("%s: another operation is denied", f)
		}
		if !rules.OfField(fieldOf(t, g, "Query.plain")).Allows(permit.Input{Caller: who, Budget: budget}) {
			t.Errorf("%s: a policy that clients cannot make dear is denied", f)
		}
	}
}

func TestDecisionsMayBeMadeAtTheSameTime(t *testing.T) {
	t.Parallel()
	g, rules := compile(t, nil, `type Query { a(id: ID): Int
		@policy(policies: "claims.roles.exists(r, r == 'admin') && args.id == claims.sub && request.headers['x-a'][0] == 'b'") }`)
	d := rules.OfField(fieldOf(t, g, "Query.a"))
	var wg sync.WaitGroup
	for _, sub := range []string{"ann", "bob"} {
		who := withClaims(t, `{"sub": "`+sub+`", "roles": ["dev", "admin"]}`)
		for range 4 {
			wg.Go(func() {
				for range 200 {
					args := value.Object([]value.Field{{Name: "id", Value: value.String("ann")}})
					if got := d.Allows(permit.Input{Caller: who, Arguments: args, Header: http.Header{"X-A": {"b"}}}); got != (sub == "ann") {
						t.Errorf("%s: got %v", sub, got)
					}
				}
			})
		}
	}
	wg.Wait()
}

func FuzzPolicy(f *testing.F) {
	for _, s := range []string{
		`claims.sub == 'ann'`, `args.id == claims.sub && 'admin' in claims.roles`, `claims.roles.exists(r, r.startsWith('a'))`,
		`request.headers['x-a'][0] == 'b'`, `claims.?a.orValue(true)`, `caller == request.operation`, `weft.Caller{authenticated: true}.authenticated`,
		`string(claims) == ''`, `type(claims.roles) == list`, `claims + claims == claims`, `dyn(args) in [claims]`, `duration(claims.sub) < duration('1s')`,
		`timestamp(claims.big) == timestamp(0)`, `double(claims.ratio) == 0.5`, `b'a' == bytes(claims.sub)`, `claims.roles + ['x'] == []`,
		`{claims.sub: args}[claims.sub].id == null`, `request.headers.map(h, request.headers[h]).size() == int(claims.level)`,
	} {
		f.Add(s, `{"sub": "ann", "roles": ["admin"], "level": 3, "ratio": 0.5, "big": 12345678901234567890123}`)
	}
	f.Fuzz(func(t *testing.T, expression, claims string) {
		if permit.CheckPolicy("it", expression) != nil {
			return
		}
		parsed, err := value.Parse([]byte(claims))
		if err != nil {
			return
		}
		g := build(t, `type Query { f(id: ID): Int @policy(policies: "it") }`)
		rules, _ := permit.Compile(g, map[string]string{"it": expression})
		in := permit.Input{Caller: withClaims(t, parsed.String()), Header: http.Header{"X-A": {"b"}, "X-B": {"c", "d"}}, Arguments: value.Object(nil)}
		in.Failed = func(_ string, err error) {
			if strings.Contains(err.Error(), "internal error") {
				t.Errorf("%s: %v", expression, err)
			}
		}
		d := rules.OfField(fieldOf(t, g, "Query.f"))
		if first := d.Allows(in); d.Allows(in) != first {
			t.Errorf("%s decides differently for the same", expression)
		}
	})
}
