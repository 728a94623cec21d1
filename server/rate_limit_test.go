package server_test

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"
	"go.uber.org/zap"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/caller"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/admission"
	"github.com/weftgraph/weft/server/config"
	"github.com/weftgraph/weft/server/identity"
	"github.com/weftgraph/weft/server/ratelimit"
)

// hands are those of a clock that a test moves. They begin at 0.
type hands struct{ passed atomic.Int64 }

func (h *hands) now() time.Time { return time.Unix(1_000_000, 0).Add(time.Duration(h.passed.Load())) }

func (h *hands) move(d time.Duration) { h.passed.Add(int64(d)) }

// bearers identifies callers by tokens such as "ann", or "key:7" for an API key. Tokens that begin with "bad" are no good.
type bearers struct{ asked atomic.Int64 }

func (b *bearers) Identify(_ context.Context, c identity.Credentials) (*caller.Caller, error) {
	b.asked.Add(1)
	token, ok := strings.CutPrefix(c.Header.Get("Authorization"), "Bearer ")
	switch {
	case !ok:
		return nil, nil //nolint:nilnil // that is the anonymous caller
	case strings.HasPrefix(token, "bad"):
		return nil, &identity.Refused{Message: "No such token.", Challenge: "Bearer"}
	}
	if key, isKey := strings.CutPrefix(token, "key:"); isKey {
		return caller.New(caller.Identity{Method: caller.APIKey, Subject: key, Owner: "acme"}), nil
	}
	name, scope, _ := strings.Cut(token, "+")
	return caller.New(caller.Identity{Method: caller.JWT, Issuer: "i", Subject: name, Scopes: []string{scope}}), nil
}

// limited is a server with rate limits, whose clock stands still.
type limited struct {
	hands
	base    string
	bearers bearers
	limiter *ratelimit.Limiter
}

func serveLimited(tb testing.TB, change func(*server.Options), rules ...ratelimit.Rule) *limited {
	tb.Helper()
	gateway, diags := server.Open(tb.Context(), server.Definition{
		Documents: []sdl.Input{{File: "test.graphql", Text: document}},
		Config:    &config.Config{Sources: map[string]config.Source{"test.api": {OverrideURL: backend(tb)}}},
	})
	if gateway == nil {
		tb.Fatal(diags)
	}
	tb.Cleanup(gateway.Close)
	s := &limited{}
	s.limiter = ratelimit.New(ratelimit.Settings{Rules: rules}, nil, s.now)
	o := server.Options{
		Schema: gateway.Schema(), Log: zap.NewNop(), Admission: []admission.Policy{s.limiter}, Identifier: &s.bearers,
		Batching: config.Batching{Enabled: true},
	}
	if change != nil {
		change(&o)
	}
	s.base = serveOptions(tb, o)
	return s
}

// callers is a limit of requests for each caller.
func callers(limit int64) ratelimit.Rule {
	return ratelimit.Rule{Name: "callers", Per: []ratelimit.Dimension{ratelimit.Caller}, Limit: limit, Interval: time.Minute}
}

// refusedBy is the error of a rule.
func refusedBy(message, rule, limit, retry string) string {
	return `{"message":"` + message + ` Try again in ` + retry + ` s.","extensions":{"code":"RATE_LIMITED","rateLimit":{"limit":` + limit +
		`,"remaining":0,"retryAfter":` + retry + `,"rule":"` + rule + `"}}}`
}

const tooManyOfCallers = `Too many requests: the rate limit \"callers\" is 2 in 1m.`

