package resolvers

import (
	"sync"

	"github.com/weftgraph/weft/graph/execute"
	"github.com/weftgraph/weft/graph/plan"
	"github.com/weftgraph/weft/graph/table"
)

// load makes the calls that the contributions need and joins their keys to what comes back.
func (ld *loader) load(cs []*contribution, results []*execute.Result) {
	if len(cs) == 1 && !ld.bound.shared {
		calls := ld.start(cs[0].keys)
		results[0] = joinOwn(cs[0], calls)
		return
	}
	calls, places := ld.asked.add(cs, ld.bound.plan.Key, ld.chunks)
	ld.run(calls)
	for i := range cs {
		results[i] = joinSlots(places[i])
	}
	results[0].Calls = waterfall(cs[0].fetch, calls)
}

// start makes the calls for a key set that nobody else shares.
func (ld *loader) start(keys *table.Keys) []*call {
	calls := ld.chunks(keys)
	ld.run(calls)
	return calls
}

// chunks cuts a key set into calls: one per key, or one per MaxSize keys of a batch.
func (ld *loader) chunks(keys *table.Keys) []*call {
	size := 1
	if ld.bound.plan.Mode == plan.Batch {
		if size = ld.bound.plan.MaxSize; size <= 0 {
			size = keys.Len()
		}
	}
	calls := make([]*call, 0, (keys.Len()+size-1)/size)
	for from := 0; from < keys.Len(); from += size {
		calls = append(calls, &call{loader: ld, keys: keys, from: from, to: min(from+size, keys.Len()), done: make(chan struct{})})
	}
	return calls
}

// run makes calls concurrently, at most as many at a time as the source allows: its limiter queues the rest. The last one runs
// in this goroutine, so that a single call starts none.
func (ld *loader) run(calls []*call) {
	if len(calls) == 0 {
		return
	}
	var wg sync.WaitGroup
	for _, c := range calls[:len(calls)-1] {
		wg.Go(c.do)
	}
	calls[len(calls)-1].do()
	wg.Wait()
}

// joinOwn is the result of a contribution whose keys are the calls' own.
func joinOwn(c *contribution, calls []*call) *execute.Result {
	r := &execute.Result{Joins: make([]execute.Join, 0, c.keys.Len())}
	for _, x := range calls {
		at := place(r, x)
		for k := x.from; k < x.to; k++ {
			r.Joins = append(r.Joins, joinKey(r, x, k, at))
		}
	}
	r.Calls = waterfall(c.fetch, calls)
	return r
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
