package server_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/weftgraph/weft/datasources/traffic"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/persisted"
)

const sightDocument = `
extend schema
  @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@source", "@connect"])
  @link(url: "https://specs.apollo.dev/federation/v2.12", import: ["@policy"])
  @source(name: "api", http: { baseURL: "http://localhost:1" })

type Query {
  greet: String @connect(selection: "$('hello')")
  secrets: Secret @connect(source: "api", http: { GET: "/secrets" }, selection: "key: word") @policy(policies: "staff")
  user: User @connect(source: "api", http: { GET: "/users/1" }, selection: "id name")
}
type User { id: ID! name: String }
type Secret {
  key: String
  word(loudly: Boolean): String @connect(source: "api", http: { GET: "/words/{$this.key}" }, selection: "$.word")
}
`

const sightConfig = `
authorization:
  introspection: %s
  policies: { staff: "request.headers['x-desk'][0] == 'staff'" }
connectors: { sources: { secret.api: { override_url: %q } } }
`

// sightServer serves sightDocument over a back end, with an introspection setting.
func sightServer(t *testing.T, introspection, backend string) (url string, inFlight func() int) {
	t.Helper()
	settings := readConfig(t, fmt.Sprintf(sightConfig, introspection, backend))
	gateway, diags := server.Open(t.Context(), server.Definition{
		Documents: []sdl.Input{{File: "secret.graphql", Text: sightDocument}}, Now: time.Unix(1, 0), Config: settings,
	})
	if gateway == nil {
		t.Fatal(diags)
	}
	t.Cleanup(gateway.Close)
	requests := traffic.NewRequests()
	texts, err := persisted.NewTexts(10, 1<<10)
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(server.New(server.Options{Schema: gateway.Schema(), Requests: requests, PersistedTexts: texts}))
	t.Cleanup(srv.Close)
	return srv.URL, func() int { return requests.Report().InFlight }
}

func TestIntrospectionShowsWhatTheCallerMaySee(t *testing.T) {
	t.Parallel()
	const (
		fields = `{ __schema { queryType { fields { name } } } __type(name: "Secret") { name } }`
		whole  = `{"data":{"__schema":{"queryType":{"fields":[{"name":"greet"},{"name":"secrets"},{"name":"user"}]}},"__type":{"name":"Secret"}}}`
		part   = `{"data":{"__schema":{"queryType":{"fields":[{"name":"greet"},{"name":"user"}]}},"__type":null}}`
	)
	base, _ := sightServer(t, "visible", "http://localhost:1")
	all, _ := sightServer(t, "all", "http://localhost:1")
	// Again and again: it is run, then known by its plan, then by its bytes, if it is.
	for range 4 {
		for _, c := range []struct{ url, desk, want string }{
			{base, "staff", whole}, {base, "front", part}, {base, "staff", whole}, {base, "", part}, {all, "front", whole}, {all, "", whole},
		} {
			got := send(t, http.MethodPost, c.url+"/graphql", `{"query":"`+strings.ReplaceAll(fields, `"`, `\"`)+`"}`,
				"Content-Type: application/json", "X-Desk: "+c.desk)
			if got.body != c.want {
				t.Errorf("%q got %s", c.desk, got.body)
			}
		}
	}
}

func TestErrorsNameNothingThatTheCallerMayNotSee(t *testing.T) {
	t.Parallel()
	base, _ := sightServer(t, "visible", "http://localhost:1")
	for query, hints := range map[string][]string{
		`{ secret { word } }`:               {"secrets"},
		`{ secrets }`:                       {"Secret", "selection"},
		`{ secrets { wort } }`:              {"Secret\"", "word"},
		`{ secrets { word(loudl: true) } }`: {"loudly"},
	} {
		staff, front := ask(t, base, query, "", "X-Desk: staff"), ask(t, base, query, "", "X-Desk: front")
		if !strings.Contains(staff.body, "GRAPHQL_VALIDATION_FAILED") || !strings.Contains(front.body, "GRAPHQL_VALIDATION_FAILED") {
			t.Errorf("%s: got %s and %s", query, staff.body, front.body)
		}
		for _, hint := range hints {
			hint = strings.ReplaceAll(hint, `"`, `\"`)
			if !strings.Contains(staff.body, hint) {
				t.Errorf("%s: staff is not told of %s: %s", query, hint, staff.body)
			}
			// What the client has written itself is no secret.
			if told := strings.ReplaceAll(front.body, `Cannot query field \"secrets\"`, ""); strings.Contains(told, hint) {
				t.Errorf("%s: told of %s: %s", query, hint, front.body)
			}
		}
	}
	if got := ask(t, base, `{ usr { id } }`, "", "X-Desk: front"); !strings.Contains(got.body, `Did you mean \"user\"`) {
		t.Errorf("what may be seen is not suggested: %s", got.body)
	}
}

// A text that is to be kept for its hash is validated earlier than others.
func TestErrorsOfTextsToBeKeptNameNothingThatTheCallerMayNotSee(t *testing.T) {
	t.Parallel()
	base, _ := sightServer(t, "visible", "http://localhost:1")
	const query = `{ secrets { wort } }`
	body := `{"query":"` + query + `","extensions":{"persistedQuery":{"version":1,"sha256Hash":"` + persisted.HashOf(query) + `"}}}`
	for desk, isTold := range map[string]bool{"staff": true, "front": false} {
		got := send(t, http.MethodPost, base+"/graphql", body, "Content-Type: application/json", "X-Desk: "+desk)
		if !strings.Contains(got.body, "GRAPHQL_VALIDATION_FAILED") || strings.Contains(got.body, "word") != isTold {
			t.Errorf("%s got %s", desk, got.body)
		}
	}
}

// TestAnswersThatShowWhatIsSeenAreNotShared: a header that no connector reads decides what is seen.
func TestAnswersThatShowWhatIsSeenAreNotShared(t *testing.T) {
	t.Parallel()
	b := newGatedBackend(t)
	url, inFlight := sightServer(t, "visible", b.url)
	const query = `{ user { id } __type(name: "Secret") { name } }`
	replies := make([]reply, 6)
	desk := func(i int) string { return []string{"X-Desk: staff", "X-Desk: front"}[i%2] }
	var wg sync.WaitGroup
	for i := range replies {
		wg.Go(func() { replies[i] = ask(t, url, query, "", desk(i)) })
	}
	for inFlight() < len(replies) {
		<-time.After(time.Millisecond)
	}
	<-time.After(50 * time.Millisecond) // until they have joined, which nobody can see from outside
	close(b.proceed)
	wg.Wait()
	for i, got := range replies {
		want := `{"data":{"user":{"id":"1"},"__type":null}}`
		if desk(i) == "X-Desk: staff" {
			want = `{"data":{"user":{"id":"1"},"__type":{"name":"Secret"}}}`
		}
		if got.body != want {
			t.Errorf("%s got %s", desk(i), got.body)
		}
	}
}
