package main

import "errors"

// failure is an error of what a command was asked to do, as opposed to how it was asked: exit code 1, not 2.
type failure struct{ error }

// Unwrap returns the cause.
func (f failure) Unwrap() error { return f.error }

func isFailure(err error) bool {
	var f failure
	return errors.As(err, &f)
}

// reportedError ends a command whose errors have been printed as diagnostics.
type reportedError struct{}

// Error implements error.
func (*reportedError) Error() string { return "the report has errors" }
