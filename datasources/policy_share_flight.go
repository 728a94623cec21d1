package datasources

import (
	"context"
	"errors"
	"sync/atomic"
)

// flight is one call that several callers may wait for. It is the context of that call, too.
type flight struct {
	// Context has the call's deadline, and the values of the caller that makes it. Context and cancel are set by that caller.
	context.Context //nolint:containedctx // a flight lives as long as its call
	cancel          context.CancelFunc
	// isLate tells that the call was canceled because its last reader had no more time, and not because that went away: who
	// counts calls has to know whether the source was too slow.
	isLate atomic.Bool

	hash    uint64
	request *Request

	// The policy's lock guards next, which is another flight with the same hash; readers, the callers that wait for the reply; joined,
	// how many there ever were besides the first; and done until the flight is closed. done is nil until the flight is joined.
	next            *flight
	readers, joined int
	done            chan struct{}

	// What follows is written before done is closed, and read after that.
	reply *Reply
	err   error
	// isCutShort tells that the call failed because the caller that made it had less time than a call may take.
	isCutShort bool
}

// Err implements context.Context.
func (f *flight) Err() error {
	err := f.Context.Err()
	if err != nil && f.isLate.Load() {
		return context.DeadlineExceeded
	}
	return err
}

// call makes the call. A panic of a policy must not leave the readers waiting.
func (f *flight) call(next send) (reply *Reply, err error) {
	defer containPanic(&err)
	return next(f, f.request)
}

// outcome is what those get that have joined. Reply and error are their own, but what the reply refers to is everybody's.
func (f *flight) outcome() (*Reply, error) {
	if f.err == nil {
		reply := *f.reply
		reply.Shared = true
		return &reply, nil
	}
	var failed *Error
	if !errors.As(f.err, &failed) {
		return nil, f.err
	}
	err := *failed
	err.Shared = true
	return nil, &err
}
