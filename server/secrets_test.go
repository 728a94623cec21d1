package server_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/value"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/config"
)

// secretDocument calls back ends that fail in every way, with a secret in everything that is sent.
const secretDocument = `
extend schema @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@source", "@connect"])
  @source(name: "api", http: {
    baseURL: "http://localhost:1" queryParams: "apiKey: $config.token"
    headers: [{ name: "x-token", value: "{$config.token}" }, { name: "x-env", value: "{$env.ENV_TOKEN}" }]
  })
  @source(name: "gone", http: { baseURL: "http://localhost:1", queryParams: "apiKey: $config.token" })
  @source(name: "tls", http: { baseURL: "https://localhost:1", headers: [{ name: "x-token", value: "{$config.token}" }] })
  @source(name: "bad", http: { baseURL: "http://localhost:1" })

type Query {
  fails: Item @connect(source: "api", http: { GET: "/500" }, selection: "id name")
  missing: Item @connect(source: "api", http: { GET: "/404" }, selection: "id name")
  garbage: Item @connect(source: "api", http: { GET: "/garbage" }, selection: "id name")
  cut: Item @connect(source: "api", http: { GET: "/cut" }, selection: "id name")
  noHTTP: Item @connect(source: "api", http: { GET: "/nohttp" }, selection: "id name")
  wrong: Item @connect(source: "api", http: { GET: "/wrong" }, selection: "id name")
  slow: Item @connect(source: "api", http: { GET: "/slow" }, selection: "id name")
  posted: Item @connect(source: "api", http: { POST: "/500", body: "secret: $config.token" }, selection: "id name")
  path: Item @connect(source: "gone", http: { GET: "/x/{$config.token}" }, selection: "id name")
  header: Item @connect(source: "gone", http: { GET: "/x", headers: [{ name: "x-a", value: "{$config.broken}" }] }, selection: "id name")
  encrypted: Item @connect(source: "tls", http: { GET: "/x" }, selection: "id name")
  address: Item @connect(source: "bad", http: { GET: "/x" }, selection: "id name")
}
type Item { id: Int! name: String }
`

// contractDocuments need contracts that cannot be had.
const contractDocuments = `
extend schema @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@source", "@connect"])
  @source(name: "rpc", grpc: { address: "grpc://localhost:1", metadata: [{ name: "x-token", value: "{$config.token}" }] })
  @source(name: "bank", soap: { wsdl: "http://u:s3cr3tWSDL@127.0.0.1:1/bank.wsdl?key=s3cr3tWSDL", httpHeaders: [{ name: "x-token", value: "{$config.token}" }] })
type Query {
  rpc: Int @connect(source: "rpc", grpc: { method: "a.B/C" }, selection: "$.a")
  bank: Int @connect(source: "bank", soap: { operation: "A" }, selection: "$.a")
}
`