func TestRequestsBeyondALimitAreRefusedUntilItIsTime(t *testing.T) {
	t.Parallel()
	s := serveLimited(t, nil, callers(2))
	type told struct {
		Status                    int
		Limit, Policy, RetryAfter string
	}
	tell := func(r reply) told {
		return told{r.status, r.header.Get("Ratelimit"), r.header.Get("Ratelimit-Policy"), r.header.Get("Retry-After")}
	}
	const policy = `"callers";q=2;w=60`
	for _, step := range []struct {
		after time.Duration
		token string
		want  told
	}{
		{0, "ann", told{200, `"callers";r=1;t=30`, policy, ""}},
		{0, "ann", told{200, `"callers";r=0;t=60`, policy, ""}},
		{0, "ann", told{429, `"callers";r=0;t=30`, policy, "30"}},
		{0, "bob", told{200, `"callers";r=1;t=30`, policy, ""}},
		{29500 * time.Millisecond, "ann", told{429, `"callers";r=0;t=1`, policy, "1"}},
		{500 * time.Millisecond, "ann", told{200, `"callers";r=0;t=60`, policy, ""}},
		{time.Hour, "ann", told{200, `"callers";r=1;t=30`, policy, ""}},
	} {
		s.move(step.after)
		got := ask(t, s.base, "{ echo }", "", "Authorization: Bearer "+step.token)
		if diff := cmp.Diff(step.want, tell(got)); diff != "" {
			t.Errorf("%+v: %s", step, diff)
		}
		if want := `{"errors":[` + refusedBy(tooManyOfCallers, "callers", "2", "30") + `]}`; step.want.RetryAfter == "30" && got.body != want {
			t.Error(cmp.Diff(want, got.body))
		}
	}
}

// The body of a request that is refused for its number is not read, and what is known of one does not help.
func TestBodiesOfTooManyRequestsAreNotRead(t *testing.T) {
	t.Parallel()
	s := serveLimited(t, nil, callers(2))
	for i, want := range []int{200, 200, 429, 429} {
		if got := ask(t, s.base, "{ __typename }", ""); got.status != want {
			t.Errorf("request %d: status %d", i, got.status)
		}
	}
	if got := send(t, http.MethodPost, s.base+"/graphql", "{", "Content-Type: application/json"); got.status != 429 {
		t.Errorf("the body was read: %s", got.body)
	}
	if got := send(t, http.MethodGet, s.base+"/graphql?query={echo}", ""); got.status != 429 {
		t.Errorf("a GET is no request: %s", got.body)
	}
}

func TestEachOperationOfABatchCounts(t *testing.T) {
	t.Parallel()
	s := serveLimited(t, nil, callers(2))
	got := send(t, http.MethodPost, s.base+"/graphql", `[{"query":"{ echo }"},{"query":"{ echo }"},{"query":"{ echo }"}]`, "Content-Type: application/json")
	want := `[{"data":{"echo":null}},{"data":{"echo":null}},{"errors":[` + refusedBy(tooManyOfCallers, "callers", "2", "30") + `]}]`
	if diff := cmp.Diff(want, got.body); diff != "" || got.status != 200 || got.header.Get("Retry-After") != "" {
		t.Error(got.status, diff)
	}
	if got := got.header.Get("Ratelimit"); got != `"callers";r=0;t=30` {
		t.Error(got)
	}
}

func TestEachOperationOfAWebSocketCounts(t *testing.T) {
	t.Parallel()
	s := serveLimited(t, nil, callers(2))
	c := connect(t, s.base, "{}")
	for range 2 {
		if got := c.ask("{ echo }", "null"); got != `{"data":{"echo":null}}` {
			t.Error(got)
		}
	}
	c.subscribe("9", "{ echo }", "null")
	want := `{"id":"9","type":"error","payload":[` + refusedBy(tooManyOfCallers, "callers", "2", "30") + `]}`
	if diff := cmp.Diff(want, c.read()); diff != "" {
		t.Error(diff)
	}
	s.move(time.Minute)
	if got := c.ask("{ echo }", "null"); got != `{"data":{"echo":null}}` {
		t.Errorf("the connection is of no use any more: %s", got)
	}
}

func TestEventStreamsBeyondALimitDoNotBegin(t *testing.T) {
	t.Parallel()
	s := serveLimited(t, nil, callers(2), ratelimit.Rule{
		Name: "echo", Unit: ratelimit.Fields, Fields: []string{"Query.echo"}, Limit: 1, Interval: time.Minute,
	})
	for i, want := range []int{200, 429, 429} {
		resp := stream(t.Context(), t, s.base, "{ echo }")
		if resp.StatusCode != want || want == 429 && resp.Header.Get("Retry-After") == "" {
			t.Errorf("stream %d: status %d", i, resp.StatusCode)
		}
	}
}

