package server

import (
	"context"
	"net/http"
	"sync/atomic"
)

// slots count the requests that are answered at the same time, where that is bounded: across changes of the bound. They are safe for concurrent
// use.
type slots struct{ taken atomic.Int64 }

// slot is one request's place among them.
type slot struct {
	of     *slots
	limit  int64
	isFree atomic.Bool
}

// take returns the request with a slot, which the caller frees, or nil when as many as the limit are taken.
func (s *slots) take(r *http.Request, limit int64) (*http.Request, *slot) {
	if s.taken.Add(1) > limit {
		s.taken.Add(-1)
		return r, nil
	}
	taken := &slot{of: s, limit: limit}
	return r.WithContext(context.WithValue(r.Context(), slotKey{}, taken)), taken
}

// free gives the slot to another request. It may be called again.
func (s *slot) free() {
	if !s.isFree.Swap(true) {
		s.of.taken.Add(-1)
	}
}

// retake takes the slot again after it was given away, unless all are taken by now.
func (s *slot) retake() bool {
	if s.of.taken.Add(1) > s.limit {
		s.of.taken.Add(-1)
		return false
	}
	s.isFree.Store(false)
	return true
}

// readBetween reads a request while another has its slot: a client that sends slowly would otherwise keep others out, and costs nothing.
func readBetween(w http.ResponseWriter, r *http.Request, read func() (reading, *refusal)) (reading, *refusal) {
	taken, ok := r.Context().Value(slotKey{}).(*slot)
	if !ok {
		return read()
	}
	taken.free()
	request, refused := read()
	if refused == nil && !taken.retake() {
		refused = refuseOverload(w, "requests", "concurrency_limit")
	}
	return request, refused
}

// slotKey is the context key of a request's slot.
type slotKey struct{}

// freeSlot lets another request be answered beside one that goes on for long and waits most of the time, such as a subscription.
func freeSlot(ctx context.Context) {
	if s, ok := ctx.Value(slotKey{}).(*slot); ok {
		s.free()
	}
}

// retryAfter is the header that tells when to try again: the earliest time that it can say.
//
//nolint:gochecknoglobals // a constant in all but name
var retryAfter = []string{"1"}

func refuseOverload(w http.ResponseWriter, what, limit string) *refusal {
	w.Header()["Retry-After"] = retryAfter
	refused := refuse(http.StatusServiceUnavailable, codeOverloaded, "The server has too many %s. Try again later.", what)
	refused.err.Extensions["limit"] = limit
	return refused
}
