package resolvers

import (
	"sync"

	"github.com/weftgraph/weft/graph/execute"
	"github.com/weftgraph/weft/graph/table"
)

// asked remembers which keys of a loader have been asked in this request, and by which call, so that a later fetch asks only for the
// others. Batches of different events may run at the same time.
type asked struct {
	mu    sync.Mutex
	slots map[string]*slot
}

// slot is one key that has been asked: the call that asks, and the key's number in the call's key set.
type slot struct {
	call *call
	key  int
}

// add finds the keys of the contributions that have not been asked yet and cuts them into calls, which the caller makes. It returns,
// for each contribution, the slots of its keys.
func (a *asked) add(cs []*contribution, key []table.KeyField, cut func(*table.Keys) []*call) ([]*call, [][]*slot) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.slots == nil {
		a.slots = map[string]*slot{}
	}
	total := 0
	for _, c := range cs {
		total += c.keys.Len()
	}
	fresh := table.NewKeys(key, total)
	cells := make([][]byte, len(key))
	places := make([][]*slot, len(cs))
	row := 0
	for i, c := range cs {
		places[i] = make([]*slot, c.keys.Len())
		for k := range places[i] {
			places[i][k] = a.slot(c.keys, k, fresh, row, cells)
			row++
		}
	}
	if fresh.Len() == 0 {
		return nil, places
	}
	calls := cut(fresh)
	for _, c := range calls {
		for k := c.from; k < c.to; k++ {
			a.slots[string(fresh.Canonical(k))].call = c
		}
	}
	return calls, places
}

// slot returns the slot of a key, adding the key to the fresh ones where it has none. The cells are room for those of one key.
func (a *asked) slot(keys *table.Keys, key int, fresh *table.Keys, row int, cells [][]byte) *slot {
	form := keys.Canonical(key)
	if s := a.slots[string(form)]; s != nil {
		return s
	}
	for col := range cells {
		cells[col] = keys.Raw(key, col)
	}
	s := &slot{key: int(fresh.Add(row, cells))}
	a.slots[string(form)] = s
	return s
}

// joinSlots waits for the calls of a contribution's keys and joins them. Every call ends when the request does.
func joinSlots(places []*slot) *execute.Result {
	r := &execute.Result{Joins: make([]execute.Join, 0, len(places))}
	// Keys next to each other mostly belong to one call.
	var last *call
	var at uint32
	known := map[*call]uint32{}
	for _, s := range places {
		if s.call != last {
			last = s.call
			<-last.done
			var isPlaced bool
			if at, isPlaced = known[last]; !isPlaced {
				at = place(r, last)
				known[last] = at
			}
		}
		r.Joins = append(r.Joins, joinKey(r, last, s.key, at))
	}
	return r
}
