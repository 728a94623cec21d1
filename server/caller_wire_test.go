package server_test

import (
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"go.uber.org/zap"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/value"
	"github.com/weftgraph/weft/server"
)

// wireDocument tells back ends of the caller in all places of all protocols.
const wireDocument = `
extend schema @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@source", "@connect"])
  @source(name: "rest", http: { baseURL: "http://localhost:1", headers: [{ name: "x-user", value: "{$context.caller.subject}" }] })
  @source(name: "rpc", grpc: { address: "grpc://localhost:1", proto: ["telling.proto"], metadata: [
    { name: "x-user", value: "{$context.caller.subject}" }, { name: "x-blob-bin", value: "{$context.caller.claims.blob}" }] })
  @source(name: "letters", soap: { wsdl: "telling.wsdl", httpHeaders: [{ name: "x-user", value: "{$context.caller.subject}" }]
    headers: "'{urn:telling}Caller': { subject: $context.caller.subject scopes: $context.caller.scopes }" })
type Query {
  rest: String @connect(source: "rest", http: { GET: "/of/{$context.caller.subject}" }, selection: "$.said")
  rpc: String @connect(source: "rpc", grpc: { method: "telling.Telling/Say" }, selection: "$.said")
  soap: String @connect(source: "letters", soap: { operation: "Say" }, selection: "$.said")
}
`

// Rules let all through that clients send, so that the caller's header would be theirs if nothing prevented it.
const wireConfig = `
authentication: { jwt: { issuers: [{ issuer: %q, audiences: [shop] }] } }
headers: { connector: { all: { request: [
  { propagate: { matching: "^x" } }, { insert: { name: x-subject, from_context: caller.subject } }, { propagate: { matching: "^x.subject$" } } ] } } }
connectors: { sources: { wire.rest: { override_url: %[2]q }, wire.letters: { override_url: "%[2]s/letters" }, wire.rpc: { override_url: %[3]q } } }
`

