package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/zap"

	"github.com/weftgraph/weft/examples/loyalty/points"
	"github.com/weftgraph/weft/examples/shop"
	"github.com/weftgraph/weft/server"
)

// gateway is the example's gateway over real back ends, with a log of what the ledger is asked.
type gateway struct {
	*httptest.Server

	mu    sync.Mutex
	reads [][]string
}

// start opens the gateway. read is called instead of a database, and may be nil; tune changes the definition, and may be nil.
func start(t *testing.T, read func(ctx context.Context) error, tune func(*server.Definition)) *gateway {
	t.Helper()
	backEnds, err := shop.Start(t.Context(), shop.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = backEnds.Close() })
	g := &gateway{}
	ledger := points.NewLedger()
	ledger.Read = func(ctx context.Context, ids []string) error {
		g.mu.Lock()
		g.reads = append(g.reads, slices.Sorted(slices.Values(ids)))
		g.mu.Unlock()
		if read == nil {
			return nil
		}
		return read(ctx)
	}
	d, err := definition(backEnds.Overrides(), ledger, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	if tune != nil {
		tune(&d)
	}
	gw, diagnostics := server.Open(t.Context(), d)
	if gw == nil {
		t.Fatal(diagnostics)
	}
	t.Cleanup(gw.Close)
	g.Server = httptest.NewServer(gw.Handler(zap.NewNop(), server.Exposure{Explain: true}))
	t.Cleanup(g.Close)
	return g
}

// answer is what the gateway answers, with the lines of the calls that it made.
type answer struct {
	Data   any `json:"data"`
	Errors []struct {
		Message    string         `json:"message"`
		Path       []any          `json:"path"`
		Extensions map[string]any `json:"extensions"`
	} `json:"errors"`
	Extensions struct {
		Weft struct {
			Calls []struct {
				Request string `json:"request"`
				Source  string `json:"source"`
				Keys    int    `json:"keys"`
			} `json:"calls"`
		} `json:"weft"`
	} `json:"extensions"`
}

func (g *gateway) ask(t *testing.T, query string) (a answer) {
	t.Helper()
	body, _ := json.Marshal(map[string]string{"query": query}) // a map of texts can always be written
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, g.URL+server.DefaultPath, strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set(server.ExplainHeader, "calls")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if err := json.NewDecoder(resp.Body).Decode(&a); err != nil {
		t.Fatal(err)
	}
	return a
}

// data compares the answer's data.
func (a answer) data(t *testing.T, want string) {
	t.Helper()
	var wanted any
	if err := json.Unmarshal([]byte(want), &wanted); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(wanted, a.Data); diff != "" {
		t.Errorf("data (-want +got):\n%s", diff)
	}
}

// errors compares the answer's errors: path, message, code and positions.
func (a answer) errors(t *testing.T, want ...string) {
	t.Helper()
	var lines []string
	for _, e := range a.Errors {
		text, err := json.Marshal([]any{e.Path, e.Message, e.Extensions["code"], e.Extensions["positions"]})
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, string(text))
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
}

// calls compares the lines of the calls, in the order of their start.
func (a answer) calls(t *testing.T, want ...string) {
	t.Helper()
	var lines []string
	for _, c := range a.Extensions.Weft.Calls {
		lines = append(lines, fmt.Sprintf("%s %d", c.Request, c.Keys))
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}
