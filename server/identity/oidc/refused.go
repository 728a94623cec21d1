package oidc

import (
	"errors"
	"fmt"
	"time"

	"github.com/weftgraph/weft/server/identity"
)

// reason is why a token is refused: what its sender is told, which is the same for all that is wrong with a token but for what an honest
// sender can do something about, and what the log is told.
type reason struct {
	message string
	cause   error
	// unavailable tells that the token could not be checked; after retry it is worth asking again.
	unavailable bool
	retry       time.Duration
}

// Error says what the log is told.
func (r *reason) Error() string { return r.message + " " + r.cause.Error() }

// What senders are told.
const (
	messageBad     = "The token is not valid."
	messageExpired = "The token has expired."
	messageEarly   = "The token is not valid yet."
	messageForeign = "The token is not for this service."
	messageSeveral = "The request shows more than one token."
	messageScheme  = "The credentials are not of a kind that is known here: send a bearer token."
	messageUnknown = "The token cannot be checked at the moment. Try again later."
)

func bad(format string, args ...any) *reason {
	return &reason{message: messageBad, cause: fmt.Errorf(format, args...)}
}

func badBecause(message, format string, args ...any) *reason {
	return &reason{message: message, cause: fmt.Errorf(format, args...)}
}

func unavailable(retry time.Duration, cause error) *reason {
	return &reason{message: messageUnknown, cause: cause, unavailable: true, retry: retry}
}

// refused makes of a reason what an identifier returns (RFC 6750, section 3).
func (t *Tokens) refused(why *reason) error {
	refused := &identity.Refused{
		Message: why.message, Cause: errors.New(shortened(why.cause.Error(), maxCause)), Unavailable: why.unavailable, RetryAfter: why.retry,
	}
	if !why.unavailable {
		refused.Challenge = t.Challenge() + `, error="invalid_token", error_description="` + why.message + `"`
	}
	return refused
}

// maxCause bounds what the log is told of one token (bytes), maxQuoted what is quoted of it.
const (
	maxCause  = 500
	maxQuoted = 100
)

// shortened cuts a text.
func shortened(text string, length int) string {
	if len(text) > length {
		return text[:length] + "…"
	}
	return text
}
