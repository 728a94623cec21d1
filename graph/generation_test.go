package graph_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/value"
)

func begin(tb testing.TB, g *graph.Generation, q graph.Query) *graph.Run {
	tb.Helper()
	run, errs := g.Begin(q)
	if len(errs) > 0 {
		tb.Fatal(errs)
	}
	tb.Cleanup(run.Close)
	return run
}

func object(tb testing.TB, text string) value.Value {
	tb.Helper()
	v, err := value.Parse([]byte(text))
	if err != nil {
		tb.Fatal(err)
	}
	return v
}

func TestOnePlanIsMadeForEachCombinationOfConditions(t *testing.T) {
	t.Parallel()
	var bound atomic.Int64
	g := newGeneration(t, graph.Limits{}, &bound)
	const text = `query($a: Boolean!, $b: Boolean = true, $id: ID!) {
		user(id: $id) { id name @include(if: $a) friends @skip(if: $b) { id } }
	}`
	plans := map[*graph.Prepared]bool{}
	for _, vars := range []string{
		`{"a":true,"b":true,"id":1}`, `{"a":true,"id":2}`, `{"a":false,"b":true,"id":3}`, `{"a":false,"b":false,"id":4}`, `{"a":true,"id":"5"}`,
	} {
		plans[begin(t, g, graph.Query{Text: text, Variables: object(t, vars)}).Prepared()] = true
	}
	if len(plans) != 3 || bound.Load() != 3 {
		t.Errorf("%d plans, %d bound, want 3", len(plans), bound.Load())
	}
	if g.CachedPlans() != 3 || g.CachedDocuments() != 1 {
		t.Errorf("%d plans of %d documents are remembered", g.CachedPlans(), g.CachedDocuments())
	}
	_, errs := g.Begin(graph.Query{Text: text, Variables: object(t, `{"a":true,"b":null,"id":1}`)})
	if len(errs) != 1 || errs[0].Extensions["code"] != graph.CodeBadUserInput {
		t.Errorf("a null condition gave %v", errs)
	}
}

func TestPlansOfOneOperationAreBounded(t *testing.T) {
	t.Parallel()
	g := newGeneration(t, graph.Limits{}, nil)
	var text strings.Builder
	text.WriteString("query(")
	for i := range 8 {
		fmt.Fprintf(&text, "$c%d: Boolean! ", i)
	}
	text.WriteString(") { greeting ")
	for i := range 8 {
		fmt.Fprintf(&text, "a%[1]d: greeting @include(if: $c%[1]d) ", i)
	}
	text.WriteString("}")
	for combination := range 256 {
		fields := make([]value.Field, 8)
		for i := range fields {
			fields[i] = value.Field{Name: fmt.Sprintf("c%d", i), Value: value.Bool(combination>>i&1 == 1)}
		}
		begin(t, g, graph.Query{Text: text.String(), Variables: value.Object(fields)}).Close()
	}
	if n := g.CachedPlans(); n != 64 {
		t.Errorf("%d plans are remembered, want 64", n)
	}
}

func TestConcurrentRequestsShareOnePlan(t *testing.T) {
	t.Parallel()
	var bound atomic.Int64
	g := newGeneration(t, graph.Limits{}, &bound)
	var wg sync.WaitGroup
	for range 32 {
		wg.Go(func() {
			run, errs := g.Begin(graph.Query{Text: "{ user(id: 1) { id name friends { id } } }"})
			if len(errs) > 0 {
				t.Error(errs)
				return
			}
			run.Close()
		})
	}
	wg.Wait()
	if bound.Load() != 1 {
		t.Errorf("the plan was made %d times", bound.Load())
	}
}

func TestInvalidDocumentsAreNotRemembered(t *testing.T) {
	t.Parallel()
	g := newGeneration(t, graph.Limits{}, nil)
	for i := range 10 {
		if _, errs := g.Prepare(fmt.Sprintf("{ wrong%d }", i)); len(errs) == 0 {
			t.Fatal("no error")
		}
	}
	if n := g.CachedDocuments(); n != 0 {
		t.Errorf("%d documents are remembered", n)
	}
}

func TestRequestsFinishOnTheGenerationTheyBeganWith(t *testing.T) {
	t.Parallel()
	first, second := newGeneration(t, graph.Limits{}, nil), newGeneration(t, graph.Limits{}, nil)
	schema := graph.NewSchema(first)
	run := begin(t, schema.Generation(), graph.Query{Text: "{ __typename }"})
	if old := schema.Swap(second); old != first || schema.Generation() != second {
		t.Fatal("the generations were not swapped")
	}
	part, err := run.Next(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got := string(part.Data); got != `{"__typename":"Query"}` {
		t.Errorf("got %s", got)
	}
	if _, err := run.Next(t.Context()); !errors.Is(err, io.EOF) {
		t.Errorf("after the last part: %v", err)
	}
}

func TestAGraphWithoutSubscriptionsHasNone(t *testing.T) {
	t.Parallel()
	_, errs := newGeneration(t, graph.Limits{}, nil).Begin(graph.Query{Text: "subscription { x }"})
	if len(errs) == 0 {
		t.Error("no error")
	}
}

func TestTheQueryCacheKnowsOnlyTheRunInTheContext(t *testing.T) {
	t.Parallel()
	g := newGeneration(t, graph.Limits{}, nil)
	const text = "query($id: ID!) { user(id: $id) { id } }"
	run := begin(t, g, graph.Query{Text: text, Variables: object(t, `{"id":1}`)})
	ctx := graph.WithRun(t.Context(), run)
	doc, ok := graph.QueryCache{}.Get(ctx, text)
	if !ok || len(doc.Operations[0].VariableDefinitions) != 0 {
		t.Error("the run's document was not found, or declares variables")
	}
	if len(run.Operation().Definition().VariableDefinitions) != 1 {
		t.Error("the original lost its variables")
	}
	if _, ok := (graph.QueryCache{}).Get(ctx, "{ greeting }"); ok {
		t.Error("another text was found")
	}
	if _, ok := (graph.QueryCache{}).Get(t.Context(), text); ok {
		t.Error("found without a run")
	}
}

func TestExplainHeaderIsAListOfWords(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]graph.Explain{
		"":                   {},
		"plan":               {Plan: true},
		" Calls ":            {Calls: true},
		"plan, calls, other": {Plan: true, Calls: true},
		"planets":            {},
	} {
		if got := graph.ParseExplain(header); got != want {
			t.Errorf("%q: got %+v, want %+v", header, got, want)
		}
	}
}