// Whoever asks for a field under several names asks for it several times; that is what lists of passwords are tried by.
func TestFieldsAreCountedByOccurrence(t *testing.T) {
	t.Parallel()
	s := serveLimited(t, nil, ratelimit.Rule{
		Name: "rename", Per: []ratelimit.Dimension{ratelimit.IP}, Unit: ratelimit.Fields, Fields: []string{"Mutation.rename"},
		Limit: 3, Interval: time.Minute,
	})
	const rename = `rename(id: 1, name: "x") { id }`
	for _, tt := range []struct {
		query  string
		status int
		limit  string
	}{
		{"{ echo }", 200, ""},
		{"mutation { a: " + rename + " b: " + rename + " }", 200, `"rename";r=1;t=40`},
		{"mutation { a: " + rename + " b: " + rename + " }", 429, `"rename";r=1;t=20`},
		{"mutation { a: " + rename + " a: " + rename + " ... @skip(if: true) { b: " + rename + " } }", 200, `"rename";r=0;t=60`},
		{"mutation { ...F } fragment F on Mutation { a: " + rename + " }", 429, `"rename";r=0;t=20`},
	} {
		got := ask(t, s.base, tt.query, "")
		if got.status != tt.status || got.header.Get("Ratelimit") != tt.limit {
			t.Errorf("%s: status %d, %s\n%s", tt.query, got.status, got.header.Get("Ratelimit"), got.body)
		}
	}
	got := ask(t, s.base, "mutation { a: "+rename+" b: "+rename+" c: "+rename+" d: "+rename+" }", "")
	want := `{"errors":[{"message":"Mutation.rename is selected 4 times, and the rate limit \"rename\" lets 3 through at once.",` +
		`"extensions":{"code":"LIMIT_EXCEEDED","limit":"rate_limit","rateLimit":{"limit":3,"rule":"rename"}}}]}`
	if diff := cmp.Diff(want, got.body); diff != "" || got.status != 400 || got.header.Get("Retry-After") != "" {
		t.Error(got.status, diff)
	}
}

func TestCostsAreLimited(t *testing.T) {
	t.Parallel()
	s := serveLimited(t, nil, ratelimit.Rule{
		Name: "points", Per: []ratelimit.Dimension{ratelimit.Key}, Unit: ratelimit.Cost, Limit: 60, Interval: time.Minute, Burst: 15,
	})
	const dear = "{ users { id } }" // 10
	for _, tt := range []struct {
		token, query string
		status       int
		limit, retry string
	}{
		{"key:7", dear, 200, `"points";r=5;t=10`, ""},
		{"key:7", dear, 429, `"points";r=5;t=5`, "5"},
		{"key:7", "{ user(id: 7) { id } }", 200, `"points";r=4;t=11`, ""},
		{"key:7", "{ __typename echo }", 200, ``, ""},
		{"key:8", dear, 200, `"points";r=5;t=10`, ""},
		{"ann", dear, 200, ``, ""},
	} {
		got := ask(t, s.base, tt.query, "", "Authorization: Bearer "+tt.token)
		if got.status != tt.status || got.header.Get("Ratelimit") != tt.limit || got.header.Get("Retry-After") != tt.retry {
			t.Errorf("%s of %s: status %d, %s\n%s", tt.query, tt.token, got.status, got.header.Get("Ratelimit"), got.body)
		}
	}
	got := ask(t, s.base, "{ users { id } b: users { id } }", "", "Authorization: Bearer key:9")
	want := `{"errors":[{"message":"The operation costs 20, and the rate limit \"points\" lets 15 through at once.",` +
		`"extensions":{"code":"COST_LIMIT_EXCEEDED","cost":{"estimated":20,"max":15},"limit":"rate_limit","rateLimit":{"limit":60,"rule":"points"}}}]}`
	if diff := cmp.Diff(want, got.body); diff != "" || got.status != 400 {
		t.Error(got.status, diff)
	}
}

