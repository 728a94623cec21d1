package server_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/config"
	"github.com/weftgraph/weft/server/watch"
)

// version returns a definition of a graph that has one field for its number besides those of its user.
func version(n int, address string, change func(*config.Config)) server.Definition {
	settings := &config.Config{Sources: map[string]config.Source{"test.api": {OverrideURL: address}}}
	if change != nil {
		change(settings)
	}
	return server.Definition{Config: settings, Documents: []sdl.Input{{File: "test.graphql", Text: fmt.Sprintf(`
extend schema @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@source", "@connect"])
  @source(name: "api", http: { baseURL: "http://localhost:1" })
type Query {
  user: User @connect(source: "api", http: { GET: "/user" }, selection: "id")
  v%d: Int @connect(selection: "$(%d)")
}
type User { id: ID! }
`, n, n)}}}
}

// openVersion opens a gateway and returns the address of its handler.
func openVersion(t *testing.T, d server.Definition) (*server.Gateway, string) {
	t.Helper()
	gateway, diags := server.Open(t.Context(), d)
	if gateway == nil {
		t.Fatal(diags)
	}
	t.Cleanup(gateway.Close)
	srv := httptest.NewServer(gateway.Handler(zap.NewNop(), server.Exposure{}))
	t.Cleanup(srv.Close)
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	return gateway, srv.URL
}

