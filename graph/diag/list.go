package diag

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// List collects diagnostics. The zero List is empty and ready for use. A List is owned by one goroutine at a time.
//
//nolint:recvcheck // what adds needs the pointer, what reads takes the value
type List []Diagnostic

var _ error = List(nil)

// Add appends diagnostics.
func (l *List) Add(d ...Diagnostic) { *l = append(*l, d...) }

// Errorf appends an error.
func (l *List) Errorf(code string, at Span, format string, args ...any) {
	l.Add(Diagnostic{Code: code, Message: fmt.Sprintf(format, args...), Severity: Error, Span: at})
}

// Warnf appends a warning.
func (l *List) Warnf(code string, at Span, format string, args ...any) {
	l.Add(Diagnostic{Code: code, Message: fmt.Sprintf(format, args...), Severity: Warning, Span: at})
}

// HasErrors reports whether any diagnostic is an error.
func (l List) HasErrors() bool {
	return slices.ContainsFunc(l, func(d Diagnostic) bool { return d.Severity == Error })
}

// Filter returns the diagnostics for which keep is true, in a new list.
func (l List) Filter(keep func(Diagnostic) bool) List {
	var kept List
	for _, d := range l {
		if keep(d) {
			kept = append(kept, d)
		}
	}
	return kept
}

// Sort orders the list by file, line and column; what stands at the same place keeps its order.
func (l List) Sort() {
	slices.SortStableFunc(l, func(a, b Diagnostic) int {
		return cmp.Or(
			strings.Compare(a.Span.File, b.Span.File),
			cmp.Compare(a.Span.Line, b.Span.Line),
			cmp.Compare(a.Span.Column, b.Span.Column),
		)
	})
}

// Downgrade turns the errors with one of these codes into warnings.
func (l List) Downgrade(codes ...string) {
	for i := range l {
		if slices.Contains(codes, l[i].Code) {
			l[i].Severity = Warning
		}
	}
}

// Error implements error: one line for each diagnostic. An empty List is not an error; see Err.
func (l List) Error() string {
	lines := make([]string, len(l))
	for i, d := range l {
		lines[i] = d.Error()
	}
	return strings.Join(lines, "\n")
}

// Err returns the list as an error, or nil when it has no errors.
func (l List) Err() error {
	if !l.HasErrors() {
		return nil
	}
	return l
}
