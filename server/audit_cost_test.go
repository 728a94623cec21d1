package server_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/auditlog"
	"github.com/weftgraph/weft/server/config"
)

// asking returns what asks a handler without a network, with an audit log or without.
func askingHandler(tb testing.TB, log *auditlog.Log) func() {
	tb.Helper()
	gateway, diags := server.Open(tb.Context(), server.Definition{
		Documents: []sdl.Input{{File: "test.graphql", Text: document}}, Config: &config.Config{}, Now: time.Unix(1, 0),
	})
	if gateway == nil {
		tb.Fatal(diags)
	}
	tb.Cleanup(gateway.Close)
	h := server.New(server.Options{Schema: gateway.Schema(), Audit: log})
	return func() {
		r := httptest.NewRequestWithContext(tb.Context(), http.MethodPost, "/graphql",
			strings.NewReader(`{"query":"query($t: String) { echo(text: $t) }","variables":{"t":"a"}}`))
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		if h.ServeHTTP(w, r); w.Code != http.StatusOK {
			tb.Fatal(w.Body)
		}
	}
}

// A line may cost as much as is measured, and one allocation more.
func TestALineCostsFewAllocations(t *testing.T) {
	// Not parallel: allocations are counted for the whole process.
	off := askingHandler(t, nil)
	on := askingHandler(t, newAuditing(t, func(s *auditlog.Settings) { s.LossAllowed = true }).log)
	for range 100 {
		on()
		off()
	}
	without, with := testing.AllocsPerRun(200, off), testing.AllocsPerRun(200, on)
	t.Logf("%v without, %v with", without, with)
	if with-without > 8 {
		t.Errorf("a request takes %v allocations, and %v with an audit log", without, with)
	}
}

func BenchmarkRequest(b *testing.B) {
	for name, log := range map[string]*auditlog.Log{
		"without": nil, "audited": newAuditing(b, func(s *auditlog.Settings) { s.LossAllowed = true }).log,
	} {
		b.Run(name, func(b *testing.B) {
			ask := askingHandler(b, log)
			b.ReportAllocs()
			for b.Loop() {
				ask()
			}
		})
	}
}