// Nobody finds out by trying whether a token is good: after some that are not, none is looked at.
func TestFailedAuthenticationsAreLimited(t *testing.T) {
	t.Parallel()
	s := serveLimited(t, nil, ratelimit.Rule{
		Name: "guesses", Per: []ratelimit.Dimension{ratelimit.IP}, Unit: ratelimit.Failures, Limit: 2, Interval: time.Minute,
	})
	for i, tt := range []struct {
		token  string
		status int
	}{{"bad1", 401}, {"ann", 200}, {"ann", 200}, {"bad2", 401}, {"bad3", 429}, {"ann", 429}} {
		if got := ask(t, s.base, "{ echo }", "", "Authorization: Bearer "+tt.token); got.status != tt.status {
			t.Errorf("request %d: status %d\n%s", i, got.status, got.body)
		}
	}
	if got := s.bearers.asked.Load(); got != 4 {
		t.Errorf("%d credentials were looked at", got)
	}
	if c, _ := dial(t, s.base); c != nil {
		c.send(`{"type":"connection_init","payload":{}}`)
		if got := c.closed(); got != 1013 { // try again later
			t.Errorf("closed by %d", got)
		}
	}
	s.move(30 * time.Second)
	if got := ask(t, s.base, "{ echo }", "", "Authorization: Bearer ann"); got.status != 200 {
		t.Error(got.body)
	}
}

// What an address has left says whether its credentials are looked at, over WebSockets as over HTTP: to look may mean to ask an issuer.
func TestCredentialsOfAnAddressThatHasNothingLeftAreNotLookedAt(t *testing.T) {
	t.Parallel()
	s := serveLimited(t, nil, ratelimit.Rule{Name: "addresses", Per: []ratelimit.Dimension{ratelimit.IP}, Limit: 2, Interval: time.Minute})
	for i, want := range []websocket.StatusCode{4403, 4403, 1013, 1013} {
		c, _ := dial(t, s.base, "Authorization: Bearer bad")
		if c == nil {
			t.Fatal("there is no connection")
		}
		c.send(`{"type":"connection_init"}`)
		if got := c.closed(); got != want {
			t.Errorf("connection %d: closed by %d, want %d", i, got, want)
		}
	}
	if got := s.bearers.asked.Load(); got != 2 {
		t.Errorf("%d credentials were looked at", got)
	}
}

func TestRulesAreForThoseWhoMatch(t *testing.T) {
	t.Parallel()
	yes, no := true, false
	free := callers(1)
	free.Name, free.Match = "anonymous", ratelimit.Match{Authenticated: &no}
	members := callers(2)
	members.Match, members.Except = ratelimit.Match{Authenticated: &yes}, ratelimit.Match{Scopes: []string{"premium"}}
	s := serveLimited(t, nil, free, members)
	count := func(headers ...string) (admitted int) {
		for range 5 {
			if ask(t, s.base, "{ echo }", "", headers...).status == 200 {
				admitted++
			}
		}
		return admitted
	}
	got := []int{count(), count("Authorization: Bearer ann"), count("Authorization: Bearer bob+premium"), count("Authorization: Bearer cat+basic")}
	if diff := cmp.Diff([]int{1, 2, 5, 2}, got); diff != "" {
		t.Error(diff)
	}
}

// A request that one rule refuses takes nothing from another.
func TestRulesHoldTogether(t *testing.T) {
	t.Parallel()
	all := ratelimit.Rule{Name: "all", Limit: 4, Interval: time.Minute}
	s := serveLimited(t, nil, all, callers(2))
	for i, tt := range []struct {
		token  string
		status int
		limit  string
	}{
		{"ann", 200, `"all";r=3;t=15, "callers";r=1;t=30`},
		{"ann", 200, `"all";r=2;t=30, "callers";r=0;t=60`},
		{"ann", 429, `"all";r=2;t=30, "callers";r=0;t=30`},
		{"bob", 200, `"all";r=1;t=45, "callers";r=1;t=30`},
		{"cat", 200, `"all";r=0;t=60, "callers";r=1;t=30`},
		{"dan", 429, `"all";r=0;t=15`},
	} {
		got := ask(t, s.base, "{ echo }", "", "Authorization: Bearer "+tt.token)
		if got.status != tt.status || got.header.Get("Ratelimit") != tt.limit {
			t.Errorf("request %d: status %d, %s", i, got.status, got.header.Get("Ratelimit"))
		}
	}
}

