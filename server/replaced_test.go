package server

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/plan"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/resolvers"
)

// Requests of the oldest generations may go on after they have been hurried; others are too many all the same.
func TestTheGenerationsThatAreReplacedAreBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		pool, r := datasources.NewPool(nil), newReplaced()
		defer func() { _ = pool.Close() }()
		var open []*graph.Run
		for range 3 * maxReplaced {
			s, run := servedWithRun(t, pool)
			open = append(open, run)
			r.add(s, time.Hour, time.Hour)
		}
		synctest.Wait()
		for i, run := range open {
			isRetired := false
			select {
			case <-run.Generation().Retired():
				isRetired = true
			default:
			}
			if want := i < 2*maxReplaced; isRetired != want {
				t.Errorf("generation %d is retired: %t, want %t", i, isRetired, want)
			}
			run.Close()
		}
		r.end()
	})
}

// servedWithRun is a graph without calls, and a run on it.
func servedWithRun(t *testing.T, pool *datasources.Pool) (*served, *graph.Run) {
	t.Helper()
	g, diags := sdl.Build([]sdl.Input{{File: "a.graphql", Text: `
extend schema @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@connect"])
type Query { a: Int @connect(selection: "$(1)") }`}}, sdl.Options{})
	if g == nil {
		t.Fatal(diags)
	}
	generation, err := graph.NewGeneration(graph.Params{Number: 1, Graph: g, Bind: func(*plan.Plan) (graph.Bound, error) {
		return graph.Bound{}, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	run, errs := generation.Begin(graph.Query{Text: "{ __typename }"})
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	sources, diags := resolvers.Open(t.Context(), &sdl.Graph{}, pool, resolvers.Config{})
	if sources == nil {
		t.Fatal(diags)
	}
	return &served{generation: generation, sources: sources}, run
}
