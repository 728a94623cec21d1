package main_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/weftgraph/weft/examples/shop"
	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/value"
	"github.com/weftgraph/weft/server/config"
)

// reviewEvents are the answers of a subscription to the shop's reviews.
type reviewEvents struct {
	*testing.T

	events *graph.Events
}

func (w *shopGateway) subscribe(t *testing.T, query string, variables value.Value) reviewEvents {
	t.Helper()
	run, errs := w.schema.Schema().Generation().Begin(graph.Query{
		Text: query, Variables: variables, Explain: graph.Explain{Calls: true},
	})
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	t.Cleanup(run.Close)
	events, errs := run.Subscribe(t.Context())
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	t.Cleanup(events.Close)
	return reviewEvents{t, events}
}

// next returns the id of the next review, whose product has an inventory, and the sources that were asked for it.
func (e reviewEvents) next() string {
	e.Helper()
	answer, err := e.events.Next(e.Context())
	if err != nil {
		e.Fatal(err)
	}
	var data struct {
		ReviewPlaced struct {
			ID     string `json:"id"`
			Author struct {
				Name string `json:"name"`
			} `json:"author"`
			Product struct {
				Inventory struct {
					Available *int `json:"available"`
				} `json:"inventory"`
			} `json:"product"`
		} `json:"reviewPlaced"`
	}
	if err := json.Unmarshal(answer.Data, &data); err != nil || len(answer.Errors) > 0 {
		e.Fatal(err, answer.Errors)
	}
	got := data.ReviewPlaced
	if got.Author.Name == "" || got.Product.Inventory.Available == nil || answer.Extensions[graph.ExplainExtension] == nil {
		e.Errorf("review %s: %s", got.ID, answer.Data)
	}
	return got.ID
}

// Reviews that exist come at once, those that are placed follow, and none is lost when the connection is.
func TestSubscribersSeeEveryReview(t *testing.T) {
	t.Parallel()
	w := serveShop(t, config.Source{})
	events := w.subscribe(t, prepared(t, "new-reviews"), value.Missing())
	for id := 499; id <= 506; id++ {
		if id > 500 {
			if id%2 == 0 {
				w.shop.CutStreams()
			}
			if a := w.ask(t, prepared(t, "place-review"), nil); len(a.Errors) > 0 {
				t.Fatal(a.Errors)
			}
		}
		if got := events.next(); got != fmt.Sprint(id) {
			t.Fatalf("want review %d, got %s", id, got)
		}
	}
}

func TestASubscriptionEndsWithItsStream(t *testing.T) {
	t.Parallel()
	w := serveShop(t, config.Source{})
	variables, err := value.Parse([]byte(`{"sku": "COF-002", "after": "0", "limit": 2}`))
	if err != nil {
		t.Fatal(err)
	}
	events := w.subscribe(t, `subscription ($sku: ID, $after: ID, $limit: Int) {
		reviewPlaced(sku: $sku, after: $after, limit: $limit) { id author { name } product { inventory { available } } }
	}`, variables)
	events.next()
	events.next()
	if _, err := events.events.Next(t.Context()); !errors.Is(err, io.EOF) {
		t.Errorf("want the end, got %v", err)
	}
}

// A service that stops for good ends the subscription with one answer that says so.
func TestASubscriptionThatBreaksSaysSoOnce(t *testing.T) {
	t.Parallel()
	w := serveShop(t, config.Source{})
	events := w.subscribe(t, prepared(t, "new-reviews"), value.Missing())
	events.next()
	events.next()
	if err := w.shop.SetFault("/reviews/events", shop.Fault{Status: 404}); err != nil {
		t.Fatal(err)
	}
	w.shop.CutStreams()
	answer, err := events.events.Next(t.Context())
	if err != nil || len(answer.Errors) != 1 || string(answer.Data) != `{"reviewPlaced":null}` ||
		answer.Errors[0].Extensions["code"] != "HTTP_CLIENT_ERROR" {
		t.Fatalf("%+v, %v", answer, err)
	}
	if _, err := events.events.Next(t.Context()); !errors.Is(err, io.EOF) {
		t.Errorf("want the end, got %v", err)
	}
}
