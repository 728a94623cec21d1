package resolvers

import (
	"errors"

	"github.com/weftgraph/weft/datasources"
)

// count counts a call that is about to be made, so that one which is given up counts, too.
func (ld *loader) count() { ld.addCount(1) }

// uncount takes a call back that was made for another request, which counts it.
func (ld *loader) uncount(reply *datasources.Reply, err error) {
	var failed *datasources.Error
	if reply != nil && reply.Shared || errors.As(err, &failed) && failed.Shared {
		ld.addCount(-1)
	}
}

func (ld *loader) addCount(n int64) {
	if ld.made != nil && ld.bound.isCall && !ld.bound.hasArrived {
		ld.made[ld.bound.plan.ID].Add(n)
	}
}
