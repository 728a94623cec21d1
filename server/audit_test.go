package server_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.uber.org/zap"

	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/caller"
	"github.com/weftgraph/weft/graph/cost"
	"github.com/weftgraph/weft/graph/execute"
	"github.com/weftgraph/weft/graph/plan"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/value"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/auditlog"
	"github.com/weftgraph/weft/server/config"
	"github.com/weftgraph/weft/server/identity"
	"github.com/weftgraph/weft/server/persisted"
)

// auditLine is a line of the audit log, as whoever reads it sees it.
type auditLine struct {
	Version   int    `json:"v"`
	Event     string `json:"event"`
	ID        string `json:"id"`
	RequestID string `json:"request_id"`
	Caller    struct {
		Name   string `json:"name"`
		Method string `json:"method"`
		Owner  string `json:"owner"`
	} `json:"caller"`
	Client    string `json:"client"`
	Transport string `json:"transport"`
	Batch     bool   `json:"batch"`
	Operation struct {
		Name     string `json:"name"`
		Kind     string `json:"kind"`
		Hash     string `json:"hash"`
		Document string `json:"document"`
	} `json:"operation"`
	Fields     []string `json:"fields"`
	Connectors []struct {
		Connector string `json:"connector"`
		Calls     int    `json:"calls"`
	} `json:"connectors"`
	Shared   bool     `json:"shared"`
	Decision string   `json:"decision"`
	Code     string   `json:"code"`
	Denied   []string `json:"denied"`
	Status   int      `json:"status"`
	Errors   int      `json:"errors"`
	Codes    []string `json:"codes"`
	Cost     struct {
		Estimated int64 `json:"estimated"`
		Actual    int64 `json:"actual"`
	} `json:"cost"`
	Events    int             `json:"events"`
	Arguments json.RawMessage `json:"arguments"`
	Duration  float64         `json:"duration_ms"`
	End       string          `json:"end"`
}

// String is the line without what is different each time.
func (l auditLine) String() string {
	parts := []string{l.Event, l.Transport}
	add := func(format string, is bool, args ...any) {
		if is {
			parts = append(parts, fmt.Sprintf(format, args...))
		}
	}
	add("batch", l.Batch)
	add("by %s", l.Caller.Name != "", l.Caller.Name)
	add("%s %s", l.Operation.Kind != "" || l.Operation.Name != "", l.Operation.Kind, l.Operation.Name)
	add("%s", len(l.Fields) > 0, strings.Join(l.Fields, " "))
	for _, c := range l.Connectors {
		add("%s×%d", true, c.Connector, c.Calls)
	}
	add("shared", l.Shared)
	add("%s", true, l.Decision)
	add("(%s)", l.Code != "", l.Code)
	add("status %d", l.Status != 0, l.Status)
	add("%d errors %s", l.Errors > 0, l.Errors, strings.Join(l.Codes, " "))
	add("cost %d/%d", l.Cost.Estimated+l.Cost.Actual > 0, l.Cost.Estimated, l.Cost.Actual)
	add("%d events", l.Events > 0, l.Events)
	add("%s", l.End != "", l.End)
	return strings.Join(parts, ", ")
}

// auditing is an audit log of a test.
type auditing struct {
	log  *auditlog.Log
	file string
}

func newAuditing(tb testing.TB, change func(*auditlog.Settings)) *auditing {
	tb.Helper()
	s := auditlog.Settings{Enabled: true, File: filepath.Join(tb.TempDir(), "audit.jsonl")}
	if change != nil {
		change(&s)
	}
	log, err := auditlog.Open(s)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = log.Close() })
	return &auditing{log, s.File}
}

// lines closes the log and returns what it tells of operations.
func (a *auditing) lines(tb testing.TB) []auditLine {
	tb.Helper()
	if err := a.log.Close(); err != nil {
		tb.Fatal(err)
	}
	return readAudit(tb, a.file)
}

func readAudit(tb testing.TB, file string) []auditLine {
	tb.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		tb.Fatal(err)
	}
	var lines []auditLine
	for line := range strings.Lines(string(text)) {
		var l auditLine
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			tb.Errorf("%s: %v", line, err)
			continue
		}
		if l.Event != string(auditlog.Start) && l.Event != string(auditlog.Stop) {
			lines = append(lines, l)
		}
	}
	return lines
}

