package grpc

import (
	"context"

	"google.golang.org/grpc/codes"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/response"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/table"
	"github.com/weftgraph/weft/graph/value"
)

// fetcher makes the calls of one connector for one shape.
type fetcher struct {
	*binding
	selection *response.Selection
	// reader reads what the mappings read of a reply with the code OK.
	reader *reader
}

var _ datasources.Fetcher = (*fetcher)(nil)

// newFetcher works out what of a reply is read: by the selection for this shape and, if isSuccess may call a reply with the code
// OK a failure, by the mappings that look at failures.
func newFetcher(b *binding, want *table.Shape) *fetcher {
	selection := response.NewSelection(b.connector, want)
	paths := b.connector.Selection.Reads()
	if picks, _, ok := selection.Picks(); ok {
		paths = pathsOfPicks(picks)
	}
	if b.judge.Decides() {
		for _, m := range b.failureMappings() {
			paths = paths.Merge(m.Reads())
		}
	}
	return &fetcher{binding: b, selection: selection, reader: b.source.contract.newReader(b.output, paths)}
}

// Request implements datasources.Fetcher.
func (f *fetcher) Request(env *mapping.Env) (*datasources.Request, error) {
	return f.request.build(f.vars, env)
}

// Do implements datasources.Fetcher.
func (f *fetcher) Do(ctx context.Context, r *datasources.Request) (*datasources.Reply, error) {
	return f.source.do(ctx, r)
}

// Decode implements datasources.Fetcher.
func (f *fetcher) Decode(r *datasources.Reply, env *mapping.Env, dst *table.Builder) (datasources.Outcome, error) {
	f.vars.BindReply(env, r)
	err := f.decode(r, env, dst)
	return datasources.Outcome{
		Status:   r.Status,
		Bytes:    len(r.Body),
		Rows:     dst.Len(0),
		Problems: env.Problems.List(),
	}, err
}

// decode judges the reply and fills the table from a successful one: one with the code OK, unless isSuccess says otherwise.
func (f *fetcher) decode(r *datasources.Reply, env *mapping.Env, dst *table.Builder) error {
	code := codes.Code(r.Status)
	content, err := f.content(r)
	if err != nil {
		return invalidReply(code, unexpectedFormat, err)
	}
	isSuccess := code == codes.OK
	if f.judge.Decides() {
		isSuccess = f.judge.IsSuccess(content, env)
	}
	if isSuccess {
		return f.selection.Evaluate(content, env, dst)
	}
	return f.refusal(r, content, env)
}

// content returns `$`: the message, or what the status tells.
func (f *fetcher) content(r *datasources.Reply) (value.Value, error) {
	if codes.Code(r.Status) != codes.OK {
		return f.source.contract.failureObject(r.Body), nil
	}
	return f.source.contract.decodeMessage(f.reader, r.Body)
}
