package message

import (
	"strings"

	"github.com/weftgraph/weft/datasources/soap/xsd"
	"github.com/weftgraph/weft/graph/value"
)

// scalar is the value of a text: booleans and numbers where the type has them, an array for a list, strings for all else. A text
// that is not of its type stays a string, so that whoever wants a number of it is told.
func scalar(s *xsd.Simple, text string) value.Value {
	switch s.Variety {
	case xsd.List:
		words := strings.FieldsFunc(text, isBlank)
		items := make([]value.Value, len(words))
		for i, word := range words {
			items[i] = scalar(s.Item, word)
		}
		return value.Array(items)
	case xsd.Union:
		return unionScalar(s, text)
	}
	switch s.Builtin {
	case xsd.String:
		return value.String(text)
	case xsd.NormalizedString:
		return value.String(strings.Map(blank, text))
	}
	collapsed := collapse(text)
	switch v, ok := typed(s.Builtin, collapsed); {
	case ok:
		return v
	case s.Builtin == xsd.Base64:
		collapsed = unwrap(collapsed)
	}
	return value.String(collapsed)
}

// unionScalar is the value of a text in the first member that has it.
func unionScalar(s *xsd.Simple, text string) value.Value {
	collapsed := collapse(text)
	for _, member := range s.Members {
		if !isEnumerated(member, collapsed) {
			continue
		}
		if member.Variety != xsd.Atomic || !isScalarType(member.Builtin) {
			return scalar(member, text)
		}
		if v, ok := typed(member.Builtin, collapsed); ok {
			return v
		}
	}
	return value.String(text)
}

// isScalarType tells the types whose values are no strings.
func isScalarType(b xsd.Builtin) bool {
	switch b {
	case xsd.Boolean, xsd.Decimal, xsd.Integer, xsd.Float, xsd.Double:
		return true
	default:
		return b >= xsd.NonPositiveInteger
	}
}

// typed is the boolean or number that a text without blanks around it spells; false for other types and texts.
func typed(b xsd.Builtin, text string) (value.Value, bool) {
	switch {
	case b == xsd.Boolean:
		v, ok := lexical(b, text)
		return value.Bool(v == "true"), ok
	case !isScalarType(b) || !isFloat(text) || !isNumberOf(b, text):
		return value.Missing(), false
	}
	return value.Number(jsonNumber(text)), true
}

// isNumberOf tells whether a number may be one of a type, by its point and exponent.
func isNumberOf(b xsd.Builtin, text string) bool {
	switch b {
	case xsd.Float, xsd.Double:
		return true
	case xsd.Decimal:
		return strings.IndexByte(text, 'e') < 0 && strings.IndexByte(text, 'E') < 0
	default:
		return strings.IndexByte(text, '.') < 0 && isNumberOf(xsd.Decimal, text)
	}
}

// jsonNumber spells a number as JSON has it: no plus sign, no leading zeros, digits on both sides of the point.
func jsonNumber(text string) string {
	if isPlainInteger(text) {
		return text
	}
	sign := ""
	switch text[0] {
	case '-':
		sign, text = "-", text[1:]
	case '+':
		text = text[1:]
	}
	exponent := ""
	if i := strings.IndexAny(text, "eE"); i >= 0 {
		text, exponent = text[:i], text[i:]
	}
	whole, fraction, _ := strings.Cut(text, ".")
	text = sign + trimZeros(whole)
	if fraction != "" {
		text += "." + fraction
	}
	return text + exponent
}

// isPlainInteger tells that a text is digits without a zero in front: most numbers are.
func isPlainInteger(text string) bool {
	return isDigits(text) && (text[0] != '0' || len(text) == 1)
}

// unwrap takes the blanks away that stand in a base64 text: servers write it in lines, and the lines mean nothing.
func unwrap(text string) string { return strings.ReplaceAll(text, " ", "") }

// collapse takes blanks away at both ends and makes one of several inside.
func collapse(text string) string {
	for text != "" && isBlank(rune(text[0])) {
		text = text[1:]
	}
	for text != "" && isBlank(rune(text[len(text)-1])) {
		text = text[:len(text)-1]
	}
	for i := range len(text) {
		if isBlank(rune(text[i])) {
			return strings.Join(strings.FieldsFunc(text, isBlank), " ")
		}
	}
	return text
}
