package main_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/weftgraph/weft/examples/shop"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/server/config"
)

// barrier is a back end that answers no call of a group before as many as the group's size have arrived. Whoever waits for one
// reply before asking for the next gets none.
type barrier struct {
	next http.Handler
	// group names the group of a request and its size; 1 and 0 do not wait.
	group func(*http.Request) (name string, size int)
	// meet is another back end whose groups these are; nil for one with its own.
	meet *barrier

	mu      sync.Mutex
	arrived map[string]int
	open    map[string]chan struct{}
}

// ServeHTTP implements http.Handler.
func (b *barrier) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, size := b.group(r)
	if b.wait(r.Context(), name, size) != nil {
		return // the caller has given up waiting: the test fails on its error
	}
	b.next.ServeHTTP(w, r)
}

// wait counts a call in and waits for the others of its group.
func (b *barrier) wait(ctx context.Context, name string, size int) error {
	if b.meet != nil {
		b = b.meet
	}
	if size <= 1 {
		return nil
	}
	select {
	case <-b.arrive(name, size):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// arrive counts a call in and returns what is closed when the group is complete.
func (b *barrier) arrive(name string, size int) <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.open[name] == nil {
		b.open[name] = make(chan struct{})
	}
	if b.arrived[name]++; b.arrived[name] == size {
		close(b.open[name])
	}
	return b.open[name]
}

// serveBarrier serves the shop's graph with batches of at most maxSize keys over a shop behind a barrier.
func serveBarrier(t *testing.T, maxSize string, group func(*http.Request) (string, int)) *gateway {
	t.Helper()
	service := shop.New(shop.Options{})
	back := httptest.NewServer(&barrier{
		next: service.Handler(), group: group, arrived: map[string]int{}, open: map[string]chan struct{}{},
	})
	t.Cleanup(func() {
		back.CloseClientConnections()
		back.Close()
	})
	var documents []sdl.Input
	for _, d := range shopDocuments(t) {
		d.Text = strings.ReplaceAll(d.Text, "maxSize: 100", "maxSize: "+maxSize)
		documents = append(documents, d)
	}
	return serve(t, documents, &config.Config{Sources: map[string]config.Source{
		// Only a test that fails waits for this.
		"shop.shop": {OverrideURL: back.URL, Timeout: 20 * time.Second},
	}})
}

// The calls of one stage are in flight together: here the back end keeps each waiting for the others.
func TestCallsOfOneStageAreMadeTogether(t *testing.T) {
	t.Parallel()
	g := serveBarrier(t, "100", func(r *http.Request) (string, int) {
		query := r.URL.Query()
		switch {
		case r.URL.Path == "/orders", r.URL.Path == "/reviews" && query.Has("authorId"):
			return "what the user did", 2
		case r.URL.Path == "/products", r.URL.Path == "/reviews" && query.Has("productSku"):
			return "what is known of the products", 2
		default:
			return "", 1
		}
	})
	if a := g.ask(t, prepared(t, "my-page"), nil); len(a.Errors) > 0 {
		t.Error(a.Errors)
	}
}

// The chunks of a large batch are in flight together, too: 50 users in 5 calls, 98 products in 10.
func TestChunksOfOneBatchAreMadeTogether(t *testing.T) {
	t.Parallel()
	g := serveBarrier(t, "10", func(r *http.Request) (string, int) {
		return r.URL.Path, map[string]int{"/orders": 5, "/products": 10}[r.URL.Path]
	})
	a := g.ask(t, prepared(t, "all-orders"), nil)
	if n := len(a.Extensions.Weft.Calls); len(a.Errors) > 0 || n != 1+5+10 {
		t.Errorf("%d calls, errors %+v", n, a.Errors)
	}
}

// BenchmarkPageAgainstItsDeepestChain measures a page over back ends that take 20 ms for every answer. x-chain is the page's time in
// units of the longest chain of calls that wait for each other: 1 would be a gateway that costs nothing.
func BenchmarkPageAgainstItsDeepestChain(b *testing.B) {
	const latency = 20 * time.Millisecond
	for _, name := range []string{"my-page", "product-page", "all-orders"} {
		b.Run(name, func(b *testing.B) {
			w := serveShop(b, config.Source{})
			w.shop.SetLatency(latency)
			query := prepared(b, name)
			// The first answer plans the query and opens the connections.
			chain := time.Duration(len(w.ask(b, query, nil).Extensions.Weft.Plan.Stages)) * latency
			for b.Loop() {
				if a := w.ask(b, query, nil); len(a.Errors) > 0 {
					b.Fatal(a.Errors)
				}
			}
			b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(chain), "x-chain")
		})
	}
}
