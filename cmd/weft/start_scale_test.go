package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strings"
	"testing"

	"go.uber.org/zap"

	"github.com/weftgraph/weft/examples/shop"
	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/config"
)

// startUp is a graph and the first thing that it is asked.
type startUp struct {
	documents []sdl.Input
	sources   map[string]config.Source
	query     string
}

// run opens a gateway, has it answer, and closes it.
func (s startUp) run(tb testing.TB) {
	tb.Helper()
	gateway, diags := server.Open(tb.Context(), server.Definition{
		Documents: s.documents, Config: &config.Config{Sources: s.sources, Authorization: graph.Authorization{Off: true}},
	})
	if gateway == nil {
		tb.Fatal(diags)
	}
	defer gateway.Close()
	r := httptest.NewRequestWithContext(tb.Context(), http.MethodPost, "/graphql", strings.NewReader(fmt.Sprintf(`{"query":%q}`, s.query)))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	gateway.Handler(zap.NewNop(), server.Exposure{}).ServeHTTP(w, r)
	if body := w.Body.String(); w.Code != http.StatusOK || strings.Contains(body, `"errors"`) {
		tb.Fatal(w.Code, body)
	}
}

// answering returns the source of a name, whose back end has one reply to everything.
func answering(tb testing.TB, source, reply string) map[string]config.Source {
	tb.Helper()
	back := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, reply)
	}))
	tb.Cleanup(back.Close)
	return map[string]config.Source{source: {OverrideURL: back.URL}}
}

// startOf starts a graph of shopOf.
func startOf(tb testing.TB, types, connectors int) startUp {
	tb.Helper()
	return startUp{
		documents: []sdl.Input{{File: "big.graphql", Text: shopOf(types, connectors)}},
		sources:   answering(tb, "big.api", `{"items":[{"id":1,"title":"a"}]}`),
		query:     `{ find7 { id name } }`,
	}
}

// startOfPosts starts the graph of the comparison with other gateways.
func startOfPosts(tb testing.TB) startUp {
	tb.Helper()
	text, err := os.ReadFile("../../bench/peers/weft/posts.graphql")
	if err != nil {
		tb.Fatal(err)
	}
	return startUp{
		documents: []sdl.Input{{File: "posts.graphql", Text: string(text)}},
		sources:   answering(tb, "posts.mock", `[{"id":1,"title":"a"}]`),
		query:     `{ posts { title } }`,
	}
}

// startOfShop starts the example: its contracts are read, too.
func startOfShop(tb testing.TB) startUp {
	tb.Helper()
	documents, _, err := shopDocuments()
	if err != nil {
		tb.Fatal(err)
	}
	back, err := shop.Start(tb.Context(), shop.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = back.Close() })
	sources := map[string]config.Source{}
	for name, url := range back.Overrides() {
		sources[name] = config.Source{OverrideURL: url}
	}
	return startUp{documents: documents, sources: sources, query: `{ user(id: 7) { name } }`}
}

// TestWorkOfStartingGrowsWithTheDocument compares what is allocated until the first answer, for a schema of 5,000 types and 2,000
// connectors and for one of half its size.
func TestWorkOfStartingGrowsWithTheDocument(t *testing.T) {
	// Not parallel: allocations are counted for the whole process.
	work := func(types, connectors int) (allocations, bytes float64) {
		start := startOf(t, types, connectors)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start.run(t)
		runtime.ReadMemStats(&after)
		return float64(after.Mallocs - before.Mallocs), float64(after.TotalAlloc - before.TotalAlloc)
	}
	allocations, bytes := work(2500, 1000)
	allAllocations, allBytes := work(5000, 2000)
	t.Logf("%.0f and %.0f allocations, %.0f and %.0f bytes", allocations, allAllocations, bytes, allBytes)
	if allAllocations > 2.1*allocations || allBytes > 2.2*bytes {
		t.Errorf("%.0f allocations of %.0f bytes, and %.0f of %.0f for twice the document", allocations, bytes, allAllocations, allBytes)
	}
}

// BenchmarkStart measures the time from documents to the first answer, one call to a back end included. For the largest schema, half
// of it is there, too: the time by type must not grow.
func BenchmarkStart(b *testing.B) {
	big := func(types, connectors int) func(testing.TB) startUp {
		return func(tb testing.TB) startUp {
			tb.Helper()
			return startOf(tb, types, connectors)
		}
	}
	for _, graph := range []struct {
		name  string
		start func(testing.TB) startUp
	}{
		{"posts", startOfPosts},
		{"shop", startOfShop},
		{"types=2500/connectors=1000", big(2500, 1000)},
		{"types=5000/connectors=2000", big(5000, 2000)},
	} {
		b.Run(graph.name, func(b *testing.B) {
			s := graph.start(b)
			b.ReportAllocs()
			for b.Loop() {
				s.run(b)
			}
		})
	}
}
