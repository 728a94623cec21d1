package oidc

import (
	"context"
	"net/http"
	"sync"
)

// Tasks are what goes on when the request that has begun it is over: loads, for whoever asks next. It is safe for concurrent use, and
// outlives the Tokens that use it.
type Tasks struct {
	// transport makes the requests; nil is the network.
	transport http.RoundTripper

	ctx    context.Context //nolint:containedctx // it is the life of the tasks, which no caller's context is
	cancel context.CancelFunc

	mu      sync.Mutex
	isOver  bool
	running sync.WaitGroup
}

// NewTasks returns Tasks without any. Whoever has it closes it.
func NewTasks() *Tasks {
	t := &Tasks{}
	t.ctx, t.cancel = context.WithCancel(context.Background())
	return t
}

// run runs a task in a goroutine of its own, whose context is over once the Tasks are closed. It is false if they are.
func (t *Tasks) run(task func(ctx context.Context)) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.isOver {
		return false
	}
	t.running.Go(func() { task(t.ctx) })
	return true
}

// Close ends the tasks and waits for them.
func (t *Tasks) Close() {
	t.cancel()
	t.mu.Lock()
	t.isOver = true
	t.mu.Unlock()
	t.running.Wait()
}
