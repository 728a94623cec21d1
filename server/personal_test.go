package server_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/value"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/auditlog"
	"github.com/weftgraph/weft/server/config"
)

// personalDocument has personal data in every place where there can be some.
const personalDocument = `
extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.12", import: ["@tag", "@key"])
  @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@source", "@connect"])
  @source(name: "api", http: { baseURL: "http://localhost:1" })
type Query {
  person(ssn: String! @tag(name: "pii"), n: Int @tag(name: "pii")): Person
    @connect(source: "api", http: { GET: "/persons/{$args.ssn}", headers: [{ name: "X-Ssn", value: "{$args.ssn}" }] }, selection: "id name ssn age")
  find(by: By!, like: Like, mail: Mail, mails: [Mail!], kind: Kind): Person
    @connect(source: "api", http: { POST: "/find?mail={$args.mail}", body: "$args" }, selection: "id name")
  constant(text: String!): String @connect(selection: "$args.text")
  plain(text: String!): String @connect(source: "api", http: { GET: "/plain/{$args.text}" }, selection: "$.x")
}
input By { ssn: String @tag(name: "pii") n: Int @tag(name: "pii") deep: Deep page: Int }
input Deep { secret: String @tag(name: "pii") at: Int }
input Like @tag(name: "pii") { name: String }
scalar Mail @tag(name: "pii")
enum Kind { OPEN HIV_POSITIVE @tag(name: "pii") }
type Person {
  id: ID!
  name: String
  ssn: String @tag(name: "pii")
  age: Int
  visits: [Visit!] @connect(source: "api", http: { GET: "/visits/{$this.ssn}" }, selection: "at")
}
type Visit { at: Int }
`

const canary = "CANARY123456789"

// quoting is a back end that puts what it is asked into everything that it says.
func quoting(tb testing.TB) string {
	tb.Helper()
	srv := httptest.NewServer(quotingCalls())
	tb.Cleanup(srv.Close)
	return srv.URL
}

func quotingCalls() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		said := r.URL.String() + string(body) + canary
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("X-Echo", canary)
		switch {
		case strings.HasPrefix(r.URL.Path, "/persons/bad"):
			w.WriteHeader(http.StatusBadGateway)
			_, _ = io.WriteString(w, `{"error":"no `+canary+`"}`)
		case strings.HasPrefix(r.URL.Path, "/persons/cut"):
			w.Header().Set("Content-Length", "100000")
			_, _ = io.WriteString(w, `{"ssn":"`+canary)
		case strings.HasPrefix(r.URL.Path, "/persons/broken"):
			_, _ = io.WriteString(w, `{"ssn":"`+canary+`" `+canary)
		case strings.HasPrefix(r.URL.Path, "/persons/gone"):
			panic(http.ErrAbortHandler)
		case strings.HasPrefix(r.URL.Path, "/persons"):
			_, _ = io.WriteString(w, `{"id":1,"name":"Ann","ssn":"`+canary+`","age":"`+canary+`"}`)
		case strings.HasPrefix(r.URL.Path, "/visits"):
			_, _ = io.WriteString(w, `[{"at":"`+canary+`"}]`)
		default:
			_, _ = io.WriteString(w, `<`+said)
		}
	})
}