func TestSecretsAreNeverShown(t *testing.T) {
	t.Parallel()
	const secret = "s3cr3t"
	asked := make(chan struct{}, 100)
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.Header.Get("X-Token")+r.Header.Get("X-Env")+r.Header.Get("Authorization")+r.URL.RawQuery, secret) {
			t.Errorf("the back end got no secrets: %v", r.Header)
		}
		asked <- struct{}{}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("X-Echo", secret+"Upstream")
		switch r.URL.Path {
		case "/garbage":
			_, _ = io.WriteString(w, `{"id":`+secret+"Upstream")
		case "/cut", "/nohttp":
			c, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			if r.URL.Path == "/cut" {
				_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\nContent-Type: application/json\r\n\r\n{"+secret+"Upstream")
			} else {
				_, _ = io.WriteString(c, secret+"Upstream is no HTTP\r\n\r\n")
			}
			_ = c.Close()
		case "/wrong":
			_, _ = io.WriteString(w, `{"id":"`+secret+`Upstream","name":{"a":"`+secret+`Upstream"}}`)
		case "/slow":
			<-r.Context().Done()
		default:
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = io.WriteString(w, `{"error":"`+secret+`Upstream at 10.0.0.1"}`)
		}
	}))
	t.Cleanup(api.Close)
	encrypted := httptest.NewTLSServer(http.NotFoundHandler()) // nobody trusts it
	encrypted.Config.ErrorLog = zap.NewStdLog(zap.NewNop())
	t.Cleanup(encrypted.Close)
	host := strings.TrimPrefix(api.URL, "http://")

	dir, ca := t.TempDir(), newAuthority(t)
	for name, text := range map[string]string{"token": secret + "File\n", "broken": secret + "Broken\x01"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	env := func(name string) (string, bool) {
		v, ok := map[string]string{"ENV_TOKEN": secret + "Env", "PASSWORD": secret + "Password"}[name]
		return v, ok
	}
	_, key := ca.pair(t, 1, time.Now().Add(time.Hour))
	text := `
connectors:
  sources:
    secret.api: { override_url: "http://user:${env.PASSWORD}@` + host + `", $config: { token: "${file.token}" } }
    secret.gone: { override_url: "http://user:${env.PASSWORD}@127.0.0.1:1/${env.PASSWORD}", $config: { token: "${file.token}", broken: "${file.broken}" } }
    secret.tls: { override_url: "https://user:${env.PASSWORD}@` + strings.TrimPrefix(encrypted.URL, "https://") + `", $config: { token: "${file.token}" } }
    secret.bad: { override_url: "http://user:${env.PASSWORD}@exa mple:99999/" }
traffic_shaping: { connector: { all: { timeout: 300ms } } }
headers: { connector: { all: { request: [{ insert: { name: x-inserted, value: "${env.PASSWORD}" } }] } } }
`
	file := filepath.Join(dir, "weft.yaml")
	shown := map[string]string{}

	// What is printed, and what is said of mistakes.
	printed, diags := config.Print(file, text, env)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	shown["print"] = printed
	for name, broken := range map[string]string{
		"bad number":       `limits: { max_depth: "${env.PASSWORD}" }`,
		"bad key":          `tls: { supergraph: { certificate: "${env.PASSWORD}", key: "${env.PASSWORD}" } }`,
		"key as a chain":   "tls: { supergraph: { certificate: " + string(value.AppendString(nil, key)) + ", key: " + string(value.AppendString(nil, key)) + " } }",
		"bad listen":       `supergraph: { listen: "${env.PASSWORD}" }`,
		"bad path":         `supergraph: { path: "${env.PASSWORD}" }`,
		"bad header":       `headers: { connector: { all: { request: [{ insert: { name: a, value: "${file.broken}" } }] } } }`,
		"bad duration":     `traffic_shaping: { router: { timeout: "${env.PASSWORD}" } }`,
		"bad origin":       `cors: { origins: ["${env.PASSWORD}"] }`,
		"bad choice":       `traffic_shaping: { connector: { all: { compression: "${env.PASSWORD}" } } }`,
		"bad expression":   `cors: { match_origins: ["${env.PASSWORD}("] }`,
		"no such file":     `connectors: { sources: { a.b: { override_url: "${env.PASSWORD}${file.nothing}" } } }`,
		"not closed":       `connectors: { sources: { a.b: { override_url: "${env.PASSWORD}${env.X" } } }`,
		"a template":       `connectors: { sources: { secret.api: { override_url: "http://u:${env.PASSWORD}@{$" } } }`,
		"an address":       `connectors: { sources: { remote.rpc: { override_url: "grpc://u:${env.PASSWORD}@127.0.0.1:1" } } }`,
		"a made address":   `connectors: { sources: { remote.rpc: { override_url: "grpc://u:${env.PASSWORD}@127.0.0.1:{$(1)}" } } }`,
		"a wrong contract": `connectors: { sources: { remote.rpc: { override_url: "ftp://${env.PASSWORD}:1" } } }`,
		"a wrong address":  `connectors: { sources: { secret.api: { override_url: "ftp://u:${env.PASSWORD}@h/%zz" } } }`,
	} {
		c, diags := config.Read(file, broken, env)
		if c != nil {
			gateway, found := server.Open(t.Context(), server.Definition{
				Documents: []sdl.Input{{File: "secret.graphql", Text: secretDocument}, {File: "remote.graphql", Text: contractDocuments}},
				Config:    c, Env: env,
			})
			if diags.Add(found...); gateway != nil {
				gateway.Close()
			}
		}
		shown[name] = diags.Error()
	}

	// What is answered and logged, and what the console shows.
	settings, diags := config.Read(file, text, env)
	if settings == nil {
		t.Fatal(diags)
	}
	gateway, diags := server.Open(t.Context(), server.Definition{
		Documents: []sdl.Input{{File: "secret.graphql", Text: secretDocument}}, Config: settings, Env: env,
	})
	if gateway == nil {
		t.Fatal(diags)
	}
	t.Cleanup(gateway.Close)
	shown["diagnostics"] = diags.Error()
	var logged bytes.Buffer
	log := zap.New(zapcore.NewCore(zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig()), zapcore.Lock(zapcore.AddSync(&logged)), zap.DebugLevel))
	front := httptest.NewServer(gateway.Handler(log, server.Exposure{}))
	t.Cleanup(front.Close)
	admin := httptest.NewServer(gateway.Admin(log, "test"))
	t.Cleanup(admin.Close)
	for _, field := range []string{
		"fails", "missing", "garbage", "cut", "noHTTP", "wrong", "slow", "posted", "path", "header", "encrypted", "address",
	} {
		got := ask(t, front.URL, "{ "+field+" { id name } }", "", "Authorization: "+secret+"Client", "Cookie: a="+secret+"Client")
		if !strings.Contains(got.body, `"errors":[`) {
			t.Errorf("%s does not fail: %s", field, got.body)
		}
		shown[field] = got.body + header(t, got.header)
	}
	// What a client sends wrongly may be repeated to it, but for its credentials; a URL's is not logged.
	send(t, http.MethodGet, front.URL+"/graphql?query=%7B&token="+secret, "", "Authorization: "+secret)
	console := send(t, http.MethodPost, admin.URL+"/graphql",
		`{"query":"{ sources { name kind origin state errorsByCode { code } connectors { coordinate } } }"}`, "Content-Type: application/json")
	shown["console"] = console.body
	shown["log"] = logged.String()
	// What is looked at is there, or the test would find nothing.
	for where, part := range map[string]string{
		"log": "call failed", "console": `"errorsByCode":[{"code":`, "a made address": "remote.rpc cannot be opened", "an address": "the address ends with its port", "a wrong address": "bank.wsdl?key=xxxxx",
		"a template": "Invalid expression", "print": "${env.PASSWORD}",
	} {
		if !strings.Contains(shown[where], part) {
			t.Errorf("%s does not have %q: %s", where, part, shown[where])
		}
	}
	for where, text := range shown {
		if strings.Contains(text, secret) || strings.Contains(text, key[40:80]) {
			t.Errorf("%s: %s", where, text)
		}
	}
	if len(asked) < 8 {
		t.Errorf("the back end was asked %d times", len(asked))
	}
}

func header(tb testing.TB, h http.Header) string {
	tb.Helper()
	var b bytes.Buffer
	if err := h.Write(&b); err != nil {
		tb.Fatal(err)
	}
	return b.String()
}
