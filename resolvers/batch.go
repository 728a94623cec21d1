package resolvers

import (
	"slices"
	"sync"

	"github.com/weftgraph/weft/graph/execute"
	"github.com/weftgraph/weft/graph/plan"
	"github.com/weftgraph/weft/graph/table"
)

// load makes the calls that contributions which may share keys need, and joins their keys to what comes back.
func (ld *loader) load(cs []*contribution, results []*execute.Result) {
	calls, places := ld.asked.add(cs, ld.bound.plan.Key, func(keys *table.Keys) []*call {
		calls := ld.chunks(keys, nil)
		for _, c := range calls {
			c.done = make(chan struct{})
		}
		return calls
	})
	ld.run(calls, ld.admit(len(calls)))
	for i := range cs {
		results[i] = joinSlots(places[i])
	}
	if ld.explain {
		results[0].Calls = waterfall(cs[0].fetch, calls)
	}
}

// chunks cuts a key set into calls: one per key, or one per MaxSize keys of a batch. They are made in the memory of calls that are
// over, as far as there is any.
func (ld *loader) chunks(keys *table.Keys, calls []*call) []*call {
	n, size := ld.cut(keys)
	calls = slices.Grow(calls, n)
	for from := 0; from < keys.Len(); from += size {
		// What stands behind the end are calls that were recycled.
		calls = calls[:len(calls)+1]
		c := calls[len(calls)-1]
		if c == nil {
			c = &call{}
			calls[len(calls)-1] = c
		}
		c.loader, c.keys, c.from, c.to = ld, keys, from, min(from+size, keys.Len())
	}
	return calls
}

// cut returns how many calls a key set needs, and how many keys each may have.
func (ld *loader) cut(keys *table.Keys) (calls, size int) {
	size = 1
	if ld.bound.plan.Mode == plan.Batch {
		if size = ld.bound.plan.MaxSize; size <= 0 {
			size = max(1, keys.Len())
		}
	}
	return (keys.Len() + size - 1) / size, size
}

// admit returns how many of n calls the operation may still make.
func (ld *loader) admit(n int) int {
	if !ld.bound.isCall {
		return n
	}
	return ld.budget.take(ld.bound.connector.Source, n)
}

// run makes calls concurrently, at most as many at a time as the source allows: its limiter queues the rest. The last one runs
// in this goroutine, so that a single call starts none. Those behind the admitted ones fail, so that it does not depend on the
// scheduler which do.
func (ld *loader) run(calls []*call, admitted int) {
	if len(calls) == 0 {
		return
	}
	for _, c := range calls[admitted:] {
		c.isOverLimit = true
	}
	var wg sync.WaitGroup
	for _, c := range calls[:len(calls)-1] {
		wg.Go(c.do)
	}
	calls[len(calls)-1].do()
	wg.Wait()
}

// joinOwn joins a number of keys to the calls that were made for them alone.
func joinOwn(r *execute.Result, keys int, calls []*call) {
	r.Joins = slices.Grow(r.Joins[:0], keys)
	for _, x := range calls {
		at := place(r, x)
		for k := x.from; k < x.to; k++ {
			r.Joins = append(r.Joins, joinKey(r, x, k, at))
		}
	}
}

func waterfall(fetch plan.FetchID, calls []*call) []execute.Call {
	out := make([]execute.Call, 0, len(calls))
	for _, x := range calls {
		if x.info.Line != "" {
			x.info.Fetch = fetch
			out = append(out, x.info)
		}
	}
	return out
}