// users is a back end with one user, which counts its connections. It answers when hold is closed.
func users(t *testing.T, hold <-chan struct{}) (address string, connections *atomic.Int32, asked <-chan struct{}) {
	t.Helper()
	connections, arrived := &atomic.Int32{}, make(chan struct{}, 1000)
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case arrived <- struct{}{}:
		default:
		}
		select {
		case <-hold:
		case <-r.Context().Done():
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"id":1}`)
	}))
	srv.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	srv.Start()
	t.Cleanup(srv.Close)
	return srv.URL, connections, arrived
}

func released() <-chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}

func reload(t *testing.T, g *server.Gateway, d server.Definition, want server.Outcome) diag.List {
	t.Helper()
	got, diags := g.Reload(t.Context(), d)
	if got != want {
		t.Fatalf("outcome is %v, want %v: %v", got, want, diags)
	}
	return diags
}

func TestReloadTakesOverAtOnceAndKeepsWarmConnections(t *testing.T) {
	t.Parallel()
	back, connections, _ := users(t, released())
	gateway, url := openVersion(t, version(1, back, nil))
	if got := ask(t, url, "{ v1 user { id } }", "").body; got != `{"data":{"v1":1,"user":{"id":"1"}}}` {
		t.Fatal(got)
	}
	reload(t, gateway, version(2, back, nil), server.Replaced)
	if got := ask(t, url, "{ v2 user { id } }", "").body; got != `{"data":{"v2":2,"user":{"id":"1"}}}` {
		t.Fatal(got)
	}
	if got := ask(t, url, "{ v1 }", "", "Accept: application/graphql-response+json"); got.status != http.StatusBadRequest {
		t.Errorf("the old field is still answered: %s", got.body)
	}
	if n := connections.Load(); n != 1 {
		t.Errorf("%d connections to the back end, want the one that was warm", n)
	}
	if n := gateway.Schema().Generation().Number(); n != 2 {
		t.Errorf("generation %d is served, want 2", n)
	}
}

func TestReloadOfWhatIsServedIsNoNewGeneration(t *testing.T) {
	t.Parallel()
	back, _, _ := users(t, released())
	dir := t.TempDir()
	file := filepath.Join(dir, "weft.yaml")
	load := func(limit int) server.Definition {
		text := fmt.Sprintf("limits: { max_depth: %d }\nconnectors: { sources: { test.api: { override_url: %q } } }", limit, back)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		loaded, diags := config.Load(file, os.LookupEnv)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		d := version(1, back, nil)
		d.Config = loaded.Config
		return d
	}
	gateway, _ := openVersion(t, load(10))
	before := gateway.Schema().Generation()
	reload(t, gateway, load(10), server.Unchanged)
	if gateway.Schema().Generation() != before {
		t.Error("an unchanged definition made a generation")
	}
	reload(t, gateway, load(11), server.Replaced)
	if gateway.Schema().Generation() == before {
		t.Error("a changed configuration was taken for unchanged")
	}
}

func TestBrokenDefinitionIsRefusedWithItsReportWhileTheOldOneServes(t *testing.T) {
	t.Parallel()
	back, _, _ := users(t, released())
	gateway, url := openVersion(t, version(1, back, nil))
	broken := version(2, back, nil)
	broken.Documents[0].Text = strings.ReplaceAll(broken.Documents[0].Text, `"/user"`, `"/user/{$args.x}"`)
	if diags := reload(t, gateway, broken, server.Refused); !strings.Contains(fmt.Sprint(diags), "test.graphql:5") {
		t.Errorf("the report does not say where: %v", diags)
	}
	if got := ask(t, url, "{ v1 user { id } }", "").body; got != `{"data":{"v1":1,"user":{"id":"1"}}}` {
		t.Error(got)
	}
	reload(t, gateway, version(3, back, nil), server.Replaced)
	if got := ask(t, url, "{ v3 }", "").body; got != `{"data":{"v3":3}}` {
		t.Error(got)
	}
}

func TestRequestFinishesOnTheGenerationThatItBeganWith(t *testing.T) {
	t.Parallel()
	hold := make(chan struct{})
	back, _, asked := users(t, hold)
	elsewhere, _, _ := users(t, released())
	gateway, url := openVersion(t, version(1, back, nil))
	old := gateway.Schema().Generation()
	answers := make(chan string)
	go func() { answers <- ask(t, url, "{ v1 user { id } }", "").body }()
	<-asked
	reload(t, gateway, version(2, elsewhere, nil), server.Replaced) // its source is closed when nobody needs it
	if got := ask(t, url, "{ v2 user { id } }", "").body; got != `{"data":{"v2":2,"user":{"id":"1"}}}` {
		t.Error(got)
	}
	close(hold)
	if got := <-answers; got != `{"data":{"v1":1,"user":{"id":"1"}}}` {
		t.Errorf("the request that had begun got %s", got)
	}
	select {
	case <-old.Retired():
		t.Error("a generation without streams was retired before its drain period was over")
	default:
	}
}

func TestReplacedGenerationIsRetiredWhenItsDrainPeriodIsOver(t *testing.T) {
	t.Parallel()
	hold := make(chan struct{})
	back, _, asked := users(t, hold)
	gateway, url := openVersion(t, version(1, back, nil))
	old := gateway.Schema().Generation()
	answers := make(chan string)
	go func() { answers <- ask(t, url, "{ user { id } }", "").body }()
	<-asked
	reload(t, gateway, version(2, back, func(c *config.Config) { c.Reload.Drain = time.Millisecond }), server.Replaced)
	<-old.Retired()
	close(hold) // a request is not a stream: it is finished all the same
	if got := <-answers; got != `{"data":{"user":{"id":"1"}}}` {
		t.Errorf("the request that had begun got %s", got)
	}
}

func TestManyReloadsRetireTheOldestGenerationsEarly(t *testing.T) {
	t.Parallel()
	hold := make(chan struct{})
	back, _, asked := users(t, hold)
	gateway, url := openVersion(t, version(1, back, nil))
	oldest := gateway.Schema().Generation()
	answers := make(chan string)
	for n := 2; n < 12; n++ {
		go func() { answers <- ask(t, url, "{ user { id } }", "", "x: "+fmt.Sprint(n)).body }()
		<-asked
		reload(t, gateway, version(n, back, func(c *config.Config) {
			c.Reload.Drain = time.Hour
			api := c.Sources["test.api"]
			api.Timeout = time.Duration(n) * time.Minute // so that no call is shared with another generation
			c.Sources["test.api"] = api
		}), server.Replaced)
	}
	<-oldest.Retired()
	close(hold)
	for n := 2; n < 12; n++ {
		if got := <-answers; got != `{"data":{"user":{"id":"1"}}}` {
			t.Errorf("a request got %s", got)
		}
	}
}

func TestReloadedSettingsHoldForTheHandlersThatAreThere(t *testing.T) {
	t.Parallel()
	back, _, _ := users(t, released())
	gateway, url := openVersion(t, version(1, back, nil))
	ask(t, url, "{ v1 user { id } }", "")
	diags := reload(t, gateway, version(1, back, func(c *config.Config) {
		c.Listen, c.Limits, c.MaxBodyBytes, c.IntrospectionOff = ":1", graph.Limits{MaxFields: 3}, 70, true
	}), server.Replaced)
	if !strings.Contains(fmt.Sprint(diags), "supergraph.listen") {
		t.Errorf("nothing says that a listener takes a restart: %v", diags)
	}
	for query, want := range map[string]string{
		"{ user { id } a: v1 b: v1 }":      `"limit":"fields"`,
		"{ __schema { types { name } } }":  "ntrospection",
		"{ v1 }" + strings.Repeat(" ", 70): `"limit":"body_bytes"`,
	} {
		if got := ask(t, url, query, "").body; !strings.Contains(got, want) {
			t.Errorf("%q got %s, want %s", query, got, want)
		}
	}
	reload(t, gateway, version(1, back, func(c *config.Config) { c.Path = "/api" }), server.Replaced)
	if got := send(t, http.MethodPost, url+"/api", `{"query":"{ v1 }"}`, "Content-Type: application/json").body; got != `{"data":{"v1":1}}` {
		t.Error(got)
	}
}

func TestWhatTakesARestartIsToldUntilItIsAsTheListenersAre(t *testing.T) {
	t.Parallel()
	back, _, _ := users(t, released())
	gateway, _ := openVersion(t, version(1, back, nil))
	moved := func(c *config.Config) { c.Listen = ":1" }
	for n, diags := range []diag.List{
		reload(t, gateway, version(2, back, moved), server.Replaced),
		reload(t, gateway, version(3, back, moved), server.Replaced),
	} {
		if len(diags) != 1 || !strings.Contains(diags[0].Message, `supergraph.listen has changed from the default to ":1"`) {
			t.Errorf("reload %d does not say what takes a restart: %v", n, diags)
		}
	}
	if diags := reload(t, gateway, version(4, back, nil), server.Replaced); len(diags) > 0 {
		t.Errorf("told to restart although the listener is where the settings say: %v", diags)
	}
}

func TestPlansAreMadeBeforeAGenerationTakesOver(t *testing.T) {
	t.Parallel()
	back, _, _ := users(t, released())
	gateway, url := openVersion(t, version(1, back, nil))
	ask(t, url, "{ user { id } }", "")
	ask(t, url, "{ v1 }", "")
	reload(t, gateway, version(2, back, nil), server.Replaced)
	if g := gateway.Schema().Generation(); g.CachedPlans() != 1 || g.CachedDocuments() != 1 {
		t.Errorf("%d plans of %d documents, want that of the document that still fits", g.CachedPlans(), g.CachedDocuments())
	}
}

func TestFilesAreWatchedWithTheContractsThatTheyName(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string) {
		// Replaced as a whole, like editors and deployments do.
		temporary := filepath.Join(dir, "."+name)
		if err := os.WriteFile(temporary, []byte(text), 0o600); err != nil {
			t.Error(err)
		}
		if err := os.Rename(temporary, filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
	proto := func(field string) string {
		return `syntax = "proto3"; package p; service S { rpc Get(In) returns (Out); } message In {} message Out { string ` + field + ` = 1; }`
	}
	const doc = `extend schema @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@source", "@connect"])
  @source(name: "api", grpc: { address: "grpc://localhost:1", proto: ["p.proto"] })
