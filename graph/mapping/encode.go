package mapping

import (
	"errors"

	"github.com/weftgraph/weft/graph/value"
)

// Encoding tells what the text of a template is for.
type Encoding uint8

// The encodings. Raw leaves text alone, for headers; URL percent-encodes it,
// constants and holes each by its own rule (Connectors specification 3.2).
const (
	Raw Encoding = iota
	URL
)

var errNoScalar = errors.New("Expression is not allowed to evaluate to arrays or objects.")

const upperHex = "0123456789ABCDEF"

// AppendEscaped appends foreign text to a URL: everything but letters, digits
// and -._~ is percent-encoded, so that the text cannot end a segment or begin
// a parameter. It is the rule for holes and for path and queryParams mappings.
func AppendEscaped(dst []byte, s string) []byte {
	for i := range len(s) {
		dst = appendByte(dst, s[i], isUnreserved(s[i]))
	}
	return dst
}

// AppendConstant appends the author's own text to a URL: characters with a
// meaning in URLs stay, and so do escapes that are written already.
func AppendConstant(dst []byte, s string) []byte {
	for i := range len(s) {
		dst = appendByte(dst, s[i], isUnreserved(s[i]) || isReserved(s[i]))
	}
	return dst
}

func appendByte(dst []byte, c byte, isPlain bool) []byte {
	if isPlain {
		return append(dst, c)
	}
	return append(dst, '%', upperHex[c>>4], upperHex[c&15])
}

func isUnreserved(c byte) bool {
	return isLetter(c) || isDigit(c) || c == '-' || c == '.' || c == '~'
}

func isReserved(c byte) bool {
	switch c {
	case ':', '/', '?', '#', '[', ']', '@', '!', '$', '&', '\'', '(', ')', '*', '+', ',', ';', '=', '%':
		return true
	default:
		return false
	}
}

// AppendScalar appends what a hole evaluated to: a string as it is, numbers as
// they are spelled, booleans as JSON spells them, null and MISSING as nothing. Arrays and objects
// are an error and leave dst as it was.
func AppendScalar(dst []byte, v value.Value, enc Encoding) ([]byte, error) {
	text, ok := scalarText(v)
	if !ok {
		return dst, errNoScalar
	}
	if v.IsNumber() {
		text = v.Text() // a client's 1.50 reaches the back end as 1.50
	}
	if enc == URL {
		return AppendEscaped(dst, text), nil
	}
	return append(dst, text...), nil
}
