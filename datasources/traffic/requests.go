package traffic

import (
	"sync"
	"sync/atomic"
	"time"
)

// Requests counts the GraphQL requests of clients. Its methods are safe for concurrent use.
type Requests struct {
	since    time.Time
	inFlight atomic.Int64
	refused  [refusals]atomic.Uint64

	mu             sync.Mutex
	count, errored uint64
	latency        histogram
	history        history
}

// RequestsReport is what is known of the requests. It was read at one moment, but for the number in flight and those that were refused.
type RequestsReport struct {
	// Since is when counting began.
	Since time.Time
	// Count are the requests that were answered, and Errored those whose answer has errors.
	Count, Errored uint64
	InFlight       int
	// Refused counts by Refusal what was not executed, each operation of a batch or a WebSocket for itself.
	Refused [refusals]uint64
	// Latency is measured from the request's header to the end of the answer.
	Latency Latency
}

// Refusal is why something is not executed, as far as that has to do with who asks and how much.
type Refusal uint8

// The refusals.
const (
	// RateLimited is beyond a rate limit or a quota.
	RateLimited Refusal = iota
	// Unauthenticated has bad credentials, or none where some are needed.
	Unauthenticated
	// Denied asks for what the caller may not have.
	Denied

	// refusals is how many there are.
	refusals = iota
)

// NewRequests begins to count.
func NewRequests() *Requests { return &Requests{since: time.Now()} }

// Begin counts a request in and returns the moment for End.
func (r *Requests) Begin() time.Time {
	r.inFlight.Add(1)
	return time.Now()
}

// End counts a request out that began at start. hasErrors tells that its answer has errors.
func (r *Requests) End(start time.Time, hasErrors bool) {
	took := time.Since(start)
	r.inFlight.Add(-1)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.count++
	r.latency.add(took)
	second := r.history.at(start.Add(took).Unix())
	second.add(took)
	if hasErrors {
		r.errored++
		second.fails++
	}
}

// Refuse counts something that is not executed.
func (r *Requests) Refuse(why Refusal) { r.refused[why].Add(1) }

// Report returns what is known now.
func (r *Requests) Report() RequestsReport {
	r.mu.Lock()
	defer r.mu.Unlock()
	report := RequestsReport{
		Since: r.since, Count: r.count, Errored: r.errored, InFlight: int(r.inFlight.Load()), Latency: r.latency.latency(),
	}
	for why := range r.refused {
		report.Refused[why] = r.refused[why].Load()
	}
	return report
}

// History returns the last seconds before now, at most HistorySeconds-1 of them.
func (r *Requests) History(now time.Time, seconds int) History {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.history.before(now, seconds)
}