// wireBackend says what it has been told of the caller.
func wireBackend(w http.ResponseWriter, r *http.Request) {
	told := fmt.Sprintf("user=%q subject=%q %q", r.Header["X-User"], r.Header["X-Subject"], r.Header["X_subject"])
	if r.URL.Path != "/letters" {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"said":`+quoted(told+" path="+r.URL.EscapedPath())+`}`)
		return
	}
	var envelope struct {
		Callers []struct {
			Subject string   `xml:"subject"`
			Scopes  []string `xml:"scopes"`
		} `xml:"Header>Caller"`
	}
	if err := xml.NewDecoder(r.Body).Decode(&envelope); err != nil {
		told = err.Error()
	}
	answerLetter(w, "say", fmt.Sprintf("%s block=%q", told, envelope.Callers))
}

func wireCall(_ any, stream grpc.ServerStream) error {
	md, _ := metadata.FromIncomingContext(stream.Context())
	return stream.SendMsg(said("", fmt.Sprintf("user=%q subject=%q %q blob=%q", md["x-user"], md["x-subject"], md["x_subject"], md["x-blob-bin"]), 0))
}

// What back ends are told of a caller is what its credentials say, or nothing: not what another caller is called, who uses the same
// connections, nor what a claim would add to a header, nor what a client says of itself.
func TestBackEndsAreToldOfTheCallerAndOfNothingElse(t *testing.T) {
	t.Parallel()
	back := httptest.NewServer(http.HandlerFunc(wireBackend))
	defer back.Close()
	issuer := startIssuer(t)
	gateway, diags := server.Open(t.Context(), server.Definition{
		Documents: []sdl.Input{{
			File: "wire.graphql", Text: wireDocument,
			Files: datasources.FolderOf(fstest.MapFS{"telling.proto": {Data: []byte(tellingProto)}, "telling.wsdl": {Data: []byte(tellingWSDL)}}, "."),
		}},
		Config: readConfig(t, fmt.Sprintf(wireConfig, issuer.URL, back.URL, serveCalls(t, wireCall))),
	})
	if gateway == nil {
		t.Fatal(diags)
	}
	defer gateway.Close()
	srv := httptest.NewServer(gateway.Handler(zap.NewNop(), server.Exposure{}))
	defer srv.Close()
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	long := strings.Repeat("0123456789", 400)
	const nothing, cannot = "[]", ""
	for _, tt := range []struct {
		name, subject, blob string
		// header is what HTTP is told, call what gRPC is, and block what SOAP's header block says.
		header, call, bytes, block string
	}{
		{"plain", "ann", "/wA=", `["ann"]`, `["ann"]`, `["\xff\x00"]`, "ann"},
		{"the end of a line", "a\r\nX-Admin: 1", "YQ0KYjogYw==", nothing, nothing, `["a\r\nb: c"]`, "a\r\nX-Admin: 1"},
		{"half of it", "a\nb", "a\r\nb", nothing, nothing, `["i"]`, "a\nb"},
		{"NUL", "a\x00b", "AA==", nothing, nothing, `["\x00"]`, cannot},
		{"escape", "a\x1b[31m", "no bytes!", nothing, nothing, nothing, cannot},
		{"not ASCII", "José", "é", `["José"]`, nothing, nothing, "José"},
		{
			"markup", `]]></subject><scopes>admin</scopes>&lt;`, "PA==", `["]]></subject><scopes>admin</scopes>&lt;"]`, `["]]></subject><scopes>admin</scopes>&lt;"]`, `["<"]`,
			`]]></subject><scopes>admin</scopes>&lt;`,
		},
		{"a mapping", "{$env.HOME} %0d%0a \\r\\n", "", `["{$env.HOME} %0d%0a \\r\\n"]`, `["{$env.HOME} %0d%0a \\r\\n"]`, `[""]`, "{$env.HOME} %0d%0a \\r\\n"},
		{"several", "ann, admin", "YQ==,Yg==", `["ann, admin"]`, `["ann, admin"]`, nothing, "ann, admin"},
		{"a path", "../admin?x=1#y", "YQ", `["../admin?x=1#y"]`, `["../admin?x=1#y"]`, `["a"]`, "../admin?x=1#y"},
		{"long", long, "YQ==", `["` + long + `"]`, `["` + long + `"]`, `["a"]`, long},
	} {
		ask := func(subject, blob string) map[string]string {
			claims := issuer.Claims(map[string]any{"sub": subject, "blob": blob, "scope": "a b", "exp": time.Now().Add(time.Hour).Unix()})
			_, text := do(t, http.MethodPost, srv.URL+"/graphql", `{"query":"{ rest rpc soap }"}`, issuer.key.Sign(t, claims, nil),
				"X-User: admin", "X-Subject: admin", "X_Subject: admin", "X-Blob-Bin: YWRtaW4=")
			answer, err := value.Parse([]byte(text))
			if err != nil {
				t.Fatal(err, text)
			}
			got := map[string]string{}
			for _, name := range []string{"rest", "rpc", "soap"} {
				got[name] = answer.Get("data").Get(name).Text()
			}
			return got
		}
		expect := func(got map[string]string, name, header, call, bytes, block string) {
			t.Helper()
			if want := "user=" + header + " subject=" + header + " [] path="; !strings.HasPrefix(got["rest"], want) || strings.Contains(got["rest"], "/of/../") {
				t.Errorf("%s: REST is told %s, want %s", name, got["rest"], want)
			}
			if want := "user=" + call + " subject=" + call + " [] blob=" + bytes; got["rpc"] != want {
				t.Errorf("%s: gRPC is told %s, want %s", name, got["rpc"], want)
			}
			want := ""
			if block != cannot {
				want = "user=" + header + " subject=" + header + fmt.Sprintf(` [] block=[{%q ["a" "b"]}]`, block)
			}
			if got["soap"] != want {
				t.Errorf("%s: SOAP is told %s, want %s", name, got["soap"], want)
			}
		}
		expect(ask(tt.subject, tt.blob), tt.name, tt.header, tt.call, tt.bytes, tt.block)
		expect(ask("bob", "Yg=="), "bob after "+tt.name, `["bob"]`, `["bob"]`, `["b"]`, "bob")
	}
	// Nobody is nobody, whatever the client says.
	_, text := do(t, http.MethodPost, srv.URL+"/graphql", `{"query":"{ rest rpc soap }"}`, "", "X-Subject: admin", "X_Subject: admin")
	if strings.Contains(text, "admin") {
		t.Error(text)
	}
}
