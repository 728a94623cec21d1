package resolvers

import (
	"context"
	"errors"
	"io"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/execute"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/plan"
	"github.com/weftgraph/weft/graph/table"
)

// streamLoader is the loader of the fetch that a subscription's events answer.
func (b *Bound) streamLoader() plan.LoaderID { return b.plan.Fetches[b.plan.Stream].Loader }

// Subscribe opens the stream of a subscription's events. It is the Subscribe of a graph.Bound.
func (b *Bound) Subscribe(ctx context.Context, env graph.Environment) (graph.SourceStream, *execute.Failure) {
	ctx, cancel := context.WithCancel(ctx)
	ld := b.begin(ctx, env).loader(b.streamLoader())
	s := &sourceStream{bound: b, env: env, over: ctx.Err, cancel: cancel}
	err := s.open(ctx, ld)
	if err == nil {
		return s, nil
	}
	cancel()
	var failed *datasources.Error
	if !errors.As(err, &failed) {
		failed = &datasources.Error{Code: datasources.CodeInternal, Message: "Internal server error", Cause: err}
	}
	return nil, ld.failure(failed)
}

// sourceStream is an open stream.
type sourceStream struct {
	bound *Bound
	env   graph.Environment
	// request is the one that opened it.
	request *datasources.Request
	replies datasources.Stream
	// over returns the error of the stream's context when that is over, which cancel brings about.
	over   func() error
	cancel context.CancelFunc
	// isBroken tells that the event which says so has been given.
	isBroken bool
}

var _ graph.SourceStream = (*sourceStream)(nil)

// errNoStreamer means that a source cannot do what the check of the documents has let pass.
var errNoStreamer = errors.New("the source of the subscription has no streams")

// open makes the request of the stream, like that of a call for the one key that a root has, and sends it.
func (s *sourceStream) open(ctx context.Context, ld *loader) error {
	streamer, isStreamer := ld.bound.fetcher.(datasources.Streamer)
	if !isStreamer {
		return errNoStreamer
	}
	keys := table.NewKeys(nil, 1)
	keys.Add(0, nil)
	c := &call{loader: ld, keys: keys, to: 1}
	var err error
	if s.request, err = c.request(); err != nil {
		return err
	}
	ld.count()
	s.replies, err = streamer.Stream(ctx, s.request)
	return err
}

// Next implements graph.SourceStream.
func (s *sourceStream) Next(ctx context.Context) (graph.Event, error) {
	if s.isBroken {
		return nil, io.EOF
	}
	reply, err := s.replies.Next(ctx)
	switch {
	case errors.Is(err, io.EOF):
		return nil, io.EOF
	case err != nil && ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil && s.over() != nil:
		return nil, s.over()
	case err != nil:
		s.isBroken = true
	}
	return func(ctx context.Context) execute.Loads {
		loads := s.bound.begin(ctx, s.env)
		loads.event = s.loader(reply, err)
		return loads
	}, nil
}

// loader is the stream's loader for one event.
func (s *sourceStream) loader(reply *datasources.Reply, err error) *boundLoader {
	bound := s.bound.loaders[s.bound.streamLoader()]
	bound.fetcher = arrived{Fetcher: bound.fetcher, request: s.request, reply: reply, err: err}
	bound.isGo, bound.hasArrived = false, true // nothing of it is called
	return &bound
}

// Close implements graph.SourceStream.
func (s *sourceStream) Close() {
	s.cancel()
	s.replies.Close()
}

// arrived is the fetcher of a stream's connector for one event, whose reply is there: it is decoded like any other.
type arrived struct {
	datasources.Fetcher
	request *datasources.Request
	reply   *datasources.Reply
	// err is why the stream broke, if it did.
	err error
}

// Request implements datasources.Fetcher.
func (a arrived) Request(*mapping.Env) (*datasources.Request, error) {
	request := *a.request // whoever sends it writes on it
	return &request, nil
}

// Do implements datasources.Fetcher.
func (a arrived) Do(context.Context, *datasources.Request) (*datasources.Reply, error) {
	return a.reply, a.err
}
