package traffic

import (
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Source counts the calls to one live source, by connector. Its methods are safe for concurrent use.
type Source struct {
	since time.Time
	// faults counts those since the last call without one; lastSuccess is in nanoseconds since 1970, 0 for never. They are
	// not under the lock, since every success writes them.
	faults      atomic.Int64
	lastSuccess atomic.Int64

	mu         sync.Mutex
	connectors map[string]*Connector
	history    history
	waits      histogram
	lastError  Failure
}

// Failure is one error.
type Failure struct {
	Code string
	At   time.Time
}

// Counts are sums since a source became live.
type Counts struct {
	// Calls counts the calls that have ended. Of these Errors failed, which includes replies that mean failure; Canceled
	// were given up by who asked; and Unsent never got a free slot, so that the back end does not know of them.
	Calls, Errors, Canceled, Unsent uint64
	// Shared counts how often a reply was waited for that another operation's call was to bring. These are not among the Calls.
	Shared uint64
	// Bytes is the size of all replies, decompressed.
	Bytes uint64
	// InFlight calls have been sent and have not ended, Waiting ones wait for a free slot.
	InFlight, Waiting int
	// Codes are those of the errors, the most frequent first.
	Codes []CodeCount
	// Latency is that of calls which were sent and not canceled, without the time they waited.
	Latency Latency
}

// ConnectorReport is what is known of one connector.
type ConnectorReport struct {
	Coordinate string
	Counts
}

// SourceReport is what is known of one source. All of it was read at one moment, but for the numbers of calls in flight.
type SourceReport struct {
	// Since is when the source became live.
	Since time.Time
	State State
	Counts
	// Connectors are those that were bound to the source since then, by coordinate. Their counts sum up to the source's.
	Connectors []ConnectorReport
	// Waits measures the calls that had to wait for a free slot.
	Waits Latency
	// LastSuccess is zero when there was none, as is the LastError.
	LastSuccess time.Time
	LastError   Failure
}

// NewSource returns a source that has become live just now.
func NewSource() *Source {
	return &Source{since: time.Now(), connectors: map[string]*Connector{}}
}

// now reads the clock.
func (s *Source) now() Moment { return Moment(time.Since(s.since)) }

// passed returns how long ago a moment was.
func (s *Source) passed(m Moment) time.Duration { return time.Since(s.since) - time.Duration(m) }

// Connector returns the connector with that coordinate, always the same one.
func (s *Source) Connector(coordinate string) *Connector {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.connectors[coordinate]
	if c == nil {
		c = &Connector{source: s}
		s.connectors[coordinate] = c
	}
	return c
}

// Report returns what is known now.
func (s *Source) Report() SourceReport {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := SourceReport{Since: s.since, Waits: s.waits.latency(), LastError: s.lastError}
	var total counts
	for _, coordinate := range slices.Sorted(maps.Keys(s.connectors)) {
		c := s.connectors[coordinate]
		total.merge(&c.counts)
		report := ConnectorReport{coordinate, c.counts.report()}
		report.InFlight, report.Waiting = int(c.inFlight.Load()), int(c.waiting.Load())
		out.InFlight += report.InFlight
		out.Waiting += report.Waiting
		out.Connectors = append(out.Connectors, report)
	}
	inFlight, waiting := out.InFlight, out.Waiting
	out.Counts = total.report()
	out.InFlight, out.Waiting = inFlight, waiting
	out.State = stateOf(total.calls-total.canceled, int(s.faults.Load()))
	if at := s.lastSuccess.Load(); at != 0 {
		out.LastSuccess = time.Unix(0, at)
	}
	return out
}

// History returns the last seconds before now, at most HistorySeconds-1 of them.
func (s *Source) History(now time.Time, seconds int) History {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.history.before(now, seconds)
}

// fail counts an error of a connector. The lock is held.
func (s *Source) fail(c *Connector, code string, at time.Time) {
	c.counts.errors++
	c.counts.codes.add(code)
	s.history.at(at.Unix()).fails++
	s.lastError = Failure{code, at}
}

func (s *Source) clearFaults() {
	// Mostly there are none, and a cache line that is only read is not fought for.
	if s.faults.Load() != 0 {
		s.faults.Store(0)
	}
}

func (c *counts) merge(other *counts) {
	c.calls += other.calls
	c.errors += other.errors
	c.canceled += other.canceled
	c.unsent += other.unsent
	c.shared += other.shared
	c.bytes += other.bytes
	c.codes.merge(other.codes)
	c.latency.merge(&other.latency)
}

func (c *counts) report() Counts {
	return Counts{
		Calls: c.calls, Errors: c.errors, Canceled: c.canceled, Unsent: c.unsent, Shared: c.shared, Bytes: c.bytes,
		Codes: c.codes.list(), Latency: c.latency.latency(),
	}
}