// What is answered in memory, without being executed, counts like everything else.
func TestFieldsThatAreKnownOrOfTheSystemAreCounted(t *testing.T) {
	t.Parallel()
	s := serveLimited(t, nil, ratelimit.Rule{
		Name: "schema", Unit: ratelimit.Fields, Fields: []string{"Query.__schema", "Query.echo"}, Limit: 3, Interval: time.Minute,
	})
	for i, tt := range []struct {
		query  string
		status int
	}{
		{"{ __schema { queryType { name } } }", 200},
		{"{ echo }", 200},
		{"{ echo }", 200},
		{"{ echo }", 429},
		{"{ __typename }", 200},
		{"{ __schema { queryType { name } } }", 429},
	} {
		if got := ask(t, s.base, tt.query, ""); got.status != tt.status {
			t.Errorf("request %d: status %d\n%s", i, got.status, got.body)
		}
	}
}

func TestRulesOfOperationsGoByKindAndName(t *testing.T) {
	t.Parallel()
	s := serveLimited(t, nil,
		ratelimit.Rule{
			Name: "mutations", Per: []ratelimit.Dimension{ratelimit.Caller}, Match: ratelimit.Match{Kinds: []ast.Operation{ast.Mutation}},
			Limit: 1, Interval: time.Minute,
		},
		ratelimit.Rule{
			Name: "names", Per: []ratelimit.Dimension{ratelimit.Operation}, Except: ratelimit.Match{Operations: []string{"Health"}},
			Limit: 1, Interval: time.Minute,
		},
	)
	for i, tt := range []struct {
		query, rule string
	}{
		{`mutation A { rename(id: 1, name: "x") { id } }`, ""},
		{`mutation B { rename(id: 1, name: "x") { id } }`, "mutations"},
		{"query B { echo }", ""},
		{"query B { echo }", "names"},
		{"query Health { echo }", ""},
		{"query Health { echo }", ""},
		{"{ echo }", ""},
		{"{ echo }", "names"},
	} {
		got := ask(t, s.base, tt.query, "")
		if (got.status == 429) != (tt.rule != "") || !strings.Contains(got.body, tt.rule) {
			t.Errorf("request %d: status %d\n%s", i, got.status, got.body)
		}
	}
}

// Operators may keep from clients what limits there are. When to ask again is told all the same.
func TestHeadersOfLimitsCanBeLeftOut(t *testing.T) {
	t.Parallel()
	s := serveLimited(t, func(o *server.Options) { o.HidesLimits = true }, callers(1))
	for i, want := range []string{"", "60"} {
		got := ask(t, s.base, "{ echo }", "")
		if got.header.Get("Ratelimit")+got.header.Get("Ratelimit-Policy") != "" || got.header.Get("Retry-After") != want {
			t.Errorf("request %d: %v", i, got.header)
		}
	}
}

// In both profiles the status is that of the limit, in both media types.
func TestStatusOfRefusalsIsThatOfALimit(t *testing.T) {
	t.Parallel()
	for _, profile := range []config.StatusProfile{config.Classic, config.Draft} {
		s := serveLimited(t, func(o *server.Options) { o.StatusProfile = profile }, callers(1), ratelimit.Rule{
			Name: "echo", Unit: ratelimit.Fields, Fields: []string{"Query.echo"}, Limit: 1, Interval: time.Minute,
		})
		for i, token := range []string{"ann", "ann", "bob", "cat"} {
			for _, media := range []string{"application/json", "application/graphql-response+json"} {
				got := ask(t, s.base, "{ echo }", "", "Authorization: Bearer "+token, "Accept: "+media)
				if isFirst := i == 0 && media == "application/json"; (got.status == 200) != isFirst || !isFirst && got.status != 429 ||
					!isFirst && !strings.HasPrefix(got.header.Get("Content-Type"), media) {
					t.Errorf("%s of %s: status %d, %s", media, token, got.status, got.header.Get("Content-Type"))
				}
			}
		}
	}
}

