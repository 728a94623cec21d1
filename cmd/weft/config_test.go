package main_test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/zap"

	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/server/config"
)

const echoDocument = `
extend schema @link(url: "https://specs.apollo.dev/connect/v0.4", import: ["@source", "@connect"])
  @source(name: "api", http: { baseURL: "http://127.0.0.1:1", headers: [{ name: "x-sdl", value: "sdl" }, { name: "x-gone", value: "1" }] })
type Query { first: Boolean @connect(source: "api", http: { GET: "/first" }, selection: "$.ok")
  second: Boolean @connect(source: "api", http: { GET: "/second" }, selection: "$.ok") }
type Mutation { send(text: String): Boolean @connect(source: "api", http: { POST: "/send", body: "text: $args.text" }, selection: "$.ok") }
`

// secureEcho is a back end that demands a certificate and remembers the headers of its last request. It returns its address and a
// folder with the files ca.pem, client.pem and client.key.
func secureEcho(t *testing.T, last chan<- http.Header) (address, dir string) {
	t.Helper()
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		last <- r.Header
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"ok":true}`)
	}))
	s.TLS = &tls.Config{MinVersion: tls.VersionTLS12, ClientAuth: tls.RequireAnyClientCert}
	s.Config.ErrorLog = zap.NewStdLog(zap.NewNop()) // handshakes are meant to fail
	s.StartTLS()
	t.Cleanup(s.Close)
	own := s.TLS.Certificates[0]
	key, err := x509.MarshalPKCS8PrivateKey(own.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	dir = t.TempDir()
	for name, block := range map[string]*pem.Block{
		"ca.pem":     {Type: "CERTIFICATE", Bytes: own.Certificate[0]},
		"client.pem": {Type: "CERTIFICATE", Bytes: own.Certificate[0]},
		"client.key": {Type: "PRIVATE KEY", Bytes: key},
	} {
		if err := os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return s.URL, dir
}

// serveEcho serves the document with settings, which are YAML; ADDRESS in it is the back end's.
func serveEcho(t *testing.T, settings string, last chan<- http.Header) *gateway {
	t.Helper()
	address, dir := secureEcho(t, last)
	c, diags := config.Read(filepath.Join(dir, "weft.yaml"), strings.ReplaceAll(settings, "ADDRESS", address),
		func(string) (string, bool) { return "", false })
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	return serve(t, []sdl.Input{{File: "echo.graphql", Text: echoDocument}}, c)
}

const secureSettings = `
connectors:
  sources:
    echo.api: { override_url: ADDRESS }
tls:
  connector:
    all: { certificate_authorities: "${file.ca.pem}" }
    sources:
      echo.api:
        client_authentication: { certificate_chain: "${file.client.pem}", key: "${file.client.key}" }
`

func TestSettingsReachTheWire(t *testing.T) {
	t.Parallel()
	last := make(chan http.Header, 1)
	g := serveEcho(t, secureSettings+`
traffic_shaping: { connector: { all: { compression: gzip, experimental_http2: disable } } }
headers:
  connector:
    all:
      request:
        - propagate: { matching: ^x-c.*, rename: "$0" }
        - insert: { name: x-tenant, value: t1 }
    sources:
      echo.api:
        request:
          - insert: { name: x-sdl, value: yaml }
          - remove: { named: x-gone }
          - propagate: { named: x-other, rename: x-renamed, default: nobody }
`, last)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, g.url+"/graphql",
		strings.NewReader(`{"query":"mutation { send(text: \"hello\") }"}`))
	if err != nil {
		t.Fatal(err)
	}
	req.Header = http.Header{"Content-Type": {"application/json"}, "X-Client": {"a", "b"}, "Cookie": {"secret"}}
	resp, err := g.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	got, err := io.ReadAll(resp.Body)
	if err != nil || string(got) != `{"data":{"send":true}}` {
		t.Fatalf("got %s, %v", got, err)
	}
	header := <-last
	for _, name := range []string{"Content-Length", "Accept", "Accept-Encoding", "User-Agent"} {
		header.Del(name)
	}
	want := http.Header{
		"Content-Type": {"application/json"}, "Content-Encoding": {"gzip"}, "X-Sdl": {"yaml"}, "X-Tenant": {"t1"},
		"X-Client": {"a", "b"}, "X-Renamed": {"nobody"},
	}
	if diff := cmp.Diff(want, header); diff != "" {
		t.Error(diff)
	}
}

func TestRateLimitIsOneErrorForEachCallThatIsNotSent(t *testing.T) {
	t.Parallel()
	g := serveEcho(t, secureSettings+`
traffic_shaping: { connector: { all: { global_rate_limit: { capacity: 1, interval: 1h } } } }
`, make(chan http.Header, 10))
	a := g.ask(t, `{ first second }`, nil)
	if len(a.Errors) != 1 || a.Errors[0].code() != "REQUEST_RATE_LIMITED" || a.Errors[0].Message != "Rate limit exceeded" ||
		a.Errors[0].Extensions["service"] != "echo" {
		t.Errorf("got %+v", a.Errors)
	}
}

func TestBackEndThatDemandsACertificateIsNotReachedWithoutOne(t *testing.T) {
	t.Parallel()
	g := serveEcho(t, "connectors: { sources: { echo.api: { override_url: ADDRESS } } }", make(chan http.Header, 10))
	a := g.ask(t, `{ first }`, nil)
	if len(a.Errors) != 1 || a.Errors[0].code() != "HTTP_CLIENT_ERROR" {
		t.Errorf("got %+v", a.Errors)
	}
}
