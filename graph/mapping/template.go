package mapping

import (
	"strings"

	"github.com/weftgraph/weft/graph/value"
)

// Template is text with mappings in braces (Connectors specification 3.1). It
// is immutable and safe for concurrent use.
type Template struct {
	text  string
	parts []Part
}

// Part is a run of constant text or one hole of a template.
type Part struct {
	// Text is the constant, without the tabs and line ends that templates drop;
	// empty for a hole.
	Text string
	// Hole is the mapping between the braces; nil for a constant. Offsets
	// inside it count from the first byte behind the opening brace.
	Hole *Mapping
	// Offset and End enclose the part in the template's text, a hole's with
	// its braces.
	Offset, End int
}

// ParseTemplate reads a template whose holes are mappings of the given mode. A
// hole ends at the brace that balances its opening one, even inside a string
// literal. Offsets of errors count from the start of the template.
func ParseTemplate(text string, mode Mode) (*Template, *Error) {
	t := &Template{text: text}
	for at := 0; at < len(text); {
		open := strings.IndexByte(text[at:], '{')
		if open < 0 {
			t.addConstant(at, len(text))
			break
		}
		open += at
		t.addConstant(at, open)
		end := holeEnd(text, open)
		if end < 0 {
			return nil, &Error{Offset: open, End: len(text), Message: "Invalid expression, missing closing }"}
		}
		hole, err := Parse(text[open+1:end-1], mode)
		if err != nil {
			return nil, &Error{Offset: err.Offset + open + 1, End: err.End + open + 1, Message: err.Message}
		}
		t.parts = append(t.parts, Part{Hole: hole, Offset: open, End: end})
		at = end
	}
	return t, nil
}

func (t *Template) addConstant(offset, end int) {
	if text := strings.Map(dropBreaks, t.text[offset:end]); text != "" {
		t.parts = append(t.parts, Part{Text: text, Offset: offset, End: end})
	}
}

// dropBreaks lets a template span several lines.
func dropBreaks(r rune) rune {
	switch r {
	case '\t', '\n', '\r', '\f':
		return -1
	default:
		return r
	}
}

// holeEnd returns the offset behind the brace that closes the one at open.
func holeEnd(text string, open int) int {
	depth := 0
	for i := open; i < len(text); i++ {
		switch text[i] {
		case '{':
			depth++
		case '}':
			depth--
			if depth == 0 {
				return i + 1
			}
		}
	}
	return -1
}

// Text returns the template as it was written.
func (t *Template) Text() string { return t.text }

// Parts returns the constants and holes in order, to be read only.
func (t *Template) Parts() []Part { return t.parts }

// Append appends the template's text, with every hole evaluated on null. An
// array or object in a hole is an error; dst then comes back as it was given.
func (t *Template) Append(dst []byte, env *Env, enc Encoding) ([]byte, error) {
	given := len(dst)
	for i := range t.parts {
		p := &t.parts[i]
		switch {
		case p.Hole != nil:
			var err error
			if dst, err = AppendScalar(dst, p.Hole.Eval(value.Null(), env), enc); err != nil {
				return dst[:given], err
			}
		case enc == URL:
			dst = AppendConstant(dst, p.Text)
		default:
			dst = append(dst, p.Text...)
		}
	}
	return dst, nil
}
