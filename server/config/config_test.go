package config_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/value"
	"github.com/weftgraph/weft/server/config"
)

// sameConfig compares configurations by what they say.
var sameConfig = cmp.Options{
	cmp.Comparer(value.Equal),
	cmp.Comparer(func(a, b *regexp.Regexp) bool { return a == b || a != nil && b != nil && a.String() == b.String() }),
	cmpopts.IgnoreUnexported(config.Config{}),
}

func environment(name string) (string, bool) {
	v, ok := map[string]string{"HOST": "example.org", "EMPTY": "", "LIMIT": "7"}[name]
	return v, ok
}

func TestConfigurationIsRead(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "secret"), []byte("s3cret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, text string
		want       config.Config
	}{
		{"empty", "", config.Config{}},
		{"comment only", "# nothing\n", config.Config{}},
		{"empty section", "supergraph:\n", config.Config{}},
		{
			"supergraph", "supergraph:\n  listen: 127.0.0.1:4100\n  path: /api\n  introspection: false\n",
			config.Config{Listen: "127.0.0.1:4100", Path: "/api", IntrospectionOff: true},
		},
		{
			"limits", "limits: { http_max_request_bytes: 2000000, parser_max_tokens: 100, parser_max_recursion: 20, max_depth: 5 }",
			config.Config{MaxBodyBytes: 2_000_000, Limits: graph.Limits{MaxTokens: 100, MaxNesting: 20, MaxDepth: 5}},
		},
		{
			"sources",
			`
connectors:
  max_requests_per_operation_per_source: 100
  preview_connect_v0_4: true
  sources:
    accounts.rest:
      override_url: https://${env.HOST}/v2
      max_requests_per_operation: 50
      $config: { version: "7", flags: { beta: true }, list: [1, 2.5, null] }
traffic_shaping:
  router: { timeout: 10s }
  connector:
    all: { timeout: 5s }
    sources:
      accounts.rest: { timeout: 1m30s }
`,
			config.Config{
				Timeout: 10 * time.Second,
				All:     config.Source{MaxRequests: 100, Timeout: 5 * time.Second},
				Sources: map[string]config.Source{"accounts.rest": {
					OverrideURL: "https://example.org/v2", MaxRequests: 50, Timeout: 90 * time.Second,
					Config: value.From(map[string]any{
						"version": "7", "flags": map[string]any{"beta": true}, "list": []any{1, 2.5, nil},
					}),
				}},
			},
		},
		{
			"redaction", "include_subgraph_errors: { all: true, subgraphs: { accounts: false } }",
			config.Config{Errors: config.Redaction{Configured: true, Shown: true, Documents: map[string]bool{"accounts": false}}},
		},
		{
			"admin", "admin: { listen: '127.0.0.1:4001', hosts: [weft.internal, '${env.HOST}'] }",
			config.Config{Admin: config.Admin{Listen: "127.0.0.1:4001", Hosts: []string{"weft.internal", "example.org"}}},
		},
		{
			"expansion", "connectors: { sources: { a.b: { override_url: 'x${env.NOPE:-d}y${env.EMPTY:-e}z${file.secret}', max_requests_per_operation: '${env.LIMIT}' } } }",
			config.Config{Sources: map[string]config.Source{"a.b": {OverrideURL: "xdyezs3cret", MaxRequests: 7}}},
		},
		{
			"expansions are not expanded again", "connectors: { sources: { a.b: { override_url: '${env.NOPE:-$}{env.HOST}' } } }",
			config.Config{Sources: map[string]config.Source{"a.b": {OverrideURL: "${env.HOST}"}}},
		},
		{
			"dollars of mappings stay", "connectors: { sources: { a.b: { override_url: 'http://{$env.HOST}/$5' } } }",
			config.Config{Sources: map[string]config.Source{"a.b": {OverrideURL: "http://{$env.HOST}/$5"}}},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, diags := config.Read(filepath.Join(dir, "weft.yaml"), tt.text, environment)
			if len(diags) > 0 {
				t.Fatal(diags)
			}
			if tt.want.Sources == nil {
				tt.want.Sources = map[string]config.Source{}
			}
			tt.want.Documents = map[string]config.Source{}
			if diff := cmp.Diff(tt.want, *got, sameConfig); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestMistakesAreReportedWithTheirPlace(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, text, want string }{
		{
			"misspelled section", "# first\nconectors:\n  sources: {}\n",
			`weft.yaml:2:1: error[WEFT_CONFIG]: unknown key "conectors"; did you mean "connectors"?`,
		},
		{
			"misspelled key", "connectors:\n  sources:\n    a.b:\n      overide_url: http://x\n",
			`weft.yaml:4:7: error[WEFT_CONFIG]: unknown key "overide_url"; did you mean "override_url"?`,
		},
		{
			"several", "supergraph:\n  listn: x\nlimits:\n  max_depth: -1\n",
			`weft.yaml:2:3: error[WEFT_CONFIG]: unknown key "listn"; did you mean "listen"?` + "\n" +
				`weft.yaml:4:14: error[WEFT_CONFIG]: expected a positive integer but got "-1"`,
		},
		{"wrong type", "supergraph:\n  listen: [1]\n", `weft.yaml:2:11: error[WEFT_CONFIG]: expected an address such as "127.0.0.1:4000" but got a list`},
		{"no list", "admin: { hosts: weft.internal }", `weft.yaml:1:17: error[WEFT_CONFIG]: expected a list of strings but got a string`},
		{"wrong element", "admin: { hosts: [[]] }", `weft.yaml:1:18: error[WEFT_CONFIG]: expected a string but got a list`},
		{"bad duration", "traffic_shaping: { router: { timeout: soon } }", `weft.yaml:1:39: error[WEFT_CONFIG]: expected a duration such as "30s" but got "soon"`},
		{"no variable", "supergraph: { listen: '${env.NOPE}' }", `weft.yaml:1:23: error[WEFT_CONFIG]: environment variable "NOPE" is not set and has no default`},
		{"unknown expansion", "supergraph: { listen: '${vault.x}' }", `weft.yaml:1:23: error[WEFT_CONFIG]: "${vault.x}" is no expansion: there are ${env.NAME}, ${env.NAME:-default} and ${file.PATH}`},
		{"twice", "supergraph:\n  listen: a\n  listen: b\n", `weft.yaml:3:3: error[WEFT_CONFIG]: mapping key "listen" already defined at [2:3]`},
		{"path", "supergraph: { path: graphql }", `weft.yaml:1:21: error[WEFT_CONFIG]: expected a path such as "/graphql" but got "graphql"`},
		{"alias", "limits: &a { max_depth: 1 }\nsupergraph: *a\n", ""},
		{"syntax", "a: [1,\n", ""},
		{"two documents", "limits: {}\n---\nlimits: {}\n", ""},
		{"scalar", "hello", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, diags := config.Read("weft.yaml", tt.text, environment)
			if got != nil || !diags.HasErrors() {
				t.Fatalf("got %v and %v, want errors", got, diags)
			}
			if tt.want == "" {
				return // the text is the YAML library's
			}
			if diff := cmp.Diff(tt.want, diags.Error()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestKnownKeysWithoutEffectGiveOneWarningEach(t *testing.T) {
	t.Parallel()
	got, diags := config.Read("weft.yaml", "telemetry: { instrumentation: { spans: {} } }\nlimits: { subgraph_max_response_bytes: 5 }\nexperimental_x: 1\n", environment)
	if got == nil {
		t.Fatal(diags)
	}
	want := `weft.yaml:1:1: warning[WEFT_CONFIG]: "telemetry" is known but not implemented and has no effect
weft.yaml:2:11: warning[WEFT_CONFIG]: "subgraph_max_response_bytes" is known but not implemented and has no effect
weft.yaml:3:1: warning[WEFT_CONFIG]: "experimental_x" is known but not implemented and has no effect`
	if diff := cmp.Diff(want, diags.Error()); diff != "" {
		t.Error(diff)
	}
}

func TestSourceSettingsFallBackToDocumentAndAll(t *testing.T) {
	t.Parallel()
	c, diags := config.Read("weft.yaml", `
connectors:
  max_requests_per_operation_per_source: 9
  sources: { a.one: { max_requests_per_operation: 1 } }
  subgraphs: { a: { $config: { x: 1 }, sources: { two: { override_url: "http://two" } } } }
`, environment)
	if c == nil || len(diags) != 1 {
		t.Fatal(diags)
	}
	x := value.From(map[string]any{"x": 1})
	for name, want := range map[string]config.Source{
		"a.one": {MaxRequests: 1, Config: x},
		"a.two": {MaxRequests: 9, Config: x, OverrideURL: "http://two"},
		"b.one": {MaxRequests: 9},
	} {
		if diff := cmp.Diff(want, c.Source(name), sameConfig); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add("connectors:\n  sources:\n    a.b: { override_url: '${env.HOST}' }\n")
	f.Add("limits: &a [*a]")
	f.Add("? x\n: y")
	f.Fuzz(func(t *testing.T, text string) {
		c, diags := config.Read("weft.yaml", text, environment)
		if (c == nil) != diags.HasErrors() {
			t.Errorf("config %v with diagnostics %v", c, diags)
		}
	})
}
