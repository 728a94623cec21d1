package server

import (
	"context"
	"net/http"
	"time"

	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/server/auditlog"
)

// Where no line may be lost (`audit.on_failure: refuse`), nothing is answered that is not in the log: the line of an operation is kept before the
// last byte of its answer is sent. What has effects before that, or shows something, has a line about its begin, too, which is kept first.

// limitAudit is what `extensions.limit` says of operations that are not answered since the audit log cannot be kept.
const limitAudit = "audit_log"

// refusesUnaudited refuses operations while their lines could not be kept. Their number is all that will be known of them.
func (o *operations) refusesUnaudited() *refusal {
	if o.audit == nil || o.audit.Admits() {
		return nil
	}
	o.audit.Refuse()
	return refuseUnaudited()
}

func refuseUnaudited() *refusal {
	refused := refuse(http.StatusServiceUnavailable, codeOverloaded,
		"The server cannot keep its audit log, without which it answers nothing. Try again later.")
	refused.err.Extensions["limit"] = limitAudit
	return refused
}

// refuseWithheld is what clients get instead of the answer to a mutation. They are not to try again, as they would after refuseUnaudited.
func refuseWithheld() *refusal {
	refused := refuse(http.StatusInternalServerError, codeWithheld,
		"The mutation was executed, but the server cannot keep its audit log, without which it answers nothing.")
	refused.err.Extensions["limit"] = limitAudit
	return refused
}

// answerUnaudited answers an operation that was not executed since its line could not be kept.
func (o *operations) answerUnaudited(w http.ResponseWriter, mediaType string, refused *refusal) {
	sayWhenAgain(w, refused)
	o.answerRefusal(w, mediaType, refused)
}

// sayWhenAgain tells those who may try again when to.
func sayWhenAgain(w http.ResponseWriter, refused *refusal) {
	if refused.status == http.StatusServiceUnavailable {
		w.Header()["Retry-After"] = retryAfter
	}
}

// begins keeps a line about an operation that is about to have effects, or to send a part of its answer, and returns why it may not. Without
// effects before the answer one line is enough.
func (rec *record) begins(run *graph.Run, sendsParts bool) *refusal {
	if rec == nil || rec.hasBegun || !run.IsMutation() && !sendsParts || !rec.log.Awaited() {
		return nil
	}
	return rec.begin(auditlog.OperationBegin)
}

// streams keeps a line about a stream of events that is about to begin, and returns why it may not.
func (rec *record) streams() *refusal {
	if rec == nil {
		return nil
	}
	if refused := rec.begin(auditlog.SubscriptionBegin); refused != nil {
		return refused
	}
	rec.isStream, rec.line.Event = true, auditlog.SubscriptionEnd
	return nil
}

func (rec *record) begin(event auditlog.Event) *refusal {
	rec.deny()
	begin := rec.line
	begin.Event = event
	begin.Decision, _ = rec.decision()
	if rec.log.Wait(rec.log.Append(&begin)) != nil {
		rec.isUnkept = true
		return refuseUnaudited()
	}
	rec.hasBegun = true
	return nil
}

// keep settles the record, and waits until it is kept where no line may be lost. It returns what is answered instead if that fails. ctx and status
// are those of write.
func (rec *record) keep(ctx context.Context, status int) *refusal {
	if rec == nil || rec.isOver {
		return nil
	}
	rec.settle(ctx, status)
	return rec.kept()
}

// settle is called when all is known but whether the rest of the answer arrives. It writes the record where no line may be lost.
func (rec *record) settle(ctx context.Context, status int) {
	switch {
	case rec == nil || rec.isOver:
	case rec.log.Awaited():
		rec.write(ctx, status)
	default:
		rec.line.End = rec.end(ctx)
	}
}

// kept waits until a record that was written is kept, and returns what is answered instead if that fails. It does nothing where lines may be lost.
func (rec *record) kept() *refusal {
	switch {
	case rec == nil || rec.isUnkept: // that is the answer already
		return nil
	case rec.log.Wait(rec.ticket) == nil || rec.isStream: // the end of a stream gives nothing away
		return nil
	}
	refused := refuseUnaudited()
	if rec.run != nil && !rec.isRefused && rec.run.IsMutation() {
		refused = refuseWithheld()
	}
	rec.isWithheld = true
	rec.log.Append(&auditlog.Line{
		Time: time.Now(), Event: auditlog.Withheld, ID: rec.line.ID, RequestID: rec.line.RequestID, Status: refused.status,
		Code: codeOf(refused.err),
	})
	return refused
}
