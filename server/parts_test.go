package server_test

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/datasources/traffic"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/value"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/config"
)

const deferringDocument = `
extend schema @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@source", "@connect"])
  @source(name: "api", http: { baseURL: "http://localhost:1" })
type Query {
  item(id: ID!): Item @connect(source: "api", http: { GET: "/items/{$args.id}" }, selection: "id name")
  echo(text: String): String @connect(selection: "$args.text")
}
type Item {
  id: ID!
  name: String
  text: String @connect(source: "api", http: { GET: "/texts/{$this.id}" }, selection: "$.text")
  strict: Int! @connect(source: "api", http: { GET: "/nothing/{$this.id}" }, selection: "$.no")
}
`

// lateBackend answers `/items` at once, and everything else when the test lets it.
type lateBackend struct {
	url string
	// asked gets the paths that have to wait; gone those whose caller went away.
	asked, gone chan string
	proceed     chan struct{}
	once        sync.Once
}

func newLateBackend(t *testing.T) *lateBackend {
	t.Helper()
	b := &lateBackend{asked: make(chan string, 100), gone: make(chan string, 100), proceed: make(chan struct{})}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if id, isItem := strings.CutPrefix(r.URL.Path, "/items/"); isItem {
			_, _ = io.WriteString(w, `{"id":"`+id+`","name":"Ann"}`)
			return
		}
		b.asked <- r.URL.Path
		select {
		case <-b.proceed:
			_, _ = io.WriteString(w, `{"text":"late"}`)
		case <-r.Context().Done():
			b.gone <- r.URL.Path
		}
	}))
	t.Cleanup(srv.Close)
	t.Cleanup(b.open)
	b.url = srv.URL
	return b
}

// open lets everything be answered.
func (b *lateBackend) open() { b.once.Do(func() { close(b.proceed) }) }

// deferringServer serves the back end.
func deferringServer(t *testing.T, b *lateBackend, change func(*config.Config, *server.Options)) (url string, inFlight func() int) {
	t.Helper()
	cfg := &config.Config{Sources: map[string]config.Source{"test.api": {OverrideURL: b.url}}}
	requests := traffic.NewRequests()
	options := server.Options{Requests: requests, Explain: true}
	if change != nil {
		change(cfg, &options)
	}
	gateway, diags := server.Open(t.Context(), server.Definition{
		Documents: []sdl.Input{{File: "test.graphql", Text: deferringDocument}}, Now: time.Unix(1, 0), Config: cfg,
	})
	if gateway == nil {
		t.Fatal(diags)
	}
	t.Cleanup(gateway.Close)
	options.Schema = gateway.Schema()
	return serveOptions(t, options), func() int { return requests.Report().InFlight }
}

const (
	accept2022 = "multipart/mixed;deferSpec=20220824, application/json;q=0.9"
	acceptV02  = "multipart/mixed;incrementalSpec=v0.2, application/json;q=0.9"
	lateQuery  = `{ item(id: 7) { name ... @defer(label: "late") { text } } }`
)

// partReader reads a message part by part.
type partReader struct {
	*http.Response
	body *bufio.Reader
}

func askForParts(ctx context.Context, t *testing.T, url, query, accept string, headers ...string) *partReader {
	t.Helper()
	body := `{"query":` + string(value.AppendString(nil, query)) + `}`
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/graphql", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", accept)
	for _, h := range headers {
		name, text, _ := strings.Cut(h, ": ")
		r.Header.Set(name, text)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = resp.Body.Close() })
	return &partReader{Response: resp, body: bufio.NewReader(resp.Body)}
}

