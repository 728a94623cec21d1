package execute

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/plan"
	"github.com/weftgraph/weft/graph/table"
)

// coordinator owns the state of one run.
type coordinator struct {
	plan    *plan.Plan
	in      Input
	layers  []layer
	fetches []fetchState
	calls   []Call
	// inFlight counts the fetches that have started and are not complete.
	inFlight int
	// isOver tells that the request's time is over, and what was in flight has been given up.
	isOver bool
}

// fetchState is what is known of one fetch.
type fetchState struct {
	// waits counts the fetches that have to be complete before this one starts.
	waits   int
	started bool
	done    bool
	keys    *table.Keys
	result  *Result
	// spare is the key set of an earlier run, whose memory may be used; nil if there is none.
	spare *table.Keys
}

// work runs all fetches. It returns when every one is complete, or when ctx is over: then the rest has failed, calls may still be
// under way, and it returns false.
func (c *coordinator) work(ctx context.Context) bool {
	c.begin()
	for c.inFlight > 0 && !c.isOver {
		c.step(ctx)
	}
	return !c.isOver
}

// begin starts the fetches that wait for nothing.
func (c *coordinator) begin() { c.inFlight = c.startReady(0) }

// step waits for one event while fetches are in flight, and starts what becomes ready by it; or it gives up when ctx is over.
func (c *coordinator) step(ctx context.Context) {
	var l Loaded
	select {
	case l = <-c.in.Loads.Done():
	case <-ctx.Done():
		c.abandon(ctx)
		return
	}
	// Everything that has arrived meanwhile belongs to the same event, so that its followers can share batches.
	for isMore := true; isMore; {
		if isLate(ctx, l) {
			c.abandon(ctx)
			return
		}
		c.inFlight--
		c.complete(l)
		select {
		case l = <-c.in.Loads.Done():
		default:
			isMore = false
		}
	}
	c.inFlight += c.startReady(c.inFlight)
}

// isLate tells whether calls failed because the request's time is over. That is what clients are told then, whichever news
// comes first: calls have timers of their own for the request's deadline.
func isLate(ctx context.Context, l Loaded) bool {
	if len(l.Result.Failures) == 0 {
		return false
	}
	end, isBounded := ctx.Deadline()
	return ctx.Err() != nil || isBounded && !time.Now().Before(end)
}

func (c *coordinator) complete(l Loaded) {
	if c.in.Explain {
		c.calls = append(c.calls, l.Result.Calls...)
	}
	c.finish(l.Fetch, l.Result)
}

// finish takes the result of a fetch, builds the rows that it makes possible, and counts down those that wait for it.
func (c *coordinator) finish(id plan.FetchID, r *Result) {
	f := &c.fetches[id]
	f.done, f.result = true, r
	c.build()
	for _, follower := range c.plan.Fetches[id].Before {
		c.fetches[follower].waits--
	}
}

// startReady starts every fetch whose inputs exist, while others are in flight, and returns how many are in flight because of it. A
// fetch without keys is complete at once, which may make others ready.
func (c *coordinator) startReady(inFlight int) int {
	started := 0
	for again := true; again; {
		again = false
		for i := range c.fetches {
			f := &c.fetches[i]
			if f.started || f.waits > 0 {
				continue
			}
			f.started = true
			id := plan.FetchID(i)
			f.keys = c.collectKeys(&c.plan.Fetches[i])
			if f.keys.Len() == 0 {
				c.finish(id, &Result{})
				again = true
				continue
			}
			c.in.Loads.Load(id, f.keys)
			started++
		}
	}
	if started > 0 {
		// Where something is answered before all fetches are complete, nobody may be kept from answering it.
		c.in.Loads.Flush(inFlight+started == 1 && len(c.plan.Deferrals) == 0)
	}
	return started
}

// abandon fails every fetch that is not complete: the request's time is over.
func (c *coordinator) abandon(ctx context.Context) {
	c.isOver = true
	cause := cmp.Or(context.Cause(ctx), context.DeadlineExceeded)
	message := "Request was canceled"
	if errors.Is(cause, context.DeadlineExceeded) {
		message = "Request timed out"
	}
	failure := &Failure{Err: &datasources.Error{Code: codeRequestTimeout, Message: message, Cause: cause}}
	for again := true; again; {
		again = false
		for i := range c.fetches {
			f := &c.fetches[i]
			if f.done || f.waits > 0 {
				continue
			}
			if f.keys == nil {
				f.keys = c.collectKeys(&c.plan.Fetches[i])
			}
			f.started = true
			c.finish(plan.FetchID(i), FailedResult(f.keys.Len(), failure))
			again = true
		}
	}
}

// waterfall are the calls so far, in order of start.
func (c *coordinator) waterfall() []Call {
	slices.SortStableFunc(c.calls, func(a, b Call) int { return a.Start.Compare(b.Start) })
	return c.calls
}

// hasDoubts tells whether anything may be null where it must not, or failed.
func (c *coordinator) hasDoubts() bool {
	if c.plan.Unsupplied || c.plan.Voids {
		return true
	}
	for i := range c.fetches {
		r := c.fetches[i].result
		if r == nil {
			if len(c.plan.Deferrals) > 0 {
				continue // it is for a later part
			}
			return true
		}
		if len(r.Failures) > 0 {
			return true
		}
		for _, t := range r.Tables {
			if t.Doubts > 0 {
				return true
			}
		}
	}
	for i := range c.layers {
		if c.layers[i].doubts {
			return true
		}
	}
	return false
}
