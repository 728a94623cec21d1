package server_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/config"
	"github.com/weftgraph/weft/server/persisted"
)

const notAllowed = `{"errors":[{"message":"Only trusted documents are allowed, and this is none.","extensions":{"code":"DOCUMENT_NOT_TRUSTED"}}]}`

// trusting serves a graph with a manifest. The diagnostics are what opening it reports.
func trusting(t *testing.T, manifest string, change func(*config.PersistedQueries), log *zap.Logger) (string, diag.List) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "manifest.json")
	if err := os.WriteFile(file, []byte(manifest), 0o600); err != nil {
		t.Fatal(err)
	}
	settings := &config.Config{
		APQ:              config.APQ{Off: true},
		PersistedQueries: config.PersistedQueries{Enabled: true, Manifests: []string{file}},
		Sources:          map[string]config.Source{"test.api": {OverrideURL: backend(t)}},
	}
	if change != nil {
		change(&settings.PersistedQueries)
	}
	gateway, diags := server.Open(t.Context(), server.Definition{
		Documents: []sdl.Input{{File: "test.graphql", Text: document}}, Config: settings, Now: time.Unix(1, 0),
	})
	diags = diags.Filter(func(d diag.Diagnostic) bool { return strings.HasSuffix(d.Span.File, "manifest.json") })
	for i := range diags {
		diags[i].Span.File = strings.TrimPrefix(diags[i].Span.File, filepath.Dir(file)+string(filepath.Separator))
	}
	if gateway == nil {
		return "", diags
	}
	t.Cleanup(gateway.Close)
	srv := httptest.NewServer(gateway.Handler(log, server.Exposure{}))
	t.Cleanup(srv.Close)
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	return srv.URL, diags
}

const echoManifest = `{"echo":"query Echo($t: String) { echo(text: $t) }","rename":"mutation { rename(id: 1, name: \"n\") { name } }","hi":"{ echo(text: \"hi\") }"}`

func TestTrustedDocumentsAreAskedForInAllWays(t *testing.T) {
	t.Parallel()
	address, diags := trusting(t, echoManifest, func(p *config.PersistedQueries) { p.Only, p.ByID = true, true }, zap.NewNop())
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	const variables = `"variables":{"t":"x"}`
	const answer, hi = `{"data":{"echo":"x"}}`, `{"data":{"echo":"hi"}}`
	inURL := func(name, text string) string {
		return "?" + url.Values{name: {text}, "variables": {`{"t":"x"}`}}.Encode()
	}
	get := func(below string) reply { return send(t, http.MethodGet, address+"/graphql"+below, "") }
	for range 2 {
		expect(t, postBody(t, address, "", `{"documentId":"echo",`+variables+`}`), 200, answer)
		expect(t, postBody(t, address, "", `{"doc_id":"echo",`+variables+`}`), 200, answer)
		expect(t, postBody(t, address, "", `{"documentId":"sha256:`+persisted.HashOf(echoText)+`","operationName":"Echo",`+variables+`}`), 200, answer)
		expect(t, postBody(t, address, "", `{`+byHash("echo")+`,`+variables+`}`), 200, answer)
		expect(t, postBody(t, address, "", `{`+byHash(persisted.HashOf(echoText))+`,`+variables+`}`), 200, answer)
		expect(t, postBody(t, address, "/echo", `{`+variables+`}`), 200, answer)
		// Bodies that are alike are not known to ask the same below different paths.
		expect(t, postBody(t, address, "/hi", `{}`), 200, hi)
		expect(t, postBody(t, address, "/echo", `{}`), 200, `{"data":{"echo":null}}`)
		expect(t, postBody(t, address, "", `{"documentId":"hi"}`), 200, hi)
		expect(t, get("/echo"+inURL("operationName", "Echo")), 200, answer)
		expect(t, get(inURL("documentId", "echo")), 200, answer)
		expect(t, get(inURL("extensions", `{"persistedQuery":{"version":1,"sha256Hash":"echo"}}`)), 200, answer)
	}
	for name, got := range map[string]reply{
		"POST": postBody(t, address, "/nobody", `{}`), "GET": get("/nobody"), "body": postBody(t, address, "", `{"documentId":"nobody"}`),
		"hash": postBody(t, address, "", `{`+byHash("nobody")+`}`),
	} {
		if got.status != 400 || got.body != noSuchID {
			t.Errorf("%s: got %d %s", name, got.status, got.body)
		}
	}
	if got := get("/rename"); got.status != 405 {
		t.Errorf("a mutation by GET gives %d %s", got.status, got.body)
	}
	expect(t, postBody(t, address, "/rename", `{}`), 200, `{"data":{"rename":{"name":"n"}}}`)
	const two = `{"errors":[{"message":"The path of the URL names a document, so the request must not have another.","extensions":{"code":"BAD_REQUEST"}}]}`
	for _, body := range []string{`{"documentId":"hi"}`, `{"query":"{ echo }"}`, `{` + byHash("hi") + `}`} {
		expect(t, postBody(t, address, "/echo", body), 400, two)
	}
	if got := postBody(t, address, "/echo/more", `{}`); got.status != 404 {
		t.Errorf("a longer path gives %d", got.status)
	}
}

