package table

import (
	"bytes"
	"strconv"
)

// Canonical forms: two cells of a key column are equal if and only if their canonical forms are the same bytes. A form
// begins with a letter for its kind and ends with keyEnd, so that a row of forms can be cut in one way only.
const (
	formNull   = 'z'
	formTrue   = 't'
	formFalse  = 'f'
	formString = 's' // content, unescaped; under Text also the spelling of a number
	formNumber = 'n' // spelling under Tagged, exact value under Numeric
	formArray  = 'a' // the forms of the elements
	formObject = 'o' // the forms of name, value, name, value, …

	// keyEnd is a byte that UTF-8 never contains.
	keyEnd = 0xFF
)

// appendCanonical appends the canonical form of a field's value: its JSON text, nil for null.
func appendCanonical(dst []byte, f *KeyField, text []byte) []byte {
	if len(text) == 0 {
		return append(dst, formNull, keyEnd)
	}
	switch c := text[0]; c {
	case 'n':
		dst = append(dst, formNull)
	case 't':
		dst = append(dst, formTrue)
	case 'f':
		dst = append(dst, formFalse)
	case '"':
		dst = appendStringForm(dst, f.Kind, text)
	case '[':
		dst = appendArrayForm(append(dst, formArray), f, text)
	case '{':
		dst = appendObjectForm(append(dst, formObject), f, text)
	default:
		dst = appendNumberForm(dst, f.Kind, text)
	}
	return append(dst, keyEnd)
}

func appendStringForm(dst []byte, kind KeyKind, literal []byte) []byte {
	if kind == Numeric && len(literal) >= 2 {
		if content := literal[1 : len(literal)-1]; isNumber(content) {
			return appendNumberForm(dst, Numeric, content)
		}
	}
	return appendUnescaped(append(dst, formString), literal)
}

func appendNumberForm(dst []byte, kind KeyKind, text []byte) []byte {
	switch kind {
	case Text:
		return append(append(dst, formString), text...)
	case Numeric:
		return appendDecimal(append(dst, formNumber), text)
	default:
		return append(append(dst, formNumber), text...)
	}
}

// appendArrayForm compares elements as the field itself: a key field of type [ID!] joins [1] with ["1"].
func appendArrayForm(dst []byte, f *KeyField, text []byte) []byte {
	pos, more := nextMember(text, 1)
	for more {
		end := skipValue(text, pos)
		dst = appendCanonical(dst, f, text[pos:end])
		pos, more = nextMember(text, end)
	}
	return dst
}

// appendObjectForm compares the fields of the key by their own kinds, and other properties, those of a scalar that happens to be an
// object, as they are.
func appendObjectForm(dst []byte, f *KeyField, text []byte) []byte {
	pos, more := nextMember(text, 1)
	for more {
		end := skipString(text, pos)
		dst = append(dst, formString)
		name := len(dst)
		dst = appendUnescaped(dst, text[pos:end])
		property := f.field(dst[name:])
		if property == nil {
			property = &KeyField{}
		}
		dst = append(dst, keyEnd)
		pos = skipBlanks(text, end) + 1
		pos = skipBlanks(text, pos)
		end = skipValue(text, min(pos, len(text)))
		dst = appendCanonical(dst, property, text[min(pos, end):end])
		pos, more = nextMember(text, end)
	}
	return dst
}

// isNumber reports whether the text follows JSON's number grammar.
func isNumber(text []byte) bool {
	i := 0
	if i < len(text) && text[i] == '-' {
		i++
	}
	whole := countDigits(text[i:])
	if whole == 0 || whole > 1 && text[i] == '0' {
		return false
	}
	i += whole
	if i < len(text) && text[i] == '.' {
		n := countDigits(text[i+1:])
		if n == 0 {
			return false
		}
		i += 1 + n
	}
	if i < len(text) && text[i]|0x20 == 'e' {
		i++
		if i < len(text) && (text[i] == '+' || text[i] == '-') {
			i++
		}
		n := countDigits(text[i:])
		if n == 0 {
			return false
		}
		i += n
	}
	return i == len(text)
}

func countDigits(text []byte) int {
	n := 0
	for n < len(text) && text[n]-'0' <= 9 {
		n++
	}
	return n
}

// maxExponentDigits bounds the exponents that are worked out. A number beyond keeps its spelling, which makes it equal
// only to itself.
const maxExponentDigits = 9

// appendDecimal appends the exact value of a number: sign, digits without zeros at either end, and the power of ten. A
// float64 would make neighbouring 64-bit keys equal.
func appendDecimal(dst, text []byte) []byte {
	mantissa, exponent := text, 0
	if at := bytes.IndexAny(text, "eE"); at >= 0 {
		var ok bool
		if exponent, ok = parseExponent(text[at+1:]); !ok {
			return append(dst, text...)
		}
		mantissa = text[:at]
	}
	start := len(dst)
	if len(mantissa) > 0 && mantissa[0] == '-' {
		dst = append(dst, '-')
		mantissa = mantissa[1:]
	}
	digits := len(dst)
	for i, c := range mantissa {
		switch {
		case c == '.':
			exponent -= len(mantissa) - i - 1
		case c != '0' || len(dst) > digits:
			dst = append(dst, c)
		}
	}
	if len(dst) == digits {
		return append(dst[:start], '0')
	}
	for dst[len(dst)-1] == '0' {
		dst = dst[:len(dst)-1]
		exponent++
	}
	return strconv.AppendInt(append(dst, 'e'), int64(exponent), 10)
}

func parseExponent(text []byte) (int, bool) {
	sign := 1
	if len(text) > 0 && (text[0] == '+' || text[0] == '-') {
		if text[0] == '-' {
			sign = -1
		}
		text = text[1:]
	}
	text = bytes.TrimLeft(text, "0")
	if len(text) > maxExponentDigits {
		return 0, false
	}
	n := 0
	for _, c := range text {
		n = n*10 + int(c-'0')
	}
	return sign * n, true
}
