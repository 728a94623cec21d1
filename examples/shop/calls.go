package shop

import (
	"sync"
	"time"
)

// Call is one logged request.
type Call struct {
	Method string
	// Path is the request target as it was sent: path and query.
	Path string
	// Status is what was answered; 0 while there is no answer yet, and for
	// good when there never was one.
	Status int
	// Start is when the request came, counted from the last reset of the log.
	Start time.Duration
	// Duration is how long the service took until it began to send; 0 while
	// there is no answer yet.
	Duration time.Duration
}

// Calls returns the logged calls in the order in which they came. The slice is
// the caller's. A call whose answer a client has read is complete.
func (s *Service) Calls() []Call { return s.calls.snapshot() }

// ResetCalls empties the log and sets the origin of [Call.Start] to now. Calls
// still under way are forgotten, too.
func (s *Service) ResetCalls() { s.calls.reset() }

// callID numbers calls over the life of a log.
type callID uint64

// callLog keeps the last calls in a ring.
type callLog struct {
	now func() time.Time

	mu          sync.Mutex
	ring        []Call // call id stands at id modulo len(ring)
	first, next callID // what is kept: first <= id < next
	origin      time.Time
}

func newCallLog(size int, now func() time.Time) *callLog {
	return &callLog{now: now, ring: make([]Call, size), origin: now()}
}

func (l *callLog) slot(id callID) *Call { return &l.ring[id%callID(len(l.ring))] }

func (l *callLog) begin(method, path string) callID {
	now := l.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	id := l.next
	l.next++
	if l.next-l.first > callID(len(l.ring)) {
		l.first++
	}
	*l.slot(id) = Call{Method: method, Path: path, Start: now.Sub(l.origin)}
	return id
}

func (l *callLog) end(id callID, status int) {
	now := l.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	if id < l.first { // overwritten, or from before a reset
		return
	}
	call := l.slot(id)
	call.Status = status
	call.Duration = now.Sub(l.origin) - call.Start
}

func (l *callLog) snapshot() []Call {
	l.mu.Lock()
	defer l.mu.Unlock()
	calls := make([]Call, 0, l.next-l.first)
	for id := l.first; id < l.next; id++ {
		calls = append(calls, *l.slot(id))
	}
	return calls
}

func (l *callLog) reset() {
	now := l.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.first = l.next
	l.origin = now
}
