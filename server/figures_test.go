package server_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/value"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/config"
	"github.com/weftgraph/weft/server/identity/apikey"
	"github.com/weftgraph/weft/server/quota"
	"github.com/weftgraph/weft/server/ratelimit"
)

// issuing is a gateway with API keys, over restrictedDocument, whose console tells of them.
type issuing struct {
	file, url, admin string
	// texts are the keys themselves, by their owners, ids their ids.
	texts, ids map[string]string
}

func serveIssuing(t *testing.T, change func(*config.Config)) *issuing {
	t.Helper()
	s := &issuing{file: filepath.Join(t.TempDir(), "keys.jsonl"), texts: map[string]string{}, ids: map[string]string{}}
	if err := os.WriteFile(s.file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	now := time.Now().UTC()
	s.create(t, apikey.Draft{
		Owner: "billing", Label: "nightly run", Scopes: []string{"desk"}, Expires: now.Add(3 * 24 * time.Hour).Truncate(time.Second),
		Quota: quota.Quota{Day: quota.Amount{Requests: 4}, Month: quota.Amount{Requests: 100, Cost: 50}},
	})
	s.create(t, apikey.Draft{Owner: "staff"})
	s.create(t, apikey.Draft{Owner: "over", Expires: now.Add(-time.Hour)})
	s.create(t, apikey.Draft{Owner: "early", NotBefore: now.Add(time.Hour)})
	s.create(t, apikey.Draft{Owner: "gone"})
	if _, err := apikey.Revoke(t.Context(), s.file, s.ids["gone"], now); err != nil {
		t.Fatal(err)
	}
	settings := &config.Config{
		APIKeys: apikey.Settings{File: s.file}, Authorization: graph.Authorization{RejectUnauthorized: true},
		Policies: map[string]string{"own": "args.id == caller.subject"}, Batching: config.Batching{Enabled: true},
	}
	change(settings)
	d := server.Definition{Documents: []sdl.Input{{File: "restricted.graphql", Text: restrictedDocument}}, Config: settings}
	gateway, url := openVersion(t, d.OnClock(fromNoon())) // no day ends while a test goes on
	admin := httptest.NewServer(gateway.Admin(nil, "v9"))
	t.Cleanup(admin.Close)
	s.url, s.admin = url, admin.URL
	return s
}

// fromNoon is a clock that goes on from the middle of some day.
func fromNoon() func() time.Time {
	begun := time.Now()
	return func() time.Time { return time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC).Add(time.Since(begun)) }
}

