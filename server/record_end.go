package server

import (
	"context"
	"time"

	"github.com/weftgraph/weft/server/auditlog"
)

// Where no line may be lost, the line of an operation tells how it has ended before the last byte of its answer is sent: a client that leaves after
// that has a line more. Elsewhere how it has ended is settled at the same moment, so that whoever leaves with the whole answer is not taken for
// one who leaves without.

// ended notes how a stream has ended.
func (rec *record) ended(end ending) {
	if rec == nil {
		return
	}
	switch end {
	case stopped:
		rec.line.End = auditlog.Stopped
	case outdated:
		rec.line.End = auditlog.Replaced
	case expired:
		rec.line.End = auditlog.Expired
	case withdrawn:
		rec.line.End = auditlog.Withdrawn
	case abandoned:
		rec.gone()
	}
}

// panicked notes a defect.
func (rec *record) panicked() {
	if rec != nil {
		rec.failed = true
	}
}

// gone notes that the client has gone away before it had the whole of its answer.
func (rec *record) gone() {
	switch {
	case rec == nil || rec.isGone || rec.isRefused && !rec.isStream:
	case !rec.isOver:
		rec.line.End = auditlog.ClientGone
	case rec.isWithheld || rec.line.End == "" || rec.line.End == auditlog.ClientGone: // there was no answer, or it has been told
	default:
		rec.isGone = true
		l := &rec.line
		rec.log.Append(&auditlog.Line{
			Time: time.Now(), Event: auditlog.Undelivered, ID: l.ID, RequestID: l.RequestID, Duration: time.Since(l.Time), End: auditlog.ClientGone,
		})
	}
}

// sent notes what became of the last write of an answer.
func (rec *record) sent(err error) {
	if err != nil {
		rec.gone()
	}
}

// end tells how the answering has ended.
func (rec *record) end(ctx context.Context) auditlog.End {
	switch {
	case rec.failed:
		return auditlog.Failed
	case rec.line.End != "":
		return rec.line.End
	case rec.isRefused && !rec.isStream:
		return ""
	case ctx.Err() != nil:
		return auditlog.ClientGone
	case rec.hasTimedOut && !rec.isStream:
		return auditlog.TimedOut
	default:
		return auditlog.Completed
	}
}