func TestOtherDocumentsAreRefusedWhereOnlyTrustedOnesRun(t *testing.T) {
	t.Parallel()
	address, _ := trusting(t, echoManifest, func(p *config.PersistedQueries) { p.Only = true }, zap.NewNop())
	for range 3 {
		expect(t, ask(t, address, "{ echo }", ""), 400, notAllowed)
		expect(t, ask(t, address, "{ __schema { queryType { name } } }", ""), 400, notAllowed)
		expect(t, ask(t, address, "query Echo ($t: String) {\n  echo(text: $t)\n}", `{"t":"x"}`), 200, `{"data":{"echo":"x"}}`)
	}
	// Clients of APQ are sent for the text, which may be a trusted one that is spelled otherwise; nothing is kept.
	hash := persisted.HashOf("{ echo }")
	expect(t, postBody(t, address, "", `{`+byHash(hash)+`}`), 200, notFound)
	expect(t, postBody(t, address, "", `{"query":"{ echo }",`+byHash(hash)+`}`), 400, notAllowed)
	expect(t, postBody(t, address, "", `{`+byHash(hash)+`}`), 200, notFound)
}

func TestManifestsAreHeldAgainstTheGraph(t *testing.T) {
	t.Parallel()
	const manifest = "{\n  \"good\": \"{ echo }\",\n  \"old\": \"query Old { echo gone { id } }\"\n}"
	const text = `manifest.json:3:3: %s[WEFT_TRUSTED_DOCUMENT]: the trusted document "old" does not fit the graph: ` +
		`Cannot query field "gone" on type "Query" (line 1, column 18 of it)`
	address, diags := trusting(t, manifest, nil, zap.NewNop())
	if want := fmt.Sprintf(text, "warning"); diags.Error() != want {
		t.Errorf("got %v\nwant %s", diags, want)
	}
	expect(t, postBody(t, address, "/good", `{}`), 200, `{"data":{"echo":null}}`)
	expect(t, postBody(t, address, "/old", `{}`), 400, noSuchID)
	address, diags = trusting(t, manifest, func(p *config.PersistedQueries) { p.Only = true }, zap.NewNop())
	if want := fmt.Sprintf(text, "error"); address != "" || diags.Error() != want {
		t.Errorf("got %v\nwant %s", diags, want)
	}
	address, diags = trusting(t, "{", nil, zap.NewNop())
	if want := "manifest.json:1:2: error[WEFT_MANIFEST]: the manifest is not valid JSON: expected a property name but the text ends"; address != "" ||
		diags.Error() != want {
		t.Errorf("got %v\nwant %s", diags, want)
	}
}

func TestUnknownDocumentsAreLoggedWithinBounds(t *testing.T) {
	t.Parallel()
	for mode, change := range map[string]func(*config.PersistedQueries){
		"log":  func(p *config.PersistedQueries) { p.LogUnknown = true },
		"only": func(p *config.PersistedQueries) { p.LogUnknown, p.Only = true, true },
	} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			core, logs := observer.New(zapcore.WarnLevel)
			address, _ := trusting(t, echoManifest, change, zap.New(core))
			for range 2 {
				postBody(t, address, "", `{"query":"query Mine { echo }","operationName":"Mine"}`)
				postBody(t, address, "/echo", `{}`)
				ask(t, address, echoText, "")
			}
			entries := logs.TakeAll()
			if len(entries) == 0 || mode == "log" && len(entries) != 1 {
				t.Fatalf("%d lines are logged", len(entries))
			}
			for _, e := range entries {
				if got := e.ContextMap(); got["operation"] != "Mine" || got["sha256"] != persisted.HashOf("query Mine { echo }") {
					t.Errorf("%s: %v", e.Message, got)
				}
			}
			for i := range 100 {
				ask(t, address, fmt.Sprintf("{ a%d: echo }", i), "")
			}
			if got := logs.Len(); got < 20 || got > 60 {
				t.Errorf("%d lines are logged of 100 documents", got)
			}
		})
	}
}

func TestEachOperationOfABatchMayNameItsDocument(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "manifest.json")
	if err := os.WriteFile(file, []byte(echoManifest), 0o600); err != nil {
		t.Fatal(err)
	}
	address := serve(t, func(c *config.Config) {
		c.PersistedQueries = config.PersistedQueries{Enabled: true, Manifests: []string{file}}
		c.Batching.Enabled = true
	}, server.Exposure{})
	got := postBody(t, address, "", `[{"documentId":"hi"},{`+byHash("nobody")+`},{"documentId":"echo","variables":{"t":"x"}},{"documentId":"nobody"}]`)
	expect(t, got, 200, `[{"data":{"echo":"hi"}},`+notFound+`,{"data":{"echo":"x"}},`+noSuchID+`]`)
	if got := postBody(t, address, "/hi", `[{"variables":{}}]`); got.status != 400 {
		t.Errorf("a batch below the path of a document gives %d %s", got.status, got.body)
	}
}

// What is known of a body is known in one generation: the next one may refuse it.
func TestANewManifestHoldsForBodiesThatAreKnown(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "manifest.json")
	if err := os.WriteFile(file, []byte(`{"hi":"{ greet hi: greet }"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	first := constantGateway(t, "hello")
	second, diags := server.Open(t.Context(), server.Definition{
		Documents: []sdl.Input{{File: "constant.graphql", Text: fmt.Sprintf(constantDocument, "hello")}}, Now: time.Unix(1, 0),
		Config: &config.Config{PersistedQueries: config.PersistedQueries{Enabled: true, Only: true, Manifests: []string{file}}},
	})
	if second == nil {
		t.Fatal(diags)
	}
	t.Cleanup(second.Close)
	srv := httptest.NewServer(server.New(server.Options{Schema: first.Schema()}))
	t.Cleanup(srv.Close)
	for range 3 {
		expect(t, ask(t, srv.URL, "{ greet }", ""), 200, `{"data":{"greet":"hello"}}`)
	}
	first.Schema().Swap(second.Schema().Generation())
	for range 3 {
		expect(t, ask(t, srv.URL, "{ greet }", ""), 400, notAllowed)
		expect(t, postBody(t, srv.URL, "", `{"documentId":"hi"}`), 200, `{"data":{"greet":"hello","hi":"hello"}}`)
	}
}
