package server

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/caller"
	"github.com/weftgraph/weft/graph/execute"
	"github.com/weftgraph/weft/server/auditlog"
	"github.com/weftgraph/weft/server/persisted"
)

// Transports, as the audit log calls them.
const (
	overHTTP      = "http"
	overEvents    = "sse"
	overParts     = "multipart"
	overWebSocket = "websocket"
)

// maxRemembered bounds the codes and paths that a record remembers of an answer, which may have any number of errors.
const maxRemembered = 100

// record is what the audit log is told of one operation. It goes with the operation from the moment that a request is there until the answer
// is on its way, and is written once, whatever happens in between. Its methods may be called on nil, which is that of an operation that is not
// recorded. It is used by one goroutine at a time.
type record struct {
	log *auditlog.Log
	// line is what is known so far.
	line auditlog.Line
	run  *graph.Run
	// isStream tells that its beginning has been written, isRefused that nothing was executed, isOver that it was written.
	isStream, isRefused, isOver bool
	failed                      bool
	hasTimedOut                 bool
	// ticket is that of the last line. hasBegun tells that a line about the begin is kept, isUnkept that there cannot be one, so that nothing was
	// executed.
	ticket             auditlog.Ticket
	hasBegun, isUnkept bool
	// isWithheld tells that the answer was not given since its line was not kept, isGone that there is a line more about a client that has left.
	isWithheld, isGone bool
}

// newRecord begins the record of an operation, nil if there is no audit log.
func (o *operations) newRecord(r *http.Request, transport string, start time.Time) *record {
	if o.audit == nil {
		return nil
	}
	return &record{log: o.audit, line: auditlog.Line{
		Time: start, Event: auditlog.Operation, ID: o.audit.NextID(), Client: o.clients.of(r), Transport: transport, Estimated: -1, Actual: -1,
	}}
}

// answerUnread refuses a request before anything of it is read.
func (o *operations) answerUnread(w *trackingWriter, r *http.Request, mediaType string, refused *refusal) {
	w.record = o.recordUnread(r, overHTTP, time.Now())
	o.answerRefusal(w, mediaType, refused)
	w.record.write(r.Context(), w.status)
}

// recordUnread begins the record of a request that is refused before anything of it is read; nil if its line could not be kept: it may be one of
// any number.
func (o *operations) recordUnread(r *http.Request, transport string, start time.Time) *record {
	if o.refusesUnaudited() != nil {
		return nil
	}
	return o.newRecord(r, transport, start)
}

// of makes the record of one of several operations that have come with a request.
func (rec *record) of(r *http.Request, o *operations) *record {
	if rec == nil {
		return nil
	}
	own := o.newRecord(r, rec.line.Transport, rec.line.Time)
	if own == nil {
		return nil // it was switched off
	}
	own.line.RequestID, own.line.InBatch, own.line.Caller = rec.line.ID, true, rec.line.Caller
	return own
}

// drop has nothing written: other records tell what there is to tell.
func (rec *record) drop() {
	if rec != nil {
		rec.isOver = true
	}
}

// askedBy notes who asks.
func (rec *record) askedBy(who *caller.Caller) {
	if rec != nil && !who.IsAnonymous() {
		i := who.Identity()
		rec.line.Caller = auditlog.Caller{Name: who.Name(), Method: string(i.Method), Owner: i.Owner}
	}
}

// over notes the transport, which is chosen when the request has been looked at.
func (rec *record) over(transport string) {
	if rec != nil {
		rec.line.Transport = transport
	}
}

// begun notes what runs, or what was asked for and does not run.
func (rec *record) begun(query *graph.Query, run *graph.Run, errs gqlerror.List) {
	if rec == nil {
		return
	}
	if run != nil {
		rec.runs(run, query)
		return
	}
	rec.line.Operation = auditlog.Asked{Name: query.Operation, Document: query.ID}
	switch {
	case query.Text != "":
		rec.line.Operation.Hash = persisted.HashOf(query.Text)
	case query.Hash != "":
		rec.line.Operation.Hash = query.Hash // what the client says
	}
	rec.refused(errs)
}

// runs notes the operation that runs.
func (rec *record) runs(run *graph.Run, query *graph.Query) {
	rec.run = run
	if rec.log.Settings().Arguments {
		rec.line.Arguments = run.Arguments()
	}
	rec.line.Operation, rec.line.Touched = describe(run, query), run.Prepared().Touched()
}

// describe tells which operation a query has come to run.
func describe(run *graph.Run, query *graph.Query) auditlog.Asked {
	def, doc := run.Operation().Definition(), run.Operation().Document()
	id := query.ID
	if id == "" {
		id = doc.TrustedID()
	}
	return auditlog.Asked{Name: def.Name, Kind: string(def.Operation), Hash: doc.Hash(), Document: id}
}

// known notes an operation whose answer was known.
func (rec *record) known(b *knownBody) {
	if rec == nil {
		return
	}
	rec.line.Operation, rec.line.Touched = b.asked, b.touched
	if rec.log.Settings().Arguments {
		rec.line.Arguments = b.arguments
	}
}

