package server

import (
	"context"
	"net/http"
	"sync/atomic"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/weftgraph/weft/graph"
)

// ending is how the answer to an operation has ended that a client gets part by part.
type ending uint8

const (
	// completed answers have nothing more to come.
	completed ending = iota
	// notExecuted are requests that errors answer.
	notExecuted
	// stopped streams were cut off because the server stops, replaced ones because the graph that they run on has been replaced for some
	// time. Clients are to ask again.
	stopped
	replaced
	// abandoned streams have nobody who listens.
	abandoned
)

// listener is who gets the parts of an answer.
type listener struct {
	// next sends a part, which is not kept. It waits while the client is slow. After an error nobody listens.
	next func(*graph.Answer) error
	// started is called when a stream of events has begun, of which nobody knows how long it goes on.
	started func()
	// stop is closed when streams are to end.
	stop <-chan struct{}
}

// stream answers a run part by part: an operation with one result has one part, a subscription one for each event. The errors are those
// of a request that was not executed.
func (o *operations) stream(r *http.Request, exec graphql.GraphExecutor, run *graph.Run, query graph.Query, to listener) (ending, gqlerror.List) {
	answer := run.Answer(r.Context(), o.timeout, func(ctx context.Context) *graph.Answer {
		return o.run(ctx, r, exec, run, query)
	})
	switch {
	case answer == nil:
		answer = timedOut()
	case answer.Data == nil:
		return notExecuted, answer.Errors
	}
	if to.next(answer) != nil {
		return abandoned, nil
	}
	return completed, nil
}

// openStreams counts subscriptions.
type openStreams struct {
	// isOff tells that there may be none; limit is how many there may be.
	isOff bool
	limit int64
	count atomic.Int64
}

// enter counts one in, if it may be. Whoever gets a function calls it at its end.
func (s *openStreams) enter() (leave func(), refused *refusal) {
	if s.isOff {
		return nil, refuse(http.StatusBadRequest, graph.CodeOperationResolution, "Subscriptions are switched off.")
	}
	if s.count.Add(1) > s.limit {
		s.count.Add(-1)
		refused = refuse(http.StatusBadRequest, codeLimitExceeded, "There are too many open subscriptions, the limit is %d.", s.limit)
		refused.err.Extensions["limit"] = "opened_subscriptions"
		return nil, refused
	}
	return func() { s.count.Add(-1) }, nil
}