type Query { a: String @connect(source: "api", grpc: { method: "p.S/Get" }, selection: "$.FIELD") }`
	const other = `extend schema @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@source", "@connect"])
  @source(name: "api", grpc: { address: "grpc://localhost:1", proto: ["r.proto"] })
type Query { r: String @connect(source: "api", grpc: { method: "r.S/Get" }, selection: "$.x") }`
	write("p.proto", proto("x"))
	write("doc.graphql", strings.Replace(doc, "FIELD", "x", 1))
	write("weft.yaml", "reload: { interval: 2ms }\nlimits: { max_depth: \"${file.depth}\" }")
	write("depth", "10")
	load := func() (server.Definition, diag.List) {
		inputs, diags := sdl.Load([]string{dir})
		loaded, found := config.Load(filepath.Join(dir, "weft.yaml"), os.LookupEnv)
		diags.Add(found...)
		return server.Definition{Documents: inputs, Config: loaded.Config, Files: watch.Set{
			Folders: []string{dir}, Files: loaded.Files, Is: sdl.IsDocument,
		}}, diags
	}
	d, diags := load()
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	gateway, diags := server.Open(t.Context(), d)
	if gateway == nil {
		t.Fatal(diags)
	}
	defer gateway.Close()
	type event struct {
		outcome server.Outcome
		diags   diag.List
	}
	events, now := make(chan event, 10), make(chan struct{})
	ctx, stop := context.WithCancel(t.Context())
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		gateway.Watch(ctx, server.Watcher{Load: load, Now: now, Told: func(o server.Outcome, _ server.Definition, diags diag.List, _ time.Duration) {
			events <- event{o, diags}
		}})
	}()
	for _, step := range []struct {
		change func()
		want   server.Outcome
		report string
	}{
		{func() { write("depth", "11") }, server.Replaced, ""},
		{func() { write("depth", "eleven") }, server.Refused, "weft.yaml:2"},
		{func() { write("depth", "11") }, server.Unchanged, ""},
		{func() { now <- struct{}{} }, server.Unchanged, ""},
		{func() { write("depth", "12") }, server.Replaced, ""},
		{func() { write("p.proto", proto("y")) }, server.Refused, "doc.graphql:3"},
		{func() { write("doc.graphql", strings.Replace(doc, "FIELD", "y", 1)) }, server.Replaced, ""},
		{func() { write("p.proto", proto("y")+"message Other {}") }, server.Replaced, ""},
		{func() { write("more.graphql", "extend type Query { b: Int }") }, server.Replaced, ""},
		{func() { write("other.graphql", other) }, server.Refused, "r.proto"},
		{func() { write("r.proto", "syntax = 0") }, server.Refused, "r.proto"},
		{func() { write("r.proto", strings.Replace(proto("y"), "package p", "package r", 1)) }, server.Refused, "other.graphql:3"},
		{func() { write("r.proto", strings.Replace(proto("x"), "package p", "package r", 1)) }, server.Replaced, ""},
		{func() {
			write("notes.txt", "not a document")
			write("more.graphql", "extend type Query { b: Int c: Int }")
		}, server.Replaced, ""},
		{
			func() {
				write("q.proto", "syntax")
				write("doc.graphql", strings.Replace(strings.Replace(doc, "FIELD", "y", 1), "p.proto", "q.proto", 1))
			},
			server.Refused, "q.proto",
		},
		{func() { write("q.proto", proto("y")) }, server.Replaced, ""},
	} {
		step.change()
		got := <-events
		if got.outcome != step.want || !strings.Contains(fmt.Sprint(got.diags), step.report) {
			t.Fatalf("outcome is %v with %v, want %v with %q", got.outcome, got.diags, step.want, step.report)
		}
	}
	if n := gateway.Schema().Generation().Number(); n != 9 {
		t.Errorf("generation %d is served, want 9: one for each change that was good", n)
	}
	stop()
	<-watched
	if len(events) > 0 {
		t.Errorf("told once more: %v", <-events)
	}
}

func TestADefinitionThatMakesSomethingPanicIsRefused(t *testing.T) {
	t.Parallel()
	back, _, _ := users(t, released())
	gateway, url := openVersion(t, version(1, back, func(c *config.Config) { c.Reload.Interval = time.Millisecond }))
	dir := t.TempDir()
	file := filepath.Join(dir, "f")
	touch := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Error(err)
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	told, watched := make(chan string, 10), make(chan struct{})
	var loads int
	go func() {
		defer close(watched)
		gateway.Watch(ctx, server.Watcher{
			Load: func() (server.Definition, diag.List) {
				if loads++; loads == 2 {
					panic("a defect")
				}
				d := version(loads, back, nil)
				d.Config.Reload.Interval = time.Millisecond
				d.Files = watch.Set{Files: []string{file}}
				return d, nil
			},
			Told: func(o server.Outcome, _ server.Definition, diags diag.List, _ time.Duration) {
				told <- fmt.Sprint(o, diags)
			},
		})
	}()
	defer func() {
		stop()
		<-watched
	}()
	touch("a")
	for _, want := range []string{fmt.Sprint(server.Replaced), "a defect", fmt.Sprint(server.Replaced)} {
		if got := <-told; !strings.Contains(got, want) {
			t.Fatalf("got %s, want %s", got, want)
		}
		touch("after " + want)
	}
	if got := ask(t, url, "{ user { id } }", "").body; got != `{"data":{"user":{"id":"1"}}}` {
		t.Error(got)
	}
}
