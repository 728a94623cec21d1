package server_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/server"
)

const constantDocument = `
extend schema @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@source", "@connect"])

type Query {
  greet: String @connect(selection: "$('%s')")
  agent: String @connect(selection: "$request.headers.'x-who'->first")
  part(name: String!): String @connect(selection: "$request->get($args.name).'x-who'->first")
}
`

// constantGateway greets with a text.
func constantGateway(t *testing.T, text string) *server.Gateway {
	t.Helper()
	gateway, diags := server.Open(t.Context(), server.Definition{
		Documents: []sdl.Input{{File: "constant.graphql", Text: fmt.Sprintf(constantDocument, text)}}, Now: time.Unix(1, 0),
	})
	if gateway == nil {
		t.Fatal(diags)
	}
	t.Cleanup(gateway.Close)
	return gateway
}

func TestKnownAnswersAreThoseOfTheRequestAndTheGeneration(t *testing.T) {
	t.Parallel()
	first, second := constantGateway(t, "hello"), constantGateway(t, "good bye")
	srv := httptest.NewServer(server.New(server.Options{Schema: first.Schema(), Explain: true}))
	t.Cleanup(srv.Close)
	post := func(body string, headers ...string) reply {
		return send(t, http.MethodPost, srv.URL+"/graphql", body, append([]string{"Content-Type: application/json"}, headers...)...)
	}
	const greet = `{"query":"{ greet }"}`
	// Three times: it is run, then known by its plan, then by its bytes.
	for range 3 {
		if got := post(greet); got.body != `{"data":{"greet":"hello"}}` || got.header.Get("Content-Type") != "application/json; charset=utf-8" {
			t.Errorf("%s %v", got.body, got.header)
		}
	}
	if got := post(greet, "Accept: application/graphql-response+json"); !strings.HasPrefix(got.header.Get("Content-Type"), "application/graphql-r") {
		t.Errorf("the content type is %s", got.header.Get("Content-Type"))
	}
	if got := post(greet, "Accept: text/html"); got.status != http.StatusNotAcceptable {
		t.Errorf("status %d", got.status)
	}
	if got := post(greet, "Content-Type: application/graphql"); got.status != http.StatusUnsupportedMediaType {
		t.Errorf("status %d", got.status)
	}
	if got := post(greet, "Weft-Explain: plan"); !strings.Contains(got.body, `"plan":`) {
		t.Errorf("there is no explanation: %s", got.body)
	}
	// What depends on the request is never known.
	for _, who := range []string{"a", "b", "a"} {
		if got := post(`{"query":"{ agent }"}`, "X-Who: "+who); got.body != `{"data":{"agent":"`+who+`"}}` {
			t.Errorf("%s got %s", who, got.body)
		}
		if got := post(`{"query":"{ part(name: \"headers\") }"}`, "X-Who: "+who); got.body != `{"data":{"part":"`+who+`"}}` {
			t.Errorf("%s got %s", who, got.body)
		}
	}
	first.Schema().Swap(second.Schema().Generation())
	for range 3 {
		if got := post(greet); got.body != `{"data":{"greet":"good bye"}}` {
			t.Errorf("the new generation answers %s", got.body)
		}
	}
}

const labelDocument = `
extend schema @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@source", "@connect"])
  @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@override", "@shareable"])
`

// A label of @override is drawn for every request, also for one whose answer would be known.
func TestARolloutIsDrawnForEveryRequest(t *testing.T) {
	t.Parallel()
	gateway, diags := server.Open(t.Context(), server.Definition{
		Documents: []sdl.Input{
			{File: "old.graphql", Text: labelDocument + `type Query { greet: String @connect(selection: "$('old')") }`},
			{File: "new.graphql", Text: labelDocument + `type Query {
				greet: String @override(from: "old", label: "percent(50)") @connect(selection: "$('new')")
			}`},
		},
		Now: time.Unix(1, 0),
	})
	if gateway == nil {
		t.Fatal(diags)
	}
	t.Cleanup(gateway.Close)
	srv := httptest.NewServer(server.New(server.Options{Schema: gateway.Schema()}))
	t.Cleanup(srv.Close)
	got := map[string]bool{}
	for range 100 {
		got[send(t, http.MethodPost, srv.URL+"/graphql", `{"query":"{ greet }"}`, "Content-Type: application/json").body] = true
	}
	if !got[`{"data":{"greet":"old"}}`] || !got[`{"data":{"greet":"new"}}`] || len(got) != 2 {
		t.Errorf("the answers are %v", got)
	}
}
