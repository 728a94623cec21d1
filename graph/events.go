package graph

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/weftgraph/weft/graph/execute"
)

// IsSubscription tells that the answer of the run is a stream of events (specification 6.2.3): Subscribe runs it, Answer does not.
func (r *Run) IsSubscription() bool { return r.operation.def.Operation == ast.Subscription }

// IsMutation tells that the run has effects (specification 6.2.2).
func (r *Run) IsMutation() bool { return r.operation.def.Operation == ast.Mutation }

// SubscriptionRefused is the error of a request for a subscription that asks for one answer.
func SubscriptionRefused() *gqlerror.Error {
	return codedError(CodeOperationResolution,
		"Subscriptions are answered by event streams: accept text/event-stream, or ask over WebSocket (graphql-transport-ws).")
}

// Subscribe creates the source event stream. The errors are request errors: there is no stream, and the response has `errors` and no `data`
// (specification 6.2.3.1). ctx bounds the whole stream. Whoever gets Events closes them before the run.
func (r *Run) Subscribe(ctx context.Context) (*Events, gqlerror.List) {
	subscribe := r.prepared.bound.Subscribe
	if subscribe == nil {
		return nil, gqlerror.List{codedError("NO_SOURCE", "No connector supplies the events of this subscription.")}
	}
	source, failure := subscribe(ctx, r.environment())
	if failure != nil {
		return nil, gqlerror.List{failure.Error(nil)}
	}
	return &Events{Timeout: r.eventTimeout, run: r, source: source}, nil
}

// respondToEvent returns the answer to the next event as gqlgen's response, nil after the last. The first call creates the stream.
func (r *Run) respondToEvent(ctx context.Context) *graphql.Response {
	if r.events == nil {
		events, errs := r.Subscribe(ctx)
		if len(errs) > 0 {
			r.ended = true
			return &graphql.Response{Errors: errs}
		}
		r.events = events
	}
	answer, err := r.events.Next(ctx)
	if err != nil {
		r.ended = true
		return nil
	}
	for name, extension := range answer.Extensions {
		graphql.RegisterExtension(ctx, name, extension)
	}
	return &graphql.Response{Data: answer.Data, Errors: answer.Errors}
}

// Events are the answers of a subscription, one for each event, in the order of the events: the next one is read from the source when it is
// asked for, so that whoever is slow to take answers slows down the source, and is not sent what was collected meanwhile. They are used by one
// goroutine at a time; Close may be called by any.
type Events struct {
	// Timeout is the Query's EventTimeout. It may be changed before the first Next.
	Timeout time.Duration

	run    *Run
	source SourceStream
	parts  execute.Parts
	close  sync.Once
}

// Next waits for the next event and executes it (specification 6.2.3.2). The answer is valid until the next call, and is one whose data is null
// where the event makes no sense; a stream that breaks has one last answer with the error. The error is io.EOF after the last answer, and that of
// ctx, or of the stream's context, when it is over.
func (e *Events) Next(ctx context.Context) (*Answer, error) {
	e.release()
	event, err := e.source.Next(ctx)
	if err != nil {
		if cause := context.Cause(ctx); cause != nil && !errors.Is(err, io.EOF) {
			err = cause
		}
		return nil, err
	}
	// Times of the explanation count from when the event came.
	e.run.started = time.Now()
	if e.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, e.Timeout)
		defer cancel()
	}
	e.parts = execute.Run(ctx, e.run.prepared.Plan, e.run.input(event(ctx)))
	part, err := e.parts.Next(ctx)
	if err != nil {
		return nil, err
	}
	answer := e.run.answer(part)
	e.run.spend(part.Rows)
	e.run.prepared.learn(answer)
	return answer, nil
}

// Close ends the stream and releases it: the last answer must not be used any more. It may be called more than once.
func (e *Events) Close() {
	e.close.Do(e.source.Close)
}

// release gives the memory of the last answer back.
func (e *Events) release() {
	if e.parts != nil {
		e.parts.Close()
		e.parts = nil
	}
}
