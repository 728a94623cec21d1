package datasources

import (
	"fmt"
	"runtime/debug"
)

// PanicError is the cause of an Error with CodeInternal: a bug in a source that was contained to one call. It is for the
// log alone.
type PanicError struct {
	// Value is what was panicked with.
	Value any
	// Stack is the stack of the goroutine at that moment.
	Stack []byte
}

// Error implements error.
func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v\n%s", e.Value, e.Stack) }

// containPanic is deferred by the methods of a guarded fetcher; it replaces *err when the method panicked.
func containPanic(err *error) {
	if v := recover(); v != nil {
		*err = &Error{
			Code:    CodeInternal,
			Message: "Internal server error",
			Cause:   &PanicError{Value: v, Stack: debug.Stack()},
		}
	}
}
