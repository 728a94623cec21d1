package datasources

import (
	"context"
	"errors"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/weftgraph/weft/graph/value"
)

// streams bounds the open streams of one source. They have a bound of their own: a stream takes no slot of calls, which it would keep for
// hours.
type streams struct {
	limit int64
	open  atomic.Int64
}

// enter takes a place, if there is one.
func (s *streams) enter() bool {
	if s.open.Add(1) > s.limit {
		s.open.Add(-1)
		return false
	}
	return true
}

func (s *streams) leave() { s.open.Add(-1) }

// streamer is a guarded fetcher whose requests are answered by streams.
type streamer struct {
	*guarded
	streamer Streamer
	limits   *Limits
}

var _ Streamer = (*streamer)(nil)

// Stream implements Streamer. Opening a stream is a call: the rate counts it, and it has to be answered in a call's time. After that the
// stream goes on for as long as whoever asked wants it. It is nobody else's: streams are not shared.
func (s *streamer) Stream(ctx context.Context, r *Request) (Stream, error) {
	if rate := s.limits.rate; rate != nil && !rate.take(time.Now()) {
		return nil, s.refuse(&Error{Code: CodeRateLimited, Message: "Rate limit exceeded"})
	}
	if !s.limits.streams.enter() {
		return nil, s.refuse(&Error{
			Code: CodeOverloaded, Message: "Too many streams are open",
			Extensions: value.Object([]value.Field{{Name: "limit", Value: value.String("source_streams")}}),
		})
	}
	opened, err := s.open(ctx, r)
	if err != nil {
		s.limits.streams.leave()
		return nil, err
	}
	return opened, nil
}

func (s *streamer) refuse(err *Error) *Error {
	s.meter.refused(err)
	return err
}

// open opens the stream within a call's time.
func (s *streamer) open(ctx context.Context, r *Request) (Stream, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	late := time.AfterFunc(s.limits.timeout, func() { cancel(errOpening) })
	start := time.Now()
	began := s.meter.begins()
	source, err := s.begin(ctx, r)
	if err == nil && !late.Stop() {
		// It was opened in the moment in which its time was over.
		source.Close()
		err = errOpening
	}
	if err != nil {
		late.Stop()
		if errors.Is(context.Cause(ctx), errOpening) {
			err = &Error{Code: CodeTimeout, Message: "Gateway timeout", Cause: err}
		}
		s.meter.failed(ctx, began, err)
		cancel(nil)
		return nil, err
	}
	s.meter.replied(start, time.Since(start), 0)
	return &guardedStream{source: source, streamer: s, cancel: cancel}, nil
}

// errOpening is the cause of the end of a stream that did not begin in time.
var errOpening = errors.New("the stream did not begin in time")

func (s *streamer) begin(ctx context.Context, r *Request) (opened Stream, err error) {
	defer containPanic(&err)
	return s.streamer.Stream(ctx, r)
}

// guardedStream is an open stream that has a place among those of its source.
type guardedStream struct {
	source   Stream
	streamer *streamer
	cancel   context.CancelCauseFunc
	closed   sync.Once
}

var _ Stream = (*guardedStream)(nil)

// Next implements Stream.
func (s *guardedStream) Next(ctx context.Context) (reply *Reply, err error) {
	defer containPanic(&err)
	reply, err = s.source.Next(ctx)
	switch {
	case err == nil:
		s.streamer.meter.event(len(reply.Body))
	case !errors.Is(err, io.EOF):
		s.streamer.meter.broke(ctx, err)
	}
	return reply, err
}

// Close implements Stream.
func (s *guardedStream) Close() {
	s.closed.Do(func() {
		s.cancel(nil)
		s.source.Close()
		s.streamer.limits.streams.leave()
	})
}
