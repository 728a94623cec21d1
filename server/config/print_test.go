package config

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPrintShowsWhatHoldsAndNoSecrets(t *testing.T) {
	t.Parallel()
	chain, key := certificatePair(t)
	env := func(name string) (string, bool) {
		v, ok := map[string]string{"TOKEN": "s3cret", "CHAIN": chain, requestLimitVariable: "70"}[name]
		return v, ok
	}
	text := `
telemetry: { a: 1 }
supergraph: { introspection: false }
connectors:
  sources:
    shop.shop: { override_url: "${env.SHOP:-http://x}/${env.TOKEN}", $config: { a: [1, { b: "2" }], c: {}, "true": "no" } }
tls:
  connector:
    sources:
      shop.shop: { client_authentication: { certificate_chain: "${env.CHAIN}", key: ` + string(mustJSON(t, key)) + ` } }
traffic_shaping: { connector: { sources: { shop.shop: { timeout: 5s, global_rate_limit: { capacity: 3, interval: 1m 30s } } } } }
headers: { connector: { all: { request: [{ insert: { name: authorization, value: "Bearer ${env.TOKEN}" } }, { remove: { named: x-a } }] } } }
`
	got, diags := Print("weft.yaml", text, env)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	want := `connectors:
  max_requests_per_operation_per_source: 70 # from APOLLO_CONNECTORS_MAX_REQUESTS_PER_OPERATION
  sources:
    shop.shop:
      override_url: "${env.SHOP:-http://x}/${env.TOKEN}" # not set: SHOP
      $config:
        a:
          - 1
          - b: "2"
        c: {}
        "true": "no"
traffic_shaping:
  router:
    timeout: 60s
  connector:
    all:
      timeout: 30s
      deduplicate_query: true
      compression: identity
      experimental_http2: enable
      dns_resolution_strategy: ipv4_then_ipv6
      max_reply_size: 16mib
      grpc:
        balancing: round_robin
        health_check: false
        keepalive_interval: 6m
        keepalive_timeout: 20s
        keepalive_without_calls: false
        max_connections: 16
    sources:
      shop.shop:
        timeout: 5s
        global_rate_limit:
          capacity: 3
          interval: "1m 30s"
tls:
  connector:
    sources:
      shop.shop:
        client_authentication:
          certificate_chain: "${env.CHAIN}"
          key: "(not shown)"
headers:
  connector:
    all:
      request:
        - insert:
            name: authorization
            value: "Bearer ${env.TOKEN}"
        - remove:
            named: x-a
`
	// Other sections come and go.
	_, rest, _ := strings.Cut(got, "connectors:\n")
	sources, _, _ := strings.Cut(rest, "limits:\n")
	if diff := cmp.Diff(want, "connectors:\n"+sources); diff != "" {
		t.Error(diff)
	}
	for _, line := range []string{"supergraph:\n", "  listen: \"127.0.0.1:4000\"\n", "  introspection: false\n", "# telemetry has no effect\n"} {
		if !strings.Contains(got, line) {
			t.Errorf("%q is missing in\n%s", line, got)
		}
	}
}

func mustJSON(tb testing.TB, v any) []byte {
	tb.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		tb.Fatal(err)
	}
	return text
}

// What is printed is valid, and prints as itself.
func TestPrintedSettingsAreReadAsTheyWere(t *testing.T) {
	t.Parallel()
	for seed := range uint64(80) {
		g := generator{Rand: rand.New(rand.NewPCG(seed, 1)), texts: sampleTexts()}
		document := string(mustJSON(t, g.document(root().Shape())))
		printed, diags := Print("weft.yaml", document, noVariables)
		if diags.HasErrors() {
			continue
		}
		again, diags := Print("weft.yaml", printed, noVariables)
		if diags.HasErrors() {
			t.Fatalf("%v in\n%s\nof %s", diags, printed, document)
		}
		var kept strings.Builder
		for line := range strings.Lines(printed) {
			if !strings.HasPrefix(strings.TrimSpace(line), "#") {
				kept.WriteString(line)
			}
		}
		if diff := cmp.Diff(kept.String(), again); diff != "" {
			t.Fatalf("%s\nof %s", diff, document)
		}
		before, _ := Read("weft.yaml", document, noVariables)
		after, _ := Read("weft.yaml", printed, noVariables)
		for name := range before.Sources {
			if diff := cmp.Diff(before.Sources[name], after.Sources[name], sameSource); diff != "" {
				t.Fatalf("%s: %s\nof %s", name, diff, document)
			}
		}
	}
}
