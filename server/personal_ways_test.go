package server_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/value"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/auditlog"
	"github.com/weftgraph/weft/server/config"
)

// waysDocument has personal data in calls of every kind.
const waysDocument = `
extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.12", import: ["@tag", "@key", "@policy"])
  @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@source", "@connect"])
  @source(name: "api", http: { baseURL: "http://localhost:1" })
  @source(name: "rpc", grpc: { address: "grpc://localhost:1", proto: ["api.proto"] })
  @source(name: "billing", soap: { wsdl: "billing.wsdl" })
type Query {
  person(ssn: String! @tag(name: "pii")): Person
    @connect(source: "api", http: { GET: "/persons/{$args.ssn}?by={$args.ssn}", headers: [{ name: "X-Ssn", value: "{$args.ssn}" }] }, selection: "id ssn age")
  call(ssn: String! @tag(name: "pii")): Word @connect(source: "rpc", grpc: { method: "api.Api/Get", message: "$args.ssn" }, selection: "$")
  badCall(n: String! @tag(name: "pii")): Int @connect(source: "rpc", grpc: { method: "api.Api/Number", message: "$args.n" }, selection: "$")
  bills(order: ID! @tag(name: "pii")): [Bill]
    @connect(source: "billing", soap: { operation: "GetInvoices", message: "orderId: $args.order" }, selection: "$.invoice { number issued amount: amount.\"#text\" }")
  judged(ssn: String! @tag(name: "pii")): Int @policy(policies: "'x'.matches('(' + args.ssn)") @connect(selection: "$(1)")
  judgedPlainly(text: String!): Int @policy(policies: "'x'.matches('(' + args.text)") @connect(selection: "$(1)")
}
type Subscription {
  watch(ssn: String! @tag(name: "pii")): Person @connect(source: "api", http: { GET: "/watch/{$args.ssn}" }, selection: "id ssn age")
  listen(ssn: String! @tag(name: "pii")): Word @connect(source: "rpc", grpc: { method: "api.Api/Watch", message: "$args.ssn" }, selection: "$")
}
"What no value is."
enum Word { YES }
type Bill { number: String issued: Word amount: Float }
type Person {
  id: ID!
  ssn: String @tag(name: "pii")
  age: Int
  visits: [Visit!] @connect(source: "api", http: { GET: "/visits/{$this.ssn}" }, selection: "at")
}
type Visit { at: Int }
`

const waysProto = `
syntax = "proto3";
package api;
import "google/protobuf/wrappers.proto";
service Api {
  rpc Get(google.protobuf.StringValue) returns (google.protobuf.StringValue);
  rpc Number(google.protobuf.Int32Value) returns (google.protobuf.Int32Value);
  rpc Watch(google.protobuf.StringValue) returns (stream google.protobuf.StringValue);
}`

// quotingGRPC is a server that puts what it is asked into its answers and its failures.
func quotingGRPC(t *testing.T) string {
	t.Helper()
	s := grpc.NewServer(grpc.UnknownServiceHandler(func(_ any, stream grpc.ServerStream) error {
		var in wrapperspb.StringValue
		if err := stream.RecvMsg(&in); err != nil {
			return err
		}
		said := in.GetValue() + canary
		switch {
		case strings.HasPrefix(in.GetValue(), "status"):
			return status.Error(codes.InvalidArgument, "no such person: "+said)
		case strings.HasPrefix(in.GetValue(), "broken"):
			return stream.SendMsg(wrapperspb.Bytes([]byte(said + "\xff")))
		default:
			return stream.SendMsg(wrapperspb.String(said)) // which is no Word
		}
	}))
	var listen net.ListenConfig
	l, err := listen.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = s.Serve(l) // until it is stopped
	}()
	t.Cleanup(func() {
		s.Stop()
		<-served
	})
	return l.Addr().String()
}

// quotingSOAP is a service that quotes in its Faults, and in what is no message.
func quotingSOAP(t *testing.T) string {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked, _ := io.ReadAll(r.Body)
		w.Header().Set("Content-Type", "text/xml; charset=utf-8")
		envelope := func(body string) string {
			return `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>` + body + `</s:Body></s:Envelope>`
		}
		switch {
		case strings.Contains(string(asked), "fault"):
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = io.WriteString(w, envelope(`<s:Fault><faultcode>s:Client</faultcode><faultstring>`+canary+`</faultstring><detail><x>`+canary+`</x></detail></s:Fault>`))
		case strings.Contains(string(asked), "broken"):
			_, _ = io.WriteString(w, "<"+canary+"><"+string(asked))
		default:
			_, _ = io.WriteString(w, envelope(`<GetInvoicesResponse xmlns="http://shop.example/billing/types"><invoice><number>`+canary+`</number><issued>`+canary+
				`</issued><`+canary+`/></invoice></GetInvoicesResponse>`))
		}
	}))
	t.Cleanup(srv.Close)
	return srv.URL
}

// quotingStream is the back end of REST, with events, too.
func quotingStream(t *testing.T) string {
	t.Helper()
	plain := quotingCalls()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, isEvents := strings.CutPrefix(r.URL.Path, "/watch/")
		switch {
		case !isEvents:
			plain.ServeHTTP(w, r)
		case strings.HasPrefix(id, "bad"):
			w.WriteHeader(http.StatusBadGateway)
			_, _ = io.WriteString(w, canary)
		default:
			w.Header().Set("Content-Type", "text/event-stream")
			_, _ = io.WriteString(w, "data: {\"id\":1,\"ssn\":\""+canary+"\",\"age\":\""+canary+"\"}\n\ndata: {"+canary+"\n\n")
		}
	}))
	t.Cleanup(srv.Close)
	return srv.URL
}

