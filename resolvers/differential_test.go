package resolvers_test

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"strings"
	"testing"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/response"
	"github.com/weftgraph/weft/datasources/rest"
	"github.com/weftgraph/weft/datasources/virtual"
	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/caller"
	"github.com/weftgraph/weft/graph/permit"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/value"
	"github.com/weftgraph/weft/resolvers"
)

var (
	seedFlag = flag.Uint64("seed", 1, "differential test: the seed of the first graph")
	opsFlag  = flag.Int("ops", 2_000, "differential test: how many operations to run")
)

// opsPerGraph is how many operations are run on one graph.
const opsPerGraph = 50

// TestAnswersEqualThoseOfASlowExecutor runs random operations on random graphs and data through Weft, once with scanned and once
// with evaluated mappings, and through an executor that is too simple to be wrong. Graph number n is made from seed n:
// what failed runs again alone with go test ./resolvers -run SlowExecutor -seed N -ops 50.
func TestAnswersEqualThoseOfASlowExecutor(t *testing.T) {
	t.Parallel()
	graphs := uint64(max(1, *opsFlag/opsPerGraph))
	for seed := *seedFlag; seed < *seedFlag+graphs; seed++ {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			runGraph(t, seed)
		})
	}
}

func runGraph(t *testing.T, seed uint64) {
	t.Helper()
	model := makeModel(seed)
	slow := &backEnd{g: model}
	weft := map[string]*served{
		"scanned":   serveModel(t, model, response.Auto),
		"evaluated": serveModel(t, model, response.EvaluateOnly),
	}
	for op := range uint64(opsPerGraph) {
		text, variables := makeQuery(model, op)
		doc, errs := weft["scanned"].generation.Prepare(text)
		if len(errs) > 0 {
			t.Fatalf("seed %d, operation %d is not valid: %v\n%s\n%s", seed, op, errs, text, model.sdl())
		}
		x := newSlowExecutor(model, slow, variables)
		data := x.execute(doc.Query().Operations[0])
		calls := slow.take()
		for name, s := range weft {
			w, err := s.answer(t.Context(), text, variables)
			if err == nil {
				err = compare(w, data, x, calls)
			}
			if err != nil {
				t.Fatal(report(failed{model, op, name, text, variables, w, data, x, calls}, err))
			}
		}
	}
}

// served is one Weft that serves a model.
type served struct {
	back       *backEnd
	caller     *caller.Caller
	generation *graph.Generation
}

func serveModel(t *testing.T, model *modelGraph, mode response.Mode) *served {
	t.Helper()
	g, diags := sdl.Build([]sdl.Input{{File: "model.graphql", Text: model.sdl()}}, sdl.Options{})
	if diags.HasErrors() {
		t.Fatalf("seed %d: the schema does not load: %v\n%s", model.seed, diags, model.sdl())
	}
	s := &served{back: &backEnd{g: model}}
	pool := datasources.NewPool(map[datasources.Kind]datasources.Open{
		datasources.HTTP:    rest.Opener(rest.Options{Transport: s.back, Mode: mode}),
		datasources.Virtual: virtual.Open,
	})
	sources, diags := resolvers.Open(t.Context(), g, pool, resolvers.Config{})
	if diags.HasErrors() {
		t.Fatalf("seed %d: the sources do not open: %v", model.seed, diags)
	}
	t.Cleanup(func() {
		sources.Close()
		if err := pool.Close(); err != nil {
			t.Error(err)
		}
	})
	rules, diags := permit.Compile(g, nil)
	if diags.HasErrors() {
		t.Fatalf("seed %d: the policies do not compile: %v\n%s", model.seed, diags, model.sdl())
	}
	generation, err := graph.NewGeneration(graph.Params{Number: 1, Graph: g, Bind: sources.Bind, Rules: rules})
	if err != nil {
		t.Fatal(err)
	}
	s.generation = generation
	return s
}

// answer runs one operation.
func (s *served) answer(ctx context.Context, text string, variables map[string]any) (answered, error) {
	run, errs := s.generation.Begin(graph.Query{
		Text: text, Variables: value.From(variables), Explain: graph.Explain{Calls: true}, Caller: s.caller,
	})
	if len(errs) > 0 {
		return answered{}, errs
	}
	defer run.Close()
	w := answered{plan: run.Prepared().Plan}
	part, err := run.Next(ctx)
	w.calls = s.back.take()
	if err != nil {
		return w, err
	}
	w.data, w.errors, w.waterfall = append([]byte(nil), part.Data...), part.Errors, len(part.Calls)
	return w, nil
}

// failed is everything about an operation that was answered differently.
type failed struct {
	model     *modelGraph
	op        uint64
	mode      string
	text      string
	variables map[string]any
	weft      answered
	data      []byte
	slow      *slowExecutor
	slowCalls []string
}

func report(f failed, err error) string {
	var b strings.Builder
	fmt.Fprintf(&b, "seed %d, operation %d, %s: %v\n\n%s\n%s\n", f.model.seed, f.op, f.mode, err, f.model.sdl(), f.text)
	if text, err := json.Marshal(f.variables); err == nil {
		fmt.Fprintf(&b, "variables %s\n", text)
	}
	if f.weft.plan != nil {
		fmt.Fprintf(&b, "\n%s\n", f.weft.plan.AppendText(nil))
	}
	fmt.Fprintf(&b, "Weft: %s\n", f.weft.data)
	for _, e := range f.weft.errors {
		fmt.Fprintf(&b, "  %s %s %v: %s %v\n", codeOf(e), pathOf(e), e.Extensions["positions"], e.Message, errors.Unwrap(e))
	}
	fmt.Fprintf(&b, "  %s\n", strings.Join(f.weft.calls, "\n  "))
	fmt.Fprintf(&b, "slow: %s\n", f.data)
	for _, e := range f.slow.errors {
		fmt.Fprintf(&b, "  %s %s %t\n", e.code, e.path, e.optional)
	}
	for _, c := range f.slowCalls {
		b.WriteString("  " + c + f.model.replay(c) + "\n")
	}
	return b.String()
}
