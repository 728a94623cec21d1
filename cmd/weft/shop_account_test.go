package main_test

import (
	"context"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc"

	"github.com/weftgraph/weft/examples/shop"
	"github.com/weftgraph/weft/server/config"
)

// accountCalls are what "my account" asks the back ends, by back end and endpoint: one call per level and source.
func accountCalls() map[string]int {
	return map[string]int{
		"shop /users/{id}": 1, "shop /orders?userId": 1, "shop /products?sku": 1,
		"shipping BatchGetShipments": 1, "shipping BatchGetStock": 1,
		"billing GetInvoices": 1,
	}
}

// asked counts calls by back end and endpoint.
func asked(calls []shop.Call) map[string]int {
	out := map[string]int{}
	for _, c := range calls {
		if c.Backend != shop.REST {
			out[string(c.Backend)+" "+c.Method]++
			continue
		}
		for endpoint := range endpoints([]shop.Call{c}) {
			out[string(c.Backend)+" "+endpoint]++
		}
	}
	return out
}

// Ten orders with nineteen lines over three protocols: the back ends see as many calls as the waterfall shows and the plan predicts.
func TestAccountPageMakesThePredictedCalls(t *testing.T) {
	t.Parallel()
	w := serveShop(t, config.Source{})
	a := w.ask(t, prepared(t, "my-account"), nil)
	page := dataOf[struct {
		User struct {
			Orders []struct{ Lines []any }
		}
	}](t, a)
	lines := 0
	for _, o := range page.User.Orders {
		lines += len(o.Lines)
	}
	if orders := len(page.User.Orders); orders != 10 || lines != 19 {
		t.Errorf("%d orders with %d lines, the page is about 10 and 19", orders, lines)
	}
	log := w.shop.Calls()
	if diff := cmp.Diff(accountCalls(), asked(log)); diff != "" {
		t.Errorf("calls (-want +got)\n%s", diff)
	}
	wantPredicted(t, a, log)
	wantStages(t, a, 1, 1, 4)
	wantKeysOnce(t, log)
	t.Logf("%d calls, %d in the waterfall, %s predicted", len(log), len(a.Extensions.Weft.Calls), a.Extensions.Weft.Plan.Calls)
}

// wantStages checks how many calls each stage of the plan made.
func wantStages(t *testing.T, a answer, want ...int) {
	t.Helper()
	var got []int
	for _, stage := range a.Extensions.Weft.Plan.Stages {
		n := 0
		for _, c := range a.Extensions.Weft.Calls {
			if slices.Contains(stage, c.Fetch) {
				n++
			}
		}
		got = append(got, n)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("calls by stage (-want +got)\n%s", diff)
	}
}

// wantKeysOnce checks that no call to a batch method, and no two of them together, ask for a key twice.
func wantKeysOnce(t *testing.T, calls []shop.Call) {
	t.Helper()
	seen := map[string]bool{}
	for _, c := range calls {
		for _, key := range c.Keys {
			if id := c.Method + " " + key; seen[id] {
				t.Errorf("%s was asked twice for %s", c.Method, key)
			} else {
				seen[id] = true
			}
		}
	}
}

// The page costs its deepest chain of three calls and not the sum of six: the last four, of three protocols, are under way together. No
// clock is needed to see it: none of the four is answered before all have arrived.
func TestAccountPageCostsItsDeepestChain(t *testing.T) {
	t.Parallel()
	const together = 4
	service := shop.New(shop.Options{})
	b := &barrier{
		next: service.Handler(), arrived: map[string]int{}, open: map[string]chan struct{}{},
		group: func(r *http.Request) (string, int) {
			if r.URL.Path == "/products" {
				return "details", together
			}
			return "", 1
		},
	}
	billing := &barrier{
		next:  service.BillingHandler(),
		group: func(*http.Request) (string, int) { return "details", together },
		meet:  b,
	}
	shipping := service.ShippingServer(grpc.ChainUnaryInterceptor(
		func(ctx context.Context, request any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
			if err := b.wait(ctx, "details", together); err != nil {
				return nil, err
			}
			return next(ctx, request)
		}))
	const patience = 20 * time.Second // only a test that fails waits for it
	source := func(url string) config.Source { return config.Source{OverrideURL: url, Timeout: patience} }
	g := serve(t, shopDocuments(t), &config.Config{Sources: map[string]config.Source{
		"shop.shop":     source(serveHTTP(t, b)),
		"shop.shipping": source("grpc://" + serveGRPC(t, shipping)),
		"shop.billing":  source(serveHTTP(t, billing) + "/billing"),
	}})
	a := g.ask(t, prepared(t, "my-account"), nil)
	if len(a.Errors) > 0 {
		t.Fatal(a.Errors)
	}
	wantStages(t, a, 1, 1, together)
}
