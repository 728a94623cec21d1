package server_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/server"
)

// BenchmarkHandler measures a whole request without the network, for a graph without back ends.
func BenchmarkHandler(b *testing.B) {
	gateway, diags := server.Open(b.Context(), server.Definition{
		Documents: []sdl.Input{{File: "test.graphql", Text: document}}, Now: time.Unix(1, 0),
	})
	if gateway == nil {
		b.Fatal(diags)
	}
	b.Cleanup(gateway.Close)
	h := gateway.Handler(zap.NewNop(), server.Exposure{})
	const body = `{"query":"query($t: String) { echo(text: $t) }","variables":{"t":"x"}}`
	b.ReportAllocs()
	for b.Loop() {
		r := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			b.Fatal(w.Body)
		}
	}
}
