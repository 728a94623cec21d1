package server

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"go.uber.org/zap"

	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/caller"
	"github.com/weftgraph/weft/server/identity"
)

// ending is how the answer to an operation has ended that a client gets part by part.
type ending uint8

const (
	// completed answers have nothing more to come.
	completed ending = iota
	// notExecuted are requests that errors answer.
	notExecuted
	// stopped streams were cut off because the server stops, outdated ones because the graph that they run on has been replaced for some
	// time. Clients are to ask again.
	stopped
	outdated
	// expired streams were cut off because the credentials of their caller have ended, withdrawn ones because they are not good any more: they
	// were taken back, or are somebody else's. unknownCaller are operations whose credentials are not good when they begin.
	expired
	withdrawn
	unknownCaller
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
	// record is what the audit log is told, or nil; status is that of the answer, 0 where there is none.
	record *record
	status int
}

// errStopped and errReplaced are why a stream is cut off.
var (
	errStopped  = errors.New("the server stops")
	errReplaced = errors.New("the graph has been replaced")
	errExpired  = errors.New("the credentials have expired")
)

// message is what clients are told whose stream has outlived their credentials.
func (e ending) message() string {
	if e == withdrawn {
		return "The credentials of the subscription are not valid any more. Subscribe again with others."
	}
	return "The credentials of the subscription have expired. Subscribe again with others."
}

// stream answers a run part by part: an operation with one result has one part, a subscription one for each event. The errors are those
// of a request that was not executed.
func (o *operations) stream(r *http.Request, exec graphql.GraphExecutor, run *graph.Run, query graph.Query, to listener) (ending, gqlerror.List) {
	if run.IsSubscription() {
		end, errs := o.events(r, exec, run, query, to)
		if end == notExecuted {
			to.record.refused(errs)
		}
		to.record.ended(end)
		return end, errs
	}
	if refused := to.record.begins(run, false); refused != nil {
		return to.refused(refused)
	}
	answer := run.Answer(r.Context(), o.timeout, func(ctx context.Context) *graph.Answer {
		return o.run(ctx, r, exec, run, query)
	})
	switch {
	case answer == nil:
		answer = timedOut()
	case answer.Data == nil:
		to.record.refused(answer.Errors)
		return notExecuted, answer.Errors
	}
	to.record.answered(r.Context(), answer)
	if refused := to.record.keep(r.Context(), to.status); refused != nil {
		return notExecuted, gqlerror.List{refused.err}
	}
	if to.next(answer) == nil {
		return completed, nil
	}
	to.record.ended(abandoned)
	return abandoned, nil
}

// events answers a subscription.
func (o *operations) events(r *http.Request, exec graphql.GraphExecutor, run *graph.Run, query graph.Query, to listener) (ending, gqlerror.List) {
	leave, refused := o.streams.enter(o.subscription)
	if refused != nil {
		return notExecuted, gqlerror.List{refused.err}
	}
	defer leave()
	ctx, cancel := context.WithCancelCause(r.Context())
	defer cancel(nil)
	ends, stop := o.expiry(run.Caller())
	defer stop()
	go cutOff(ctx, cancel, ends, run.Generation().Retired(), to.stop)
	events, errs := o.subscribe(ctx, r, exec, run, query)
	if len(errs) > 0 {
		return endingOf(ctx, notExecuted), o.redact(errs)
	}
	defer events.Close()
	if refused := to.record.streams(); refused != nil {
		return notExecuted, gqlerror.List{refused.err}
	}
	to.started()
	for {
		answer, err := events.Next(ctx)
		if err != nil {
			if ctx.Err() == nil && !errors.Is(err, io.EOF) {
				o.log.Error("stream of events", zap.Error(err)) // a defect: a stream that breaks has an answer that says so
			}
			return endingOf(ctx, completed), nil
		}
		if ctx.Err() != nil && len(answer.Errors) > 0 {
			return endingOf(ctx, abandoned), nil // its errors are that it was cut off: whoever asks again gets the whole of it
		}
		if !o.stillKnows(r, run.Caller()) {
			return withdrawn, nil
		}
		o.logCauses(answer.Errors)
		answer.Errors = o.redact(answer.Errors)
		to.record.event(answer)
		if to.next(answer) != nil {
			return endingOf(ctx, abandoned), nil
		}
	}
}

