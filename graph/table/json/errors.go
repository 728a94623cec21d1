package json

import (
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/weftgraph/weft/graph/value"
)

// ErrFallback says that a reply has to be evaluated: it may be valid, but the mapping's rules for it are the
// evaluator's business. The builder has been reset.
var ErrFallback = errors.New("json: the reply needs the evaluator")

// SyntaxError tells why a reply is not JSON, and where.
type SyntaxError struct {
	Offset  int // in bytes from the start of the reply
	Message string
}

// Error returns the message with the offset.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("%s at offset %d", e.Message, e.Offset)
}

// newSyntaxError describes what stands at the offset where reading stopped.
func newSyntaxError(src []byte, offset int, tooDeep bool) *SyntaxError {
	if tooDeep {
		return &SyntaxError{Offset: offset, Message: fmt.Sprintf("nested deeper than %d levels", value.MaxDepth)}
	}
	if offset >= len(src) {
		return &SyntaxError{Offset: offset, Message: "unexpected end of text"}
	}
	r, size := utf8.DecodeRune(src[offset:])
	if r == utf8.RuneError && size <= 1 {
		return &SyntaxError{Offset: offset, Message: "invalid UTF-8"}
	}
	return &SyntaxError{Offset: offset, Message: fmt.Sprintf("unexpected character %q", r)}
}
