package table

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
)

// The functions of this file walk over JSON texts that a scanner or the value reader has checked before. On any other
// text they still end and stay inside of it, but what they return means nothing.

// skipBlanks returns the position of the first byte from pos on that is no white space.
func skipBlanks(text []byte, pos int) int {
	for pos < len(text) && text[pos] <= ' ' {
		pos++
	}
	return pos
}

// skipValue returns the position behind the value that begins at pos.
func skipValue(text []byte, pos int) int {
	depth := 0
	for pos < len(text) {
		switch text[pos] {
		case '"':
			pos = skipString(text, pos)
		case '{', '[':
			depth++
			pos++
			continue
		case '}', ']':
			depth--
			pos++
		case ',', ':', ' ', '\t', '\n', '\r':
			pos++
			continue
		default:
			pos = skipWord(text, pos)
		}
		if depth <= 0 {
			return pos
		}
	}
	return pos
}

// skipString returns the position behind the string literal that begins at pos.
func skipString(text []byte, pos int) int {
	for pos++; pos < len(text); pos++ {
		switch text[pos] {
		case '\\':
			pos++
		case '"':
			return pos + 1
		}
	}
	return len(text)
}

// skipWord returns the position behind the number or literal name that begins at pos.
func skipWord(text []byte, pos int) int {
	for pos++; pos < len(text); pos++ {
		switch text[pos] {
		case ',', ':', '}', ']', ' ', '\t', '\n', '\r':
			return pos
		}
	}
	return pos
}

// nextMember returns the position of the member of an array or object that follows the one that ended at pos, and false
// behind the last one. It is also called with the position behind the opening bracket.
func nextMember(text []byte, pos int) (int, bool) {
	pos = skipBlanks(text, pos)
	if pos < len(text) && text[pos] == ',' {
		pos = skipBlanks(text, pos+1)
	}
	return pos, pos < len(text) && text[pos] != ']' && text[pos] != '}'
}

// appendUnescaped appends the content of the string literal, which comes with its quotes. A lone surrogate becomes
// U+FFFD, as in encoding/json.
func appendUnescaped(dst, literal []byte) []byte {
	if len(literal) < 2 {
		return dst
	}
	body := literal[1 : len(literal)-1]
	for {
		at := bytes.IndexByte(body, '\\')
		if at < 0 || at+1 >= len(body) {
			return append(dst, body...)
		}
		dst = append(dst, body[:at]...)
		body = body[at+1:]
		if body[0] == 'u' {
			var r rune
			r, body = unescapeRune(body)
			dst = utf8.AppendRune(dst, r)
			continue
		}
		dst = append(dst, unescapeLetter(body[0]))
		body = body[1:]
	}
}

func unescapeLetter(c byte) byte {
	switch c {
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	default:
		return c
	}
}

// unescapeRune decodes the escape whose u is the first byte, and returns what follows it.
func unescapeRune(body []byte) (rune, []byte) {
	r, body := hex4(body[1:])
	if !utf16.IsSurrogate(r) {
		return r, body
	}
	if len(body) >= 6 && body[0] == '\\' && body[1] == 'u' {
		low, rest := hex4(body[2:])
		if whole := utf16.DecodeRune(r, low); whole != utf8.RuneError {
			return whole, rest
		}
	}
	return utf8.RuneError, body
}

func hex4(body []byte) (rune, []byte) {
	n := min(4, len(body))
	var r rune
	for _, c := range body[:n] {
		switch {
		case c >= 'a':
			c -= 'a' - 10
		case c >= 'A':
			c -= 'A' - 10
		default:
			c -= '0'
		}
		r = r<<4 | rune(c&15)
	}
	return r, body[n:]
}