// all reads everything.
func (p *partReader) all(t *testing.T) string {
	t.Helper()
	body, err := io.ReadAll(p.body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// until reads up to the next boundary, with it.
func (p *partReader) until(t *testing.T, end string) string {
	t.Helper()
	var got []byte
	for !bytes.HasSuffix(got, []byte(end)) {
		c, err := p.body.ReadByte()
		if err != nil {
			t.Fatalf("%v after %q", err, got)
		}
		got = append(got, c)
	}
	return string(got)
}

func TestWhatIsDeferredComesLaterInBothFormats(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, accept, contentType, first, second string }{
		{
			"2022", accept2022, `multipart/mixed; boundary="-"; deferSpec=20220824`,
			`{"data":{"item":{"name":"Ann"}},"hasNext":true}`,
			`{"incremental":[{"data":{"text":"late"},"path":["item"],"label":"late"}],"hasNext":false}`,
		},
		{
			"v0.2", acceptV02, `multipart/mixed; boundary="-"; incrementalSpec=v0.2`,
			`{"data":{"item":{"name":"Ann"}},"pending":[{"id":"0","path":["item"],"label":"late"}],"hasNext":true}`,
			`{"incremental":[{"id":"0","data":{"text":"late"}}],"completed":[{"id":"0"}],"hasNext":false}`,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := newLateBackend(t)
			url, _ := deferringServer(t, b, nil)
			got := askForParts(t.Context(), t, url, lateQuery, tt.accept)
			if given := got.Header.Get("Content-Type"); got.StatusCode != http.StatusOK || given != tt.contentType {
				t.Errorf("%d %s", got.StatusCode, given)
			}
			<-b.asked // what is deferred has not been answered
			const header = "Content-Type: application/json; charset=utf-8\r\n\r\n"
			first := got.until(t, "\r\n---\r\n") + got.until(t, "\r\n---\r\n")
			if diff := cmp.Diff("\r\n---\r\n"+header+tt.first+"\r\n---\r\n", first); diff != "" {
				t.Errorf("first part (-want +got)\n%s", diff)
			}
			b.open()
			second, err := io.ReadAll(got.body)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(header+tt.second+"\r\n-----\r\n", string(second)); diff != "" {
				t.Errorf("second part (-want +got)\n%s", diff)
			}
		})
	}
}

func TestPartsHaveErrorsWhereTheirPlacesAre(t *testing.T) {
	t.Parallel()
	const query = `{ item(id: 7) { name ... @defer(label: "a") { strict } } }`
	failed := `"errors":[{"message":"Cannot return null for non-nullable field Item.strict.","path":["item","strict"],` +
		`"locations":[{"line":1,"column":47}],"extensions":{"code":"NULL_IN_NON_NULL"}}]`
	for accept, want := range map[string]string{
		accept2022: `{"incremental":[{"data":null,"path":["item"],"label":"a",` + failed + `}],"hasNext":false}`,
		acceptV02:  `{"completed":[{"id":"0",` + failed + `}],"hasNext":false}`,
	} {
		b := newLateBackend(t)
		b.open()
		url, _ := deferringServer(t, b, nil)
		all, err := io.ReadAll(askForParts(t.Context(), t, url, query, accept).body)
		if err != nil || !strings.HasSuffix(string(all), "\r\n\r\n"+want+"\r\n-----\r\n") {
			t.Errorf("got %s %v\nwant %s", all, err, want)
		}
	}
}

// Each fragment has a patch at its own path in the older format, by which some clients know that it has been answered.
func TestFragmentsBelowWhatWasAnsweredArePatchedInBothFormats(t *testing.T) {
	t.Parallel()
	const query = `{ item(id: 7) { id } ... @defer(label: "root") { item(id: 7) { text } } }`
	for accept, want := range map[string]string{
		accept2022: `{"incremental":[{"data":{"text":"late"},"path":["item"],"label":"root"},{"data":{},"path":[],"label":"root"}],"hasNext":false}`,
		acceptV02:  `{"incremental":[{"id":"0","subPath":["item"],"data":{"text":"late"}}],"completed":[{"id":"0"}],"hasNext":false}`,
	} {
		b := newLateBackend(t)
		b.open()
		url, _ := deferringServer(t, b, nil)
		all, err := io.ReadAll(askForParts(t.Context(), t, url, query, accept).body)
		if err != nil || !strings.HasSuffix(string(all), "\r\n\r\n"+want+"\r\n-----\r\n") {
			t.Errorf("got %s %v\nwant %s", all, err, want)
		}
	}
}