// lockedBuffer is what a process writes.
type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// Whatever goes wrong, what is tagged as personal is in answers to whoever asked for it, and nowhere else.
func TestPersonalDataIsInNothingThatIsWritten(t *testing.T) {
	t.Parallel()
	log := &lockedBuffer{}
	core := zapcore.NewCore(zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig()), zapcore.AddSync(log), zap.DebugLevel)
	a := newAuditing(t, func(s *auditlog.Settings) { s.Arguments = true })
	gateway, diags := server.Open(t.Context(), server.Definition{
		Documents: []sdl.Input{{File: "test.graphql", Text: personalDocument}}, Now: time.Unix(1, 0),
		Config: &config.Config{Sources: map[string]config.Source{"test.api": {OverrideURL: quoting(t), Timeout: 5 * time.Second}}},
	})
	if gateway == nil {
		t.Fatal(diags)
	}
	t.Cleanup(gateway.Close)
	url := serveOptions(t, server.Options{
		Schema: gateway.Schema(), Audit: a.log, Log: zap.New(core), Explain: true, Identifier: byToken{}, Batching: config.Batching{Enabled: true},
	})
	literal := func(s string) string { return string(value.AppendString(nil, s)) }
	asked := []struct{ query, variables string }{
		{`query($s: String!) { person(ssn: $s) { name } }`, `{"s":"` + canary + `"}`},
		{`{ person(ssn: ` + literal(canary) + `) { name } }`, ``},
		{`{ person(ssn: "bad` + canary + `") { name } }`, ``},
		{`{ person(ssn: "cut` + canary + `") { name } }`, ``},
		{`{ person(ssn: "broken` + canary + `") { name } }`, ``},
		{`{ person(ssn: "gone` + canary + `") { name } }`, ``},
		{`{ person(ssn: "x") { name age visits { at } } }`, ``},
		{`query($n: Int) { person(ssn: "x", n: $n) { name } }`, `{"n":"` + canary + `"}`},
		{`query($n: Int = 1) { person(ssn: "x", n: $n) { name } }`, `{"n":["` + canary + `"]}`},
		{`{ person(ssn: "x", n: ` + literal(canary) + `) { name } }`, ``},
		{`query($b: By!) { find(by: $b) { name } }`, `{"b":{"ssn":"` + canary + `","deep":{"secret":"` + canary + `"}}}`},
		{`query($b: By!) { find(by: $b) { name } }`, `{"b":{"n":"` + canary + `"}}`},
		{`query($b: By!) { find(by: $b) { name } }`, `{"b":{"page":"x","ssn":"` + canary + `"}}`},
		{`query($b: By!) { find(by: $b) { name } }`, `{"b":"` + canary + `"}`},
		{`query($n: Int) { find(by: { deep: { at: 1 }, n: $n }) { name } }`, `{"n":"` + canary + `"}`},
		{`{ find(by: { n: ` + literal(canary) + ` }) { name } }`, ``},
		{`{ find(by: {}, like: { name: ` + literal(canary) + ` }, mail: ` + literal(canary) + `, mails: [` + literal(canary) + `], kind: HIV_POSITIVE) { name } }`, ``},
		{`query($k: Kind) { find(by: {}, kind: $k) { name } }`, `{"k":"` + canary + `"}`},
		{`query($m: Mail) { find(by: {}, mail: $m) { name } }`, `{"m":{"x":"` + canary + `"}}`},
	}
	for _, q := range asked {
		for _, headers := range [][]string{{"Weft-Explain: plan, calls, cost"}, {"Authorization: Bearer bad"}, {"Cookie: " + canary, "X-Api-Key: " + canary}} {
			got := ask(t, url, q.query, q.variables, headers...)
			if strings.Contains(got.body, canary) {
				t.Errorf("%s with %s: the answer has the value: %s", q.query, q.variables, got.body)
			}
		}
	}
	// What is not tagged is told as ever.
	_ = ask(t, url, `{ plain(text: "visible") }`, "")
	for range 3 { // an answer that is known has them, too
		_ = ask(t, url, `{ constant(text: "known") }`, "")
	}
	lines := a.lines(t)
	if len(lines) != 3*len(asked)+4 {
		t.Errorf("there are %d lines", len(lines))
	}
	for _, l := range lines[len(lines)-3:] {
		if string(l.Arguments) != `{"constant":{"text":"known"}}` {
			t.Errorf("the arguments are %s", l.Arguments)
		}
	}
	written, err := os.ReadFile(a.file)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(written), `"plain":{"text":"visible"}`) || !strings.Contains(string(written), `"person":{"ssn":"[redacted]"}`) {
		t.Errorf("arguments are missing: %s", written)
	}
	if !strings.Contains(log.String(), "call failed") || !strings.Contains(log.String(), "redacted") {
		t.Errorf("causes are missing: %s", log)
	}
	for what, text := range map[string]string{"the audit log": string(written), "the log": log.String()} {
		for _, secret := range []string{canary, "HIV_POSITIVE", "Bearer"} {
			if at := strings.Index(text, secret); at >= 0 {
				t.Errorf("%s has %s: %s", what, secret, text[max(0, at-300):min(len(text), at+100)])
			}
		}
	}
}