func (s *issuing) create(t *testing.T, d apikey.Draft) {
	t.Helper()
	k, text, err := apikey.Create(t.Context(), s.file, d, time.Now().Add(-time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	s.texts[d.Owner], s.ids[d.Owner] = text, k.ID
}

func (s *issuing) ask(t *testing.T, owner, query string) reply {
	t.Helper()
	return ask(t, s.url, query, "", "X-Api-Key: "+s.texts[owner])
}

// streamed is ask for an answer of whatever length, such as a stream.
func streamed(t *testing.T, url, query string, headers ...string) string {
	t.Helper()
	body := `{"query":` + string(value.AppendString(nil, query)) + `}`
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	for _, h := range headers {
		name, v, _ := strings.Cut(h, ": ")
		req.Header.Set(name, v)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// named puts the owners of keys in the place of their ids.
func (s *issuing) named(text string) string {
	for owner, id := range s.ids {
		text = strings.ReplaceAll(text, id, owner)
	}
	return text
}

func usedUp(requests, requestsLeft, cost, costLeft string) string {
	part := func(used, left string) string {
		if left == "" {
			return `{"used":` + used + `,"left":null}`
		}
		return `{"used":` + used + `,"left":` + left + `}`
	}
	return `{"requests":` + part(requests, requestsLeft) + `,"cost":` + part(cost, costLeft) + `}`
}

// What keys have used is told as it is at this moment, with what is left of their quotas.
func TestFiguresOfAPIKeysAreTold(t *testing.T) {
	t.Parallel()
	s := serveIssuing(t, func(*config.Config) {})
	for i, want := range []int{200, 200, 200, 200, 429} {
		if got := s.ask(t, "billing", "{ open desk }"); got.status != want {
			t.Fatalf("request %d: %d %s", i, got.status, got.body)
		}
	}
	if got := s.ask(t, "staff", "{ open }"); got.status != http.StatusOK {
		t.Fatal(got.body)
	}
	const amounts = `{ requests { used left } cost { used left } }`
	got := s.named(inquire(t, s.admin, `{ apiKeyCount one: apiKeys(first: 1) { id } none: apiKeys(first: -1) { id } apiKeys {
		id owner label state scopes secrets total `+amounts+` today `+amounts+` thisMonth `+amounts+` } unknown: apiKey(id: "nobody") { id } }`))
	head, tail, _ := strings.Cut(got, `"apiKeys":[`)
	if want := `{"data":{"apiKeyCount":5,"one":[{"id":"staff"}],"none":[],`; head != want {
		t.Error(cmp.Diff(want, head))
	}
	tail, end, _ := strings.Cut(tail, `],"unknown":`)
	if end != "null}}" {
		t.Error(end)
	}
	lines := strings.Split(strings.ReplaceAll(tail, `},{"id"`, "}\n{\"id\""), "\n")
	if len(lines) != 5 {
		t.Fatalf("%d keys: %s", len(lines), tail)
	}
	slices.Sort(lines[2:]) // those that were never used are in the order of their ids
	one := func(owner, label, state, scopes, secrets, operations, today, month string) string {
		return `{"id":"` + owner + `","owner":"` + owner + `","label":` + label + `,"state":"` + state + `","scopes":[` + scopes + `],"secrets":` + secrets +
			`,"total":` + usedUp(operations, "", "0", "") + `,"today":` + today + `,"thisMonth":` + month + `}`
	}
	unused := usedUp("0", "", "0", "")
	want := []string{
		one("staff", "null", "ACTIVE", "", "1", "1", usedUp("1", "", "0", ""), usedUp("1", "", "0", "")),
		one("billing", `"nightly run"`, "EXPIRING", `"desk"`, "1", "4", usedUp("4", "0", "0", ""), usedUp("4", "96", "0", "50")),
		one("early", "null", "NOT_VALID_YET", "", "0", "0", unused, unused),
		one("gone", "null", "REVOKED", "", "0", "0", unused, unused),
		one("over", "null", "EXPIRED", "", "0", "0", unused, unused),
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Error(diff)
	}
	// A key that is exchanged has two secrets for a while, and is the same key.
	if _, _, err := apikey.Rotate(t.Context(), s.file, s.ids["staff"], time.Hour, time.Now()); err != nil {
		t.Fatal(err)
	}
	eventually(t, func() string {
		return inquire(t, s.admin, `{ apiKey(id: "`+s.ids["staff"]+`") { secrets total { requests { used quota } } } }`)
	}, `{"data":{"apiKey":{"secrets":2,"total":{"requests":{"used":1,"quota":null}}}}}`)
}

// eventually waits until something is as it has to be.
func eventually(t *testing.T, get func() string, want string) {
	t.Helper()
	deadline := time.Now().Add(time.Minute)
	for got := get(); got != want; got = get() {
		if time.Now().After(deadline) {
			t.Fatalf("it stays\n%s, want\n%s", got, want)
		}
		<-time.After(20 * time.Millisecond)
	}
}

// Whatever is asked of the system schema about keys, it has nothing that one could show a key by, or find it out from.
func TestFiguresOfAPIKeysHaveNoSecrets(t *testing.T) {
	t.Parallel()
	s := serveIssuing(t, func(*config.Config) {})
	text, err := os.ReadFile(s.file)
	if err != nil {
		t.Fatal(err)
	}
	hashes := regexp.MustCompile(`[0-9a-f]{64}`).FindAllString(string(text), -1)
	if len(hashes) != len(s.texts) {
		t.Fatalf("the file has %d hashes", len(hashes))
	}
	// All fields that there are, by the schema itself.
	fields := regexp.MustCompile(`"name":"([a-zA-Z]+)"`).FindAllStringSubmatch(
		inquire(t, s.admin, `{ __type(name: "ApiKey") { fields { name } } }`), -1)
	query := "{ apiKeys { "
	for _, f := range fields {
		switch f[1] {
		case "today", "thisMonth", "total":
			query += f[1] + " { requests { used quota left } cost { used quota left } } "
		default:
			query += f[1] + " "
		}
	}
	got := streamed(t, s.admin+server.AdminPath, query+"} }")
	if !strings.Contains(got, s.ids["billing"]) || strings.Contains(got, "errors") || len(fields) < 14 {
		t.Fatal(query, got)
	}
	for owner, key := range s.texts {
		if secret := key[len("weft_")+len(s.ids[owner])+1:]; strings.Contains(got, secret) || strings.Contains(got, secret[:20]) {
			t.Errorf("the secret of %s is told: %s", owner, got)
		}
	}
	for _, h := range hashes {
		if strings.Contains(strings.ToLower(got), h[:16]) {
			t.Errorf("the hash %s is told: %s", h, got)
		}
	}
}

func TestFiguresOfRateLimitsAreTold(t *testing.T) {
	t.Parallel()
	yes := true
	s := serveIssuing(t, func(c *config.Config) {
		c.RateLimits.Rules = []ratelimit.Rule{
			{Name: "callers", Per: []ratelimit.Dimension{ratelimit.Caller}, Limit: 3, Interval: time.Hour},
			{
				Name: "open", Per: []ratelimit.Dimension{ratelimit.Key, ratelimit.Field}, Unit: ratelimit.Fields, Fields: []string{"Query.open", "Query.desk"},
				Match: ratelimit.Match{Authenticated: &yes}, Limit: 100, Interval: 24 * time.Hour, Burst: 2,
			},
			{Name: "guesses", Per: []ratelimit.Dimension{ratelimit.IP}, Unit: ratelimit.Failures, Limit: 10, Interval: 2 * time.Hour},
		}
	})
	for i, tt := range []struct {
		owner, query string
		want         int
	}{
		{"billing", "{ open desk }", 200}, // two fields, each with a bucket of its own, in one operation
		{"billing", "{ a: open b: open c: open }", 400},
		{"billing", "{ open }", 200},
		{"billing", "{ open }", 429}, // by callers
		{"staff", "{ open }", 200},
		{"gone", "{ open }", 401}, // counts for the anonymous caller
	} {
		if got := s.ask(t, tt.owner, tt.query); got.status != tt.want {
			t.Fatalf("request %d: %d %s", i, got.status, got.body)
		}
	}
	got := inquire(t, s.admin, `{ rateLimits { name counts fields per conditional limit interval burst admitted refused tracked crowded } }`)
	want := `{"data":{"rateLimits":[` +
		`{"name":"callers","counts":"REQUESTS","fields":[],"per":["CALLER"],"conditional":false,"limit":3,"interval":3600,"burst":3,` +
		`"admitted":5,"refused":1,"tracked":3,"crowded":false},` +
		`{"name":"open","counts":"FIELDS","fields":["Query.open","Query.desk"],"per":["KEY","FIELD"],"conditional":true,"limit":100,"interval":86400,"burst":2,` +
		`"admitted":3,"refused":1,"tracked":3,"crowded":false},` +
		`{"name":"guesses","counts":"FAILED_AUTHENTICATIONS","fields":[],"per":["IP"],"conditional":false,"limit":10,"interval":7200,"burst":10,` +
		`"admitted":1,"refused":0,"tracked":1,"crowded":false}]}}`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Whatever they come by, operations that are refused for who asks or how much are counted once, by why.
func TestRefusedRequestsAreTold(t *testing.T) {
	t.Parallel()
	s := serveIssuing(t, func(*config.Config) {})
	refused := func() (limited, unauthenticated, denied int) {
		t.Helper()
		got := inquire(t, s.admin, "{ requests { refused { rateLimited unauthenticated denied } } }")
		if _, err := fmt.Sscanf(got, `{"data":{"requests":{"refused":{"rateLimited":%d,"unauthenticated":%d,"denied":%d}}}}`, &limited, &unauthenticated, &denied); err != nil {
			t.Fatal(got, err)
		}
		return limited, unauthenticated, denied
	}
	const graphQL, stream = "Accept: application/graphql-response+json", "Accept: text/event-stream"
	key := func(owner string) string { return "X-Api-Key: " + s.texts[owner] }
	post := func(query string, headers ...string) func() {
		return func() { streamed(t, s.url+"/graphql", query, headers...) }
	}
	for range 4 { // the day's quota
		post("{ open }", key("billing"))()
	}
	for _, tt := range []struct {
		name                             string
		do                               func()
		limited, unauthenticated, denied int
	}{
		{"what is answered", post("{ open }", key("staff")), 0, 0, 0},
		{"what is no operation", post("{ nothing }", key("staff")), 0, 0, 0},
		{"a quota", post("{ open }", key("billing")), 1, 0, 0},
		{"a quota by a stream", post("{ open }", key("billing"), stream), 1, 0, 0},
		{"a GET", func() { send(t, http.MethodGet, s.url+"/graphql?query={open}", "", key("billing")) }, 1, 0, 0},
		{"a revoked key", post("{ open }", key("gone")), 0, 1, 0},
		{"no key at all", post("{ open }", "X-Api-Key: guess"), 0, 1, 0},
		{"a denied field", post("{ desk }", key("staff")), 0, 0, 1},
		{"a denied field by its status", post("{ desk known }", key("staff"), graphQL), 0, 0, 1},
		{"a denied field by a stream", post("{ desk }", key("staff"), stream), 0, 0, 1},
		{"an anonymous caller", post("{ known }", graphQL), 0, 0, 1},
		{"a denied subscription", post("subscription { ticks }", stream), 0, 0, 1},
		{"a batch", func() {
			send(t, http.MethodPost, s.url+"/graphql", `[{"query":"{ open }"},{"query":"{ desk }"},{"query":"{ known }"},{"query":"{ own(id: 1) }"}]`,
				"Content-Type: application/json", key("staff"))
		}, 0, 0, 2},
		{"a batch beyond a quota", func() {
			send(t, http.MethodPost, s.url+"/graphql", `[{"query":"{ open }"},{"query":"{ open }"}]`, "Content-Type: application/json", key("billing"))
		}, 1, 0, 0}, // it is refused before it is read
		{"a WebSocket", func() {
			c := connect(t, s.url, "{}", key("billing"))
			for range 2 {
				if got := c.ask("{ open }", "null"); !strings.Contains(got, "RATE_LIMITED") {
					t.Error(got)
				}
			}
		}, 2, 0, 0},
		{"a WebSocket that asks for too much", func() {
			if got := connect(t, s.url, "{}", key("staff")).ask("{ desk }", "null"); !strings.Contains(got, "UNAUTHORIZED") {
				t.Error(got)
			}
		}, 0, 0, 1},
		{"a WebSocket of nobody", func() {
			c, _ := dial(t, s.url, key("gone"))
			c.send(`{"type":"connection_init"}`)
			if got := c.closed(); got != 4403 {
				t.Error(got)
			}
		}, 0, 1, 0},
	} {
		limited, unauthenticated, denied := refused()
		tt.do()
		l, u, d := refused()
		got := [3]int{l - limited, u - unauthenticated, d - denied}
		if want := [3]int{tt.limited, tt.unauthenticated, tt.denied}; got != want {
			t.Errorf("%s: counted are %v, want %v", tt.name, got, want)
		}
	}
}

// Without limits and keys there is nothing to tell.
func TestWithoutLimitsThereAreNoFigures(t *testing.T) {
	t.Parallel()
	_, admin := serveBoth(t, overBackend(t))
	got := inquire(t, admin, `{ rateLimits { name } apiKeys { id } apiKeyCount apiKey(id: "7") { id } }`)
	if want := `{"data":{"rateLimits":[],"apiKeys":[],"apiKeyCount":0,"apiKey":null}}`; got != want {
		t.Error(got)
	}
}

// Who has keys is for operators: clients cannot ask for it.
func TestClientsLearnNothingOfLimitsAndKeys(t *testing.T) {
	t.Parallel()
	s := serveIssuing(t, func(*config.Config) {})
	for _, query := range []string{"{ rateLimits { name } }", "{ apiKeys { id owner } }", "{ apiKeyCount }", `{ __type(name: "ApiKey") { name } }`} {
		got := s.ask(t, "staff", query)
		if strings.Contains(got.body, "billing") || strings.Contains(got.body, s.ids["billing"]) || strings.Contains(got.body, `"name":"ApiKey"`) {
			t.Error(got.body)
		}
		if at := ask(t, s.admin, query, "", "Host: evil.example", "Origin: https://evil.example"); at.status != http.StatusForbidden {
			t.Errorf("a page of somebody else gets %d %s", at.status, at.body)
		}
	}
}
