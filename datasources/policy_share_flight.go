package datasources

import "errors"

// flight is one call that several callers may wait for.
type flight struct {
	// ctx is that of the call: it has the call's deadline, and the values of the caller that makes it, who sets it.
	ctx *Detached

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

// call makes the call. A panic of a policy must not leave the readers waiting.
func (f *flight) call(next send) (reply *Reply, err error) {
	defer containPanic(&err)
	return next(f.ctx, f.request)
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
