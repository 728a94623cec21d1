package server_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.uber.org/zap"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/config"
)

const callerDocument = `
extend schema @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@source", "@connect"])
  @source(name: "api", http: {
    baseURL: "http://localhost:1"
    headers: [{ name: "x-user", value: "{$context.caller.subject}" }, { name: "x-tenant", value: "{$context.\"apollo::authentication::jwt_claims\".tenant.id}" }]
  })
type Query {
  subject: String @connect(selection: "$context.caller.subject")
  claim: String @connect(selection: "$context.\"apollo::authentication::jwt_claims\".sub")
  scopes: [String] @connect(selection: "$context.caller.scopes")
  seen: String @connect(source: "api", http: { GET: "/of/{$context.caller.subject}" }, selection: "$")
}
`

// What the mappings of a graph, the headers of its sources, its addresses and the rules of the configuration read of a caller is that of
// the caller who asks, whoever asks at the same moment.
func TestMappingsHeadersAndAddressesTellOfTheCaller(t *testing.T) {
	t.Parallel()
	back := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, "%q", fmt.Sprint(r.URL.Path, " ", r.Header["X-User"], r.Header["X-Tenant"], r.Header["X-Subject"], r.Header["X-Claims"]))
	}))
	defer back.Close()
	i := startIssuer(t)
	settings := i.settings()
	settings.Sources = map[string]config.Source{"test.api": {OverrideURL: back.URL}}
	settings.All.HeaderRules = datasources.HeaderRules{
		datasources.InsertHeader{Name: "x-subject", FromContext: "caller.subject"},
		datasources.InsertHeader{Name: "x-claims", FromContext: "apollo::authentication::jwt_claims"},
	}
	gateway, diags := server.Open(t.Context(), server.Definition{Documents: []sdl.Input{{File: "test.graphql", Text: callerDocument}}, Config: settings})
	if gateway == nil {
		t.Fatal(diags)
	}
	defer gateway.Close()
	srv := httptest.NewServer(gateway.Handler(zap.NewNop(), server.Exposure{}))
	defer srv.Close()
	const body = `{"query":"{ subject claim scopes seen }"}`
	for _, name := range []string{"ann", "bob"} {
		claims := i.Claims(map[string]any{"sub": name, "scope": "a b", "tenant": map[string]any{"id": 7}})
		resp, text := do(t, http.MethodPost, srv.URL+"/graphql", body, i.key.Sign(t, claims, nil))
		want := `{"data":{"subject":"` + name + `","claim":"` + name + `","scopes":["a","b"],"seen":"/of/` + name + ` [` + name + `] [7] [` + name + `] [{`
		if resp.StatusCode != http.StatusOK || !strings.HasPrefix(text, want) || strings.Contains(text, "errors") {
			t.Errorf("%d %s, want %s", resp.StatusCode, text, want)
		}
	}
	_, text := do(t, http.MethodPost, srv.URL+"/graphql", `{"query":"{ subject claim scopes }"}`, "")
	if text != `{"data":{"subject":null,"claim":null,"scopes":null}}` {
		t.Error(text)
	}
}