// refused notes that the operation is not executed, and why.
func (rec *record) refused(errs gqlerror.List) {
	if rec == nil {
		return
	}
	rec.isRefused, rec.line.Errors, rec.line.Codes, rec.line.Denied = true, 0, nil, nil
	rec.add(errs)
}

// answered notes the answer of an operation that has one. ctx is that of the request.
func (rec *record) answered(ctx context.Context, a *graph.Answer) {
	switch {
	case rec == nil:
	case a == nil || a.Data == nil:
		var errs gqlerror.List
		if a != nil {
			errs = a.Errors
		}
		rec.refused(errs)
	default:
		rec.isRefused, rec.line.Errors, rec.line.Codes, rec.line.Denied = false, 0, nil, nil
		if ctx.Err() != nil {
			rec.add(withoutCanceled(a.Errors))
			return
		}
		rec.add(a.Errors)
	}
}

// withoutCanceled leaves out what errors tell of a client that has gone away: they look like failures, and are none.
func withoutCanceled(errs gqlerror.List) gqlerror.List {
	var rest gqlerror.List
	for _, err := range errs {
		if codeOf(err) != codeRequestTimeout && !errors.Is(err.Err, context.Canceled) {
			rest = append(rest, err)
		}
	}
	return rest
}

// event notes one of the answers of a subscription.
func (rec *record) event(a *graph.Answer) {
	if rec != nil {
		rec.line.Events++
		rec.add(a.Errors)
	}
}

// part notes one of the parts of an answer.
func (rec *record) part(p *execute.Part) {
	if rec == nil {
		return
	}
	rec.add(p.Errors)
	for i := range p.Patches {
		rec.add(p.Patches[i].Errors)
	}
	for i := range p.Completed {
		rec.add(p.Completed[i].Errors)
	}
}

// add counts errors, and remembers their codes and what the caller may not read.
func (rec *record) add(errs gqlerror.List) {
	rec.line.Errors += len(errs)
	for _, err := range errs {
		code := codeOf(err)
		if code != "" && len(rec.line.Codes) < maxRemembered && !slices.Contains(rec.line.Codes, code) {
			rec.line.Codes = append(rec.line.Codes, code)
		}
		if isDenial(code) && len(rec.line.Denied) < maxRemembered && len(err.Path) > 0 {
			rec.line.Denied = append(rec.line.Denied, err.Path.String())
		}
		rec.hasTimedOut = rec.hasTimedOut || code == codeRequestTimeout
	}
}

// write writes the record, once. ctx is the request's, status that of the answer, 0 where there is none.
func (rec *record) write(ctx context.Context, status int) {
	if rec == nil || rec.isOver {
		return
	}
	rec.isOver = true
	l := &rec.line
	l.Status, l.Duration = status, time.Since(l.Time)
	rec.deny()
	l.Decision, l.Code = rec.decision()
	l.End = rec.end(ctx)
	if rec.run != nil {
		u := rec.run.Usage()
		l.Calls, l.Shared, l.Estimated, l.Actual = u.Calls, u.Shared, u.Estimated, u.Actual
	}
	rec.ticket = rec.log.Append(l)
}

// deny notes what the plan leaves out since the caller may not read it. The answer may be silent about that: because it was configured so, or because
// there was no row to withhold anything from. What was asked for in vain is told nevertheless.
func (rec *record) deny() {
	if rec.run == nil {
		return
	}
	paths, _ := rec.run.Denied()
	for n := range min(len(paths), maxRemembered) {
		if path := strings.Join(paths[n].Path, "."); len(rec.line.Denied) < maxRemembered && !slices.Contains(rec.line.Denied, path) {
			rec.line.Denied = append(rec.line.Denied, path)
		}
	}
}

// decision tells what was decided of the operation, which its errors tell, and the code of what was refused.
func (rec *record) decision() (auditlog.Decision, string) {
	codes := rec.line.Codes
	isDenied := slices.ContainsFunc(codes, isDenial) || len(rec.line.Denied) > 0
	switch {
	case !rec.isRefused && isDenied:
		return auditlog.Partial, ""
	case !rec.isRefused || rec.isStream || rec.failed && rec.run != nil:
		return auditlog.Allowed, ""
	case len(codes) == 0:
		return auditlog.Refused, ""
	case isDenied:
		return auditlog.Denied, codes[0]
	}
	return decisionOf(codes[0]), codes[0]
}

// decisionOf tells what was decided of something that is not executed, for an error with a code.
func decisionOf(code string) auditlog.Decision {
	switch code {
	case codeUnauthenticated:
		return auditlog.Unauthenticated
	case codeRateLimited:
		return auditlog.RateLimited
	case "FORBIDDEN", graph.CodeUnauthorized:
		return auditlog.Denied
	default:
		return auditlog.Refused
	}
}

// isDenial tells of the code of what a caller may not read.
func isDenial(code string) bool { return code == graph.CodeUnauthorized }