// count waits until so many lines are written.
func (a *auditing) count(tb testing.TB, n int) {
	tb.Helper()
	for deadline := time.Now().Add(time.Minute); len(readAudit(tb, a.file)) < n; <-time.After(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			tb.Fatalf("there are %d lines, want %d", len(readAudit(tb, a.file)), n)
		}
	}
}

func texts(lines []auditLine) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = l.String()
	}
	return out
}

// byToken takes "Bearer NAME" for the caller of that name, and refuses "bad".
type byToken struct{}

func (byToken) Identify(_ context.Context, shown identity.Credentials) (*caller.Caller, error) {
	name := strings.TrimPrefix(shown.Header.Get("Authorization"), "Bearer ")
	switch name {
	case "":
		var anonymous *caller.Caller
		return anonymous, nil
	case "bad":
		return nil, &identity.Refused{Message: "The token is bad.", Challenge: "Bearer"}
	}
	return caller.New(caller.Identity{Method: caller.JWT, Issuer: "https://id", Subject: name, Owner: "shop"}), nil
}

// audited is a server of the document whose operations are recorded.
func audited(t *testing.T, a *auditing, settings *config.Config, change func(*server.Options)) string {
	t.Helper()
	settings.Sources = map[string]config.Source{"test.api": {OverrideURL: backend(t)}}
	gateway, diags := server.Open(t.Context(), server.Definition{
		Documents: []sdl.Input{{File: "test.graphql", Text: document}}, Config: settings, Now: time.Unix(1, 0),
	})
	if gateway == nil {
		t.Fatal(diags)
	}
	t.Cleanup(gateway.Close)
	o := server.Options{Schema: gateway.Schema(), Audit: a.log, Identifier: byToken{}, Batching: config.Batching{Enabled: true}}
	if change != nil {
		change(&o)
	}
	return serveOptions(t, o)
}

// heard reads an answer to its end, however it is sent.
func heard(tb testing.TB, url, query, accept string) reply {
	tb.Helper()
	req, err := http.NewRequestWithContext(tb.Context(), http.MethodPost, url+"/graphql",
		strings.NewReader(`{"query":`+string(value.AppendString(nil, query))+`}`))
	if err != nil {
		tb.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", strings.TrimPrefix(accept, "Accept: "))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		tb.Fatal(err)
	}
	defer resp.Body.Close()
	return reply{resp.StatusCode, resp.Header, body(tb, resp)}
}

