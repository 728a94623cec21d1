package graph_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/plan"
)

func TestGenerationEndsWhenItsLastRunIsClosedAndTakesNoneAfterThat(t *testing.T) {
	q := graph.Query{Text: "{ user(id: 1) { id } }"}
	synctest.Test(t, func(t *testing.T) {
		g := newGeneration(t, graph.Limits{}, nil)
		first, errs := g.Begin(q)
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		second, _ := g.Begin(q)
		ended := make(chan bool, 1)
		go func() { ended <- g.End(t.Context()) }()
		synctest.Wait()
		first.Close()
		first.Close() // a second time counts nothing
		synctest.Wait()
		select {
		case <-ended:
			t.Fatal("the generation ended with an open run")
		default:
		}
		third, errs := g.Begin(q) // it may still be begun with: the caller got it before it was replaced
		if third == nil || len(errs) > 0 {
			t.Fatal("a generation that is replaced and not over refuses a run")
		}
		second.Close()
		third.Close()
		if !<-ended {
			t.Error("the generation did not end")
		}
		if run, errs := g.Begin(q); run != nil || errs != nil {
			t.Errorf("a generation that is over began a run: %v, %v", run, errs)
		}
	})
}

func TestGenerationDoesNotEndForQueriesThatWereRefused(t *testing.T) {
	g := newGeneration(t, graph.Limits{}, nil)
	if _, errs := g.Begin(graph.Query{Text: "{ nonsense }"}); len(errs) == 0 {
		t.Fatal("no errors")
	}
	if !g.End(t.Context()) {
		t.Error("the generation counts a run that was refused")
	}
}

func TestWaitingForTheEndOfAGenerationIsGivenUpWithItsContext(t *testing.T) {
	g := newGeneration(t, graph.Limits{}, nil)
	run, errs := g.Begin(graph.Query{Text: "{ user(id: 1) { id } }"})
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if g.End(ctx) {
		t.Error("the generation ended with an open run")
	}
	run.Close()
	if !g.End(t.Context()) {
		t.Error("the generation did not end")
	}
}

func TestRetireMayBeCalledTwice(t *testing.T) {
	g := newGeneration(t, graph.Limits{}, nil)
	select {
	case <-g.Retired():
		t.Fatal("retired from the start")
	default:
	}
	g.Retire()
	g.Retire()
	<-g.Retired()
}

// A panic of what runs a query ends one request; the generation must not wait for it for ever, and the plan that cannot be made must not
// meet those who look at all plans.
func TestAPanicWhileARunBeginsLeavesNothingBehind(t *testing.T) {
	g, err := graph.NewGeneration(graph.Params{Number: 1, Graph: testGraph(t), Bind: func(*plan.Plan) (graph.Bound, error) {
		panic("secret")
	}})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		run, errs := g.Begin(graph.Query{Text: "{ user(id: 1) { id } }"})
		if run != nil || len(errs) != 1 || errs[0].Message != "Internal server error" || !strings.Contains(fmt.Sprint(errs[0].Err), "secret") {
			t.Fatalf("got %v", errs)
		}
	}
	newGeneration(t, graph.Limits{}, nil).Warm(g, 10)
	if plans := g.Plans(10); len(plans) != 0 {
		t.Errorf("%d plans", len(plans))
	}
	if !g.End(t.Context()) {
		t.Error("the generation did not end")
	}
}
