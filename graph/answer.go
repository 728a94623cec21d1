package graph

import (
	"context"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Answer is the answer to an operation that has one part. It may be shared with other requests, and is only read. It is valid until
// its run is closed.
type Answer struct {
	// Data is the JSON of `data`; nil when the operation was not executed, as the errors tell.
	Data       []byte
	Errors     gqlerror.List
	Extensions map[string]any
	// Whole is the JSON of the whole answer when that has nothing but data, otherwise nil.
	Whole []byte
}

// Answer answers the run: by what is known of its plan, by the answer to another request that asks the same at the same time, or
// by calling run, which executes it within the time that is given. The answer is nil when the time was over before there was one.
//
// Answer is for operations whose answer has one part. Whatever run panics with goes on to the caller.
func (r *Run) Answer(
	ctx context.Context, timeout time.Duration, run func(context.Context) *graphql.Response,
) *Answer {
	if known := r.prepared.constant.Load(); known != nil && !r.explain.Any() {
		return known
	}
	if r.prepared.flights == nil {
		ctx, cancel := context.WithTimeout(ctx, timeout)
		defer cancel()
		answer := r.answer(run(ctx))
		r.prepared.learn(answer)
		return answer
	}
	f, leads := r.prepared.flights.board(r)
	r.flight = f
	if !leads {
		return f.follow(ctx, r)
	}
	answer := f.lead(ctx, r, timeout, run)
	r.prepared.learn(answer)
	return answer
}

// answer makes an answer of what gqlgen's executor has returned.
func (r *Run) answer(resp *graphql.Response) *Answer {
	if resp == nil {
		return nil
	}
	a := &Answer{Data: resp.Data, Errors: resp.Errors, Extensions: resp.Extensions}
	isPlain := len(resp.Errors) == 0 && len(resp.Extensions) == 0 && len(resp.Data) > 0
	// An extension may have put other data in the place of the part's.
	if isPlain && r.part != nil && &r.part.Data[0] == &resp.Data[0] && len(r.part.Data) == len(resp.Data) {
		a.Whole = r.part.Whole
	}
	return a
}
