package rest

import (
	"context"
	"errors"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/httpcall"
	"github.com/weftgraph/weft/datasources/response"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/table"
	tablejson "github.com/weftgraph/weft/graph/table/json"
	"github.com/weftgraph/weft/graph/value"
)

// fetcher makes the calls of one connector for one shape.
type fetcher struct {
	*binding
	selection *response.Selection
	// program scans JSON replies; nil when only evaluating will do.
	program *tablejson.Program
}

var _ datasources.Fetcher = (*fetcher)(nil)

// compile returns the scan program of the selection, or nil when it does more than picking.
func compile(s *response.Selection, want *table.Shape) *tablejson.Program {
	tree := s.Tree(want)
	if tree == nil {
		return nil
	}
	return tablejson.NewProgram(tree)
}

// Request implements datasources.Fetcher.
func (f *fetcher) Request(env *mapping.Env) (*datasources.Request, error) {
	return f.request.build(f.vars, env)
}

// Do implements datasources.Fetcher.
func (f *fetcher) Do(ctx context.Context, r *datasources.Request) (*datasources.Reply, error) {
	return f.source.client.Do(ctx, r)
}

// Decode implements datasources.Fetcher.
func (f *fetcher) Decode(r *datasources.Reply, env *mapping.Env, dst *table.Builder) (datasources.Outcome, error) {
	f.vars.BindReply(env, r)
	err := f.decode(&body{reply: r, speaksXML: f.connector.HTTP.SpeaksXML}, env, dst)
	return datasources.Outcome{
		Status:   r.Status,
		Bytes:    len(r.Body),
		Rows:     dst.Len(0),
		Problems: env.Problems.List(),
	}, err
}

// decode judges the reply and fills the table from a successful one. The body is parsed only for those who look at it.
func (f *fetcher) decode(b *body, env *mapping.Env, dst *table.Builder) error {
	isSuccess, err := f.isSuccess(b, env)
	if err != nil {
		return err
	}
	if isSuccess && f.connector.NeedsBody && b.isUnread() {
		return httpcall.InvalidReply(b.reply.Status, errUnread)
	}
	if isSuccess && f.program != nil && b.isJSON() {
		switch err := f.program.Scan(dst); {
		case err == nil:
			return f.selection.CheckScanned(dst.Finish())
		case !errors.Is(err, tablejson.ErrFallback):
			return httpcall.InvalidReply(b.reply.Status, err)
		}
		// The reply may still be right; the builder is empty again.
	}
	content, err := b.content()
	switch {
	case err != nil:
		return err
	case !isSuccess:
		return f.judge.Failure(content, env, httpcall.StatusExtensions(b.reply.Status))
	default:
		return f.selection.Evaluate(content, env, dst)
	}
}

// isSuccess asks the `isSuccess` mapping, or else the status (Connectors specification 4.2).
func (f *fetcher) isSuccess(b *body, env *mapping.Env) (bool, error) {
	if !f.judge.Decides() {
		return b.reply.Status >= 200 && b.reply.Status <= 299, nil
	}
	if !f.judge.ReadsBody() {
		return f.judge.IsSuccess(value.Null(), env), nil
	}
	content, err := b.content()
	if err != nil {
		return false, err
	}
	return f.judge.IsSuccess(content, env), nil
}
