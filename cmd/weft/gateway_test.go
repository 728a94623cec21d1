package main_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/zap"

	"github.com/weftgraph/weft/examples/shop"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/config"
)

// gateway is the whole program in this process: a server with a loaded graph, asked over real HTTP.
type gateway struct {
	url    string
	client *http.Client
	schema *server.Gateway
}

// serve loads documents and serves them on a local port until the test ends.
func serve(tb testing.TB, documents []sdl.Input, settings *config.Config) *gateway {
	tb.Helper()
	settings.Authorization.Off = true // nobody signs in
	g, diags := server.Open(tb.Context(), server.Definition{Documents: documents, Config: settings})
	if g == nil {
		tb.Fatal(diags)
	}
	web := httptest.NewServer(g.Handler(zap.NewNop(), server.Exposure{Explain: true}))
	tb.Cleanup(func() {
		web.CloseClientConnections()
		web.Close()
		g.Close()
	})
	return &gateway{url: web.URL, client: web.Client(), schema: g}
}

// answer is what a client gets.
type answer struct {
	status     int             `json:"-"`
	Data       json.RawMessage `json:"data"`
	Errors     []clientError   `json:"errors"`
	Extensions struct {
		Weft explanation `json:"weft"`
	} `json:"extensions"`
}

// clientError is an error as clients see it.
type clientError struct {
	Message    string         `json:"message"`
	Path       []any          `json:"path"`
	Locations  []place        `json:"locations"`
	Extensions map[string]any `json:"extensions"`
}

type place struct {
	Line   int `json:"line"`
	Column int `json:"column"`
}

func (e clientError) code() string {
	code, _ := e.Extensions["code"].(string)
	return code
}

// explanation is what Weft-Explain gives.
type explanation struct {
	Plan struct {
		Stages  [][]int `json:"stages"`
		Fetches []struct {
			ID    int       `json:"id"`
			Batch *struct{} `json:"batch"`
			Calls span      `json:"calls"`
		} `json:"fetches"`
		Calls span `json:"calls"`
	} `json:"plan"`
	Calls []struct {
		Fetch   int    `json:"fetch"`
		Request string `json:"request"`
		Keys    int    `json:"keys"`
		Code    string `json:"code"`
		Shared  bool   `json:"shared"`
	} `json:"calls"`
}

// made counts the calls of the waterfall, and those that failed, without the calls of other requests that were shared.
func (e explanation) made() (all, failed int) {
	for _, c := range e.Calls {
		if c.Shared {
			continue
		}
		all++
		if c.Code != "" {
			failed++
		}
	}
	return all, failed
}

// span is a predicted number of calls; a nil Max is unbounded.
type span struct {
	Min int  `json:"min"`
	Max *int `json:"max"`
}

func (s span) covers(n int) bool { return s.Min <= n && (s.Max == nil || n <= *s.Max) }

func (s span) String() string {
	if s.Max == nil {
		return fmt.Sprintf("at least %d", s.Min)
	}
	return fmt.Sprintf("%d to %d", s.Min, *s.Max)
}

// ask sends a query with its variables, and asks for plan and calls.
func (g *gateway) ask(tb testing.TB, query string, variables map[string]any) answer {
	tb.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		tb.Fatal(err)
	}
	return g.post(tb, body)
}

// post sends a body as it is.
func (g *gateway) post(tb testing.TB, body []byte) answer {
	tb.Helper()
	req, err := http.NewRequestWithContext(tb.Context(), http.MethodPost, g.url+"/graphql", bytes.NewReader(body))
	if err != nil {
		tb.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/graphql-response+json") // its statuses tell what was not executed
	req.Header.Set(server.ExplainHeader, "plan, calls")
	resp, err := g.client.Do(req)
	if err != nil {
		tb.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		tb.Fatal(err)
	}
	a := answer{status: resp.StatusCode}
	if err := json.Unmarshal(text, &a); err != nil {
		tb.Fatalf("status %d, the answer is no JSON: %v\n%.2000s", resp.StatusCode, err, text)
	}
	return a
}

// wantData compares an answer without errors.
func wantData(tb testing.TB, a answer, want string) {
	tb.Helper()
	if len(a.Errors) > 0 {
		tb.Fatalf("errors: %+v", a.Errors)
	}
	if diff := cmp.Diff(decoded(tb, []byte(want)), decoded(tb, a.Data)); diff != "" {
		tb.Errorf("data (-want +got)\n%s", diff)
	}
}

func decoded(tb testing.TB, text []byte) any {
	tb.Helper()
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		tb.Fatalf("%v in %.500s", err, text)
	}
	return v
}

// shopGateway is a gateway over the example shop with back ends of its own.
type shopGateway struct {
	*gateway
	shop *shop.Running
}

func serveShop(tb testing.TB, settings config.Source) *shopGateway {
	tb.Helper()
	back, err := shop.Start(tb.Context(), shop.Options{Pace: 500 * time.Millisecond})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := back.Close(); err != nil {
			tb.Error(err)
		}
	})
	sources := map[string]config.Source{}
	for name, url := range back.Overrides() {
		source := settings
		source.OverrideURL = url
		sources[name] = source
	}
	return &shopGateway{gateway: serve(tb, shopDocuments(tb), &config.Config{Sources: sources}), shop: back}
}

func shopDocuments(tb testing.TB) []sdl.Input {
	tb.Helper()
	folder, err := shop.Schema()
	if err != nil {
		tb.Fatal(err)
	}
	documents, err := sdl.LoadFS(folder)
	if err != nil {
		tb.Fatal(err)
	}
	if len(documents) == 0 {
		tb.Fatal("the shop has no documents")
	}
	return documents
}

// prepared returns the text of one of the shop's prepared queries.
func prepared(tb testing.TB, name string) string {
	tb.Helper()
	queries, err := shop.Queries()
	if err != nil {
		tb.Fatal(err)
	}
	for _, q := range queries {
		if q.Name == name {
			return q.Text
		}
	}
	tb.Fatalf("the shop has no query %q", name)
	return ""
}
