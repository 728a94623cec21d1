package server_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"weak"

	"go.uber.org/zap"

	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/config"
)

// streaming are clients of one gateway of ticks.
type streaming struct {
	base    string
	ctx     context.Context //nolint:containedctx // it ends all clients
	answers atomic.Int64
}

// post sends a body; whoever reads the answer closes it.
func (s *streaming) post(ctx context.Context, body, accept string) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.base+"/graphql", strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header = http.Header{"Content-Type": {"application/json"}, "Accept": {accept}}
	return http.DefaultClient.Do(r)
}

// read reads an answer until it ends, or goes away at some byte. It returns the whole answer, empty if it went away.
func (s *streaming) read(t *testing.T, body, accept string) string {
	t.Helper()
	ctx, leave := context.WithCancel(s.ctx)
	defer leave()
	resp, err := s.post(ctx, body, accept)
	if err != nil {
		if s.ctx.Err() == nil {
			t.Errorf("%s %s: %v", accept, body, err)
		}
		return ""
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, rand.Int64N(3000)))
	s.answers.Add(1)
	if err != nil && s.ctx.Err() == nil && resp.StatusCode != http.StatusOK {
		t.Errorf("%s %s: %d %v", accept, body, resp.StatusCode, err)
	}
	if more, _ := io.CopyN(io.Discard, resp.Body, 1); err != nil || more > 0 {
		return ""
	}
	return string(text)
}

// TestStreamsAndPartsOutliveManyReloadsAndLeaveNothingBehind replaces the graph again and again while clients of all kinds begin, read on and
// go away, at any moment.
func TestStreamsAndPartsOutliveManyReloadsAndLeaveNothingBehind(t *testing.T) {
	reloads := 60
	if hasRaceDetector {
		reloads = 20
	}
	ended := make(chan struct{}, 100_000)
	back := clock(t, ended, nil)
	definition := func(n int) server.Definition {
		// Each has a source of its own, so that the old one is closed.
		c := &config.Config{Batching: config.Batching{Enabled: true}, Sources: map[string]config.Source{
			"test.api": {OverrideURL: back, Timeout: time.Minute + time.Duration(n)},
		}}
		c.Reload.Drain = 5 * time.Millisecond
		text := strings.Replace(tickDocument, "type Query {", `type Query { square(n: Int!): Square @connect(source: "api", http: { GET: "/squares/{$args.n}" }, selection: "n of", entity: false)`, 1)
		return server.Definition{Documents: []sdl.Input{{File: "test.graphql", Text: text}}, Config: c}
	}
	gateway, diags := server.Open(t.Context(), definition(0))
	if gateway == nil {
		t.Fatal(diags)
	}
	handler := gateway.Handler(zap.NewNop(), server.Exposure{})
	base, stop := listenTo(t, handler, gateway)
	ctx, finish := context.WithCancel(t.Context())
	s := &streaming{base: base, ctx: ctx}
	const deferred = `{"query":"{ a square(n: 2) { n } ... @defer { b: square(n: 3) { n } ... @defer { c: square(n: 4) { n } } } }"}`
	var clients sync.WaitGroup
	every := func(ask func()) {
		for range 2 {
			clients.Go(func() {
				for ctx.Err() == nil && !t.Failed() {
					ask()
				}
			})
		}
	}
	subscription := fmt.Sprintf(`{"query":%q}`, "subscription { ticks(count: -40) { n square { of } } }")
	every(func() { s.read(t, subscription, "text/event-stream") })
	every(func() { s.read(t, subscription, acceptEventParts) })
	every(func() {
		if got := s.read(t, deferred, acceptV02); got != "" && (!strings.Contains(got, `"c":{"n":16}`) || strings.Contains(got, "errors")) {
			t.Errorf("in parts: %s", got)
		}
	})
	every(func() {
		got := s.read(t, "["+deferred+`,{"query":"{ d: square(n: 5) { n } }"}]`, "application/json")
		if want := `[{"data":{"a":1,"square":{"n":4},"b":{"n":9},"c":{"n":16}}},{"data":{"d":{"n":25}}}]`; got != "" && got != want {
			t.Errorf("a batch: %s", got)
		}
	})
	idle := connect(t, base, "{}")
	clients.Go(func() {
		for n := 0; ctx.Err() == nil && !t.Failed(); n++ {
			if got, want := idle.ask("query($n: Int!) { square(n: $n) { n } }", fmt.Sprintf(`{"n":%d}`, n%10)), fmt.Sprintf(`{"data":{"square":{"n":%d}}}`, n%10*(n%10)); got != want {
				t.Errorf("over WebSocket: %s", got)
			}
		}
	})
	var replaced []weak.Pointer[graph.Generation]
	for n := 1; n <= reloads && !t.Failed(); n++ {
		began := s.answers.Load()
		for s.answers.Load() < began+10 && !t.Failed() {
			<-time.After(time.Millisecond)
		}
		replaced = append(replaced, weak.Make(gateway.Schema().Generation()))
		reload(t, gateway, definition(n), server.Replaced)
	}
	finish()
	clients.Wait()
	http.DefaultClient.CloseIdleConnections()
	for i, g := range replaced {
		if !isCollected(g) {
			t.Errorf("generation %d is still in memory", i+1)
		}
	}
	if _, err := stop(); err != nil {
		t.Error(err)
	}
	gateway.Close()
	t.Logf("%d answers, %d goroutines", s.answers.Load(), runtime.NumGoroutine())
}
