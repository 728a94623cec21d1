package traffic

import (
	"sync/atomic"
	"time"
)

// Connector counts the calls of one connector. Its methods are safe for concurrent use.
//
// A stream is opened by a call, and brings replies then, by Event.
//
// A call is told in this order: Wait and Proceed when it has to wait for a free slot, or Wait and GiveUp when it never
// gets one; then Begin, and Reply or Fail. A call whose reply has come is not judged yet: Accept or Reject follow when it is
// read.
type Connector struct {
	source            *Source
	inFlight, waiting atomic.Int64
	// counts belong to the source's lock.
	counts counts
}

// Moment is a reading of a source's clock, which is cheaper than a time.
type Moment time.Duration

// Failed is how a call ended that gave no reply.
type Failed struct {
	// Code is that of the error.
	Code string
	// Canceled tells that whoever asked did not wait for the end. That is no error of the source.
	Canceled bool
}

// counts are what is counted of a connector.
type counts struct {
	calls, errors, canceled, unsent, shared, bytes uint64
	codes                                          codes
	latency                                        histogram
}

// Begin counts a call in that is sent now, and returns the moment for Fail.
func (c *Connector) Begin() Moment {
	c.inFlight.Add(1)
	return c.source.now()
}

// Reply counts a call out that began at start and took this long until its reply of that size was read. It reads no clock:
// whoever makes calls has measured them.
func (c *Connector) Reply(start time.Time, took time.Duration, bytes int) {
	c.inFlight.Add(-1)
	s := c.source
	s.mu.Lock()
	c.counts.calls++
	c.counts.bytes += uint64(bytes)
	c.counts.latency.add(took)
	s.history.at(start.Add(took).Unix()).add(took)
	s.mu.Unlock()
}

// Fail counts a call out that began at start and gave no reply.
func (c *Connector) Fail(start Moment, f Failed) {
	took := c.source.passed(start)
	c.inFlight.Add(-1)
	s := c.source
	s.mu.Lock()
	defer s.mu.Unlock()
	c.counts.calls++
	if f.Canceled {
		c.counts.canceled++ // how long the source would have taken is not known
		return
	}
	now := time.Now()
	c.counts.latency.add(took)
	s.history.at(now.Unix()).add(took)
	s.fail(c, f.Code, now)
	s.faults.Add(1)
}

// Wait counts a call in that waits for a free slot, and returns the moment for Proceed or GiveUp.
func (c *Connector) Wait() Moment {
	c.waiting.Add(1)
	return c.source.now()
}

// Proceed says that the call got its slot.
func (c *Connector) Proceed(start Moment) {
	took := c.source.passed(start)
	c.waiting.Add(-1)
	s := c.source
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waits.add(took)
}

// GiveUp says that the call never got a slot: it counts as a call that was not sent.
func (c *Connector) GiveUp(start Moment, f Failed) {
	took := c.source.passed(start)
	c.waiting.Add(-1)
	s := c.source
	s.mu.Lock()
	defer s.mu.Unlock()
	c.counts.calls++
	c.counts.unsent++
	s.waits.add(took)
	if f.Canceled {
		c.counts.canceled++
		return
	}
	s.fail(c, f.Code, time.Now())
	// Slots are taken by calls that do not end: the source is to blame.
	s.faults.Add(1)
}

// Refuse says that a limit of ours kept a call from being sent, for which the source is not to blame.
func (c *Connector) Refuse(code string) {
	s := c.source
	s.mu.Lock()
	defer s.mu.Unlock()
	c.counts.calls++
	c.counts.unsent++
	s.fail(c, code, time.Now())
}

// Share says that a reply was waited for which another call was to bring: it is no call of its own.
func (c *Connector) Share() {
	s := c.source
	s.mu.Lock()
	defer s.mu.Unlock()
	c.counts.shared++
}

// Event says that an open stream has brought a reply, which Accept or Reject judge as that of a call. It counts as a call, but for its
// latency: how long a stream is silent says nothing of how fast the source is.
func (c *Connector) Event(bytes int) {
	s := c.source
	s.mu.Lock()
	defer s.mu.Unlock()
	c.counts.calls++
	c.counts.bytes += uint64(bytes)
}

// Break says that an open stream broke. It counts as a call that failed.
func (c *Connector) Break(code string) {
	s := c.source
	s.mu.Lock()
	defer s.mu.Unlock()
	c.counts.calls++
	s.fail(c, code, time.Now())
	s.faults.Add(1)
}

// Accept says that the reply which came at that moment was a success.
func (c *Connector) Accept(at time.Time) {
	c.source.clearFaults()
	c.source.lastSuccess.Store(at.UnixNano())
}

// Reject says that the reply which came at that moment means failure, or cannot be read. It counts as an error with the
// code. isFault tells that the source is to blame and not the request.
func (c *Connector) Reject(at time.Time, code string, isFault bool) {
	s := c.source
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fail(c, code, at)
	if isFault {
		s.faults.Add(1)
	} else {
		s.clearFaults()
	}
}
