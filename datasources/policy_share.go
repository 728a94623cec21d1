package datasources

import (
	"context"
	"errors"
	"hash/maphash"
	"sync"
	"time"
)

// share lets identical reads that are in flight at the same time be one call, whoever asks: its reply is given to all of them.
// A call ends at the deadline that counts from its own start, or that of the reader who makes it, or when the last of its readers has
// gone; each reader goes when its own context ends, which the others do not feel. Failures are shared like replies, but for one: who
// has more time than the reader who made the call makes it again.
//
// Calls are not shared within one operation: how many it makes does not depend on which of them happen to overlap.
type share struct {
	deadline deadline
	seed     maphash.Seed

	mu sync.Mutex
	// flights are the calls that can be joined, by the hashes of their requests. It is seldom that two have one hash.
	flights map[uint64]*flight
}

func newShare(s Settings) *share {
	return &share{
		deadline: deadline(s.CallTimeout()),
		seed:     maphash.MakeSeed(),
		flights:  map[uint64]*flight{},
	}
}

// CanShare tells whether calls of the source may be shared. What Go code does depends on more than the request, and virtual
// connectors make no calls.
func CanShare(s Settings) bool {
	return !s.NoShare && (s.Kind == HTTP || s.Kind == GRPC || s.Kind == SOAP)
}

// around implements policy.
func (s *share) around(next send, m *meter) send {
	alone := s.deadline.around(next, m)
	return func(ctx context.Context, r *Request) (*Reply, error) {
		if !isShareable(r) {
			return alone(ctx, r)
		}
		for hash := s.hash(r); ; {
			f, isMine := s.board(hash, r)
			switch {
			case f == nil:
				return alone(ctx, r)
			case isMine:
				return s.lead(ctx, f, next)
			}
			m.shares()
			reply, err := s.follow(ctx, f)
			if err == nil || ctx.Err() != nil || !f.isCutShort {
				return reply, err
			}
			// Whoever made the call had no more time. Each time around somebody has given up, so this ends.
		}
	}
}

// board returns a flight for the request: one that it joins, or one of its own, which can be joined from now on. It is nil when
// the call in flight was made for the same operation.
func (s *share) board(hash uint64, r *Request) (f *flight, isMine bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	first := s.flights[hash]
	for f = first; f != nil; f = f.next {
		if !isSameRequest(f.request, r) {
			continue
		}
		if f.request.Reader == r.Reader {
			return nil, false
		}
		f.readers++
		f.joined++
		if f.done == nil {
			f.done = make(chan struct{})
		}
		return f, false
	}
	f = &flight{hash: hash, request: r, readers: 1, next: first}
	s.flights[hash] = f
	return f, true
}

// lead makes the call of a flight, in this goroutine: one more would cost every call that nobody joins. So when the caller goes away,
// it comes back when the call does, which is at once unless others wait for the reply. The caller's deadline ends the call for all,
// since somebody waits for the caller's own answer.
func (s *share) lead(ctx context.Context, f *flight, next send) (*Reply, error) {
	// The call keeps the first caller's values (tracing), but not its end.
	timeout, isCut := time.Duration(s.deadline), false
	if end, ok := ctx.Deadline(); ok {
		left := time.Until(end)
		timeout, isCut = min(timeout, left), left < timeout
	}
	f.ctx = Detach(ctx, timeout)
	stay := AfterFunc(ctx, func() { s.leave(ctx, f) })
	reply, err := f.call(next) //nolint:contextcheck // the flight has the context
	f.isCutShort = isCut && err != nil && f.ctx.Err() != nil
	hasStayed := stay()
	s.land(f, reply, err)
	if !hasStayed {
		return nil, ContextError(ctx, errors.Join(ctx.Err(), err))
	}
	return reply, err
}

// land ends a flight: its readers get what came of it.
func (s *share) land(f *flight, reply *Reply, err error) {
	s.mu.Lock()
	s.close(f)
	s.mu.Unlock()
	f.ctx.End(context.Canceled)
	if f.done == nil {
		return // and nobody can join any more
	}
	if reply != nil {
		// Who has left meanwhile does not give it back, and so it goes to the collector.
		reply.Memory.share(f.joined)
	}
	f.reply, f.err = reply, err
	close(f.done)
}

// follow waits for the reply of a flight that was joined.
func (s *share) follow(ctx context.Context, f *flight) (*Reply, error) {
	select {
	case <-f.done:
		return f.outcome()
	case <-ctx.Done():
		s.leave(ctx, f)
		return nil, ContextError(ctx, ctx.Err())
	}
}

// leave takes a reader out whose context is over. The last one cancels the call.
func (s *share) leave(ctx context.Context, f *flight) {
	s.mu.Lock()
	f.readers--
	isLast := f.readers == 0
	if isLast {
		s.close(f)
	}
	s.mu.Unlock()
	if isLast {
		// The context is there: whoever made the call is among those that have left. Its error is that of the last reader: who counts
		// calls has to know whether the source was too slow.
		f.ctx.End(ctx.Err())
	}
}

// close lets nobody join the flight any more. The lock is held.
func (s *share) close(f *flight) {
	first := s.flights[f.hash]
	if first == f {
		if f.next == nil {
			delete(s.flights, f.hash)
		} else {
			s.flights[f.hash] = f.next
		}
		return
	}
	for before := first; before != nil; before = before.next {
		if before.next == f {
			before.next = f.next
			return
		}
	}
}
