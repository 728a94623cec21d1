package main_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"go.uber.org/zap"

	"github.com/weftgraph/weft/examples/shop"
	"github.com/weftgraph/weft/graph/value"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/config"
)

// knowledge is what the system schema tells, as far as these tests ask.
type knowledge struct {
	Sources []struct {
		Name       string   `json:"name"`
		InFlight   int      `json:"inFlight"`
		Latency    *latency `json:"latency"`
		Connectors []tally  `json:"connectors"`
		tally
	} `json:"sources"`
	Requests struct {
		Count    int `json:"count"`
		InFlight int `json:"inFlight"`
	} `json:"requests"`
	Plans []struct {
		Operation string `json:"operation"`
		Uses      int    `json:"uses"`
	} `json:"plans"`
}

// tally are the sums of a source or of one of its connectors.
type tally struct {
	Calls    int `json:"calls"`
	Errors   int `json:"errors"`
	Canceled int `json:"canceled"`
	Unsent   int `json:"unsent"`
	Bytes    int `json:"bytes"`
}

func (t tally) plus(u tally) tally {
	return tally{t.Calls + u.Calls, t.Errors + u.Errors, t.Canceled + u.Canceled, t.Unsent + u.Unsent, t.Bytes + u.Bytes}
}

type latency struct {
	P50 float64 `json:"p50"`
	P95 float64 `json:"p95"`
	P99 float64 `json:"p99"`
	Max float64 `json:"max"`
}

const whatIsKnown = `{
	sources {
		name calls errors canceled unsent bytes inFlight latency { p50 p95 p99 max }
		connectors { calls errors canceled unsent bytes }
	}
	requests { count inFlight }
	plans { operation uses }
}`

// known asks the admin listener of a gateway.
func known(t *testing.T, g *server.Gateway) knowledge {
	t.Helper()
	body := `{"query":` + string(value.AppendString(nil, whatIsKnown)) + `}`
	req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://localhost"+server.AdminPath, strings.NewReader(body))
	req.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	g.Admin(zap.NewNop(), "test").ServeHTTP(w, req)
	var out struct {
		Data   knowledge `json:"data"`
		Errors []any     `json:"errors"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil || len(out.Errors) > 0 {
		t.Fatalf("%v: %s", err, w.Body)
	}
	return out.Data
}

// Many clients run all prepared queries at once, and some calls fail: the gateway tells as many calls as the back ends saw, as many
// failed ones as the waterfalls show, and every connector's part of it.
func TestAdminTellsAsManyCallsAsTheBackEndsSaw(t *testing.T) {
	t.Parallel()
	w := serveShop(t, config.Source{})
	queries, err := shop.Queries()
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	asked, calls, failed := 0, 0, 0
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for _, q := range queries {
				a := w.ask(t, q.Text, nil)
				mu.Lock()
				asked++
				made, wrong := a.Extensions.Weft.made()
				calls, failed = calls+made, failed+wrong
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	k := known(t, w.schema)
	sum := 0
	for _, s := range k.Sources {
		sum += s.Calls
		failed -= s.Errors
		var parts tally
		for _, c := range s.Connectors {
			parts = parts.plus(c)
		}
		if parts != s.tally || s.InFlight != 0 {
			t.Errorf("%s: %d in flight, the connectors have %+v, the source %+v", s.Name, s.InFlight, parts, s.tally)
		}
		if l := s.Latency; s.Calls > 0 && (l == nil || l.P50 <= 0 || l.P50 > l.P95 || l.P95 > l.P99 || l.P99 > l.Max) {
			t.Errorf("%s: latency %+v", s.Name, l)
		}
	}
	if seen := len(w.shop.Calls()); sum != seen || sum != calls {
		t.Errorf("%d calls are told, the back ends saw %d, the waterfalls show %d", sum, seen, calls)
	}
	if failed != 0 {
		t.Errorf("the waterfalls show %d more failed calls than are told", failed)
	}
	if k.Requests.Count != asked || k.Requests.InFlight != 0 || len(k.Plans) != len(queries) {
		t.Errorf("%d requests: %+v, %d plans", asked, k.Requests, len(k.Plans))
	}
	for _, p := range k.Plans {
		if p.Uses != 4 {
			t.Errorf("%s was used %d times", p.Operation, p.Uses)
		}
	}
}
