package docs_test

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/zap"

	"github.com/weftgraph/weft/examples/shop"
	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/config"
)

// TestQueriesAnswerWhatPagesSay serves the tour of each page over the shop's real back ends and sends it the page's queries. On a
// page there are
//
//	```graphql tour    parts of one document: each adds to those before, wherever on the page they stand
//	```graphql query   a query document, and after it
//	```json answer     the answer
//	```text calls      the calls that were made for it, one a line, in any order, or "none"; without such a block nobody looks
func TestQueriesAnswerWhatPagesSay(t *testing.T) {
	parallel(t)
	checked := 0
	for _, p := range pages(t) {
		if tourOf(p) == "" {
			continue
		}
		e := newEdits(p)
		blocks := p.blocks()
		for i, b := range blocks {
			if b.language != "graphql" || b.note != "query" {
				continue
			}
			checked++
			backend := startShop(t)
			handler := serveShop(t, backend, tour(p))
			got := post(t, handler, `{"query":`+strconv.Quote(b.text)+`}`)
			answerIs(t, e, &blocks[i+1], got)
			if i+2 < len(blocks) && blocks[i+2].note == "calls" {
				callsAre(t, e, &blocks[i+2], backend.Calls())
			}
		}
		e.save(t)
	}
	if checked < 15 {
		t.Errorf("found %d queries", checked)
	}
}

func answerIs(t *testing.T, e *edits, b *block, got string) {
	t.Helper()
	if b.note != "answer" {
		t.Fatalf("%s:%d: a query without its answer", e.page.file, b.line)
	}
	if diff := cmp.Diff(compact(t, b.text), got); diff != "" {
		e.block(b, readable(parseJSON(t, got))+"\n")
		if !*update {
			t.Errorf("%s:%d: unexpected answer (-page +weft):\n%s", e.page.file, b.line, diff)
		}
	}
}

func callsAre(t *testing.T, e *edits, b *block, calls []shop.Call) {
	t.Helper()
	lines := make([]string, 0, len(calls))
	for _, c := range calls {
		line := c.Method + " " + strings.Join(c.Keys, " ")
		if c.Backend == shop.REST {
			line = c.Method + " " + c.Path
		}
		lines = append(lines, strings.TrimSpace(line))
	}
	if len(lines) == 0 {
		lines = []string{"none"}
	}
	shown := strings.Split(strings.TrimSpace(b.text), "\n")
	if diff := cmp.Diff(sorted(shown), sorted(lines)); diff != "" {
		e.block(b, lined(lines))
		if !*update {
			t.Errorf("%s:%d: unexpected calls (-page +weft):\n%s", e.page.file, b.line, diff)
		}
	}
}

func sorted(lines []string) []string { return slices.Sorted(slices.Values(lines)) }

// tour is the document that the tour of a page makes. It stands where the shop's own stands, beside the contracts of its sources.
func tour(p page) sdl.Input {
	return sdl.Input{File: under("examples/shop/schema/shop.graphql"), Text: tourOf(p)}
}

// startShop starts the shop's back ends.
func startShop(t *testing.T) *shop.Running {
	t.Helper()
	backend, err := shop.Start(t.Context(), shop.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = backend.Close() }) // nothing is written that could be lost
	return backend
}

// serveShop serves documents over the shop's back ends, as `weft demo` does.
func serveShop(t *testing.T, backend *shop.Running, documents ...sdl.Input) http.Handler {
	t.Helper()
	settings := &config.Config{Sources: map[string]config.Source{}, Authorization: graph.Authorization{Off: true}}
	for name, address := range backend.Overrides() {
		settings.Sources[name] = config.Source{OverrideURL: address}
	}
	gateway, diags := server.Open(t.Context(), server.Definition{Documents: documents, Config: settings})
	if gateway == nil {
		t.Fatal(diags)
	}
	t.Cleanup(gateway.Close)
	return gateway.Handler(zap.NewNop(), server.Exposure{})
}
