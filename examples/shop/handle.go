package shop

import (
	"context"
	"errors"
	"net/http"
	"time"
)

// incoming is what is known of an HTTP request before it is answered.
type incoming struct {
	call Call
	// target is the path that faults are switched on for, route the method
	// and path pattern where requests have one.
	target, route string
	format        format
}

// format is how a back end writes its answers.
type format interface {
	// failed is the answer of a back end that was told to fail.
	failed(status int) reply
	// spoil returns the damaged form of an answer's body. Cut and Huge happen
	// on the wire and leave it as it is.
	spoil(d Damage, body []byte) []byte
}

// handle answers an HTTP request, with what happens to every one of them: the
// call log, the latency, and the fault that is switched on for it.
func (s *Service) handle(w http.ResponseWriter, r *http.Request, in incoming, answer func() reply) {
	call := s.calls.begin(in.call)
	fault := s.faults.take(in.route, in.target)
	if err := s.wait(r.Context(), time.Duration(s.latency.Load())+fault.Delay); err != nil {
		s.calls.end(call, 0, "")
		drop(w)
		return
	}
	switch fault.Damage {
	case Hang:
		s.hang(r)
		fallthrough
	case Refuse:
		s.calls.end(call, 0, "")
		drop(w)
		return
	}
	answered := fault.apply(in.format, answer)
	// Logged before the first byte leaves: whoever has read the answer
	// finds the call complete in the log.
	s.calls.end(call, answered.status, answered.code)
	fault.send(w, answered)
	if isWhole := fault.Damage == ""; isWhole && answered.stream != nil && r.Method != http.MethodHead && !answered.stream(w, r) {
		drop(w)
	}
}

var errClosed = errors.New("the service is closed")

// wait returns after d, or with an error once the client or the service is gone.
func (s *Service) wait(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-s.closed:
		return errClosed
	}
}
