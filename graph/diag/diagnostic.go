package diag

import (
	"fmt"
	"strings"
)

// Position is a place in a text.
type Position struct {
	// Line and Column count from 1; columns are runes. The zero Position is no place.
	Line, Column int
}

// Span is a range of a file. The zero Span is no place; a Span with only File set means the file as a whole.
type Span struct {
	File string
	// Start and End are byte offsets into the file's text, End exclusive.
	Start, End int
	// Line and Column are the position of Start, EndLine and EndColumn that of End: from 1, columns in runes.
	Line, Column, EndLine, EndColumn int
}

// IsZero reports whether the span names no place at all.
func (s Span) IsZero() bool { return s == Span{} }

// String returns "file:line:column", or as much of it as is known.
func (s Span) String() string {
	if s.Line == 0 {
		return s.File
	}
	return fmt.Sprintf("%s:%d:%d", s.File, s.Line, s.Column)
}

// Severity tells whether a diagnostic prevents the text from being used.
type Severity uint8

// The severities.
const (
	// Error makes the text unusable.
	Error Severity = iota
	// Warning is worth a look and prevents nothing.
	Warning
)

// String returns "error" or "warning".
func (s Severity) String() string {
	if s == Warning {
		return "warning"
	}
	return "error"
}

// Diagnostic is one finding.
type Diagnostic struct {
	// Code names the kind of the finding in upper case, such as "INVALID_URL". Codes are a contract, messages are not.
	Code string
	// Message is one sentence without a period that tells what is wrong, quoting the offending text.
	Message  string
	Severity Severity
	Span     Span
	// Nearest is the spelling that was probably meant; empty when nothing is near.
	Nearest string
	// Notes point to other places that matter, such as the first of two definitions.
	Notes []Note
}

// Note is a remark that belongs to a diagnostic.
type Note struct {
	Message string
	// Span may be zero.
	Span Span
}

// Error implements error: position, severity, code and message in one line, then the suggested spelling.
func (d Diagnostic) Error() string {
	var b strings.Builder
	if where := d.Span.String(); where != "" {
		b.WriteString(where)
		b.WriteString(": ")
	}
	b.WriteString(d.Severity.String())
	if d.Code != "" {
		b.WriteString("[" + d.Code + "]")
	}
	b.WriteString(": ")
	b.WriteString(d.Message)
	if d.Nearest != "" {
		b.WriteString("; " + didYouMean(d.Nearest))
	}
	return b.String()
}

// didYouMean is the sentence of a suggestion.
func didYouMean(nearest string) string { return fmt.Sprintf("did you mean %q?", nearest) }
