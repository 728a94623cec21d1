package server_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
	"go.uber.org/zap"

	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/value"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/config"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const document = `
extend schema @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@source", "@connect"])
  @source(name: "api", http: { baseURL: "http://localhost:1" })

"Where everything begins."
type Query {
  user(id: ID!): User @connect(source: "api", http: { GET: "/users/{$args.id}" }, selection: "id name")
  users(ids: [ID!]! = [1], filter: Filter): [User!]
    @connect(source: "api", http: { GET: "/users", queryParams: "id: $args.ids" }, selection: "id name")
  slow: User @connect(source: "api", http: { GET: "/slow" }, selection: "id name")
  html: String @connect(source: "api", http: { GET: "/html" }, selection: "$.x")
  echo(text: String): String @connect(selection: "$args.text")
}
type Mutation {
  rename(id: ID!, name: String!): User
    @connect(source: "api", http: { POST: "/users/{$args.id}", body: "name: $args.name" }, selection: "id name")
}
type User { id: ID! name: String @deprecated(reason: "no more names") role: Role }
enum Role { ADMIN USER }
input Filter { role: Role = USER tags: [String!] }
`

// backend is a REST service with users 1 to 9.
func backend(tb testing.TB) string {
	tb.Helper()
	mux := http.NewServeMux()
	answer := func(w http.ResponseWriter, body string) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, body)
	}
	mux.HandleFunc("GET /users/{id}", func(w http.ResponseWriter, r *http.Request) {
		id := r.PathValue("id")
		if len(id) != 1 {
			http.Error(w, "no such user at 10.0.0.1", http.StatusNotFound)
			return
		}
		answer(w, fmt.Sprintf(`{"id":%s,"name":"<User & %s>"}`, id, id))
	})
	mux.HandleFunc("POST /users/{id}", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		answer(w, `{"id":`+r.PathValue("id")+`,`+strings.TrimPrefix(string(body), "{"))
	})
	mux.HandleFunc("GET /users", func(w http.ResponseWriter, r *http.Request) {
		answer(w, `[{"id":1,"name":"A"},{"id":2,"name":"B"}]`)
	})
	mux.HandleFunc("GET /slow", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	mux.HandleFunc("GET /html", func(w http.ResponseWriter, _ *http.Request) { answer(w, "<html>") })
	srv := httptest.NewServer(mux)
	tb.Cleanup(srv.Close)
	return srv.URL
}

// serve returns the address of a server over the backend.
func serve(tb testing.TB, change func(*config.Config), expose server.Exposure) string {
	tb.Helper()
	settings := &config.Config{Sources: map[string]config.Source{"test.api": {OverrideURL: backend(tb)}}}
	if change != nil {
		change(settings)
	}
	gateway, diags := server.Open(tb.Context(), server.Definition{
		Documents: []sdl.Input{{File: "test.graphql", Text: document}}, Config: settings, Now: time.Unix(1, 0),
	})
	if gateway == nil {
		tb.Fatal(diags)
	}
	tb.Cleanup(gateway.Close)
	srv := httptest.NewServer(gateway.Handler(zap.NewNop(), expose))
	tb.Cleanup(srv.Close)
	tb.Cleanup(http.DefaultClient.CloseIdleConnections)
	return srv.URL
}

// reply is what came back.
type reply struct {
	status int
	header http.Header
	body   string
}

// send sends a request with headers given as "Name: value".
func send(tb testing.TB, method, url, body string, headers ...string) reply {
	tb.Helper()
	req, err := http.NewRequestWithContext(tb.Context(), method, url, strings.NewReader(body))
	if err != nil {
		tb.Fatal(err)
	}
	for _, h := range headers {
		name, v, _ := strings.Cut(h, ": ")
		req.Header.Set(name, v)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		tb.Fatal(err)
	}
	defer resp.Body.Close()
	content, err := io.ReadAll(resp.Body)
	if err != nil {
		tb.Fatal(err)
	}
	if resp.ContentLength != int64(len(content)) && !resp.Uncompressed && method != http.MethodHead {
		tb.Errorf("content length is %d for %d bytes", resp.ContentLength, len(content))
	}
	return reply{resp.StatusCode, resp.Header, string(content)}
}

// ask posts a query with variables as JSON.
func ask(tb testing.TB, url, query, variables string, headers ...string) reply {
	tb.Helper()
	if variables == "" {
		variables = "null"
	}
	return send(tb, http.MethodPost, url+"/graphql", `{"query":`+string(value.AppendString(nil, query))+`,"variables":`+variables+`}`,
		append([]string{"Content-Type: application/json"}, headers...)...)
}

// serveOptions returns the address of a handler.
func serveOptions(tb testing.TB, o server.Options) string {
	tb.Helper()
	srv := httptest.NewServer(server.New(o))
	tb.Cleanup(srv.Close)
	tb.Cleanup(http.DefaultClient.CloseIdleConnections)
	return srv.URL
}
