package docs_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/value"
	"github.com/weftgraph/weft/server"
)

// TestSystemQueriesAreAnswered asks the system schema each query that begins with "```graphql system".
func TestSystemQueriesAreAnswered(t *testing.T) {
	t.Parallel()
	gateway, diags := server.Open(t.Context(), server.Definition{Documents: []sdl.Input{{File: "test.graphql", Text: `
extend schema @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@connect"])
type Query { one: Int @connect(selection: "$(1)") }`}}})
	if gateway == nil {
		t.Fatal(diags)
	}
	t.Cleanup(gateway.Close)
	admin := gateway.Admin(nil, "test")
	found := 0
	for _, p := range pages(t) {
		for _, b := range p.blocks() {
			if b.language != "graphql" || b.note != "system" {
				continue
			}
			found++
			t.Run(fmt.Sprintf("%s:%d", p.file, b.line), func(t *testing.T) {
				t.Parallel()
				body := `{"query":` + string(value.AppendString(nil, b.text)) + `}`
				r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://localhost"+server.AdminPath, strings.NewReader(body))
				r.Header.Set("Content-Type", "application/json")
				w := httptest.NewRecorder()
				admin.ServeHTTP(w, r)
				if got := w.Body.String(); w.Code != http.StatusOK || strings.Contains(got, `"errors"`) {
					t.Errorf("%d %s", w.Code, got)
				}
			})
		}
	}
	if found == 0 {
		t.Error("there are no queries")
	}
}
