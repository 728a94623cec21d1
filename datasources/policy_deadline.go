package datasources

import (
	"context"
	"errors"
	"time"
)

// deadline bounds one call, from the moment it is asked for until its reply is read.
type deadline time.Duration

// around implements policy.
func (d deadline) around(next send, _ *meter) send {
	return func(ctx context.Context, r *Request) (*Reply, error) {
		ctx, cancel := context.WithTimeout(ctx, time.Duration(d))
		defer cancel()
		return next(ctx, r)
	}
}

// ContextError is the error of a call that ended because its context did: CodeTimeout when a deadline was reached, and
// CodeHTTPClient when whoever asked went away. The cause is for the log.
func ContextError(ctx context.Context, cause error) *Error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return &Error{Code: CodeHTTPClient, Message: "Connector error: request cancelled", Cause: cause}
	}
	return &Error{Code: CodeTimeout, Message: "Gateway timeout", Cause: cause}
}
