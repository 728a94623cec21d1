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
	if got := post(greet, "Content-Type: text/plain"); got.status != http.StatusUnsupportedMediaType {
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
	}
	first.Schema().Swap(second.Schema().Generation())
	for range 3 {
		if got := post(greet); got.body != `{"data":{"greet":"good bye"}}` {
			t.Errorf("the new generation answers %s", got.body)
		}
	}
}
