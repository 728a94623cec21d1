package resolvers

import (
	"sync/atomic"

	"github.com/weftgraph/weft/graph/sdl"
)

// budget counts the calls of one operation to each source (Connectors specification 9, max_requests_per_operation).
type budget struct {
	limits []int
	spent  []atomic.Int64
}

func newBudget(limits []int) *budget {
	for _, n := range limits {
		if n > 0 {
			return &budget{limits: limits, spent: make([]atomic.Int64, len(limits))}
		}
	}
	return nil
}

// take returns how many of n more calls to the source are allowed. A nil budget allows every call.
func (b *budget) take(id sdl.SourceID, n int) int {
	if b == nil || b.limits[id] <= 0 {
		return n
	}
	for {
		spent := b.spent[id].Load()
		allowed := min(int64(n), int64(b.limits[id])-spent)
		if b.spent[id].CompareAndSwap(spent, spent+allowed) {
			return int(allowed)
		}
	}
}

// giveBack returns what was taken for a call that is not made.
func (b *budget) giveBack(id sdl.SourceID) {
	if b != nil && b.limits[id] > 0 {
		b.spent[id].Add(-1)
	}
}
