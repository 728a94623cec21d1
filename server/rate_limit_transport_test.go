package server_test

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/config"
	"github.com/weftgraph/weft/server/ratelimit"
)

// points is a limit of cost for everyone.
func points(limit int64) ratelimit.Rule {
	return ratelimit.Rule{Name: "points", Unit: ratelimit.Cost, Limit: limit, Interval: time.Minute}
}

// echoes is a limit of one field, for each caller.
func echoes(limit int64) ratelimit.Rule {
	return ratelimit.Rule{
		Name: "echo", Per: []ratelimit.Dimension{ratelimit.Caller}, Unit: ratelimit.Fields, Fields: []string{"Query.echo"}, Limit: limit, Interval: time.Minute,
	}
}

// Over a WebSocket rules of all kinds hold for each operation, for whoever the connection's credentials show, and the connection goes on.
func TestAllRulesHoldOverWebSockets(t *testing.T) {
	t.Parallel()
	s := serveLimited(t, nil, points(25), echoes(2))
	ann, bob := connect(t, s.base, "{}", "Authorization: Bearer ann"), connect(t, s.base, "{}", "Authorization: Bearer bob")
	const dear = "{ users { id } }" // 10
	for i, step := range []struct {
		from        *socket
		query, want string
	}{
		{ann, dear, `"data"`},
		{ann, "{ a: echo b: echo }", `"data"`},
		{ann, "{ echo }", `"rule":"echo"`},
		{bob, "{ echo }", `"data"`},
		{bob, "{ a: echo b: echo c: echo }", `"code":"LIMIT_EXCEEDED"`},
		{bob, dear, `"data"`},
		{bob, dear, `[{"message":"The operations cost too much: the rate limit \"points\" is 25 in 1m. Try again in 12 s.",` +
			`"extensions":{"code":"RATE_LIMITED","rateLimit":{"limit":25,"remaining":5,"retryAfter":12,"rule":"points"}}}]`},
		{ann, "{ users { id } u2: users { id } u3: users { id } }", `"code":"COST_LIMIT_EXCEEDED"`},
		{ann, "{ __typename }", `"data"`},
	} {
		if got := step.from.ask(step.query, "null"); !strings.Contains(got, step.want) {
			t.Errorf("step %d: %s", i, got)
		}
	}
	s.move(12 * time.Second)
	if got := bob.ask(dear, "null"); !strings.Contains(got, `"data"`) {
		t.Errorf("after the time that was told: %s", got)
	}
	// What was used over WebSockets is used for HTTP, too.
	if got := ask(t, s.base, "{ a: echo b: echo }", "", "Authorization: Bearer ann"); got.status != 429 {
		t.Errorf("status %d", got.status)
	}
}

// However the operations of a batch come to run at the same time, as many are executed as their costs and fields allow, and no entry takes
// what another one is refused.
func TestAllRulesHoldInBatches(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, query  string
		rule         ratelimit.Rule
		answered     int
		limits, code string
	}{
		{"cost", "{ users { id } }", points(35), 3, `"points";r=5;t=9`, `"RATE_LIMITED"`},
		{"fields", "{ a: echo b: echo }", echoes(5), 2, `"echo";r=1;t=12`, `"RATE_LIMITED"`},
		{"an operation that is too much", "{ a: echo b: echo }", echoes(1), 0, `"echo";r=1;t=0`, `"LIMIT_EXCEEDED"`},
	} {
		s := serveLimited(t, nil, tt.rule)
		body := "[" + strings.Repeat(`{"query":"`+tt.query+`"},`, 9) + `{"query":"` + tt.query + `"}]`
		got := send(t, http.MethodPost, s.base+"/graphql", body, "Content-Type: application/json")
		answered, refused := strings.Count(got.body, `{"data":`), strings.Count(got.body, tt.code)
		if got.status != 200 || answered != tt.answered || refused != 10-tt.answered || got.header.Get("Ratelimit") != tt.limits ||
			got.header.Get("Retry-After") != "" {
			t.Errorf("%s: status %d, %d answered, %d refused, %s", tt.name, got.status, answered, refused, got.header.Get("Ratelimit"))
		}
		if f := s.limiter.Figures()[0]; int(f.Admitted) != tt.answered || int(f.Refused) != 10-tt.answered {
			t.Errorf("%s: %d admitted, %d refused", tt.name, f.Admitted, f.Refused)
		}
	}
}

// A batch of which not even the first request is admitted is not read, and has the status of a limit.
func TestBatchesBeyondALimitAreNotRead(t *testing.T) {
	t.Parallel()
	s := serveLimited(t, nil, callers(1))
	ask(t, s.base, "{ echo }", "")
	got := send(t, http.MethodPost, s.base+"/graphql", `[{"query":`, "Content-Type: application/json")
	if want := `{"errors":[` + refusedBy(`Too many requests: the rate limit \"callers\" is 1 in 1m.`, "callers", "1", "60") + `]}`; got.status != 429 ||
		got.body != want || got.header.Get("Retry-After") != "60" {
		t.Errorf("status %d: %s", got.status, cmp.Diff(want, got.body))
	}
}

