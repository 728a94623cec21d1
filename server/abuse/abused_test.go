package abuse_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.uber.org/zap"

	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/config"
)

const abusedDocument = `
extend schema @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@source", "@connect"])
  @source(name: "api", http: { baseURL: "http://localhost:1" })

type Query {
  user(id: ID!, filter: Filter): User
    @connect(source: "api", http: { GET: "/users/{$args.id}" }, selection: "id name friends { id name }")
  echo(text: String): String @connect(selection: "$args.text")
  int(n: Int): Int @connect(selection: "$args.n")
  float(n: Float): Float @connect(selection: "$args.n")
  id(id: ID): ID @connect(selection: "$args.id")
  json(value: JSON): JSON @connect(selection: "$args.value")
  ids(ids: [ID!]): [ID!] @connect(selection: "$args.ids")
  filter(filter: Filter, filters: [Filter!]): String @connect(selection: "$('x')")
  enum(color: Color): Color @connect(selection: "$args.color")
  reply(name: String!): JSON @connect(source: "api", http: { GET: "/reply/{$args.name}" }, selection: "$")
  node(name: String!): Node @connect(source: "api", http: { GET: "/reply/{$args.name}" }, selection: "id child { id child { id } }")
}
type Mutation {
  rename(id: ID!): User @connect(source: "api", http: { POST: "/users/{$args.id}" }, selection: "id name")
  attach(file: Upload, files: [Upload!], more: Filter): String
    @connect(source: "api", http: { POST: "/attach", body: "$args.file" }, selection: "$.name")
}
type Subscription { ticks: Tick @connect(source: "api", http: { GET: "/ticks" }, selection: "n") }
type Tick { n: Int }
type User { id: ID! name: String friends: [User!] }
type Node { id: ID child: Node }
input Filter { text: String and: [Filter!] or: Filter min: Int = 1 }
enum Color { RED GREEN BLUE }
scalar JSON
scalar Upload
`

// abusedServer returns the address of a gateway that listens as it does in earnest, over a back end that is hostile, too.
func abusedServer(t *testing.T, settings *config.Config) string {
	t.Helper()
	return listenAbused(t, settings, http.HandlerFunc(abusiveReplies), zap.NewNop())
}

// listenAbused is abusedServer with another back end, and with a log.
func listenAbused(t *testing.T, settings *config.Config, backend http.Handler, log *zap.Logger) string {
	t.Helper()
	back := httptest.NewServer(backend)
	t.Cleanup(back.Close)
	settings.Sources = map[string]config.Source{"abused.api": {OverrideURL: back.URL}, "bank.bank": {OverrideURL: back.URL + "/soap"}}
	gateway, diags := server.Open(t.Context(), server.Definition{
		Documents: []sdl.Input{{File: "abused.graphql", Text: abusedDocument}, bankDocument()},
		Config:    settings,
		Log:       log,
	})
	if gateway == nil {
		t.Fatal(diags)
	}
	t.Cleanup(gateway.Close)
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() {
		served <- server.Serve(ctx, ln, gateway.Handler(log, server.Exposure{}), gateway.Listening(), log)
	}()
	t.Cleanup(func() {
		stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return ln.Addr().String()
}

// deep is how deep cyclic data is that somebody has written out.
const deep = 20_000

// abusiveReplies is a back end with one good user.
func abusiveReplies(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	body := `{"id":7,"name":"Seven","friends":[{"id":8,"name":"Eight"}]}`
	switch r.URL.Path {
	case "/soap":
		abusiveEnvelope(w, r)
		return
	case "/ticks":
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(w, "data: {\"n\":1}\n\n")
		_ = http.NewResponseController(w).Flush() // whoever is gone needs no tick
		<-r.Context().Done()
		return
	case "/reply/objects":
		body = around(deep, `{"child":`, "1", "}")
	case "/reply/lists":
		body = around(deep, "[", "", "]")
	case "/reply/unclosed":
		body = strings.Repeat("[", 1_000_000)
	case "/reply/number":
		body = `{"id":` + strings.Repeat("9", 1_000_000) + `}`
	case "/reply/exponent":
		body = `{"id":1e999999999}`
	case "/reply/keys":
		body = `{` + each(100_000, `"k%d":1,`) + `"id":1}`
	case "/reply/same":
		body = `{` + strings.Repeat(`"id":1,`, 100_000) + `"id":2}`
	case "/reply/utf8":
		body = "{\"id\":\"\xff\xfe\"}"
	case "/reply/long":
		body = `{"id":"` + strings.Repeat("x", 17<<20) + `"}`
	case "/reply/nothing":
		body = ""
	}
	_, _ = io.WriteString(w, body)
}
