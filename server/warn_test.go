package server_test

import (
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/cost"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/config"
)

// What only warns is answered, each time, and the log has a warning for each operation that goes beyond.
func TestLimitsThatOnlyWarnAreLogged(t *testing.T) {
	t.Parallel()
	core, logs := observer.New(zapcore.WarnLevel)
	gateway, diags := server.Open(t.Context(), server.Definition{
		Documents: []sdl.Input{{File: "test.graphql", Text: document}},
		Config: &config.Config{
			Limits:  graph.Limits{MaxRootFields: 1, WarnOnly: true},
			Cost:    cost.Control{Enabled: true, Max: 5},
			Sources: map[string]config.Source{"test.api": {OverrideURL: backend(t)}},
		},
	})
	if gateway == nil {
		t.Fatal(diags)
	}
	t.Cleanup(gateway.Close)
	srv := httptest.NewServer(gateway.Handler(zap.New(core), server.Exposure{}))
	t.Cleanup(srv.Close)
	for _, tt := range []struct {
		query string
		want  []map[string]any
	}{
		{"{ user(id: 7) { id } }", nil},
		{
			"query Wide { user(id: 7) { id } b: user(id: 7) { id } }",
			[]map[string]any{{"limit": "root_fields", "problem": "The operation selects 2 fields at its root, the limit is 1."}},
		},
		{"query Dear { users { id } }", []map[string]any{{"operation": "Dear", "estimated": int64(10), "max": int64(5)}}},
	} {
		for range 2 {
			if got := ask(t, srv.URL, tt.query, ""); got.status != 200 {
				t.Errorf("%s: %s", tt.query, got.body)
			}
			var got []map[string]any
			for _, entry := range logs.TakeAll() {
				got = append(got, entry.ContextMap())
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s: %s", tt.query, diff)
			}
		}
	}
}
