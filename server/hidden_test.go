package server_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/config"
	"github.com/weftgraph/weft/server/persisted"
)

// hidingDocument has what ann may not read in lines that begin with a minus.
const hidingDocument = `
extend schema
  @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@source", "@connect"])
  @link(url: "https://specs.apollo.dev/federation/v2.12", import: ["@requiresScopes"])
type Query {
  open: String @connect(selection: "$('open')")
  opel(at: Level): String @connect(selection: "$('opel')")
-  oper(with: Secret): String @requiresScopes(scopes: [["desk"]]) @connect(selection: "$('oper')")
-  vault: Vault @connect(selection: "gold: $(1)")
}
enum Level { HIGH LOW }
-input Secret { code: Int! }
-type Vault { gold: Int @requiresScopes(scopes: [["desk"]]) }
-type Mutation { burn: Int @requiresScopes(scopes: [["desk"]]) @connect(selection: "$(1)") }
-type Subscription { ticks: Int @requiresScopes(scopes: [["desk"]]) @connect(http: { GET: "http://refused.test/ticks" }, selection: "$") }
`

// hiding serves a graph of which ann sees a part, or that part alone.
func hiding(t *testing.T, isWhole bool) string {
	t.Helper()
	var lines []string
	for line := range strings.Lines(hidingDocument) {
		if text, isHidden := strings.CutPrefix(line, "-"); isWhole || !isHidden {
			lines = append(lines, text)
		}
	}
	gateway, diags := server.Open(t.Context(), server.Definition{
		Documents: []sdl.Input{{File: "hiding.graphql", Text: strings.Join(lines, "")}}, Now: time.Unix(1, 0),
		Config: &config.Config{Authorization: graph.Authorization{VisibleOnly: true}},
	})
	if gateway == nil {
		t.Fatal(diags)
	}
	t.Cleanup(gateway.Close)
	texts, err := persisted.NewTexts(100, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(server.New(server.Options{
		Schema: gateway.Schema(), Identifier: byName{}, PersistedTexts: texts, Batching: config.Batching{Enabled: true, MaximumSize: 10},
	}))
	t.Cleanup(srv.Close)
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	return srv.URL
}

// hiddenTexts name what ann does not see, or nearly name what she does.
func hiddenTexts() []string {
	return []string{
		"{ oper }", "{ opet }", "{ open oper }", "query($s: Secret) { oper(with: $s) }", "query($s: Secret) { opel(at: $s) }", "{ oper(with: {code: 1}) }",
		"{ vault { gold } }", "{ vault { __typename } }", "{ ... on Vault { gold } open }", "fragment F on Vault { gold } { open ...F }",
		"mutation { burn }", "mutation { __typename }", "subscription { ticks }", "{ opel(at: HIG) }", "query($s: Secret! = {code: 1}) { open }",
		"{ open ... @defer { oper } }", `{ __type(name: "Vault") { name } a: __type(name: "Secret") { name } __schema { mutationType { name } types { name } } }`,
	}
}

// receive is ask for an answer whose length is not told before.
func receive(t *testing.T, base, text string, headers ...string) reply {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"/graphql", strings.NewReader(`{"query":`+quoted(text)+`}`))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	for _, h := range headers {
		name, v, _ := strings.Cut(h, ": ")
		req.Header.Set(name, v)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{resp.StatusCode, resp.Header, string(body)}
}

// Whatever way a request comes, what its caller does not see is not there.
func TestWhatIsHiddenIsNotThereWhicheverWayItIsAskedFor(t *testing.T) {
	t.Parallel()
	whole, reduced := hiding(t, true), hiding(t, false)
	const ann = "X-Who: ann"
	ways := map[string]func(base, text string) reply{
		"POST":      func(base, text string) reply { return ask(t, base, text, "", ann) },
		"variables": func(base, text string) reply { return ask(t, base, text, `{"s":{"cote":"x"}}`, ann) },
		"GraphQL over HTTP": func(base, text string) reply {
			return ask(t, base, text, "", ann, "Accept: application/graphql-response+json")
		},
		"GET": func(base, text string) reply {
			return send(t, http.MethodGet, base+"/graphql?query="+url.QueryEscape(text), "", ann)
		},
		"parts": func(base, text string) reply {
			return receive(t, base, text, ann, "Accept: multipart/mixed;deferSpec=20220824")
		},
		"events": func(base, text string) reply { return receive(t, base, text, ann, "Accept: text/event-stream") },
		"batch": func(base, text string) reply {
			return send(t, http.MethodPost, base+"/graphql", `[{"query":`+quoted(text)+`},{"query":"{ open }"}]`, "Content-Type: application/json", ann)
		},
		"text and hash": func(base, text string) reply {
			return send(t, http.MethodPost, base+"/graphql", `{"query":`+quoted(text)+`,`+byHash(persisted.HashOf(text))+`}`, "Content-Type: application/json", ann)
		},
		"hash": func(base, text string) reply {
			return send(t, http.MethodPost, base+"/graphql", `{`+byHash(persisted.HashOf(text))+`}`, "Content-Type: application/json", ann)
		},
		"WebSocket": func(base, text string) reply { return reply{body: connect(t, base, "null", ann).ask(text, "null")} },
	}
	for _, text := range hiddenTexts() {
		// Somebody who may read it has made the gateways remember it, by its hash, too, and answers that are always the same.
		for _, base := range []string{whole, reduced} {
			send(t, http.MethodPost, base+"/graphql", `{"query":`+quoted(text)+`,`+byHash(persisted.HashOf(text))+`}`,
				"Content-Type: application/json", "X-Who: bob:desk")
			for range 2 {
				ask(t, base, text, "", "X-Who: bob:desk")
			}
		}
		for name, way := range ways {
			want := way(reduced, text)
			for range 2 {
				if got := way(whole, text); got.status != want.status || got.body != want.body {
					t.Errorf("%s: %s\ngot  %d %s\nwant %d %s", name, text, got.status, got.body, want.status, want.body)
				}
			}
		}
	}
	if got := ask(t, whole, "{ oper vault { gold } }", "", "X-Who: bob:desk"); got.body != `{"data":{"oper":"oper","vault":{"gold":1}}}` {
		t.Error(got.body)
	}
}
