package gosource_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"go.uber.org/zap"

	"github.com/weftgraph/weft/datasources/gosource"
	"github.com/weftgraph/weft/datasources/gosource/testdata/stock"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/server"
)

// shop is a document without back ends. Its ids are numbers: those of a key are joined by the type of the key field.
const shop = `
extend schema @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@connect"])
type Query {
  products: [Product] @connect(selection: "$([{ id: 2 }, { id: 1 }, { id: 3 }, { id: '1' }])")
  parcels: [Parcel!] @connect(selection: "$([{ id: 1, weight: 2.5 }, { id: 2, weight: 7 }])")
}
type Product { id: ID! }
type Parcel { id: ID! weight: Float }`

// told is an error that was reported to OnError.
type told struct {
	path string
	err  error
}

// backEnd is an executable, with the ids that it was asked for, call by call, and the errors that clients did not see.
type backEnd struct {
	resolver stock.Resolver

	mu    sync.Mutex
	reads [][]string
	told  []told
}

// ask runs a query against the shop and the executable, and returns the answer's data and errors as JSON.
func (b *backEnd) ask(t *testing.T, query string) (data, errs string) {
	t.Helper()
	read := b.resolver.Read
	b.resolver.Read = func(ctx context.Context, ids []string) error {
		b.mu.Lock()
		b.reads = append(b.reads, ids)
		b.mu.Unlock()
		if read == nil {
			return nil
		}
		return read(ctx, ids)
	}
	gateway, diagnostics := server.Open(t.Context(), server.Definition{
		Documents: []sdl.Input{{File: "shop.graphql", Text: shop}},
		Executables: []gosource.Executable{{
			Name:   "stock",
			Schema: stock.NewExecutableSchema(stock.Config{Resolvers: &b.resolver}),
			OnError: func(_ context.Context, path ast.Path, err error) {
				b.mu.Lock()
				defer b.mu.Unlock()
				b.told = append(b.told, told{path.String(), err})
			},
		}},
	})
	if gateway == nil {
		t.Fatal(diagnostics)
	}
	defer gateway.Close()
	if len(diagnostics) > 0 {
		t.Error(diagnostics)
	}
	body, _ := json.Marshal(map[string]string{"query": query}) // a map of texts can always be written
	req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, server.DefaultPath, strings.NewReader(string(body)))
	req.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	gateway.Handler(zap.NewNop(), server.Exposure{}).ServeHTTP(w, req)
	var answer struct {
		Data   json.RawMessage `json:"data"`
		Errors []struct {
			Message    string         `json:"message"`
			Path       []any          `json:"path"`
			Extensions map[string]any `json:"extensions"`
		} `json:"errors"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, e := range answer.Errors {
		delete(e.Extensions, "connector")
		delete(e.Extensions, "service")
		line, err := json.Marshal([]any{e.Path, e.Message, e.Extensions})
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, string(line))
	}
	return string(answer.Data), strings.Join(lines, "\n")
}
