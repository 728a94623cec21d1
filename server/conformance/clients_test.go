package conformance_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
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

// open opens a gateway over the shop.
func open(t *testing.T, backend *shop.Running, settings string) *server.Gateway {
	t.Helper()
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
	read.Sources = map[string]config.Source{}
	for name, address := range backend.Overrides() {
		read.Sources[name] = config.Source{OverrideURL: address}
	}
	gateway, diags := server.Open(t.Context(), server.Definition{
		Documents: append(documents, sdl.Input{File: "caller.graphql", Text: callerDocument}), Config: read,
	})
	if gateway == nil {
		t.Fatal(diags)
	}
	t.Cleanup(gateway.Close)
	return gateway
}

// startShop serves the shop until the test ends, with its real back ends, and returns the address of the endpoint and that of a control:
// a POST to it replaces the graph, and ends the streams of the one before.
func startShop(t *testing.T, settings string) (endpoint, control string) {
	t.Helper()
	backend, err := shop.Start(t.Context(), shop.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = backend.Close() })
	gateway := open(t, backend, settings)
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	served := make(chan error, 1)
	go func() {
		served <- server.Serve(ctx, ln, gateway.Handler(zap.NewNop(), server.Exposure{}), gateway.Timeout(), zap.NewNop())
	}()
	t.Cleanup(func() {
		stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	controller := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		gateway.Schema().Swap(open(t, backend, settings).Schema().Generation()).Retire()
	}))
	t.Cleanup(controller.Close)
	return "http://" + ln.Addr().String() + "/graphql", controller.URL
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
	} {
		t.Run(tt.file, func(t *testing.T) {
			t.Parallel()
			endpoint, control := startShop(t, `websocket: { init_timeout: 1s, ping_interval: 2s }`)
			if diff := cmp.Diff(tt.want, string(script(t, tt.file, endpoint, control))); diff != "" {
				t.Error(diff)
			}
		})
	}
}
