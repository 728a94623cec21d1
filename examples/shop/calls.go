package shop

import (
	"sync"
	"time"
)

// Call is one logged request to a back end.
type Call struct {
	Backend Backend
	// Method is the HTTP method of a REST request, such as "GET", and what is
	// called by gRPC and SOAP, such as "BatchGetShipments"; "POST" for a SOAP
	// request whose operation cannot be told.
	Method string
	// Path is the request target as it was sent: path and query, the whole
	// name of the method for gRPC.
	Path string
	// Keys are what a gRPC or SOAP request asks for, in the order of the
	// request; those of a REST request stand in its Path.
	Keys []string
	// Status is the HTTP status that was answered, which for gRPC is 200
	// whatever the outcome; 0 while there is no answer yet, and for good when
	// there never was one.
	Status int
	// Code is what gRPC and SOAP say besides: the status code such as "OK" or
	// "NOT_FOUND", or the code of a Fault such as "Client"; otherwise "". That of
	// a stream comes at its end.
	Code string
	// Start is when the request came, counted from the last reset of the log.
	Start time.Duration
	// Duration is how long the service took until it began to send; 0 while
	// there is no answer yet.
	Duration time.Duration
}

// Calls returns the logged calls of all back ends in the order in which they
// came. The slice is the caller's. A call whose answer a client has read is
// complete.
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

// begin logs a call without its outcome.
func (l *callLog) begin(call Call) callID {
	now := l.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	id := l.next
	l.next++
	if l.next-l.first > callID(len(l.ring)) {
		l.first++
	}
	call.Start = now.Sub(l.origin)
	*l.slot(id) = call
	return id
}

// end adds the outcome; 0 and "" say that there is none.
func (l *callLog) end(id callID, status int, code string) {
	now := l.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	if id < l.first { // overwritten, or from before a reset
		return
	}
	call := l.slot(id)
	call.Status, call.Code = status, code
	call.Duration = now.Sub(l.origin) - call.Start
}

// conclude adds the code of a call whose answer began earlier.
func (l *callLog) conclude(id callID, code string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if id >= l.first {
		l.slot(id).Code = code
	}
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
