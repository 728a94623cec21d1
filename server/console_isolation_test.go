package server_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.uber.org/zap"

	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/server"
)

// The console tells how operations are answered, and whoever opens it learns nothing of those who ask: not who they are, nor what they ask for.
func TestTheConsoleShowsNothingOfCallersAndNothingThatTheyWrite(t *testing.T) {
	t.Parallel()
	back, issuer := newTellingBackend(t), startIssuer(t)
	gateway, diags := server.Open(t.Context(), server.Definition{
		Documents: []sdl.Input{{File: "test.graphql", Text: `
extend schema
  @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@source", "@connect"])
  @link(url: "https://specs.apollo.dev/federation/v2.12", import: ["@policy"])
  @source(name: "api", http: { baseURL: "http://localhost:1", headers: [{ name: "x-user", value: "{$context.caller.subject}" }] })
type Query {
  own(id: ID!, deep: Boolean): String @policy(policies: [["args.id == caller.subject"]])
    @connect(source: "api", http: { GET: "/own/{$args.id}" }, selection: "$.said")
  broken(id: ID): String @connect(source: "api", http: { GET: "/broken" }, selection: "$.said", errors: { message: "$.said" })
}`}},
		Config: readConfig(t, fmt.Sprintf(`
authentication: { jwt: { issuers: [{ issuer: %q, audiences: [shop] }] } }
connectors: { sources: { test.api: { override_url: %q } } }`, issuer.URL, back.url)),
	})
	if gateway == nil {
		t.Fatal(diags)
	}
	defer gateway.Close()
	public := httptest.NewServer(gateway.Handler(zap.NewNop(), server.Exposure{}))
	defer public.Close()
	admin := httptest.NewServer(gateway.Admin(zap.NewNop(), "v9"))
	defer admin.Close()
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	for _, subject := range []string{"s3cr3t-ann", "s3cr3t-bob"} {
		token := issuer.key.Sign(t, issuer.Claims(map[string]any{"sub": subject}), nil)
		query := `query Mine($v: ID! = \"s3cr3t-default\", $if: Boolean = true) { own(id: \"s3cr3t-ann\") more: own(id: $v, deep: true) broken(id: \"s3cr3t-text\") @include(if: $if) }`
		_, text := do(t, http.MethodPost, public.URL+"/graphql", `{"query":"`+query+`","variables":{"v":"s3cr3t-variable"}}`, token)
		if !strings.Contains(text, subject) {
			t.Fatal(text) // the back end has been told
		}
	}
	got := inquire(t, admin.URL, `{ plans(first: 9) { operation document conditions text } sources { name origin errorsByCode { code } lastError { code }
		connectors { coordinate request errorsByCode { code } } } requests { count errors } refusedChange { problems } generation { documents { name } } }`)
	for _, want := range []string{"the caller may read Query.own(id)", "the caller may not read Query.own(id, deep)", `"operation":"Mine"`, `$if = true`} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is not told: %s", want, got)
		}
	}
	if strings.Contains(got, "s3cr3t") {
		t.Error(got)
	}
}