func TestAcceptDecidesWhetherAnAnswerHasParts(t *testing.T) {
	t.Parallel()
	b := newLateBackend(t)
	b.open()
	url, _ := deferringServer(t, b, nil)
	const json, graphQL = "application/json; charset=utf-8", "application/graphql-response+json; charset=utf-8"
	const spec2022, specV02 = `multipart/mixed; boundary="-"; deferSpec=20220824`, `multipart/mixed; boundary="-"; incrementalSpec=v0.2`
	for _, tt := range []struct{ name, accept, late, plain string }{
		{"nothing", "", json, json},
		{"everything", "*/*", json, json},
		{"JSON", "application/json", json, json},
		{"Apollo Client", "multipart/mixed;deferSpec=20220824,application/graphql-response+json,application/json;q=0.9", spec2022, graphQL},
		{"Apollo Client with the newer format", "multipart/mixed;incrementalSpec=v0.2,application/graphql-response+json,application/json;q=0.9", specV02, graphQL},
		{"urql", "application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed", spec2022, graphQL},
		{"quotes and case", `Multipart/Mixed; DeferSpec="20220824", application/json`, spec2022, json},
		{"JSON liked better", "multipart/mixed;deferSpec=20220824;q=0.5, application/json", json, json},
		{"parts refused", "multipart/mixed;deferSpec=20220824;q=0, application/json", json, json},
		{"the format liked best", "multipart/mixed;deferSpec=20220824;q=0.8, multipart/mixed;incrementalSpec=v0.2;q=0.9", specV02, specV02},
		{"an unknown format besides JSON", "multipart/mixed;deferSpec=1, application/json;q=0.1", json, json},
		{"subscriptions only", "multipart/mixed;subscriptionSpec=1.0, application/json", json, json},
		{"nothing but parts", "multipart/mixed", spec2022, spec2022},
		{"nothing but an unknown format", "multipart/mixed;incrementalSpec=v9", "", ""},
	} {
		for query, want := range map[string]string{lateQuery: tt.late, `{ ... @defer { echo(text: "x") } }`: tt.plain, `{ item(id: 7) { id } }`: tt.plain} {
			got := askForParts(t.Context(), t, url, query, tt.accept)
			body, err := io.ReadAll(got.body)
			if want == "" {
				if got.StatusCode != http.StatusNotAcceptable {
					t.Errorf("%s: %d %s", tt.name, got.StatusCode, body)
				}
				continue
			}
			if given := got.Header.Get("Content-Type"); err != nil || given != want || got.StatusCode != http.StatusOK {
				t.Errorf("%s: %s: %d %s %v, want %s", tt.name, query, got.StatusCode, given, err, want)
			}
			if strings.HasPrefix(want, "multipart") != strings.HasSuffix(string(body), "\r\n-----\r\n") {
				t.Errorf("%s: %s: %s", tt.name, query, body)
			}
		}
	}
}

func TestClientsOfNothingButPartsGetOnePart(t *testing.T) {
	t.Parallel()
	b := newLateBackend(t)
	b.open()
	url, _ := deferringServer(t, b, nil)
	for range 3 { // the last ones are known
		body, err := io.ReadAll(askForParts(t.Context(), t, url, `{ echo(text: "x") }`, "multipart/mixed").body)
		want := "\r\n---\r\nContent-Type: application/json; charset=utf-8\r\n\r\n" + `{"data":{"echo":"x"},"hasNext":false}` + "\r\n-----\r\n"
		if err != nil || string(body) != want {
			t.Errorf("got %q %v", body, err)
		}
	}
	refused := askForParts(t.Context(), t, url, `{ nobody }`, "multipart/mixed")
	body, err := io.ReadAll(refused.body)
	if given := refused.Header.Get("Content-Type"); err != nil || given != "application/json; charset=utf-8" || !strings.HasPrefix(string(body), `{"errors":`) {
		t.Errorf("%d %s %s %v", refused.StatusCode, given, body, err)
	}
}

func TestCallsEndWhenTheClientGoesAwayBetweenParts(t *testing.T) {
	t.Parallel()
	b := newLateBackend(t)
	url, inFlight := deferringServer(t, b, nil)
	ctx, cancel := context.WithCancel(t.Context())
	got := askForParts(ctx, t, url, lateQuery, accept2022)
	got.until(t, "\r\n---\r\n")
	got.until(t, "\r\n---\r\n")
	<-b.asked
	cancel()
	<-b.gone
	for inFlight() > 0 {
		<-time.After(time.Millisecond)
	}
}

func TestTheTimeOfARequestIsThatOfAllItsParts(t *testing.T) {
	t.Parallel()
	b := newLateBackend(t)
	url, _ := deferringServer(t, b, func(_ *config.Config, o *server.Options) { o.Timeout = 500 * time.Millisecond })
	body, err := io.ReadAll(askForParts(t.Context(), t, url, lateQuery, accept2022).body)
	text := string(body)
	if err != nil || !strings.Contains(text, `{"data":{"item":{"name":"Ann"}},"hasNext":true}`) ||
		!strings.Contains(text, `{"incremental":[{"data":{"text":null},"path":["item"],"label":"late","errors":[{"message":"Request timed out","path":["item","text"],`) ||
		!strings.HasSuffix(text, `"hasNext":false}`+"\r\n-----\r\n") {
		t.Errorf("got %s %v", text, err)
	}
}

