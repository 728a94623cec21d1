package resolvers

import (
	"github.com/weftgraph/weft/graph/execute"
)

// maxKeptBytes bounds the memory of one call's table that is kept for another call.
const maxKeptBytes = 4 << 20

// soleBatch is all that a loader is asked for which only one fetch uses. It is used by one goroutine at a time, and again by a later
// request: with its calls, their tables, and the result.
type soleBatch struct {
	contribution
	loader *loader
	result execute.Result
	calls  []*call
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
		ld.run(b.calls)
		joinOwn(result, b.keys.Len(), b.calls)
		if ld.explain {
			result.Calls = waterfall(b.fetch, b.calls)
		}
	}()
	ld.done <- execute.Loaded{Fetch: b.fetch, Result: result}
}

// release gives the batch back. Nothing may refer to its result any more.
func (b *soleBatch) release() {
	bound := b.loader.bound
	kept := b.calls[:0]
	for _, c := range b.calls {
		if c.recycle() {
			kept = append(kept, c)
		}
	}
	clear(b.calls[len(kept):])
	r := &b.result
	clear(r.Tables)
	clear(r.Rows)
	*r = execute.Result{Tables: r.Tables[:0], Rows: r.Rows[:0], Joins: r.Joins[:0]}
	*b = soleBatch{result: *r, calls: kept}
	bound.batches.Put(b)
}
