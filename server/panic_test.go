package server_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/execute"
	"github.com/weftgraph/weft/graph/plan"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/server"
)

func TestPanicsAreLoggedAndHidden(t *testing.T) {
	t.Parallel()
	g, diags := sdl.Build([]sdl.Input{{File: "test.graphql", Text: document}}, sdl.Options{})
	if g == nil {
		t.Fatal(diags)
	}
	for name, bind := range map[string]graph.Bind{
		"while the plan is made": func(*plan.Plan) (graph.Bound, error) { panic("secret") },
		"while it runs": func(*plan.Plan) (graph.Bound, error) {
			return graph.Bound{Begin: func(context.Context, graph.Environment) execute.Loads { panic("secret") }}, nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testPanic(t, g, bind)
		})
	}
}

func testPanic(t *testing.T, g *sdl.Graph, bind graph.Bind) {
	t.Helper()
	generation, err := graph.NewGeneration(graph.Params{Graph: g, Bind: bind})
	if err != nil {
		t.Fatal(err)
	}
	core, logs := observer.New(zap.ErrorLevel)
	srv := httptest.NewServer(server.New(server.Options{Schema: graph.NewSchema(generation), Log: zap.New(core)}))
	t.Cleanup(srv.Close)
	// Twice: a plan whose making panicked is not remembered as one that is there.
	for range 2 {
		got := ask(t, srv.URL, "{ echo }", "")
		want := `{"errors":[{"message":"Internal server error","extensions":{"code":"INTERNAL_SERVER_ERROR"}}]}`
		if diff := cmp.Diff(want, got.body); diff != "" || got.status != http.StatusInternalServerError {
			t.Errorf("%d %s", got.status, diff)
		}
	}
	entries := logs.All()
	if len(entries) != 2 {
		t.Fatalf("%d log entries, want 2", len(entries))
	}
	fields := entries[0].ContextMap()
	if logged := fmt.Sprint(fields); !strings.Contains(logged, "secret") || !strings.Contains(logged, "panic_test.go") {
		t.Errorf("logged %v", fields)
	}
	http.DefaultClient.CloseIdleConnections()
}
