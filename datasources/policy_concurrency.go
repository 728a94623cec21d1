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
func (c concurrency) around(next send, m *meter) send {
	return func(ctx context.Context, r *Request) (*Reply, error) {
		// A free slot is not given to a late comer while others wait.
		if !c.slots.TryAcquire(1) {
			if err := c.wait(ctx, m); err != nil {
				return nil, err
			}
		}
		defer c.slots.Release(1)
		return next(ctx, r)
	}
}

// wait acquires a slot.
func (c concurrency) wait(ctx context.Context, m *meter) error {
	start := m.waits()
	if err := c.slots.Acquire(ctx, 1); err != nil {
		late := ContextError(ctx, err)
		m.gaveUp(ctx, start, late)
		return late
	}
	m.proceeds(start)
	return nil
}
