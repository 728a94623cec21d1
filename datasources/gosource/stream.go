package gosource

import (
	"bytes"
	"context"
	"io"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/weftgraph/weft/datasources"
)

// streamer is a fetcher of a subscription field.
type streamer struct{ *fetcher }

var _ datasources.Streamer = streamer{}

// Do implements datasources.Fetcher.
func (streamer) Do(context.Context, *datasources.Request) (*datasources.Reply, error) {
	return nil, datasources.StreamOnly()
}

// Stream implements datasources.Streamer: it calls the field's resolver, which returns a channel. The resolver's context is over when the
// stream is.
func (f streamer) Stream(ctx context.Context, r *datasources.Request) (datasources.Stream, error) {
	variables, ok := r.Payload.(map[string]any)
	if !ok {
		return nil, internal(errNoAnswer)
	}
	ctx, cancel := context.WithCancel(ctx)
	s := &openStream{fetcher: f.fetcher, ctx: ctx, cancel: cancel}
	if err := s.begin(variables); err != nil { //nolint:contextcheck // the stream has a life of its own
		cancel()
		return nil, err
	}
	return s, nil
}

// openStream reads a resolver's channel.
type openStream struct {
	*fetcher
	ctx    context.Context //nolint:containedctx // it is the resolver's, and lives as long as the stream
	cancel context.CancelFunc
	next   graphql.ResponseHandler
	// isOver is set by the one who reads.
	isOver bool
}

var _ datasources.Stream = (*openStream)(nil)

// opening collects what resolvers report before there is a channel. A resolver may report on, from goroutines of its own.
type opening struct {
	mu     sync.Mutex
	errors gqlerror.List
}

func (o *opening) add(err *gqlerror.Error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.errors = append(o.errors, err)
}

// first is the first error, nil if there is none.
func (o *opening) first() *gqlerror.Error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.errors) == 0 {
		return nil
	}
	return o.errors[0]
}

// openingKey is the context key of an opening.
type openingKey struct{}

// began is what came of an attempt to begin.
type began struct {
	next graphql.ResponseHandler
	err  error
}

// begin calls the resolver in a goroutine of its own, since it may go on when the context is over.
func (s *openStream) begin(variables map[string]any) error {
	done := make(chan began, 1)
	go func() {
		var b began
		defer func() {
			if p := recover(); p != nil {
				b.err = internal(recovered(s.ctx, p))
			}
			done <- b
		}()
		b.next, b.err = s.dispatch(variables)
	}()
	select {
	case b := <-done:
		s.next = b.next
		return b.err
	case <-s.ctx.Done():
		return datasources.ContextError(s.ctx, s.ctx.Err())
	}
}

func (s *openStream) dispatch(variables map[string]any) (graphql.ResponseHandler, error) {
	var failed opening
	ctx := context.WithValue(graphql.StartOperationTrace(s.ctx), openingKey{}, &failed)
	op, errs := s.executor.CreateOperationContext(ctx, &graphql.RawParams{Query: s.text, Variables: variables})
	if len(errs) > 0 {
		return nil, &datasources.Error{Code: datasources.CodeFetch, Message: requestFailed, Cause: errs}
	}
	responses, ctx := s.executor.DispatchOperation(ctx, op)
	if err := failed.first(); err != nil {
		return nil, failures{}.of(err)
	}
	ctx = context.WithValue(ctx, openingKey{}, (*opening)(nil)) // what events fail with is theirs
	return func(context.Context) *graphql.Response { return responses(ctx) }, nil
}

// Next implements datasources.Stream. gqlgen waits for the channel and for the context; the code behind a field of an event may not, so that
// it is left behind when the context is over.
func (s *openStream) Next(ctx context.Context) (*datasources.Reply, error) {
	if s.isOver {
		return nil, io.EOF
	}
	defer context.AfterFunc(ctx, s.cancel)()
	type event struct {
		response *graphql.Response
		err      error
	}
	done := make(chan event, 1)
	go func() {
		var e event
		defer func() {
			if p := recover(); p != nil {
				e.err = internal(recovered(s.ctx, p))
			}
			done <- e
		}()
		e.response = s.next(s.ctx)
	}()
	var e event
	select {
	case e = <-done:
	case <-s.ctx.Done():
	}
	switch {
	case s.ctx.Err() != nil:
		e.err = datasources.ContextError(s.ctx, s.ctx.Err()) //nolint:contextcheck // the stream has a life of its own
	case e.err == nil && e.response == nil:
		e.err = io.EOF
	}
	if e.err != nil {
		s.isOver = true
		return nil, e.err
	}
	return s.reply(e.response)
}

// reply is an event as the answer of an operation.
func (s *openStream) reply(resp *graphql.Response) (*datasources.Reply, error) {
	if int64(len(resp.Data)) > s.maxReply {
		s.isOver = true
		s.cancel()
		return nil, tooLarge()
	}
	// gqlgen writes the next event over this one.
	return &datasources.Reply{Body: bytes.Clone(resp.Data), Payload: resp.Errors, Start: time.Now()}, nil
}

// Close implements datasources.Stream.
func (s *openStream) Close() { s.cancel() }
