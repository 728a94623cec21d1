package websocket

import "github.com/coder/websocket"

// Code says why a connection is closed (RFC 6455 section 7.4, and PROTOCOL.md of graphql-ws). Clients of graphql-ws connect again after
// GoingAway and ServiceRestart and a few others, and give up after those that blame them.
type Code int

// The codes that are given. MessageTooBig is for messages beyond the limit, the ones below 4000 are those of WebSocket itself.
const (
	GoingAway      = Code(websocket.StatusGoingAway)
	MessageTooBig  = Code(websocket.StatusMessageTooBig)
	ServiceRestart = Code(websocket.StatusServiceRestart)
	// TryAgainLater is for clients of whom nothing can be found out at the moment.
	TryAgainLater = Code(websocket.StatusTryAgainLater)
	// BadRequest is for messages that the protocol does not know.
	BadRequest Code = 4400
	// Unauthorized is for operations before `connection_init` was acknowledged.
	Unauthorized Code = 4401
	// Forbidden is for a `connection_init` that the Caller refuses, and for credentials that have ended. Clients of graphql-ws connect again
	// after it, as often as they are told to: so they can show others.
	Forbidden Code = 4403
	// NotAcceptable is for clients that do not speak graphql-transport-ws.
	NotAcceptable Code = 4406
	// InitTimeout is for clients that send no `connection_init` in time.
	InitTimeout Code = 4408
	// Duplicate is for an operation with the id of one that is running.
	Duplicate Code = 4409
	// TooManyInits is for a second `connection_init`.
	TooManyInits Code = 4429
	// Internal is for a defect of ours.
	Internal Code = 4500
)

// maxReason is how long a reason may be (RFC 6455 section 5.5).
const maxReason = 123

// closure is how a connection is closed. The zero closure does not close it.
type closure struct {
	code   Code
	reason string
}

// usual returns the closure with the reason that is usual for a code.
func usual(code Code) closure {
	reasons := map[Code]string{
		GoingAway:      "Going away",
		MessageTooBig:  "Message too big",
		ServiceRestart: "Service restart",
		TryAgainLater:  "Try again later",
		BadRequest:     "Invalid message received",
		Unauthorized:   "Unauthorized",
		Forbidden:      "Forbidden",
		NotAcceptable:  "Subprotocol not acceptable, use " + Subprotocol,
		InitTimeout:    "Connection initialisation timeout",
		TooManyInits:   "Too many initialisation requests",
		Internal:       "Internal server error",
	}
	return closure{code, reasons[code]}
}

// because returns the closure with a reason of its own, as far as there is room for it (RFC 6455 section 5.5).
func because(code Code, reason string) closure {
	if reason == "" || len(reason) > maxReason {
		return usual(code)
	}
	return closure{code, reason}
}
