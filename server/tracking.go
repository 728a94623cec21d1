package server

import (
	"context"
	"net/http"
	"time"
)

// trackingWriter remembers whether an answer has been started, and whether it has errors.
type trackingWriter struct {
	http.ResponseWriter
	ctx                context.Context //nolint:containedctx // a writer lives for one request
	started, hasErrors bool
	// isPost tells that the answer is that to a POST.
	isPost bool
	// begun is when the request was counted in, and isCounted tells that it was counted out.
	begun     time.Time
	isCounted bool
	// status is that of the answer, once it has been started, and record what the audit log is told of it.
	status int
	record *record
	// wants is the coding that the answer has.
	wants wantedCoding
	// admitted is what was said of limits, nil if there are none; tellsLimits tells that the answer has it.
	admitted    *admitted
	tellsLimits bool
	// onlyParts is the format of answers for a client that takes nothing but parts, wholeAnswer for all others.
	onlyParts partFormat
}

// tracked is a writer for the answer to a request that is refused before it is read.
func tracked(w http.ResponseWriter, r *http.Request) *trackingWriter {
	return &trackingWriter{ResponseWriter: w, ctx: r.Context(), isPost: r.Method == http.MethodPost}
}

// WriteHeader implements http.ResponseWriter.
func (t *trackingWriter) WriteHeader(status int) {
	t.started, t.status = true, status
	if t.admitted != nil {
		t.admitted.tell(t.Header(), t.tellsLimits)
	}
	t.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController find the writer below.
func (t *trackingWriter) Unwrap() http.ResponseWriter { return t.ResponseWriter }
