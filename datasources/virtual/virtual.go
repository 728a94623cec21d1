// Package virtual computes the values of connectors that make no call: from the selection alone, which sees the call's
// variables and an empty object as its input (Connectors specification 3.7).
package virtual

import (
	"context"
	"time"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/response"
	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/table"
	"github.com/weftgraph/weft/graph/value"
)

// Open makes a source without a back end; of the settings only `$config` and `$env` matter.
func Open(_ context.Context, s datasources.Settings) (datasources.Source, error) {
	return source{s}, nil
}

var _ datasources.Open = Open

type source struct{ settings datasources.Settings }

var _ datasources.Source = source{}

// Bind implements datasources.Source.
func (s source) Bind(c datasources.Connector) (datasources.Binding, []diag.Diagnostic) {
	if c.Selection == nil {
		return nil, []diag.Diagnostic{{
			Code:    "INVALID_SELECTION",
			Message: "a connector needs a selection",
			Span:    c.Origin,
		}}
	}
	return &binding{connector: c, vars: response.NewVariables(s.settings, c)}, nil
}

// Close implements datasources.Source. There is nothing to close.
func (source) Close() error { return nil }

type binding struct {
	connector datasources.Connector
	vars      *response.Variables
}

var _ datasources.Binding = (*binding)(nil)

// Prepare implements datasources.Binding.
func (b *binding) Prepare(want *table.Shape) (datasources.Fetcher, error) {
	return &fetcher{b.vars, response.NewSelection(b.connector, want)}, nil
}

type fetcher struct {
	vars      *response.Variables
	selection *response.Selection
}

var _ datasources.Fetcher = (*fetcher)(nil)

// Request implements datasources.Fetcher.
func (f *fetcher) Request(*mapping.Env) (*datasources.Request, error) {
	return &datasources.Request{Line: "virtual"}, nil
}

// Do implements datasources.Fetcher: it answers at once.
func (f *fetcher) Do(context.Context, *datasources.Request) (*datasources.Reply, error) {
	return &datasources.Reply{Start: time.Now()}, nil
}

// Decode implements datasources.Fetcher. `$status` and `$response` have no meaning here and stay unset.
func (f *fetcher) Decode(_ *datasources.Reply, env *mapping.Env, dst *table.Builder) (datasources.Outcome, error) {
	f.vars.BindSource(env)
	err := f.selection.Evaluate(value.Object(nil), env, dst)
	return datasources.Outcome{Rows: dst.Len(0), Problems: env.Problems.List()}, err
}
