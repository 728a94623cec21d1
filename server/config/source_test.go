package config

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/value"
)

// sameSource compares settings by what they say.
var sameSource = cmp.Options{
	cmp.Comparer(value.Equal),
	cmp.Comparer(func(a, b *regexp.Regexp) bool { return a == b || a != nil && b != nil && a.String() == b.String() }),
}

func TestTransportIsReadForAllSourcesAndForSingleOnes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	chain, key := certificatePair(t)
	other, _ := certificatePair(t)
	for name, content := range map[string]string{"ca.pem": chain, "client.pem": chain, "client.key": key} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, diags := Read(filepath.Join(dir, "weft.yaml"), `
traffic_shaping:
  connector:
    all:
      timeout: 1m 30s
      deduplicate_query: false
      compression: gzip
      experimental_http2: disable
      dns_resolution_strategy: ipv4_only
      global_rate_limit: { capacity: 10, interval: 5s }
    sources:
      a.one:
        timeout: 2500ms
        deduplicate_query: true
        compression: identity
        experimental_http2: enable
        dns_resolution_strategy: ipv6_then_ipv4
        pool_idle_timeout: 15s
        global_rate_limit: { capacity: 1, interval: 1min }
tls:
  connector:
    all:
      certificate_authorities: ${file.ca.pem}
      client_authentication:
        certificate_chain: ${file.client.pem}
        key: ${file.client.key}
    sources:
      a.one:
        certificate_authorities: |
          `+strings.ReplaceAll(other, "\n", "\n          ")+`
`, noVariables)
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	parse := func(text string) *datasources.Authorities {
		a, err := datasources.ParseAuthorities(text)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	client, err := datasources.ParseClientCertificate(strings.TrimSpace(chain), strings.TrimSpace(key))
	if err != nil {
		t.Fatal(err)
	}
	share := func(b bool) *bool { return &b }
	for name, want := range map[string]Source{
		"a.one": {
			Timeout: 2500 * time.Millisecond, Share: share(true), RateLimit: datasources.RateLimit{Capacity: 1, Interval: time.Minute},
			Transport: datasources.Transport{
				TLS:         datasources.TLS{Authorities: parse(other), Client: client},
				Compression: datasources.Identity, IdleTimeout: 15 * time.Second, HTTP2: datasources.HTTP2Enabled, Addresses: datasources.AnyAddress,
			},
		},
		"a.two": {
			Timeout: 90 * time.Second, Share: share(false), RateLimit: datasources.RateLimit{Capacity: 10, Interval: 5 * time.Second},
			Transport: datasources.Transport{
				TLS:         datasources.TLS{Authorities: parse(strings.TrimSpace(chain)), Client: client},
				Compression: datasources.Gzip, HTTP2: datasources.HTTP2Disabled, Addresses: datasources.IPv4Only,
			},
		},
	} {
		if diff := cmp.Diff(want, c.Source(name), sameSource); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestHeaderRulesOfASourceFollowThoseForAll(t *testing.T) {
	t.Parallel()
	c, diags := Read("weft.yaml", `
headers:
  connector:
    all:
      request:
        - insert: { name: x-a, value: "1" }
        - remove: { matching: ^x-internal }
    sources:
      a.one:
        request:
          - propagate: { named: x-id, rename: x-trace, default: none }
          - propagate: { matching: "^x-(.*)$", rename: y-$1 }
          - insert: { name: x-tenant, from_context: tenant }
          - remove: { named: X-A }
`, noVariables)
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	all := datasources.HeaderRules{
		datasources.InsertHeader{Name: "x-a", Value: "1"},
		datasources.RemoveHeaders{Names: datasources.HeaderNames{Pattern: regexp.MustCompile("^x-internal")}},
	}
	one := slices.Concat(all, datasources.HeaderRules{
		datasources.PropagateHeaders{From: datasources.HeaderNames{Name: "x-id"}, Rename: "x-trace", Default: "none"},
		datasources.PropagateHeaders{From: datasources.HeaderNames{Pattern: regexp.MustCompile("^x-(.*)$")}, Rename: "y-$1"},
		datasources.InsertHeader{Name: "x-tenant", FromContext: "tenant"},
		datasources.RemoveHeaders{Names: datasources.HeaderNames{Name: "X-A"}},
	})
	for name, want := range map[string]datasources.HeaderRules{"a.one": one, "a.two": all} {
		if diff := cmp.Diff(want, c.Source(name).HeaderRules, sameSource); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestEnvironmentLimitsRequestsIfTheFileDoesNot(t *testing.T) {
	t.Parallel()
	env := func(limit string) func(string) (string, bool) {
		return func(name string) (string, bool) { return limit, name == requestLimitVariable }
	}
	for _, tt := range []struct {
		text, limit string
		want        int
	}{
		{"", "70", 70},
		{"", "", 0},
		{"connectors: { max_requests_per_operation_per_source: 5 }", "70", 5},
		{"connectors: { sources: { a.b: { max_requests_per_operation: 6 } } }", "70", 6},
	} {
		c, diags := Read("weft.yaml", tt.text, env(tt.limit))
		if len(diags) > 0 {
			t.Fatal(diags)
		}
		if got := c.Source("a.b").MaxRequests; got != tt.want {
			t.Errorf("%q with %s: got %d, want %d", tt.text, tt.limit, got, tt.want)
		}
	}
	_, diags := Read("", "", env("many"))
	want := `error[WEFT_CONFIG]: environment variable ` + requestLimitVariable + `: expected a positive integer but got "many"`
	if diff := cmp.Diff(want, diags.Error()); diff != "" {
		t.Error(diff)
	}
}

func TestExampleOfTheSpecificationIsRead(t *testing.T) {
	t.Parallel()
	_, diags := Read("router.yaml", `
connectors:
  debug_extensions: false
  expose_sources_in_context: false
  max_requests_per_operation_per_source: 100
  preview_connect_v0_4: true
  sources:
    accounts.rest:
      override_url: https://staging.internal/v2
      max_requests_per_operation: 50
      $config: { version: "7", flags: { beta: true } }
`, noVariables)
	if len(diags) > 0 {
		t.Error(diags)
	}
}

func TestDurationsAreThoseOfThePublicRouter(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{
		"30s": 30 * time.Second, "1m30s": 90 * time.Second, "1m 30s": 90 * time.Second, "1 min 1 sec": 61 * time.Second,
		"500ms": 500 * time.Millisecond, "7us": 7 * time.Microsecond, "9nsec": 9, "2hours": 2 * time.Hour, "1day": 24 * time.Hour,
		"1week 1d": 8 * 24 * time.Hour, "1.5h": 90 * time.Minute, "0.1ns": 1, "999999999999weeks": 1<<63 - 1,
	} {
		c, diags := Read("weft.yaml", "traffic_shaping: { router: { timeout: '"+text+"' } }", noVariables)
		if len(diags) > 0 || c.Timeout != want {
			t.Errorf("%s: got %v, %v, want %s", text, c, diags, want)
		}
	}
}

func TestConnectionsToGRPCAreSetKeyByKey(t *testing.T) {
	t.Parallel()
	c, diags := Read("weft.yaml", `
traffic_shaping:
  connector:
    all:
      max_reply_size: 32mib
      grpc: { balancing: least_request, health_check: true, health_check_service: all.Of, keepalive_interval: 10m, keepalive_without_calls: true }
    sources:
      a.one:
        max_reply_size: 1mib
        grpc:
          balancing: pick_first
          health_check: false
          keepalive_interval: 10s
          keepalive_timeout: 5s
          keepalive_without_calls: false
          max_connections: 4
          max_request_size: 4mib
tls: { connector: { all: { server_name: all.internal }, sources: { a.one: { server_name: one.internal } } } }
`, noVariables)
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	for name, want := range map[string]Source{
		"a.one": {MaxReplyBytes: 1 << 20, Transport: datasources.Transport{
			TLS: datasources.TLS{ServerName: "one.internal"},
			GRPC: datasources.GRPCTransport{
				Balancing: datasources.PickFirst, HealthCheck: new(false), HealthService: "all.Of", KeepaliveInterval: 10 * time.Second,
				KeepaliveTimeout: 5 * time.Second, KeepaliveIdle: new(false), MaxConnections: 4, MaxRequestBytes: 4 << 20,
			},
		}},
		"a.two": {MaxReplyBytes: 32 << 20, Transport: datasources.Transport{
			TLS: datasources.TLS{ServerName: "all.internal"},
			GRPC: datasources.GRPCTransport{
				Balancing: datasources.LeastRequest, HealthCheck: new(true), HealthService: "all.Of", KeepaliveInterval: 10 * time.Minute,
				KeepaliveIdle: new(true),
			},
		}},
	} {
		if diff := cmp.Diff(want, c.Source(name), sameSource); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
