package server_test

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/zap"

	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/config"
	"github.com/weftgraph/weft/server/persisted"
)

func TestReloadsHoldManifestsAgainstTheNextGraph(t *testing.T) {
	t.Parallel()
	manifest := filepath.Join(t.TempDir(), "manifest.json")
	write := func(text string) {
		if err := os.WriteFile(manifest, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	settings := &config.Config{
		PersistedQueries: config.PersistedQueries{Enabled: true, Only: true, Manifests: []string{manifest}},
	}
	definition := func(change func(string) string) server.Definition {
		return server.Definition{Documents: []sdl.Input{{File: "test.graphql", Text: change(document)}}, Config: settings}
	}
	same := func(text string) string { return text }
	write(`{"a":"{ echo }"}`)
	gateway, diags := server.Open(t.Context(), definition(same))
	if gateway == nil {
		t.Fatal(diags)
	}
	t.Cleanup(gateway.Close)
	srv := httptest.NewServer(gateway.Handler(zap.NewNop(), server.Exposure{}))
	t.Cleanup(srv.Close)
	reload := func(change func(string) string, want server.Outcome, message string) {
		t.Helper()
		got, diags := gateway.Reload(t.Context(), definition(change))
		if got != want || message != "" && !strings.Contains(diags.Error(), message) {
			t.Fatalf("the outcome is %d: %v", got, diags)
		}
	}
	const echo = `{"data":{"echo":null}}`
	reload(same, server.Unchanged, "")
	expect(t, postBody(t, srv.URL, "/a", `{}`), 200, echo)
	expect(t, postBody(t, srv.URL, "/b", `{}`), 400, noSuchID)
	// A manifest that has changed is a change, though nothing else has.
	write(`{"a":"{ echo }","b":"{ echo }"}`)
	reload(same, server.Replaced, "")
	expect(t, postBody(t, srv.URL, "/b", `{}`), 200, echo)
	// A graph that a trusted document does not fit, and a manifest that is broken, are refused; what was served is served on.
	renamed := func(text string) string { return strings.ReplaceAll(text, "echo(", "say(") }
	reload(renamed, server.Refused, `the trusted document "a" does not fit the graph: Cannot query field "echo"`)
	expect(t, postBody(t, srv.URL, "/a", `{}`), 200, echo)
	write(`{"a":"{ echo }",`)
	reload(same, server.Refused, "the manifest is not valid JSON")
	expect(t, postBody(t, srv.URL, "/b", `{}`), 200, echo)
	write(`{"c":"{ say }"}`)
	reload(renamed, server.Replaced, "")
	expect(t, postBody(t, srv.URL, "/c", `{}`), 200, `{"data":{"say":null}}`)
	expect(t, postBody(t, srv.URL, "/a", `{}`), 400, noSuchID)
}

func TestAGatewayKeepsTextsOverReloads(t *testing.T) {
	t.Parallel()
	definition := func(change func(*config.Config)) server.Definition {
		settings := &config.Config{}
		change(settings)
		return server.Definition{Documents: []sdl.Input{{File: "test.graphql", Text: document}}, Config: settings}
	}
	gateway, diags := server.Open(t.Context(), definition(func(*config.Config) {}))
	if gateway == nil {
		t.Fatal(diags)
	}
	t.Cleanup(gateway.Close)
	srv := httptest.NewServer(gateway.Handler(zap.NewNop(), server.Exposure{}))
	t.Cleanup(srv.Close)
	const text, echo = "{ echo }", `{"data":{"echo":null}}`
	asked := `{` + byHash(persisted.HashOf(text)) + `}`
	expect(t, postBody(t, srv.URL, "", `{"query":"{ echo }",`+byHash(persisted.HashOf(text))+`}`), 200, echo)
	for _, step := range []struct {
		change func(*config.Config)
		want   string
	}{
		{func(c *config.Config) { c.Limits.MaxDepth = 50 }, echo},
		{func(c *config.Config) { c.APQ.Off = true }, notSupported},
		{func(*config.Config) {}, notFound},
	} {
		if outcome, diags := gateway.Reload(t.Context(), definition(step.change)); outcome != server.Replaced {
			t.Fatalf("the outcome is %d: %v", outcome, diags)
		}
		expect(t, postBody(t, srv.URL, "", asked), 200, step.want)
	}
}
