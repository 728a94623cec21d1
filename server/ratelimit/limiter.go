package ratelimit

import (
	"sync/atomic"
	"time"

	"github.com/weftgraph/weft/server/admission"
)

// Limiter holds rules. It is immutable but for its buckets and figures, and safe for concurrent use.
type Limiter struct {
	settings Settings
	clock    *clock
	limits   []*limit
	// request are those of requests, address those of them that can be held before it is known who asks. operation are those that need to
	// know the operation, failures those of failures.
	request, address, operation, failures []*limit
}

// clock tells the time since it was made. Tables that outlive their Limiter go on with it.
type clock struct {
	now   func() time.Time
	since time.Time
	// shards is how many shards were numbered.
	shards int
}

func (c *clock) read() int64 { return int64(c.now().Sub(c.since)) }

// limit is a rule with its buckets.
type limit struct {
	*Rule

	rate  rate
	table *table
	// policy is the rule's item of RateLimit-Policy.
	policy string
	// isForAll tells that the rule is for every request.
	isForAll bool
	figures  *figures
}

// figures count what a rule has decided. They are in memory of their own, since they change.
type figures struct{ admitted, refused atomic.Uint64 }

var _ admission.Guard = (*Limiter)(nil)

// New returns a Limiter for some settings. now tells the time, nil is time.Now. The rules that are as in the Limiter before, which may be
// nil, go on with its buckets and figures: both may be used at the same time.
func New(s Settings, before *Limiter, now func() time.Time) *Limiter {
	if now == nil {
		now = time.Now
	}
	l := &Limiter{settings: s, clock: &clock{now: now, since: now()}}
	if before != nil {
		l.clock = before.clock
	}
	if l.settings.MaxBuckets <= 0 {
		l.settings.MaxBuckets = DefaultMaxBuckets
	}
	for i := range s.Rules {
		one := before.find(&s.Rules[i], l.settings.MaxBuckets)
		if one == nil {
			one = l.newLimit(&s.Rules[i])
		}
		l.add(one)
	}
	return l
}

// find returns the limit of a rule that is the same, nil if there is none.
func (l *Limiter) find(r *Rule, buckets int) *limit {
	if l == nil || l.settings.MaxBuckets != buckets {
		return nil
	}
	for _, one := range l.limits {
		if one.equals(r) {
			return one
		}
	}
	return nil
}

func (l *Limiter) newLimit(r *Rule) *limit {
	one := &limit{
		Rule: r, rate: newRate(r), figures: &figures{}, isForAll: r.IsForAll(),
		policy: admission.PolicyItem(r.Name, r.Unit.String(), r.Limit, r.Interval),
	}
	one.table = newTable(one.rate, l.settings.MaxBuckets, l.clock.shards, l.clock.read())
	l.clock.shards += shards
	return one
}

func (l *Limiter) add(one *limit) {
	l.limits = append(l.limits, one)
	switch {
	case one.Unit == Failures:
		l.failures = append(l.failures, one)
	case one.readsOperation():
		l.operation = append(l.operation, one)
	default:
		l.request = append(l.request, one)
		if !one.readsCaller() {
			l.address = append(l.address, one)
		}
	}
}

// ReadsOperations implements admission.Policy.
func (l *Limiter) ReadsOperations() bool { return len(l.operation) > 0 }

// Request implements admission.Policy.
func (l *Limiter) Request(a *admission.Asked, s *admission.Standings) *admission.Refused {
	return l.admit(l.request, a, s)
}

// Operation implements admission.Policy.
func (l *Limiter) Operation(a *admission.Asked, s *admission.Standings) *admission.Refused {
	return l.admit(l.operation, a, s)
}

// Unknown implements admission.Guard.
func (l *Limiter) Unknown(a *admission.Asked, s *admission.Standings) *admission.Refused {
	return l.look(l.address, a, s)
}

// Attempt implements admission.Guard.
func (l *Limiter) Attempt(a *admission.Asked, s *admission.Standings) *admission.Refused {
	return l.look(l.failures, a, s)
}

// Failed implements admission.Guard. A request that failed counts as one of the anonymous caller, too.
func (l *Limiter) Failed(a *admission.Asked) {
	c := claimOf(l.failures, a)
	defer c.release()
	c.addAll(l.request, a)
	c.charge(l.clock.read())
}

// admit takes what is asked from the buckets of some limits, or nothing.
func (l *Limiter) admit(limits []*limit, a *admission.Asked, s *admission.Standings) *admission.Refused {
	if len(limits) == 0 {
		return nil
	}
	c := claimOf(limits, a)
	defer c.release()
	return c.take(l.clock.read(), s)
}

// look tells whether admit would refuse.
func (l *Limiter) look(limits []*limit, a *admission.Asked, s *admission.Standings) *admission.Refused {
	if len(limits) == 0 {
		return nil
	}
	c := claimOf(limits, a)
	defer c.release()
	return c.look(l.clock.read(), s)
}

// Figure is what a rule has decided up to now.
type Figure struct {
	Rule Rule
	// Admitted and Refused count requests and operations, each once; Admitted those of them, too, whose credentials turned out to be no good.
	// What one rule has refused counts for no other.
	Admitted, Refused uint64
	// Buckets are those that are counted apart and have not all of their limit now. IsCrowded tells that others share what is left, since
	// there was no room for them.
	Buckets   int
	IsCrowded bool
}

// Figures returns what the rules have decided, in their order. A nil Limiter has none.
func (l *Limiter) Figures() []Figure {
	if l == nil {
		return nil
	}
	out := make([]Figure, len(l.limits))
	now := l.clock.read()
	for i, one := range l.limits {
		out[i] = Figure{Rule: *one.Rule, Admitted: one.figures.admitted.Load(), Refused: one.figures.refused.Load()}
		out[i].Buckets, out[i].IsCrowded = one.table.count(now)
	}
	return out
}
