package server

import (
	"context"
	"sync"
	"time"
)

// maxReplaced bounds how many replaced generations may still be there for the sake of their streams. Beyond it the oldest one's drain
// period is over early.
const maxReplaced = 8

// replaced are the generations that are not current any more, until nothing runs on them. It is safe for concurrent use.
type replaced struct {
	// closing is over when the gateway is closed.
	closing context.Context //nolint:containedctx // the life of the gateway, not of a call
	close   context.CancelFunc

	mu sync.Mutex
	// hurry has a function for each of them that ends its drain period, the oldest first.
	hurry   []*context.CancelFunc
	running sync.WaitGroup
}

func newReplaced() *replaced {
	r := &replaced{}
	r.closing, r.close = context.WithCancel(context.Background())
	return r
}

// add retires what was served: its requests and streams go on with it, the latter until the drain period is over. timeout is what bounds
// its requests.
func (r *replaced) add(old *served, drain, timeout time.Duration) {
	draining, hurry := context.WithTimeout(r.closing, drain)
	r.mu.Lock()
	r.hurry = append(r.hurry, &hurry)
	// The oldest ones may have been hurried before: their requests take their time.
	for _, hurry := range r.hurry[:max(0, len(r.hurry)-maxReplaced)] {
		(*hurry)()
	}
	r.mu.Unlock()
	r.running.Go(func() {
		defer r.forget(&hurry)
		defer hurry()
		defer old.sources.Close()
		if old.generation.End(draining) {
			return
		}
		old.generation.Retire()
		// Streams end now, and requests when their time is over. What would still be there then would never end.
		last, cancel := context.WithTimeout(r.closing, timeout)
		defer cancel()
		old.generation.End(last) //nolint:contextcheck // closing is what it inherits
	})
}

func (r *replaced) forget(hurry *context.CancelFunc) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range r.hurry {
		if r.hurry[i] == hurry {
			r.hurry = append(r.hurry[:i:i], r.hurry[i+1:]...)
			return
		}
	}
}

// end ends all drain periods and everything that still runs.
func (r *replaced) end() {
	r.close()
	r.running.Wait()
}