// A rule `per: [field]` counts each of its fields for itself, one without it all of them together.
func TestFieldsHaveLimitsApartIfTheRuleSaysSo(t *testing.T) {
	t.Parallel()
	rule := func(name string, limit int64, per ...ratelimit.Dimension) ratelimit.Rule {
		return ratelimit.Rule{
			Name: name, Per: per, Unit: ratelimit.Fields, Fields: []string{"Query.echo", "Query.user", "User.name"}, Limit: limit, Interval: time.Minute,
		}
	}
	s := serveLimited(t, nil, rule("each", 2, ratelimit.IP, ratelimit.Field), rule("together", 5, ratelimit.IP))
	for i, tt := range []struct {
		query, refused, limits string
	}{
		{"{ echo user(id: 7) { name } }", "", `"each";r=1;t=30, "together";r=2;t=36`},
		{"{ echo user(id: 7) { id } }", "", `"each";r=0;t=60, "together";r=0;t=60`},
		{"{ user(id: 7) { name } }", `Query.user is selected too often: the rate limit \"each\" is 2 in 1m.`, `"each";r=0;t=30, "together";r=0;t=24`}, // User.name alone would be admitted by "each"
		{"{ users { name } }", `Query.echo, Query.user and User.name are selected too often: the rate limit \"together\" is 5 in 1m.`, `"each";r=1;t=30, "together";r=0;t=12`},
		{"{ users { id } }", "", ``},
	} {
		got := ask(t, s.base, tt.query, "")
		if (got.status == 429) != (tt.refused != "") || !strings.Contains(got.body, tt.refused) || got.header.Get("Ratelimit") != tt.limits {
			t.Errorf("request %d: status %d, %s\n%s", i, got.status, got.header.Get("Ratelimit"), got.body)
		}
	}
}

// A reload keeps what was used of the rules that are as they were, whatever comes beside or before them, and nothing of the others. Open
// connections go on, by the rules that hold now.
func TestReloadsReachOpenConnections(t *testing.T) {
	t.Parallel()
	back, _, _ := users(t, released())
	rules := func(all ...ratelimit.Rule) func(*config.Config) {
		return func(c *config.Config) { c.RateLimits.Rules = all }
	}
	named := func(name string, limit int64) ratelimit.Rule {
		r := callers(limit)
		r.Name = name
		return r
	}
	gateway, url := openVersion(t, version(1, back, rules(named("a", 4), named("b", 100))))
	c := connect(t, url, "{}")
	ask := func(what, want string) {
		t.Helper()
		if got := c.ask("{ __typename }", "null"); !strings.Contains(got, want) {
			t.Errorf("%s: %s", what, got)
		}
	}
	const admitted, refused = `"data"`, `"rule":"a"`
	ask("one of four", admitted)
	ask("two of four", admitted)
	reload(t, gateway, version(1, back, rules(named("b", 100), named("new", 50), named("a", 4))), server.Replaced)
	ask("three of four, the rules in another order", admitted)
	reload(t, gateway, version(1, back, func(c *config.Config) {
		rules(named("a", 4))(c)
		c.GlobalRate = datasources.RateLimit{Capacity: 1000, Interval: time.Second}
		c.RateLimits.HeadersOff = true
	}), server.Replaced)
	ask("four of four, other settings beside it", admitted)
	ask("more than four", refused)
	reload(t, gateway, version(1, back, rules(named("b", 100), named("a", 5))), server.Replaced)
	for range 5 {
		ask("a rule that has changed begins anew", admitted)
	}
	ask("more than five", refused)
	reload(t, gateway, version(1, back, rules(named("renamed", 5))), server.Replaced)
	ask("a rule with another name", admitted)
	reload(t, gateway, version(1, back, rules()), server.Replaced)
	ask("no rules", admitted)
	reload(t, gateway, version(1, back, rules(named("a", 5))), server.Replaced)
	ask("a rule that is there again", admitted)
}

// Every answer that tells of limits tells of each limit once, in both fields, also when there are more than one answer tells of; the one that
// refuses is among them.
func TestTheTightestLimitsAreTold(t *testing.T) {
	t.Parallel()
	var rules []ratelimit.Rule
	for i := range 12 {
		r := callers(int64(100 - 5*i))
		r.Name = "r" + strconv.Itoa(i)
		rules = append(rules, r)
	}
	tight := points(15)
	rules = append(rules, tight)
	s := serveLimited(t, nil, rules...)
	for i, want := range []int{200, 429} {
		got := ask(t, s.base, "{ users { id } }", "")
		namesOf := func(field string) (names []string) {
			for one := range strings.SplitSeq(got.header.Get(field), ", ") {
				name, _, _ := strings.Cut(one, ";")
				names = append(names, name)
			}
			return names
		}
		limits, policies := namesOf("Ratelimit"), namesOf("Ratelimit-Policy")
		if got.status != want || !slices.Equal(limits, policies) || len(limits) != 8 || !slices.Contains(limits, `"points"`) || !slices.Contains(limits, `"r11"`) ||
			slices.Contains(limits, `"r0"`) {
			t.Errorf("request %d: status %d, %v, %v", i, got.status, limits, policies)
		}
	}
}
