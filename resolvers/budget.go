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

// take reports whether one more call to the source is allowed. A nil budget allows every call.
func (b *budget) take(id sdl.SourceID) bool {
	if b == nil || b.limits[id] <= 0 {
		return true
	}
	return b.spent[id].Add(1) <= int64(b.limits[id])
}
