package message

import (
	"strings"

	"github.com/weftgraph/weft/datasources/soap/xmltext"
	"github.com/weftgraph/weft/datasources/soap/xsd"
	"github.com/weftgraph/weft/graph/value"
)

// runs reads the text of the element at hand up to its End. It is false when there are child elements.
func (s *scanner) runs(e *scanEntry) (string, bool) {
	text, hasNames := "", namesIn(e.simple)
	base := len(s.chars)
	for {
		token, err := s.x.Next()
		switch {
		case err != nil || token == xmltext.Start:
			return "", false
		case token != xmltext.Text:
			if len(s.chars) > base {
				text = string(s.chars[base:])
				s.chars = s.chars[:base]
			}
			return text, true
		}
		run := s.x.Text()
		if hasNames {
			if run, err = s.x.Expand(run); err != nil {
				return "", false
			}
		}
		text = s.join(base, text, run)
	}
}

// join adds a run to a text. What comes in several runs, which is rare, is on the stack from base on.
func (s *scanner) join(base int, text, run string) string {
	if text == "" && len(s.chars) == base {
		return run
	}
	if len(s.chars) == base {
		s.chars = append(s.chars, text...)
	}
	s.chars = append(s.chars, run...)
	return text
}

// textOf takes in the text of an element with attributes or child elements.
func (s *scanner) textOf(n *scanNode, declared *xsd.Element, text string) bool {
	if text == "" && n.program.typ.Simple != nil {
		text = valueOfEmpty(declared)
	}
	b := s.fill.Builder
	return s.value(n.text, b.EndSide(appendScalar(b.Side(), n.text.simple, text)))
}

// appendScalar appends the JSON of scalar.
func appendScalar(dst []byte, s *xsd.Simple, text string) []byte {
	switch {
	case s.Variety == xsd.List:
		return appendWords(dst, s.Item, text)
	case s.Variety == xsd.Union, s.Builtin == xsd.NormalizedString:
		return scalar(s, text).AppendJSON(dst)
	case s.Builtin == xsd.String:
		return appendString(dst, text)
	}
	text = collapse(text)
	if s.Builtin == xsd.Base64 {
		text = unwrap(text)
	}
	if !isScalarType(s.Builtin) {
		return appendString(dst, text)
	}
	if s.Builtin != xsd.Boolean && isNumberOf(s.Builtin, text) && isPlainNumber(text) {
		return append(dst, text...)
	}
	if v, ok := typed(s.Builtin, text); ok {
		return v.AppendJSON(dst)
	}
	return appendString(dst, text)
}

// appendString appends a string of JSON. The text is UTF-8: nearly all of it is as it stands.
func appendString(dst []byte, text string) []byte {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c == '"' || c == '\\' {
			return value.AppendString(dst, text)
		}
	}
	dst = append(dst, '"')
	dst = append(dst, text...)
	return append(dst, '"')
}

// isPlainNumber tells that JSON spells the number as the text does.
func isPlainNumber(text string) bool {
	text = strings.TrimPrefix(text, "-")
	n := digits(text)
	if n == 0 || n > 1 && text[0] == '0' {
		return false
	}
	if text = text[n:]; text != "" && text[0] == '.' {
		if n = digits(text[1:]); n == 0 {
			return false
		}
		text = text[1+n:]
	}
	if text != "" && (text[0] == 'e' || text[0] == 'E') {
		if text = text[1:]; text != "" && (text[0] == '+' || text[0] == '-') {
			text = text[1:]
		}
		if n = digits(text); n == 0 {
			return false
		}
		text = text[n:]
	}
	return text == ""
}

// digits counts the digits that a text begins with.
func digits(text string) int {
	n := 0
	for n < len(text) && '0' <= text[n] && text[n] <= '9' {
		n++
	}
	return n
}

// appendWords appends the JSON of a list.
func appendWords(dst []byte, item *xsd.Simple, text string) []byte {
	dst = append(dst, '[')
	isFirst := true
	for {
		for text != "" && isBlank(rune(text[0])) {
			text = text[1:]
		}
		if text == "" {
			return append(dst, ']')
		}
		n := 0
		for n < len(text) && !isBlank(rune(text[n])) {
			n++
		}
		if !isFirst {
			dst = append(dst, ',')
		}
		isFirst = false
		dst = appendScalar(dst, item, text[:n])
		text = text[n:]
	}
}
