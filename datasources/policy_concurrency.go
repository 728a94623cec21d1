package datasources

import (
	"context"

	"golang.org/x/sync/semaphore"
)

// concurrency bounds the calls in flight to one source. Calls beyond the bound wait their turn in the order of their
// arrival, so that a slow back end holds up its own callers only.
type concurrency struct{ slots *semaphore.Weighted }

func newConcurrency(n int) concurrency {
	return concurrency{semaphore.NewWeighted(int64(n))}
}

// around implements policy.
func (c concurrency) around(next send) send {
	return func(ctx context.Context, r *Request) (*Reply, error) {
		if err := c.slots.Acquire(ctx, 1); err != nil {
			return nil, ContextError(ctx, err)
		}
		defer c.slots.Release(1)
		return next(ctx, r)
	}
}
