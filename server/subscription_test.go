package server_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/server"
)

const subscribable = `
extend schema @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@connect"])
type Query { a: Int @connect(selection: "$(1)") }
type Subscription { ticks: Int @connect(http: { GET: "http://127.0.0.1:1/" }, selection: "$") }`

// A request that takes one answer cannot have a stream of them, with or without gqlgen's executor in between.
func TestASubscriptionNeedsARequestThatTakesStreams(t *testing.T) {
	t.Parallel()
	gateway, diags := server.Open(t.Context(), server.Definition{Documents: []sdl.Input{{File: "a.graphql", Text: subscribable}}})
	if gateway == nil {
		t.Fatal(diags)
	}
	t.Cleanup(gateway.Close)
	want := `{"errors":[{"message":"Subscriptions are answered by event streams: accept text/event-stream, or ask over WebSocket ` +
		`(graphql-transport-ws).","extensions":{"code":"OPERATION_RESOLUTION_FAILURE"}}]}`
	for name, extensions := range map[string][]graphql.HandlerExtension{"plain": nil, "extended": {silent{}}} {
		srv := httptest.NewServer(server.New(server.Options{Schema: gateway.Schema(), Extensions: extensions}))
		t.Cleanup(srv.Close)
		for range 2 {
			const query, accept = "subscription { ticks }", "Accept: application/graphql-response+json"
			for _, got := range []reply{
				send(t, http.MethodPost, srv.URL+"/graphql", `{"query":"`+query+`"}`, "Content-Type: application/json", accept),
				send(t, http.MethodGet, srv.URL+"/graphql?query="+url.QueryEscape(query), "", accept),
			} {
				if diff := cmp.Diff(want, got.body); diff != "" || got.status != http.StatusBadRequest {
					t.Errorf("%s: %d %s", name, got.status, diff)
				}
			}
		}
	}
}
