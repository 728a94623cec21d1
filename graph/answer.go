package graph

import (
	"context"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/weftgraph/weft/graph/execute"
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
// by calling execute within the time that is given, from when the query was. The answer is nil when the time was over before there
// was one.
//
// Answer is for operations whose answer has one part. Whatever execute panics with goes on to the caller.
func (r *Run) Answer(ctx context.Context, timeout time.Duration, execute func(context.Context) *Answer) *Answer {
	if known := r.prepared.constant.Load(); known != nil && !r.explain.Any() && !r.alone {
		return known
	}
	end := r.started.Add(timeout)
	if time.Until(end) <= 0 {
		return nil
	}
	if r.prepared.flights == nil || r.alone {
		ctx, cancel := context.WithDeadline(ctx, end)
		defer cancel()
		answer := execute(ctx)
		r.prepared.learn(answer)
		return answer
	}
	for {
		f, leads := r.prepared.flights.board(r)
		r.flight = f
		if leads {
			answer := f.lead(ctx, r, end, execute)
			r.prepared.learn(answer)
			return answer
		}
		answer := f.follow(ctx, r)
		if ctx.Err() != nil || !f.isCutShort || time.Until(end) < timeout/worthAnother {
			return answer
		}
		// The leader had less time than there is. Each time around somebody has given up, so this ends.
		f.close()
		r.flight = nil
	}
}

// worthAnother says which part of a request's time has to be left for another try, where the leader of a flight had no more. Most that
// join began at about the same time, and would only call the back ends once more in vain.
const worthAnother = 4

// Constant returns the answer that every run of the operation has, nil if there is none, or none yet. Where labels of @override are
// drawn there is none, and none where the plan depends on who asks, or whether there is one: another run may have another plan.
func (r *Run) Constant() *Answer {
	if r.alone || len(r.generation.graph.Labels) > 0 || r.operation.demands != nil || !r.operation.document.naming.isOpenToAll() {
		return nil
	}
	return r.prepared.constant.Load()
}

// Execute executes the run. The answer is nil when the time was over before it began.
func (r *Run) Execute(ctx context.Context) *Answer {
	if ctx.Err() != nil {
		return nil
	}
	if r.IsSubscription() {
		return &Answer{Errors: gqlerror.List{SubscriptionRefused()}}
	}
	part, err := r.Next(ctx)
	if err != nil {
		return &Answer{Data: []byte("null"), Errors: gqlerror.List{executionError(ctx, err)}}
	}
	return r.answer(part)
}

// answer is the answer of one part.
func (r *Run) answer(part *execute.Part) *Answer {
	a := &Answer{Data: part.Data, Errors: part.Errors, Extensions: r.Explanation(part)}
	if a.Extensions == nil && len(part.Errors) == 0 {
		a.Whole = part.Whole
	}
	return a
}

// Explanation returns the `extensions` of a part: what has been asked for, as far as it is known by now, and what the caller may not read, if
// that is told there. They are nil if there is nothing.
func (r *Run) Explanation(part *execute.Part) map[string]any {
	denied := r.deniedExtension(part)
	if !r.explain.Any() && len(denied) == 0 {
		return nil
	}
	out := map[string]any{}
	if r.explain.Any() {
		out[ExplainExtension] = r.explanation(part.Calls, part.Rows)
	}
	if len(denied) > 0 {
		out[DeniedExtension] = denied
	}
	return out
}

// Presented makes an answer of what gqlgen's executor has returned for the run, nil of nil.
func (r *Run) Presented(resp *graphql.Response) *Answer {
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