// answers are the answers of a subscription, one for each event. See graph.Events.
type answers interface {
	Next(ctx context.Context) (*graph.Answer, error)
	Close()
}

var _ answers = (*graph.Events)(nil)

// subscribe creates the stream of a subscription.
func (o *operations) subscribe(
	ctx context.Context, r *http.Request, exec graphql.GraphExecutor, run *graph.Run, query graph.Query,
) (answers, gqlerror.List) {
	if !o.hasExtensions {
		events, errs := run.Subscribe(ctx)
		if len(errs) > 0 {
			return nil, errs
		}
		return events, nil
	}
	responses, ctx, errs := dispatchAll(graph.WithRun(ctx, run), r, exec, run, query)
	if len(errs) > 0 {
		return nil, errs
	}
	e := &extendedAnswers{run: run, next: func() *graph.Answer { return run.Presented(responses(ctx)) }}
	// The stream is created when the first answer is asked for. What is not executed has no data.
	if e.first = e.next(); e.first != nil && e.first.Data == nil {
		return nil, e.first.Errors
	}
	return e, nil
}

// extendedAnswers are answers that gqlgen's extensions have seen.
type extendedAnswers struct {
	run   *graph.Run
	first *graph.Answer
	// next returns nil after the last answer.
	next func() *graph.Answer
}

// Next implements answers. Its context is the one that the stream was created with.
func (e *extendedAnswers) Next(context.Context) (*graph.Answer, error) {
	answer := e.first
	if e.first = nil; answer == nil {
		answer = e.next()
	}
	if answer == nil {
		return nil, io.EOF
	}
	return answer, nil
}

// Close implements answers.
func (e *extendedAnswers) Close() { e.run.Close() }

// expiry returns a channel that gets something when the credentials of a caller end, and what lets go of it. Nothing comes if they do not,
// or if streams may outlive them.
func (o *operations) expiry(who *caller.Caller) (<-chan time.Time, func() bool) {
	at := who.Identity().Expires
	if at.IsZero() || o.keepsExpired {
		return nil, func() bool { return false }
	}
	timer := time.NewTimer(time.Until(at))
	return timer.C, timer.Stop
}

// stillKnows tells whether the credentials of a stream are those of its caller now, by the settings that hold now: keys and tokens are taken back
// before they end. Those that cannot be checked at the moment may be good.
func (o *operations) stillKnows(r *http.Request, who *caller.Caller) bool {
	now := o.streams.current.Load().operations
	if who.IsAnonymous() || now.keepsExpired {
		return true
	}
	if now.identifies == nil {
		return false
	}
	found, err := now.identifies.Identify(r.Context(), now.credentialsOf(r))
	if refused := (&identity.Refused{}); errors.As(err, &refused) {
		return refused.Unavailable
	}
	return err == nil && found.Name() == who.Name()
}

// cutOff cancels a stream when its credentials end, the graph is replaced or the server stops. It returns when ctx is over.
func cutOff(ctx context.Context, cancel context.CancelCauseFunc, ends <-chan time.Time, isReplaced, isStopped <-chan struct{}) {
	select {
	case <-ends:
		cancel(errExpired)
	case <-isReplaced:
		cancel(errReplaced)
	case <-isStopped:
		cancel(errStopped)
	case <-ctx.Done():
	}
}

// endingOf is how a stream has ended: as it seems, unless it was cut off.
func endingOf(ctx context.Context, seems ending) ending {
	switch cause := context.Cause(ctx); {
	case cause == nil:
		return seems
	case errors.Is(cause, errReplaced):
		return outdated
	case errors.Is(cause, errStopped):
		return stopped
	case errors.Is(cause, errExpired):
		return expired
	default:
		return abandoned
	}
}
