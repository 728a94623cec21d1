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
	// reader reads what the selection reads of a reply with the code OK.
	reader *reader
	// judged reads what isSuccess and the mappings of failures read as well. Without isSuccess it is reader.
	judged *reader
	// program scans replies; nil when only evaluating will do.
	program *scanProgram
}

var _ datasources.Fetcher = (*fetcher)(nil)

// newFetcher works out what of a reply is read: by the selection for this shape and, if isSuccess may call a reply with the code
// OK a failure, by the mappings that look at failures.
func newFetcher(b *binding, want *table.Shape) *fetcher {
	f := &fetcher{binding: b, selection: response.NewSelection(b.connector, want)}
	c := b.source.contract
	paths := b.connector.Selection.Reads()
	if picks, _, ok := f.selection.Picks(); ok {
		paths = pathsOfPicks(picks)
	}
	f.reader = c.newReader(b.output, paths)
	f.judged = f.reader
	if b.judge.Decides() {
		for _, m := range b.failureMappings() {
			paths = paths.Merge(m.Reads())
		}
		f.judged = c.newReader(b.output, paths)
	}
	if b.source.mode != response.EvaluateOnly {
		f.program = c.compileScan(f.selection, f.reader, want)
	}
	return f
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

// decode judges the reply and fills the table from a successful one: one with the code OK, unless isSuccess says otherwise. The
// message is decoded only for those who look at it.
func (f *fetcher) decode(r *datasources.Reply, env *mapping.Env, dst *table.Builder) error {
	code := codes.Code(r.Status)
	isSuccess := code == codes.OK
	content, isKnown := value.Null(), false
	if !isSuccess || f.judge.Decides() && f.judge.ReadsBody() {
		var err error
		if content, err = f.content(r); err != nil {
			return invalidReply(code, unexpectedFormat, err)
		}
		isKnown = true
	}
	if f.judge.Decides() {
		isSuccess = f.judge.IsSuccess(content, env)
	}
	switch {
	case isSuccess && isKnown && f.program == nil, isSuccess && code != codes.OK:
		return f.selection.Evaluate(content, env, dst)
	case isSuccess:
		return f.fill(r, env, dst)
	case !isKnown:
		var err error
		if content, err = f.content(r); err != nil {
			return invalidReply(code, unexpectedFormat, err)
		}
	}
	return f.refusal(r, content, env)
}

// content returns `$` for the mappings that judge the reply: the message, or what the status tells.
func (f *fetcher) content(r *datasources.Reply) (value.Value, error) {
	if codes.Code(r.Status) != codes.OK {
		return f.source.contract.failureObject(r.Body), nil
	}
	return f.source.contract.decodeMessage(f.judged, r.Body)
}

// fill makes the table of a message. Where problems of mappings are asked for, the selection is evaluated for them besides.
func (f *fetcher) fill(r *datasources.Reply, env *mapping.Env, dst *table.Builder) error {
	if f.program != nil && f.program.scan(r.Body, dst) {
		if env.Problems == nil {
			return f.selection.CheckScanned(dst.Finish())
		}
		dst = table.NewBuilder(dst.Shape(), r.Body)
	}
	content, err := f.source.contract.decodeMessage(f.reader, r.Body)
	if err != nil {
		return invalidReply(codes.OK, unexpectedFormat, err)
	}
	return f.selection.Evaluate(content, env, dst)
}
