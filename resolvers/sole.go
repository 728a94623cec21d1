package resolvers

import (
	"github.com/weftgraph/weft/graph/execute"
)

// Bounds of what a batch keeps for another one: the bytes of its calls' tables, how many calls that may be, and the keys that there is
// room for. Else one giant request would leave its memory to all that follow.
const (
	maxKeptBytes = 4 << 20
	maxKeptCalls = 1 << 10
	maxKeptKeys  = 64 << 10
)

// soleBatch is all that a loader is asked for which only one fetch uses. It is used by one goroutine at a time, and again by a later
// request: with its calls, their tables, and the result.
type soleBatch struct {
	contribution
	loader *loader
	result execute.Result
	calls  []*call
	// admitted is how many calls the operation may make for it.
	admitted int
}

// takeBatch returns a batch that is empty, but for its memory.
func (b *boundLoader) takeBatch() *soleBatch {
	if batch, ok := b.batches.Get().(*soleBatch); ok {
		return batch
	}
	return &soleBatch{}
}

// deliver makes the calls, joins the keys to what comes back, and delivers that.
func (b *soleBatch) deliver() {
	ld := b.loader
	result := &b.result
	func() {
		defer func() {
			if r := recover(); r != nil {
				result = execute.FailedResult(b.keys.Len(), ld.failure(panicError(r)))
			}
		}()
		b.calls = ld.chunks(b.keys, b.calls[:0])
		ld.run(b.calls, b.admitted)
		joinOwn(result, b.keys.Len(), b.calls)
		if ld.explain {
			result.Calls = waterfall(b.fetch, b.calls)
		}
	}()
	ld.done <- execute.Loaded{Fetch: b.fetch, Result: result}
}

// release gives the batch back. Nothing may refer to its result any more.
func (b *soleBatch) release() {
	bound, r := b.loader.bound, &b.result
	for _, c := range b.calls {
		c.recycle()
	}
	clear(r.Tables)
	clear(r.Rows)
	var result execute.Result
	if cap(r.Joins) <= maxKeptKeys && len(b.calls) <= maxKeptCalls { // each call has one table at most
		result = execute.Result{Tables: r.Tables[:0], Rows: r.Rows[:0], Joins: r.Joins[:0]}
	}
	*b = soleBatch{result: result, calls: keepable(b.calls)}
	bound.batches.Put(b)
}

// keepable returns those of the recycled calls that may be kept. What stands behind the end, as the last request had no use for it,
// counts, too.
func keepable(calls []*call) []*call {
	if cap(calls) > maxKeptCalls {
		return nil
	}
	all, bytes := calls[:cap(calls)], 0
	kept := all[:0]
	for _, c := range all {
		if c == nil {
			continue
		}
		if size := c.memory(); bytes+size <= maxKeptBytes {
			kept, bytes = append(kept, c), bytes+size
		}
	}
	clear(all[len(kept):])
	return kept
}
