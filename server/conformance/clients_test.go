package conformance_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/zap"

	"github.com/weftgraph/weft/examples/shop"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/config"
)

// callerDocument shows which headers an operation has.
const callerDocument = `
extend schema @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@source", "@connect"])
type Query { caller: String @connect(selection: "$request.headers.authorization->first") }
`

// startShop serves the shop until the test ends, with its real back ends, and returns the address of the endpoint and that of a control:
// a POST to it replaces the graph.
func startShop(t *testing.T, settings string) (endpoint, control string) {
	t.Helper()
	backend, err := shop.Start(t.Context(), shop.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = backend.Close() })
	folder, err := shop.Schema()
	if err != nil {
		t.Fatal(err)
	}
	documents, err := sdl.LoadFS(folder)
	if err != nil {
		t.Fatal(err)
	}
	read, diags := config.Read("weft.yaml", settings, func(string) (string, bool) { return "", false })
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	read.Authorization.Off = true
	read.Sources = map[string]config.Source{}
	for name, address := range backend.Overrides() {
		read.Sources[name] = config.Source{OverrideURL: address}
	}
	version := func(number int) server.Definition {
		caller := sdl.Input{File: "caller.graphql", Text: fmt.Sprintf("# %d\n%s", number, callerDocument)}
		return server.Definition{Documents: append(slices.Clone(documents), caller), Config: read}
	}
	gateway, diags := server.Open(t.Context(), version(0))
	if gateway == nil {
		t.Fatal(diags)
	}
	t.Cleanup(gateway.Close)
	endpoint = serveUntilEnd(t, gateway)
	var reloads atomic.Int32
	controller := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if outcome, diags := gateway.Reload(r.Context(), version(int(reloads.Add(1)))); outcome != server.Replaced {
			http.Error(w, fmt.Sprint(diags), http.StatusInternalServerError)
		}
	}))
	t.Cleanup(controller.Close)
	return endpoint, controller.URL
}

// serveUntilEnd serves a gateway until the test ends, as `weft serve` does.
func serveUntilEnd(t *testing.T, gateway *server.Gateway) (endpoint string) {
	t.Helper()
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	served := make(chan error, 1)
	go func() {
		served <- server.Serve(ctx, ln, gateway.Handler(zap.NewNop(), server.Exposure{}), gateway.Listening(), zap.NewNop())
	}()
	t.Cleanup(func() {
		stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return "http://" + ln.Addr().String() + gateway.Path()
}

// Clients of others are run against the shop and say what they have seen to work.
func TestClientsOfOthersAreServed(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ file, want string }{
		{"graphql_ws.mjs", `query
mutation and subscription
two results and an end
errors of what is not executed
an unsubscribed stream ends
headers by connection parameters
pings of the client
pings of the server
connected again after 1012, and the stream goes on
closed with 4400 for nonsense
closed with 4401 before connection_init
closed with 4406 for another protocol
closed with 4408 without connection_init
closed with 4409 for a second operation of an id
closed with 4429 for a second connection_init
`},
		{"graphql_sse.mjs", `query
mutation and subscription
two results and an end
errors of what is not executed
an unsubscribed stream ends
headers
connected again after the graph was replaced, and the stream goes on
no single connection mode
by EventSource's request
`},
		{"apollo_client.mjs", `query by POST
query by GET
mutation by HTTP, subscription by WebSocket
errors
query by WebSocket
`},
		{"urql.mjs", `query
errors
mutation by fetch, subscription by fetch
mutation by fetch, subscription by graphql-ws
mutation by fetch, subscription by graphql-sse
`},
		{"defer_apollo.mjs", `deferred fragments, 2022
errors, 2022
deferred fragments, v0.2
errors, v0.2
subscription by HTTP
end of a subscription by HTTP
errors of a subscription by HTTP
`},
		{"defer_urql.mjs", "deferred fragments\n"},
	} {
		t.Run(tt.file, func(t *testing.T) {
			t.Parallel()
			endpoint, control := startShop(t, "reload: { drain: 100ms }\nwebsocket: { init_timeout: 1s, ping_interval: 2s }\n")
			if diff := cmp.Diff(tt.want, string(script(t, tt.file, endpoint, control))); diff != "" {
				t.Error(diff)
			}
		})
	}
}
