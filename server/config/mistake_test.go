package config

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMistakesInSettingsOfSourcesAreReportedWithTheirPlace(t *testing.T) {
	t.Parallel()
	chain, key := certificatePair(t)
	other, _ := certificatePair(t)
	env := func(name string) (string, bool) {
		v, ok := map[string]string{"CHAIN": chain, "KEY": key, "OTHER": other, "TOKEN": "s3cret\nx", "WORD": "s3cret"}[name]
		return v, ok
	}
	for _, tt := range []struct{ name, text, want string }{
		{
			"unit", "traffic_shaping: { connector: { all: { timeout: 5 parsecs } } }",
			`1:49: expected a duration such as "30s" but got "5 parsecs"`,
		},
		{"number", "traffic_shaping: { connector: { all: { timeout: 5 } } }", `1:49: expected a duration such as "30s" but got a number`},
		{"zero", "traffic_shaping: { connector: { all: { timeout: 0s } } }", `1:49: expected a duration such as "30s" but got "0s"`},
		{
			"no interval", "traffic_shaping: { connector: { all: { global_rate_limit: { capacity: 5 } } } }",
			`1:59: "interval" is missing`,
		},
		{
			"word", "traffic_shaping: { connector: { all: { compression: gzipp } } }",
			`1:53: expected "identity", "gzip", "deflate" or "br" but got "gzipp"; did you mean "gzip"?`,
		},
		{
			"balancing", "traffic_shaping: { connector: { all: { grpc: { balancing: least_requests } } } }",
			`1:59: expected "round_robin", "least_request" or "pick_first" but got "least_requests"; did you mean "least_request"?`,
		},
		{
			"key of gRPC", "traffic_shaping: { connector: { all: { grpc: { keepalive_intervall: 6m } } } }",
			`1:48: unknown key "keepalive_intervall"; did you mean "keepalive_interval"?`,
		},
		{
			"eager keepalive", "traffic_shaping: { connector: { all: { grpc: { keepalive_interval: 1s } } } }",
			`1:68: expected a duration of 10s at least, such as "6m"; servers close connections that are asked more often than they allow, ` +
				`which usually is every 5 minutes`,
		},
		{
			"health of the first alone", "traffic_shaping: { connector: { all: { grpc: { balancing: pick_first, health_check: true } } } }",
			`1:46: "health_check" needs "balancing" round_robin or least_request: pick_first stays with its address`,
		},
		{
			"no connection", "traffic_shaping: { connector: { all: { grpc: { max_connections: 0 } } } }",
			`1:65: expected a positive integer but got "0"`,
		},
		{
			"size", "traffic_shaping: { connector: { all: { max_reply_size: 16 mb, grpc: { max_request_size: 4gb } } } }",
			`1:89: expected a size such as "64kib" but got "4gb"`,
		},
		{
			"URL for a name", "tls: { connector: { all: { server_name: 'https://x' } } }",
			`1:41: expected a name such as "billing.internal" but got "https://x"`,
		},
		{
			"experimental key", "traffic_shaping: { connector: { all: { experimental_htp2: enable } } }",
			`1:40: unknown key "experimental_htp2"; did you mean "experimental_http2"?`,
		},
		{"quoted number", "limits: { max_depth: '5' }", `1:22: expected a positive integer but got a string`},
		{"quoted truth", "supergraph: { introspection: 'no' }", `1:30: expected true or false but got a string`},
		{"expanded number", "limits: { max_depth: '${env.WORD}' }", `1:22: expected a positive integer but got what "${env.WORD}" gives`},
		{
			"path of a file", "tls: { connector: { all: { certificate_authorities: ca.pem } } }",
			`1:53: expected certificates in PEM format, such as "${file.ca.pem}" but got "ca.pem"`,
		},
		{
			"damaged certificate", "tls: { connector: { all: { certificate_authorities: \"-----BEGIN CERTIFICATE-----\\neA==\\n-----END CERTIFICATE-----\" } } }",
			`1:53: a certificate in it cannot be read`,
		},
		{
			"no key", "tls: { connector: { all: { client_authentication: { certificate_chain: '${env.CHAIN}' } } } }",
			`1:51: "key" is missing`,
		},
		{
			"key of another", "tls: { connector: { all: { client_authentication: { certificate_chain: '${env.OTHER}', key: '${env.KEY}' } } } }",
			`1:51: certificate and private key cannot be used together`,
		},
		{
			"swapped", "tls: { connector: { all: { client_authentication: { certificate_chain: '${env.CHAIN}', key: '${env.CHAIN}' } } } }",
			`1:93: expected a private key in PEM format, such as "${file.client.key}"`,
		},
		{
			"no rule", "headers: { connector: { all: { request: [{}] } } }",
			`1:42: expected exactly one of "insert", "propagate" and "remove" but got none`,
		},
		{
			"two rules", "headers: { connector: { all: { request: [{ insert: { name: a, value: b }, remove: { named: a } }] } } }",
			`1:42: expected exactly one of "insert", "propagate" and "remove" but got "insert" and "remove"`,
		},
		{
			"no list", "headers: { connector: { all: { request: { insert: { name: a, value: b } } } } }",
			`1:41: expected a list of rules but got a mapping`,
		},
		{
			"two values", "headers: { connector: { all: { request: [insert: { name: a, value: b, from_context: c }] } } }",
			`1:50: expected exactly one of "value" and "from_context" but got "value" and "from_context"`,
		},
		{
			"body path", "headers: { connector: { all: { request: [insert: { name: a, path: $.query }] } } }",
			`1:61: "path" is not supported, a header cannot be taken from the body of a client's request: let clients send a header, and propagate it`,
		},
		{
			"header of the connection", "headers: { connector: { all: { request: [insert: { name: Content-Length, value: '1' }] } } }",
			`1:58: expected the name of a header that may be set but got "Content-Length"`,
		},
		{
			"name", "headers: { connector: { all: { request: [remove: { named: 'a b' }] } } }",
			`1:59: expected the name of a header but got "a b"`,
		},
		{
			"value with a line end", "headers: { connector: { all: { request: [insert: { name: a, value: '${env.TOKEN}' }] } } }",
			`1:68: expected a header's value, without control characters but got what "${env.TOKEN}" gives`,
		},
		{
			"pattern", "headers: { connector: { all: { request: [remove: { matching: '(' }] } } }",
			`1:62: expected a regular expression such as "^x-"`,
		},
		{
			"default of a pattern", "headers: { connector: { all: { request: [propagate: { matching: a, default: b }] } } }",
			`1:68: "default" cannot stand beside "matching"`,
		},
		{
			"misspelled rule", "headers: { connector: { all: { request: [{ propagete: { named: a } }] } } }",
			`1:42: expected exactly one of "insert", "propagate" and "remove" but got none
1:44: unknown key "propagete"; did you mean "propagate"?`,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c, diags := Read("weft.yaml", tt.text, env)
			if c != nil || !diags.HasErrors() {
				t.Fatalf("no error: %v", diags)
			}
			got := strings.NewReplacer("weft.yaml:", "", "error[WEFT_CONFIG]: ", "").Replace(diags.Error())
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
			if strings.Contains(got, "s3cret") || strings.Contains(got, "PRIVATE KEY-----") {
				t.Error("a secret is in the message")
			}
		})
	}
}

func TestLackingKeysThatAskForNothingGiveNoWarning(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		"connectors: { debug_extensions: false }":                               0,
		"connectors: { debug_extensions: true }":                                1,
		"traffic_shaping: { connector: { all: { compression: br } } }":          1,
		"connectors: { preview_connect_v0_4: false }":                           0,
		"preview_anything: 1":                                                   1,
		"tls: { subgraph: { all: {} } }":                                        1,
		"headers: { all: { request: [] }, subgraphs: {} }":                      2,
		"traffic_shaping: { connector: { sources: { a.b: { timeout: 5s } } } }": 0,
	} {
		if _, diags := Read("weft.yaml", text, noVariables); diags.HasErrors() || len(diags) != want {
			t.Errorf("%s: want %d warnings, got %v", text, want, diags)
		}
	}
}