// A change of the settings or the graph leaves what clients have used as it is.
func TestReloadsKeepWhatWasUsed(t *testing.T) {
	t.Parallel()
	back, _, _ := users(t, released())
	rule := callers(2)
	withRules := func(more ...ratelimit.Rule) func(*config.Config) {
		return func(c *config.Config) {
			c.RateLimits.Rules = append([]ratelimit.Rule{rule}, more...)
			c.GlobalRate = datasources.RateLimit{Capacity: 1000, Interval: time.Second}
		}
	}
	gateway, url := openVersion(t, version(1, back, withRules()))
	status := func() int { return ask(t, url, "{ __typename }", "").status }
	if got := status(); got != 200 {
		t.Fatal(got)
	}
	reload(t, gateway, version(2, back, withRules()), server.Replaced)
	if got := []int{status(), status()}; !slices.Equal(got, []int{200, 429}) {
		t.Error("another graph", got)
	}
	other := callers(100)
	other.Name = "others"
	reload(t, gateway, version(2, back, withRules(other)), server.Replaced)
	if got := status(); got != 429 {
		t.Error("another rule beside it", got)
	}
	rule.Limit = 3
	reload(t, gateway, version(2, back, withRules()), server.Replaced)
	if got := status(); got != 200 {
		t.Error("a rule that admits more", got)
	}
	reload(t, gateway, version(2, back, nil), server.Replaced)
	if got := []int{status(), status(), status(), status()}; !slices.Equal(got, []int{200, 200, 200, 200}) {
		t.Error("no rules", got)
	}
}

func TestGlobalRateLimitIsThatOfAllTogether(t *testing.T) {
	t.Parallel()
	base := serve(t, func(c *config.Config) { c.GlobalRate = datasources.RateLimit{Capacity: 2, Interval: time.Hour} }, server.Exposure{})
	for i, want := range []int{200, 200, 429} {
		got := ask(t, base, "{ echo }", "", "X-Forwarded-For: 192.0.2."+strconv.Itoa(i))
		if got.status != want || got.header.Get("Ratelimit-Policy") != `"global_rate_limit";q=2;w=3600` {
			t.Errorf("request %d: %d %v", i, got.status, got.header)
		}
	}
}

func TestASubscriptionCountsWhenItBegins(t *testing.T) {
	t.Parallel()
	h := &hands{}
	limiter := ratelimit.New(ratelimit.Settings{Rules: []ratelimit.Rule{callers(2)}}, nil, h.now)
	s := serveTicks(t, &config.Config{}, func(o *server.Options) { o.Admission = []admission.Policy{limiter} })
	c := connect(t, s.base, "{}")
	for _, id := range []string{"1", "2"} {
		c.subscribe(id, ticks(3), "null")
		c.expect(next(id, tick(1)), next(id, tick(2)), next(id, tick(3)), `{"id":"`+id+`","type":"complete"}`)
	}
	c.subscribe("3", ticks(3), "null")
	if got := c.read(); !strings.Contains(got, `"type":"error"`) || !strings.Contains(got, "RATE_LIMITED") {
		t.Error(got)
	}
	s.waitForEnd(t)
	s.waitForEnd(t)
}

// Many clients at the same time get exactly what their limits are, over real connections.
func TestLimitsAreExactUnderLoad(t *testing.T) {
	t.Parallel()
	const each = 20
	s := serveLimited(t, nil, callers(each))
	var admitted [4]atomic.Int32
	var asking sync.WaitGroup
	for worker := range 8 {
		asking.Go(func() {
			for range each {
				if got := ask(t, s.base, "{ echo }", "", "Authorization: Bearer "+strconv.Itoa(worker%4)); got.status == 200 {
					admitted[worker%4].Add(1)
				}
			}
		})
	}
	asking.Wait()
	for i := range admitted {
		if got := admitted[i].Load(); got != each {
			t.Errorf("client %d was admitted %d times", i, got)
		}
	}
	if f := s.limiter.Figures()[0]; f.Admitted != 4*each || f.Refused != 4*each {
		t.Errorf("%d admitted, %d refused", f.Admitted, f.Refused)
	}
}
