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
	// isMalformed tells that it is the request that is no good: nobody has looked at the tokens in it.
	isMalformed bool
	// of counts it: those of the issuer, or nil if the token is nobody's.
	of *counts
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
	messageHolder  = "The token is bound to a client certificate, which this connection does not have."
	messageProof   = "Tokens that are bound to a key of their client (DPoP) are not taken here."
	messageBound   = "The token is bound to its client in a way that is not known here."
	messageUnknown = "The token cannot be checked at the moment. Try again later."
)

func bad(format string, args ...any) *reason {
	return &reason{message: messageBad, cause: fmt.Errorf(format, args...)}
}

func badBecause(message, format string, args ...any) *reason {
	return &reason{message: message, cause: fmt.Errorf(format, args...)}
}

// malformed is for requests that show tokens in a way that none may (RFC 6750, sections 2 and 3.1).
func malformed(message, format string, args ...any) *reason {
	return &reason{message: message, cause: fmt.Errorf(format, args...), isMalformed: true}
}

func unavailable(retry time.Duration, cause error) *reason {
	return &reason{message: messageUnknown, cause: cause, unavailable: true, retry: retry}
}

// refused makes of a reason what an identifier returns (RFC 6750, section 3).
func (t *Tokens) refused(why *reason) error {
	refused := &identity.Refused{
		Message: why.message, Cause: errors.New(shortened(why.cause.Error(), maxCause)),
		Unavailable: why.unavailable, RetryAfter: why.retry, Malformed: why.isMalformed,
	}
	if !why.unavailable {
		code := "invalid_token"
		if why.isMalformed {
			code = "invalid_request"
		}
		refused.Challenge = t.Challenge() + `, error="` + code + `", error_description="` + why.message + `"`
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