func TestDeferCanBeSwitchedOff(t *testing.T) {
	t.Parallel()
	b := newLateBackend(t)
	b.open()
	url, _ := deferringServer(t, b, func(c *config.Config, _ *server.Options) { c.DeferOff = true })
	if got := ask(t, url, lateQuery, ""); !strings.Contains(got.body, `Unknown directive \"@defer\".`) {
		t.Errorf("got %s", got.body)
	}
}

func TestPartsExplainThemselves(t *testing.T) {
	t.Parallel()
	b := newLateBackend(t)
	b.open()
	url, _ := deferringServer(t, b, nil)
	got := askForParts(t.Context(), t, url, lateQuery, accept2022, "Weft-Explain: plan, calls").all(t)
	parts := strings.Split(got, "\r\n---\r\n")
	if len(parts) != 3 {
		t.Fatalf("got %s", got)
	}
	for i, calls := range []int{1, 2} {
		_, text, _ := strings.Cut(parts[i+1], "\r\n\r\n")
		v, err := value.Parse([]byte(strings.TrimSuffix(text, "\r\n-----\r\n")))
		if err != nil {
			t.Fatal(err)
		}
		weft := v.Get("extensions").Get("weft")
		if n := weft.Get("calls").Len(); n != calls {
			t.Errorf("part %d tells of %d calls: %s", i+1, n, text)
		}
		if n := weft.Get("plan").Get("parts").Len(); n != 2 {
			t.Errorf("the plan has %d parts: %s", n, text)
		}
	}
}

func TestErrorsOfLaterPartsAreHiddenToo(t *testing.T) {
	t.Parallel()
	b := newLateBackend(t)
	url, _ := deferringServer(t, b, func(c *config.Config, o *server.Options) {
		c.Sources["test.api"] = config.Source{OverrideURL: b.url, Timeout: 50 * time.Millisecond}
		o.Hides = func(string) bool { return true }
	})
	for _, accept := range []string{accept2022, acceptV02} {
		got := askForParts(t.Context(), t, url, lateQuery, accept).all(t)
		if !strings.Contains(got, `"errors":[{"message":"Subgraph errors redacted","path":["item","text"]}]`) {
			t.Errorf("got %s", got)
		}
	}
}

// deadlineWriter is the writer of a connection, of which only the order of what is done is kept.
type deadlineWriter struct {
	header http.Header
	log    []string
}

func (w *deadlineWriter) Header() http.Header { return w.header }

func (w *deadlineWriter) WriteHeader(int) { w.log = append(w.log, "header") }

func (w *deadlineWriter) Write(p []byte) (int, error) {
	w.log = append(w.log, "write")
	return len(p), nil
}

func (w *deadlineWriter) Flush() { w.log = append(w.log, "flush") }

func (w *deadlineWriter) SetWriteDeadline(t time.Time) error {
	if left := time.Until(t); left < 10*time.Second || left > 2*time.Minute {
		w.log = append(w.log, left.String())
	}
	w.log = append(w.log, "deadline")
	return nil
}

func TestEachPartIsSentAtOnceAndHasItsOwnTime(t *testing.T) {
	t.Parallel()
	b := newLateBackend(t)
	b.open()
	gateway, diags := server.Open(t.Context(), server.Definition{
		Documents: []sdl.Input{{File: "test.graphql", Text: deferringDocument}},
		Config:    &config.Config{Sources: map[string]config.Source{"test.api": {OverrideURL: b.url}}},
	})
	if gateway == nil {
		t.Fatal(diags)
	}
	t.Cleanup(gateway.Close)
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql",
		strings.NewReader(`{"query":`+string(value.AppendString(nil, lateQuery))+`}`))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", accept2022)
	w := &deadlineWriter{header: http.Header{}}
	server.New(server.Options{Schema: gateway.Schema()}).ServeHTTP(w, r)
	if diff := cmp.Diff([]string{"header", "deadline", "write", "flush", "deadline", "write", "flush"}, w.log); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
