package rest

import (
	"context"
	"errors"
	"time"

	"github.com/weftgraph/weft/datasources"
)

// A stream that broke is taken up again, if the server has named its last event: a connection may be lost that nobody is to blame for, and
// with Last-Event-ID no event is. It is asked some times in a row at most, with times in between that double from one to the next.
const (
	maxResumes   = 5
	firstPause   = 500 * time.Millisecond
	leastPause   = 100 * time.Millisecond // whatever a server asks for: one that breaks after each event is not to be asked without a pause
	longestPause = 30 * time.Second
)

// retry counts the attempts since the last event.
type retry struct {
	attempts int
	// asked is how long the server wants to be left alone.
	asked time.Duration
}

func (r *retry) reset() { r.attempts = 0 }

func (r *retry) ask(pause time.Duration) {
	if pause > 0 {
		r.asked = pause
	}
}

// pause is the time before the next attempt; it is false when there have been enough.
func (r *retry) pause() (time.Duration, bool) {
	if r.attempts >= maxResumes {
		return 0, false
	}
	first := firstPause
	if r.asked > 0 {
		first = max(r.asked, leastPause)
	}
	pause := min(first<<r.attempts, longestPause)
	r.attempts++
	return pause, true
}

// resume opens a connection that goes on where the last one broke, and tells whether there is one.
func (s *openStream) resume(ctx context.Context) bool {
	for s.lastID != "" && s.ctx.Err() == nil && ctx.Err() == nil {
		pause, isAllowed := s.retry.pause()
		if !isAllowed {
			return false
		}
		select {
		case <-time.After(pause):
		case <-s.ctx.Done():
			return false
		}
		err := s.connectInTime() //nolint:contextcheck // the stream has a life of its own
		if err == nil {
			return true
		}
		if !isPassing(err) {
			return false
		}
	}
	return false
}

// connectInTime connects within the time of a call.
func (s *openStream) connectInTime() error {
	ctx, cancel := context.WithCancel(s.ctx)
	late := time.AfterFunc(s.source.settings.CallTimeout(), cancel)
	err := s.connect(ctx)
	if late.Stop() && err == nil {
		// The connection ends with the stream's context, or when another one has taken its place: a stream may have many.
		if s.endLast != nil {
			s.endLast()
		}
		s.endLast = cancel
		return nil
	}
	cancel()
	return err
}

// isPassing tells whether it is worth to ask again: there was no connection, or the server has trouble of its own.
func isPassing(err error) bool {
	var failed *datasources.Error
	if !errors.As(err, &failed) {
		return false
	}
	status := failed.Extensions.Get("http").Get("status")
	return failed.Code == datasources.CodeHTTPClient || status.IsNumber() && len(status.Text()) == 3 && status.Text()[0] == '5'
}
