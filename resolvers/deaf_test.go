package resolvers_test

import (
	"context"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/execute"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/plan"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/table"
	"github.com/weftgraph/weft/resolvers"
)

// deaf is Go code that does not look at its context: it ends when the test lets it.
type deaf struct{ called, released chan struct{} }

func (d deaf) Bind(datasources.Connector) (datasources.Binding, []diag.Diagnostic) { return d, nil }

func (deaf) Close() error { return nil }

func (d deaf) Prepare(*table.Shape) (datasources.Fetcher, error) { return d, nil }

func (deaf) Request(*mapping.Env) (*datasources.Request, error) { return &datasources.Request{}, nil }

func (d deaf) Do(context.Context, *datasources.Request) (*datasources.Reply, error) {
	close(d.called)
	<-d.released
	return nil, &datasources.Error{Code: datasources.CodeInternal}
}

func (deaf) Decode(*datasources.Reply, *mapping.Env, *table.Builder) (datasources.Outcome, error) {
	return datasources.Outcome{}, nil
}

func TestGoCodeThatIsDeafDoesNotHoldItsRequestUp(t *testing.T) {
	t.Parallel()
	g, diags := sdl.Build([]sdl.Input{{File: "go.graphqls", Text: `type Query { slow: String }`, Executable: "go"}}, sdl.Options{})
	if g == nil {
		t.Fatal(diags)
	}
	code := deaf{make(chan struct{}), make(chan struct{})}
	pool := datasources.NewPool(map[datasources.Kind]datasources.Open{
		datasources.Go: func(context.Context, datasources.Settings) (datasources.Source, error) { return code, nil },
	})
	sources, diags := resolvers.Open(t.Context(), g, pool, resolvers.Config{})
	if sources == nil {
		t.Fatal(diags)
	}
	t.Cleanup(sources.Close)
	doc, errs := gqlparser.LoadQueryWithRules(g.Schema, `{ slow }`, rules.NewDefaultRules())
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	p, err := plan.NewPlanner(g).Plan(doc.Operations[0], nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	bound, err := sources.Prepare(p)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	answered := make(chan *execute.Part, 1)
	go func() {
		parts := execute.Run(ctx, p, execute.Input{Loads: bound.Begin(ctx, graph.Environment{})})
		defer parts.Close()
		part, err := parts.Next(ctx)
		if err != nil {
			t.Error(err)
		}
		answered <- part
	}()
	<-code.called
	cancel()
	part := <-answered // the code has not ended
	close(code.released)
	if len(part.Errors) != 1 || part.Errors[0].Extensions["code"] != "REQUEST_TIMEOUT" {
		t.Errorf("%s %v", part.Data, part.Errors)
	}
}
