package server

import (
	"net/http"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/weftgraph/weft/graph"
)

// Texts of streams of parts, by which Apollo's clients get the events of subscriptions (multipart/mixed;subscriptionSpec="1.0"). A part has a
// payload, which is an answer; an empty one means nothing; one with errors besides the payload is the last.
const (
	streamType   = mediaParts + `; boundary="-"; subscriptionSpec="1.0"`
	emptyPart    = partHeader + "{}"
	payloadStart = partHeader + `{"payload":`
)

// streamParts answers a subscription with a stream of parts. What is not executed is answered by JSON.
func (o *operations) streamParts(
	tracked *trackingWriter, r *http.Request, exec graphql.GraphExecutor, run *graph.Run, query graph.Query, mediaType string,
) {
	s := &eventStream{
		writer: tracked, control: http.NewResponseController(tracked), timeout: o.eventStreams.WriteTimeout,
		beat: []byte(emptyPart + partBoundary),
	}
	tracked.record.over(overParts)
	rest := func() {}
	defer func() { rest() }()
	end, errs := o.stream(r, exec, run, query, listener{
		next: func(a *graph.Answer) error {
			tracked.hasErrors = tracked.hasErrors || len(a.Errors) > 0
			return s.send([]byte(payloadStart), o.whole(a), []byte("}"+partBoundary))
		},
		started: func() {
			freeSlot(r.Context()) // it waits most of the time
			o.countOut(tracked)
			beginStream(tracked, []string{streamType}, noCache)
			if s.send([]byte(partBoundary), s.beat) == nil { // the client learns that it is connected
				rest = sync.OnceFunc(s.keepAlive(o.eventStreams.KeepAliveInterval))
			}
		},
		stop:   o.streams.draining,
		record: tracked.record, status: http.StatusOK,
	})
	rest()
	if end != notExecuted {
		tracked.record.keep(tracked.ctx, tracked.status)
	}
	switch end {
	case notExecuted:
		o.answerRequestErrors(tracked, mediaType, errs)
		return
	case completed:
		_ = s.send([]byte(emptyPart + partEnd)) // whoever is gone needs no end
	case outdated:
		// The error by which Apollo's clients know that.
		o.sendLast(s, codeSubscriptionReload, "The subscription was closed because the graph has been replaced. Subscribe again.")
	case expired, withdrawn:
		o.sendLast(s, codeUnauthenticated, end.message())
	}
	// A stream that was cut off otherwise has no end, from which clients see that they have to ask again.
	s.end()
}

// sendLast ends a stream with an error.
func (o *operations) sendLast(s *eventStream, code, message string) {
	err := refuse(http.StatusOK, code, "%s", message).err
	errs, failed := answerTail(&graph.Answer{Errors: gqlerror.List{err}})
	if failed != nil {
		errs = []byte("}") // unreachable: the error is plain data
	}
	_ = s.send([]byte(payloadStart+"null,"), errs, []byte(partEnd))
}
