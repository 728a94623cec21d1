package server

import (
	"bytes"
	"net/http"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/weftgraph/weft/graph"
)

// mediaEvents is the media type of server-sent events, by which operations of all kinds are answered as the protocol of the library
// graphql-sse has it ("distinct connections mode").
const mediaEvents = "text/event-stream"

// Values of the headers of event streams.
//
//nolint:gochecknoglobals // constants in all but name
var (
	typeEvents = []string{mediaEvents + "; charset=utf-8"}
	// What is on the way may neither keep the stream nor change it, which would hold it up.
	noCache = []string{"no-cache, no-store, no-transform"}
	// noBuffering is for nginx, and proxies that do as it does.
	noBuffering = []string{"no"}
)

// serveEvents answers what was read with a stream of events. What is wrong with the operation is told in the stream, since the
// EventSource of browsers does not show the content of other answers.
func (o *operations) serveEvents(tracked *trackingWriter, r *http.Request, exec graphql.GraphExecutor, request *reading) {
	run, errs := o.begin(r, request)
	if request.admitted.isForAWhile() {
		o.answerRequestErrors(tracked, mediaJSON, errs) // the status says when to ask again
		return
	}
	if len(errs) > 0 {
		o.logCauses(errs)
		o.countRefused(errs)
		o.sendEvents(tracked, func(s *eventStream) ending { return o.sendErrors(s, errs) })
		return
	}
	defer run.Close()
	if refused := refuseMutation(tracked, r, run); refused != nil {
		o.answerRefusal(tracked, mediaJSON, refused)
		return
	}
	o.streamEvents(tracked, r, exec, run, request.query)
}

// executeSubscription answers a subscription of which JSON was preferred, which can only be a stream of events.
func (o *operations) executeSubscription(
	tracked *trackingWriter, r *http.Request, exec graphql.GraphExecutor, run *graph.Run, request *reading, mediaType string,
) {
	if request.parts.subscriptions {
		o.streamParts(tracked, r, exec, run, request.query, mediaType)
		return
	}
	if !acceptsEvents(r.Header) {
		o.answerRequestErrors(tracked, mediaType, gqlerror.List{graph.SubscriptionRefused()})
		return
	}
	tracked.record.over(overEvents)
	o.streamEvents(tracked, r, exec, run, request.query)
}

// streamEvents answers a run with a stream of events.
func (o *operations) streamEvents(tracked *trackingWriter, r *http.Request, exec graphql.GraphExecutor, run *graph.Run, query graph.Query) {
	ctx := r.Context()
	o.sendEvents(tracked, func(s *eventStream) ending {
		end, errs := o.stream(r, exec, run, query, listener{
			next: func(a *graph.Answer) error { return o.sendAnswer(s, a) },
			started: func() {
				freeSlot(ctx) // it waits most of the time
				o.countOut(tracked)
			},
			stop:   o.streams.draining,
			record: tracked.record, status: http.StatusOK,
		})
		switch end {
		case notExecuted:
			o.logCauses(errs)
			o.countRefused(errs)
			return o.sendErrors(s, errs)
		case expired, withdrawn:
			return o.sendErrors(s, gqlerror.List{refuse(http.StatusUnauthorized, codeUnauthenticated, "%s", end.message()).err})
		}
		return end
	})
}

// sendEvents writes a stream of events. It ends with the event `complete`, unless it was cut off: then clients ask again.
func (o *operations) sendEvents(tracked *trackingWriter, send func(*eventStream) ending) {
	beginStream(tracked, typeEvents, noCache)
	s := &eventStream{writer: tracked, control: http.NewResponseController(tracked), timeout: o.eventStreams.WriteTimeout, beat: []byte(":\n\n")}
	defer s.end()
	if s.send(s.beat) != nil { // the client learns that it is connected
		return
	}
	if o.keptAlive(s, send) == completed {
		tracked.record.keep(tracked.ctx, http.StatusOK)
		_ = s.send([]byte("event: complete\ndata:\n\n")) // whoever is gone needs no end
	}
}

// beginStream writes the header of an answer that is sent little by little.
func beginStream(w http.ResponseWriter, mediaType, caching []string) {
	h := w.Header()
	h["Content-Type"], h["Cache-Control"], h["X-Accel-Buffering"] = mediaType, caching, noBuffering
	addVary(h, varyAccept)
	w.WriteHeader(http.StatusOK)
}

// keptAlive sends events, and comments while there are none.
func (o *operations) keptAlive(s *eventStream, send func(*eventStream) ending) ending {
	stop := s.keepAlive(o.eventStreams.KeepAliveInterval)
	defer stop()
	return send(s)
}

func (o *operations) sendErrors(s *eventStream, errs gqlerror.List) ending {
	if refused := s.writer.record.keep(s.writer.ctx, http.StatusOK); refused != nil {
		errs = gqlerror.List{refused.err}
	}
	err := o.sendAnswer(s, &graph.Answer{Errors: errs})
	if s.writer.record.sent(err); err != nil {
		return abandoned
	}
	return completed
}

func (o *operations) sendAnswer(s *eventStream, a *graph.Answer) error {
	s.writer.hasErrors = s.writer.hasErrors || len(a.Errors) > 0
	return s.send([]byte("event: next\ndata: "), oneLine(o.whole(a)), []byte("\n\n"))
}

// oneLine returns JSON on one line, which is what an event's data is. Line ends in JSON stand between tokens, where a blank means the same.
func oneLine(whole []byte) []byte {
	if bytes.IndexByte(whole, '\n') < 0 && bytes.IndexByte(whole, '\r') < 0 {
		return whole
	}
	return bytes.Map(func(r rune) rune {
		if r == '\n' || r == '\r' {
			return ' '
		}
		return r
	}, whole)
}

// eventStream writes events to a client. Its methods may be called at the same time.
type eventStream struct {
	control *http.ResponseController
	// timeout is how long a write may take. Between writes there is no deadline: a stream may be silent for long.
	timeout time.Duration
	// beat is what keepAlive sends.
	beat []byte

	mu     sync.Mutex
	writer *trackingWriter
}

// send writes the parts of one event, and waits until they are on their way.
func (s *eventStream) send(parts ...[]byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.setDeadline(time.Now().Add(s.timeout))
	for _, part := range parts {
		if _, err := s.writer.Write(part); err != nil {
			return err
		}
	}
	err := s.control.Flush()
	s.setDeadline(time.Time{})
	return err
}

// setDeadline bounds the writes that follow. Writers that have no deadlines are those of tests.
func (s *eventStream) setDeadline(t time.Time) { _ = s.control.SetWriteDeadline(t) }

// end bounds the time for the end of the stream, which net/http writes.
func (s *eventStream) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.setDeadline(time.Now().Add(s.timeout))
}

// keepAlive writes something that means nothing from time to time, so that nobody on the way takes a silent stream for a dead one, and those who listen no
// more are noticed. The returned function ends that.
func (s *eventStream) keepAlive(interval time.Duration) (stop func()) {
	over := make(chan struct{})
	var beating sync.WaitGroup
	beating.Go(func() {
		beat := time.NewTicker(interval)
		defer beat.Stop()
		for {
			select {
			case <-over:
				return
			case <-beat.C:
				if s.send(s.beat) != nil {
					return // the next event fails, too, or the request's context is over
				}
			}
		}
	})
	return func() {
		close(over)
		beating.Wait()
	}
}
