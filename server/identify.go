package server

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"go.uber.org/zap"

	"github.com/weftgraph/weft/graph/caller"
	"github.com/weftgraph/weft/server/admission"
	"github.com/weftgraph/weft/server/identity"
)

// identify finds out who asks, and returns the request with the caller in its context. It is done before anything else is read of the
// request: whoever shows bad credentials gets nothing, not even what everybody may have. w is nil where the answer has no header.
func (o *operations) identify(w http.ResponseWriter, r *http.Request) (*http.Request, *refusal) {
	if o.identifies == nil {
		return r, nil
	}
	shown := o.credentialsOf(r)
	who, err := o.identifies.Identify(r.Context(), shown)
	if err == nil {
		return asked(r, who), nil
	}
	refused := &identity.Refused{}
	if !errors.As(err, &refused) {
		o.log.Error("identify", zap.Error(err)) // a defect: what clients may learn is said
		return r, refuse(http.StatusInternalServerError, codeInternal, "Internal server error")
	}
	if refused.Cause != nil {
		o.log.Debug("credentials refused", zap.String("message", refused.Message), zap.Error(refused.Cause))
	}
	if shown.IsWithdrawn && w != nil {
		w.Header().Set("Connection", "close") // no other request will be answered on it
	}
	if refused.Unavailable {
		if w != nil {
			w.Header()["Retry-After"] = secondsOf(refused.RetryAfter)
		}
		return r, refuse(http.StatusServiceUnavailable, codeAuthUnavailable, "%s", refused.Message)
	}
	if refused.Challenge != "" && w != nil {
		w.Header().Set("WWW-Authenticate", refused.Challenge)
	}
	if refused.Malformed {
		return r, refuse(http.StatusBadRequest, codeBadRequest, "%s", refused.Message)
	}
	return r, refuse(http.StatusUnauthorized, codeUnauthenticated, "%s", refused.Message)
}

// asked returns a request with the caller in its context.
func asked(r *http.Request, who *caller.Caller) *http.Request {
	if who.IsAnonymous() {
		return r
	}
	return r.WithContext(caller.With(r.Context(), who))
}

// secondsOf is a time as Retry-After has it, in whole seconds: at least one.
func secondsOf(d time.Duration) []string {
	return []string{strconv.FormatInt(max(admission.Seconds(d), 1), 10)}
}