func TestEveryRequestHasOneLine(t *testing.T) {
	t.Parallel()
	a := newAuditing(t, nil)
	url := audited(t, a, &config.Config{Cost: cost.Control{Enabled: true, Enforce: true, Max: 100}}, func(o *server.Options) {
		o.Timeout = 200 * time.Millisecond
	})
	const asJSON = "Content-Type: application/json"
	named := `{"query":"query A { user(id: 1) { id name } } query B { echo }","operationName":"A"}`
	for _, tt := range []struct {
		name string
		ask  func() reply
		want []string
	}{
		{"a query", func() reply { return send(t, "POST", url+"/graphql", named, asJSON, "Authorization: Bearer alice") }, []string{
			"operation, http, by jwt:https://id#alice, query A, Query.user User.id User.name, test:Query.user[0]×1, allowed, status 200, cost 1/1, completed",
		}},
		{"a mutation", func() reply { return ask(t, url, `mutation { rename(id: 33, name: "x") { id } }`, "") }, []string{
			"operation, http, mutation , Mutation.rename User.id, test:Mutation.rename[0]×1, allowed, status 200, cost 11/11, completed",
			"operation_begin, http, mutation , Mutation.rename User.id, test:Mutation.rename[0]×0, allowed",
		}},
		{"a failed call", func() reply { return ask(t, url, `{ user(id: 11) { id } }`, "") }, []string{
			"operation, http, query , Query.user User.id, test:Query.user[0]×1, allowed, status 200, 1 errors CONNECTOR_FETCH, cost 1/0, completed",
		}},
		{"a time that is over", func() reply { return ask(t, url, `{ slow { id } }`, "") }, []string{
			"operation, http, query , Query.slow User.id, test:Query.slow[0]×1, allowed, status 200, 1 errors REQUEST_TIMEOUT, cost 1/0, timed_out",
		}},
		{"what is known", func() reply {
			_ = ask(t, url, `{ echo(text: "a") }`, "")
			_ = ask(t, url, `{ echo(text: "a") }`, "")
			return ask(t, url, `{ echo(text: "a") }`, "")
		}, slices.Repeat([]string{"operation, http, query , Query.echo, allowed, status 200, completed"}, 3)},
		{"a bad token", func() reply { return ask(t, url, `{ echo }`, "", "Authorization: Bearer bad") }, []string{
			"operation, http, unauthenticated, (UNAUTHENTICATED), status 401, 1 errors UNAUTHENTICATED",
		}},
		{"nonsense", func() reply { return send(t, "POST", url+"/graphql", "{", asJSON) }, []string{
			"operation, http, refused, (BAD_REQUEST), status 400, 1 errors BAD_REQUEST",
		}},
		{"a document that cannot be read", func() reply { return ask(t, url, `{`, "") }, []string{
			"operation, http, refused, (GRAPHQL_PARSE_FAILED), status 200, 1 errors GRAPHQL_PARSE_FAILED",
		}},
		{"an invalid document", func() reply { return ask(t, url, `query X { nobody }`, "") }, []string{
			"operation, http, refused, (GRAPHQL_VALIDATION_FAILED), status 200, 1 errors GRAPHQL_VALIDATION_FAILED",
		}},
		{"a bad variable", func() reply { return ask(t, url, `query X($id: ID!) { user(id: $id) { id } }`, `{"id":{}}`) }, []string{
			"operation, http, refused, (BAD_USER_INPUT), status 200, 1 errors BAD_USER_INPUT",
		}},
		{"too much", func() reply {
			return ask(t, url, `{ `+strings.Repeat(`a: users { id } `, 1)+` b: users(ids: [2]) { id } c: users(ids: [3]) { id } d: users(ids: [4]) { id } e: users(ids: [5]) { id } f: users(ids: [6]) { id } g: users(ids: [7]) { id } h: users(ids: [8]) { id } i: users(ids: [9]) { id } j: users(ids: [10]) { id } k: users(ids: [11]) { id } }`, "")
		}, []string{
			"operation, http, refused, (COST_LIMIT_EXCEEDED), status 400, 1 errors COST_LIMIT_EXCEEDED",
		}},
		{"a batch", func() reply {
			return send(t, "POST", url+"/graphql", `[{"query":"query P { echo }"},{"query":"{"},{"no":1}]`, asJSON, "Authorization: Bearer bob")
		}, []string{
			"operation, http, batch, by jwt:https://id#bob, query P, Query.echo, allowed, status 200, completed",
			"operation, http, batch, by jwt:https://id#bob, refused, (BAD_REQUEST), status 200, 1 errors BAD_REQUEST",
			"operation, http, batch, by jwt:https://id#bob, refused, (GRAPHQL_PARSE_FAILED), status 200, 1 errors GRAPHQL_PARSE_FAILED",
		}},
		{"a batch of too many", func() reply {
			return send(t, "POST", url+"/graphql", "["+strings.Repeat(`{"query":"{echo}"},`, 20)+"{}]", asJSON)
		}, []string{"operation, http, refused, (LIMIT_EXCEEDED), status 400, 1 errors LIMIT_EXCEEDED"}},
		{"a GET", func() reply {
			return send(t, "GET", url+"/graphql?query=%7Becho%7D", "", "apollo-require-preflight: 1")
		}, []string{
			"operation, http, query , Query.echo, allowed, status 200, completed",
		}},
		{"a mutation by GET", func() reply {
			return send(t, "GET", url+"/graphql?query=mutation%7Brename(id:1,name:%22%22)%7Bid%7D%7D", "", "apollo-require-preflight: 1")
		}, []string{"operation, http, mutation , Mutation.rename User.id, test:Mutation.rename[0]×0, refused, (BAD_REQUEST), status 405, 1 errors BAD_REQUEST, cost 11/0"}},
		{"another method", func() reply { return send(t, "PATCH", url+"/graphql", "", asJSON) }, []string{
			"operation, http, refused, (BAD_REQUEST), status 405, 1 errors BAD_REQUEST",
		}},
		{"a forged request", func() reply {
			return send(t, "POST", url+"/graphql", "query=a", "Content-Type: application/x-www-form-urlencoded")
		}, []string{
			"operation, http, refused, (CSRF_PREVENTED), status 400, 1 errors CSRF_PREVENTED",
		}},
		{"nothing acceptable", func() reply { return ask(t, url, "{ echo }", "", "Accept: image/png") }, []string{
			"operation, http, refused, (BAD_REQUEST), status 406, 1 errors BAD_REQUEST",
		}},
		{"an event stream", func() reply { return heard(t, url, "{ echo }", "Accept: text/event-stream") }, []string{
			"operation, sse, query , Query.echo, allowed, status 200, completed",
		}},
		{"an event stream of nonsense", func() reply { return heard(t, url, "{", "Accept: text/event-stream") }, []string{
			"operation, sse, refused, (GRAPHQL_PARSE_FAILED), status 200, 1 errors GRAPHQL_PARSE_FAILED",
		}},
		{"a WebSocket of another site", func() reply {
			return send(t, "GET", url+"/graphql", "", "Upgrade: websocket", "Connection: Upgrade", "Origin: https://evil.example")
		}, []string{"operation, http, refused, (CSRF_PREVENTED), status 400, 1 errors CSRF_PREVENTED"}},
		{"health", func() reply { return send(t, "GET", url+"/health", "") }, nil},
	} {
		before := len(readAudit(t, a.file))
		tt.ask()
		a.count(t, before+len(tt.want))
		got := texts(readAudit(t, a.file)[before:])
		slices.Sort(got)
		if diff := cmp.Diff(tt.want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
	ids := map[string]bool{}
	for _, l := range a.lines(t) {
		if l.Event == string(auditlog.OperationBegin) {
			continue // it has the id of another one
		}
		if l.ID == "" || ids[l.ID] || l.Version != 1 || l.Client != "127.0.0.1" || l.Duration <= 0 || l.Batch != (l.RequestID != "") {
			t.Errorf("the line %+v", l)
		}
		ids[l.ID] = true
		if l.Caller.Name == "jwt:https://id#alice" && (l.Caller.Method != "jwt" || l.Caller.Owner != "shop" ||
			l.Operation.Hash != persisted.HashOf("query A { user(id: 1) { id name } } query B { echo }")) {
			t.Errorf("the line %+v", l)
		}
	}
	text, _ := os.ReadFile(a.file)
	if strings.Contains(string(text), "Bearer") {
		t.Error("the log has a token")
	}
}

func TestSubscriptionsHaveALineAtTheirBeginAndOneAtTheirEnd(t *testing.T) {
	t.Parallel()
	a := newAuditing(t, nil)
	s := serveTicks(t, &config.Config{}, func(o *server.Options) { o.Audit = a.log })
	ticked := func(transport, events, end string) []string {
		what := transport + ", subscription , Subscription.ticks Tick.n, test:Subscription.ticks[0]×"
		status := ", status 200"
		if transport == "websocket" {
			status = ""
		}
		return []string{"subscription_begin, " + what + "0, allowed", "subscription_end, " + what + "1, allowed" + status + events + end}
	}
	expect := func(want []string) {
		t.Helper()
		before := 0
		a.count(t, before+len(want))
		got := texts(readAudit(t, a.file))
		if diff := cmp.Diff(want, got[len(got)-len(want):]); diff != "" {
			t.Error(diff)
		}
	}
	heard(t, s.base, ticks(3), "Accept: text/event-stream")
	all := ticked("sse", ", 3 events", ", completed")
	expect(all)
	heard(t, s.base, ticks(2), `Accept: multipart/mixed;subscriptionSpec="1.0", application/json`)
	all = append(all, ticked("multipart", ", 2 events", ", completed")...)
	expect(all)
	heard(t, s.base, "subscription { failing { n } }", "Accept: text/event-stream")
	all = append(all, "operation, sse, subscription , Subscription.failing Tick.n, test:Subscription.failing[0]×1, refused, (CONNECTOR_FETCH), status 200, 1 errors CONNECTOR_FETCH")
	expect(all)
	_ = ask(t, s.base, ticks(2), "")
	all = append(all, "operation, http, subscription , Subscription.ticks Tick.n, test:Subscription.ticks[0]×0, refused, (OPERATION_RESOLUTION_FAILURE), status 200, 1 errors OPERATION_RESOLUTION_FAILURE")
	expect(all)
	socket := connect(t, s.base, "{}")
	socket.subscribe("1", ticks(-2), "{}")
	socket.expect(next("1", tick(1)), next("1", tick(2)))
	socket.send(`{"id":"1","type":"complete"}`)
	all = append(all, ticked("websocket", ", 2 events", ", client_gone")...)
	expect(all)
	socket.subscribe("2", "{ a }", "{}")
	_ = socket.read()
	all = append(all, "operation, websocket, query , Query.a, allowed, completed")
	expect(all)
	socket.subscribe("3", ticks(-1), "{}")
	socket.expect(`{"id":"2","type":"complete"}`, next("3", tick(1)))
	s.handler.Drain()
	all = append(all, ticked("websocket", ", 1 events", ", stopped")...)
	expect(all)
}

func TestPartsAndThoseWhoLeaveHaveOneLine(t *testing.T) {
	t.Parallel()
	a := newAuditing(t, nil)
	b := newLateBackend(t)
	url, _ := deferringServer(t, b, func(_ *config.Config, o *server.Options) { o.Audit = a.log })
	ctx, leave := context.WithCancel(t.Context())
	p := askForParts(ctx, t, url, lateQuery, accept2022)
	p.until(t, "Ann")
	<-b.asked
	leave()
	<-b.gone
	a.count(t, 2)
	b.open()
	_ = askForParts(t.Context(), t, url, lateQuery, acceptV02).all(t)
	a.count(t, 4)
	begin := "operation_begin, http, query , Query.item Item.name Item.text, test:Query.item[0]×0, test:Item.text[0]×0, allowed"
	what := "operation, http, query , Query.item Item.name Item.text, test:Query.item[0]×1, test:Item.text[0]×1, allowed, status 200, "
	if diff := cmp.Diff([]string{begin, what + "client_gone", begin, what + "completed"}, texts(a.lines(t))); diff != "" {
		t.Error(diff)
	}
}

func TestWhoeverSharesAnAnswerHasALine(t *testing.T) {
	t.Parallel()
	a := newAuditing(t, nil)
	b := newGatedBackend(t)
	gateway, diags := server.Open(t.Context(), server.Definition{
		Documents: []sdl.Input{{File: "test.graphql", Text: document}}, Now: time.Unix(1, 0),
		Config: &config.Config{Sources: map[string]config.Source{"test.api": {OverrideURL: b.url}}},
	})
	if gateway == nil {
		t.Fatal(diags)
	}
	t.Cleanup(gateway.Close)
	url := serveOptions(t, server.Options{Schema: gateway.Schema(), Audit: a.log})
	const followers = 5
	var all sync.WaitGroup
	all.Go(func() { _ = ask(t, url, "{ user(id: 1) { id } }", "") })
	<-b.arrived
	for range followers {
		all.Go(func() { _ = ask(t, url, "{ user(id: 1) { id } }", "") })
	}
	<-time.After(100 * time.Millisecond)
	close(b.proceed)
	all.Wait()
	got := texts(a.lines(t))
	slices.Sort(got)
	what := "operation, http, query , Query.user User.id, test:Query.user[0]×1, "
	want := append([]string{what + "allowed, status 200, completed"}, slices.Repeat([]string{what + "shared, allowed, status 200, completed"}, followers)...)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestPanicsHaveALine(t *testing.T) {
	t.Parallel()
	g, diags := sdl.Build([]sdl.Input{{File: "test.graphql", Text: document}}, sdl.Options{})
	if g == nil {
		t.Fatal(diags)
	}
	generation, err := graph.NewGeneration(graph.Params{Graph: g, Bind: func(*plan.Plan) (graph.Bound, error) {
		return graph.Bound{Begin: func(context.Context, graph.Environment) execute.Loads { panic("secret") }}, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	a := newAuditing(t, nil)
	url := serveOptions(t, server.Options{Schema: graph.NewSchema(generation), Audit: a.log, Batching: config.Batching{Enabled: true}})
	_ = ask(t, url, "{ echo }", "")
	_ = send(t, "POST", url+"/graphql", `[{"query":"{ echo }"}]`, "Content-Type: application/json")
	socket := connect(t, url, "{}")
	socket.subscribe("1", "{ echo }", "{}")
	_ = socket.read()
	a.count(t, 3)
	want := []string{
		"operation, http, query , Query.echo, allowed, status 500, 1 errors INTERNAL_SERVER_ERROR, failed",
		"operation, http, batch, query , Query.echo, allowed, status 200, failed",
		"operation, websocket, query , Query.echo, allowed, failed",
	}
	if diff := cmp.Diff(want, texts(a.lines(t))); diff != "" {
		t.Error(diff)
	}
}

func TestNothingRunsWhileLinesCannotBeKept(t *testing.T) {
	t.Parallel()
	a := newAuditing(t, nil)
	disk := a.file
	full := filepath.Join(t.TempDir(), "full.jsonl")
	if err := os.Symlink("/dev/full", full); err != nil {
		t.Skip(err)
	}
	url := audited(t, a, &config.Config{}, nil)
	if err := a.log.Configure(auditlog.Settings{File: full}); err != nil {
		t.Fatal(err)
	}
	for a.log.Admits() { // the first one has begun before anybody knows
		_ = ask(t, url, "{ echo }", "")
	}
	got := ask(t, url, "{ user(id: 1) { id } }", "")
	if got.status != http.StatusServiceUnavailable || got.header.Get("Retry-After") != "1" || !strings.Contains(got.body, `"limit":"audit_log"`) {
		t.Errorf("%d %s", got.status, got.body)
	}
	socket := connect(t, url, "{}")
	socket.subscribe("1", "{ user(id: 1) { id } }", "{}")
	if got := socket.read(); !strings.Contains(got, "audit_log") {
		t.Errorf("over a WebSocket: %s", got)
	}
	if err := a.log.Configure(auditlog.Settings{File: disk}); err != nil {
		t.Fatal(err)
	}
	for !a.log.Admits() {
		<-time.After(5 * time.Millisecond)
	}
	if got := ask(t, url, "{ echo }", ""); got.status != http.StatusOK {
		t.Errorf("after recovery: %d %s", got.status, got.body)
	}
	text := fmt.Sprint(texts(a.lines(t)))
	whole, _ := os.ReadFile(disk)
	if strings.Contains(text, "Query.user") || !strings.Contains(string(whole), `"event":"lost"`) || !regexp.MustCompile(`"refused":[23]}`).Match(whole) {
		t.Errorf("the log has %s", whole)
	}
}

func TestAReloadKeepsTheAuditLog(t *testing.T) {
	t.Parallel()
	first, second := filepath.Join(t.TempDir(), "audit.jsonl"), filepath.Join(t.TempDir(), "audit.jsonl")
	definition := func(s auditlog.Settings) server.Definition {
		return server.Definition{Documents: []sdl.Input{{File: "test.graphql", Text: document}}, Config: &config.Config{Audit: s}, Now: time.Unix(1, 0)}
	}
	gateway, diags := server.Open(t.Context(), definition(auditlog.Settings{}))
	if gateway == nil {
		t.Fatal(diags)
	}
	srv := httptest.NewServer(gateway.Handler(zap.NewNop(), server.Exposure{}))
	t.Cleanup(srv.Close)
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	steps := []struct {
		settings auditlog.Settings
		outcome  server.Outcome
	}{
		{auditlog.Settings{Enabled: true, File: first}, server.Replaced},
		{auditlog.Settings{Enabled: true, File: filepath.Join(first, "no")}, server.Refused},
		{auditlog.Settings{Enabled: true, File: second}, server.Replaced},
		{auditlog.Settings{}, server.Replaced},
		{auditlog.Settings{Enabled: true, File: first}, server.Replaced},
	}
	for i, step := range steps {
		_ = ask(t, srv.URL, fmt.Sprintf("query S%d { echo }", i), "")
		if got, diags := gateway.Reload(t.Context(), definition(step.settings)); got != step.outcome {
			t.Fatalf("step %d: %v %v", i, got, diags)
		}
	}
	_ = ask(t, srv.URL, "query S5 { echo }", "")
	gateway.Close()
	var got []string
	for _, file := range []string{first, second} {
		for _, l := range readAudit(t, file) {
			got = append(got, l.Operation.Name)
		}
	}
	slices.Sort(got)
	if diff := cmp.Diff([]string{"S1", "S2", "S3", "S5"}, got); diff != "" {
		t.Error(diff)
	}
}