func TestPersonalDataIsInNothingThatIsWrittenWhateverTheWay(t *testing.T) {
	t.Parallel()
	log := &lockedBuffer{}
	core := zapcore.NewCore(zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig()), zapcore.AddSync(log), zap.DebugLevel)
	a := newAuditing(t, func(s *auditlog.Settings) { s.Arguments = true })
	folder := t.TempDir()
	files := map[string]string{"api.proto": waysProto}
	for _, name := range []string{"billing.wsdl", "billing.xsd"} {
		text, err := os.ReadFile(filepath.Join("..", "examples", "shop", "schema", name))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = string(text)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	gateway, diags := server.Open(t.Context(), server.Definition{
		Documents: []sdl.Input{{File: filepath.Join(folder, "test.graphql"), Text: waysDocument}}, Now: time.Unix(1, 0),
		Config: &config.Config{Sources: map[string]config.Source{
			"test.api":     {OverrideURL: quotingStream(t), Timeout: 5 * time.Second},
			"test.rpc":     {OverrideURL: "grpc://" + quotingGRPC(t), Timeout: 5 * time.Second},
			"test.billing": {OverrideURL: quotingSOAP(t), Timeout: 5 * time.Second},
		}},
	})
	if gateway == nil {
		t.Fatal(diags)
	}
	t.Cleanup(gateway.Close)
	url := serveOptions(t, server.Options{
		Schema: gateway.Schema(), Audit: a.log, Log: zap.New(core), Explain: true, Identifier: byToken{}, Batching: config.Batching{Enabled: true},
	})
	literal := func(s string) string { return string(value.AppendString(nil, s)) }
	var asked []string
	for _, kind := range []string{"", "bad", "cut", "broken", "gone", "status", "fault"} {
		given := literal(kind + canary)
		asked = append(asked,
			`person(ssn: `+given+`) { age }`, `person(ssn: `+given+`) { visits { at } }`, `call(ssn: `+given+`)`, `badCall(n: `+given+`)`,
			`bills(order: `+given+`) { issued amount }`, `judged(ssn: `+given+`)`)
	}
	check := func(way, query, got string) {
		t.Helper()
		if strings.Contains(got, canary) {
			t.Errorf("%s by %s: %s", query, way, got)
		}
	}
	// Explanations quote what is not tagged, to those who have sent it. The console quotes nothing that clients have sent.
	if plain := ask(t, url, `{ judgedPlainly(text: "plain") }`, "", "Weft-Explain: plan").body; !strings.Contains(plain, `text:\"plain`) {
		t.Errorf("an explanation is %s", plain)
	}
	if tagged := ask(t, url, `{ judged(ssn: "x") }`, "", "Weft-Explain: plan").body; !strings.Contains(tagged, "Query.judged([redacted])") {
		t.Errorf("an explanation is %s", tagged)
	}
	socket := connect(t, url, `{"cookie":"`+canary+`"}`)
	for _, selection := range asked {
		query := "{ " + selection + " }"
		check("HTTP", query, ask(t, url, query, "", "Weft-Explain: plan, calls, cost").body)
		check("batch", query, send(t, "POST", url+"/graphql", `[{"query":`+literal(query)+`},{"query":`+literal(query)+`}]`, "Content-Type: application/json").body)
		check("events", query, heard(t, url, query, "Accept: text/event-stream").body)
		check("WebSocket", query, socket.ask(query, "{}"))
		if strings.HasPrefix(selection, "person") {
			deferred := `{ ` + strings.Replace(selection, "{", "{ id ... @defer {", 1) + ` } }`
			for _, accept := range []string{accept2022, acceptV02} {
				check("parts", deferred, askForParts(t.Context(), t, url, deferred, accept).all(t))
			}
		}
	}
	for _, query := range []string{
		`subscription { watch(ssn: "` + canary + `") { age } }`, `subscription { watch(ssn: "bad` + canary + `") { age } }`,
		`subscription { listen(ssn: "` + canary + `") }`, `subscription { listen(ssn: "status` + canary + `") }`, `subscription { listen(ssn: "broken` + canary + `") }`,
	} {
		check("events", query, heard(t, url, query, "Accept: text/event-stream").body)
		check("parts", query, heard(t, url, query, `Accept: multipart/mixed;subscriptionSpec="1.0"`).body)
	}
	console := httptest.NewServer(gateway.Admin(zap.New(core), "1"))
	t.Cleanup(console.Close)
	_, shown := do(t, "POST", console.URL+server.AdminPath,
		`{"query":"{ plans(first: 1000) { operation document conditions text } generation { number documents { name } } }"}`, "")
	if !strings.Contains(shown, "persons") || !strings.Contains(shown, "Query.judged(ssn)") || strings.Contains(shown, "plain\\\"") {
		t.Errorf("the console shows %s", shown)
	}
	check("console", "plans", shown)
	_ = a.lines(t)
	written, err := os.ReadFile(a.file)
	if err != nil {
		t.Fatal(err)
	}
	check("the audit log", "", string(written))
	for _, want := range []string{`"transport":"websocket"`, `"transport":"sse"`, `"transport":"multipart"`, `"batch":true`, `"event":"operation_begin"`, `"call":{"ssn":"[redacted]"}`} {
		if !strings.Contains(string(written), want) {
			t.Errorf("the audit log has no %s", want)
		}
	}
	for line := range strings.Lines(log.String()) {
		check("the log", "", line)
	}
	for _, want := range []string{"Query.call", "Query.badCall", "Query.bills", "Query.person", "Subscription.watch", "Subscription.listen", "a policy cannot be evaluated", "(plain"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log tells nothing of %s", want)
		}
	}
}
