package value

import (
	"encoding/binary"
	"math/bits"
	"strconv"
	"unicode/utf8"
)

const hexDigits = "0123456789abcdef"

// AppendJSON appends the value as compact JSON: properties in their order,
// numbers as they are spelled, no HTML escaping. MISSING is written as null.
func (v Value) AppendJSON(dst []byte) []byte { return v.appendWith(dst, Value.Text) }

// AppendPlainJSON is AppendJSON with every number in its PlainText.
func (v Value) AppendPlainJSON(dst []byte) []byte { return v.appendWith(dst, Value.PlainText) }

// appendWith appends the value with numbers as spell spells them.
func (v Value) appendWith(dst []byte, spell func(Value) string) []byte {
	switch v.kind {
	case KindBool:
		return strconv.AppendBool(dst, v.truth)
	case KindInt, KindFloat:
		return append(dst, spell(v)...)
	case KindString:
		return AppendString(dst, v.text)
	case KindArray:
		return appendArray(dst, v.Elems(), spell)
	case KindObject:
		return appendObject(dst, v.Fields(), spell)
	default:
		return append(dst, "null"...)
	}
}

func appendArray(dst []byte, elems []Value, spell func(Value) string) []byte {
	dst = append(dst, '[')
	for i, e := range elems {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = e.appendWith(dst, spell)
	}
	return append(dst, ']')
}

func appendObject(dst []byte, fields []Field, spell func(Value) string) []byte {
	dst = append(dst, '{')
	for i, f := range fields {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = AppendString(dst, f.Name)
		dst = append(dst, ':')
		dst = f.Value.appendWith(dst, spell)
	}
	return append(dst, '}')
}

// AppendString appends s as a JSON string literal with its quotes. Only what
// JSON demands is escaped; bytes that are not UTF-8 become U+FFFD.
func AppendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	start := 0 // of the run that can be copied as it is
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 {
				dst = append(dst, s[start:i]...)
				dst = append(dst, "\uFFFD"...)
				start = i + 1
			}
			i += size
			continue
		}
		if c < ' ' || c == '"' || c == '\\' {
			dst = append(dst, s[start:i]...)
			dst = appendEscape(dst, c)
			start = i + 1
		}
		i++
	}
	dst = append(dst, s[start:]...)
	return append(dst, '"')
}

// AppendUTF8 appends text as a JSON string literal with its quotes, and reports whether it is UTF-8. What it appends otherwise
// means nothing.
func AppendUTF8(dst, text []byte) ([]byte, bool) {
	dst = append(dst, '"')
	var seen uint64 // all bytes so far, or'ed: any above ASCII?
	start, i := 0, 0
	for i < len(text) {
		if i+8 <= len(text) {
			word := binary.LittleEndian.Uint64(text[i:])
			special := Special(word)
			if special == 0 {
				seen |= word
				i += 8
				continue
			}
			i += bits.TrailingZeros64(special) >> 3
			seen |= word
		}
		c := text[i]
		seen |= uint64(c)
		if c < ' ' || c == '"' || c == '\\' {
			dst = append(dst, text[start:i]...)
			dst = appendEscape(dst, c)
			start = i + 1
		}
		i++
	}
	dst = append(dst, text[start:]...)
	return append(dst, '"'), seen&highs == 0 || utf8.Valid(text)
}

func appendEscape(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	case '\b':
		return append(dst, '\\', 'b')
	case '\f':
		return append(dst, '\\', 'f')
	default:
		return append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
	}
}
