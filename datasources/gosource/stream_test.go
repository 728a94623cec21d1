package gosource_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/weftgraph/weft/datasources/gosource"
	"github.com/weftgraph/weft/datasources/gosource/testdata/stock"
	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/server"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// subscribe asks the shop and the executable for a subscription.
func subscribe(ctx context.Context, t *testing.T, resolver *stock.Resolver, query string) (*graph.Events, string) {
	t.Helper()
	gateway, diagnostics := server.Open(t.Context(), server.Definition{
		Documents:   []sdl.Input{{File: "shop.graphql", Text: shop}},
		Executables: []gosource.Executable{{Name: "stock", Schema: stock.NewExecutableSchema(stock.Config{Resolvers: resolver})}},
	})
	if gateway == nil || len(diagnostics) > 0 {
		t.Fatal(diagnostics)
	}
	t.Cleanup(gateway.Close)
	run, errs := gateway.Schema().Generation().Begin(graph.Query{Text: query})
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	t.Cleanup(run.Close)
	events, errs := run.Subscribe(ctx)
	if len(errs) > 0 {
		return nil, errs.Error()
	}
	t.Cleanup(events.Close)
	return events, ""
}

// shown is an answer as one line.
func shown(a *graph.Answer) string {
	if len(a.Errors) == 0 {
		return string(a.Data)
	}
	return string(a.Data) + " " + strings.TrimSpace(a.Errors.Error())
}

func TestEventsOfAChannelAreAnswered(t *testing.T) {
	t.Parallel()
	ended := make(chan struct{})
	events, refused := subscribe(t.Context(), t, &stock.Resolver{Ended: func() { close(ended) }},
		`subscription { it: moved(times: 4) { number move { year cost } product { id count } } }`)
	if refused != "" {
		t.Fatal(refused)
	}
	var got []string
	for {
		answer, err := events.Next(t.Context())
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, shown(answer))
	}
	want := []string{
		`{"it":{"number":1,"move":{"year":1999,"cost":999.5},"product":{"id":"1","count":10}}}`,
		`{"it":null} input: it Request failed`,
		`{"it":null}`,
		`{"it":{"number":4,"move":{"year":1999,"cost":999.5},"product":{"id":"1","count":10}}}`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	<-ended
}

func TestAResolverThatFailsRefusesTheSubscription(t *testing.T) {
	t.Parallel()
	for times, want := range map[string]string{"0": "nothing moves", "14": "Internal server error"} {
		_, refused := subscribe(t.Context(), t, &stock.Resolver{}, `subscription { moved(times: `+times+`) { number } }`)
		if !strings.Contains(refused, want) {
			t.Errorf("%s: want %q, got %q", times, want, refused)
		}
	}
}

func TestAClosedSubscriptionEndsItsResolver(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*graph.Events, context.CancelFunc){
		"closed":   func(e *graph.Events, _ context.CancelFunc) { e.Close() },
		"canceled": func(_ *graph.Events, cancel context.CancelFunc) { cancel() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			ended := make(chan struct{})
			events, refused := subscribe(ctx, t, &stock.Resolver{Ended: func() { close(ended) }}, `subscription { moved(times: -1) { number } }`)
			if refused != "" {
				t.Fatal(refused)
			}
			if _, err := events.Next(t.Context()); err != nil {
				t.Fatal(err)
			}
			end(events, cancel)
			select {
			case <-ended:
			case <-time.After(time.Minute):
				t.Fatal("the resolver goes on")
			}
			if _, err := events.Next(t.Context()); err == nil || errors.Is(err, io.EOF) {
				t.Errorf("want the error of a context, got %v", err)
			}
		})
	}
}
