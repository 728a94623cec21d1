package datasources

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// Discreet returns the error without the texts of its cause, for a call that handles personal data: what servers and mappings say may have
// some of it. Of the cause its kind is left, as far as that is known.
func (e *Error) Discreet() *Error {
	if e.Cause == nil {
		return e
	}
	discreet := *e
	discreet.Cause = discreetCause{e.Cause}
	return &discreet
}

// discreetCause is a cause whose text is not for logs. It can be compared, and not looked into.
type discreetCause struct{ cause error }

// Error implements error.
func (d discreetCause) Error() string {
	const kept = " [redacted, as the connector handles data that is tagged as personal]"
	if panicked := (*PanicError)(nil); errors.As(d.cause, &panicked) {
		return fmt.Sprintf("panic: %T%s\n%s", panicked.Value, kept, panicked.Stack)
	}
	for known, words := range map[error]string{
		context.DeadlineExceeded: "deadline exceeded", context.Canceled: "canceled", io.EOF: "EOF", io.ErrUnexpectedEOF: "unexpected EOF",
	} {
		if errors.Is(d.cause, known) {
			return words + kept
		}
	}
	words := Trouble(d.cause)
	if words == "" {
		words = fmt.Sprintf("%T", d.cause)
	}
	return words + kept
}

// Is has errors.Is find what the cause is.
func (d discreetCause) Is(target error) bool { return errors.Is(d.cause, target) }
