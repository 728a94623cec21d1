package datasources

import (
	"context"
	"sync"
	"time"
)

// RateLimit bounds how often a source is called: Capacity calls in each Interval. The zero RateLimit does not.
type RateLimit struct {
	Capacity int
	Interval time.Duration
}

// IsZero tells that there is no limit.
func (l RateLimit) IsZero() bool { return l.Capacity <= 0 || l.Interval <= 0 }

// rate refuses calls beyond a rate (Connectors specification 9, global_rate_limit). It is a bucket of Capacity tokens, which is
// full at first and fills again at an even pace: so a burst may be as large as the limit, and no two intervals back to back let
// twice as much through, for longer than a moment.
type rate struct {
	capacity float64
	// pace is tokens per nanosecond.
	pace float64

	mu     sync.Mutex
	tokens float64
	// filled is when tokens was right.
	filled time.Time
}

func newRate(l RateLimit) *rate {
	return &rate{
		capacity: float64(l.Capacity),
		pace:     float64(l.Capacity) / float64(l.Interval),
		tokens:   float64(l.Capacity),
		filled:   time.Now(),
	}
}

// around implements policy.
func (p *rate) around(next send, m *meter) send {
	return func(ctx context.Context, r *Request) (*Reply, error) {
		if !p.take(time.Now()) {
			refused := &Error{Code: CodeRateLimited, Message: "Rate limit exceeded"}
			m.refused(refused)
			return nil, refused
		}
		return next(ctx, r)
	}
}

// take takes a token if there is one.
func (p *rate) take(now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	// Callers read the clock before they get the lock, so it may seem to go back.
	if passed := now.Sub(p.filled); passed > 0 {
		p.tokens = min(p.capacity, p.tokens+float64(passed)*p.pace)
		p.filled = now
	}
	// The sum of many small parts of a token may miss the whole by a little.
	const almost = 1 - 1e-9
	if p.tokens < almost {
		return false
	}
	p.tokens--
	return true
}
