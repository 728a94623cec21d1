package json

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"

	"github.com/weftgraph/weft/graph/value"
)

// The functions of this file read one token of src at i and return the position behind it. Where the text breaks the
// grammar (RFC 8259) they return ^offset, a negative number.

// blanks is the set of white space characters, one bit each.
const blanks = 1<<' ' | 1<<'\t' | 1<<'\n' | 1<<'\r'

const eightSpaces = 0x2020202020202020

// skipBlanks returns the position of the first byte from i on that is no white space.
func skipBlanks(src []byte, i int) int {
	for i < len(src) {
		c := src[i]
		if c > ' ' || blanks>>c&1 == 0 {
			return i
		}
		i++
		// Pretty-printed replies are up to half indentation.
		for i+8 <= len(src) && binary.LittleEndian.Uint64(src[i:]) == eightSpaces {
			i += 8
		}
	}
	return i
}

// highs are the high bits of eight bytes.
const highs = 0x8080808080808080

// stringEnd reads the string literal whose opening quote is at i, eight bytes at a time up to the next quote,
// backslash or control character. Of the bits that mark those bytes only the lowest is exact, and only it is used.
func stringEnd(src []byte, i int) int {
	i++
	start := i
	var seen uint64 // all bytes so far, or'ed: any above ASCII?
	for {
		for i+8 <= len(src) {
			w := binary.LittleEndian.Uint64(src[i : i+8])
			seen |= w
			if m := value.Special(w); m != 0 {
				i += bits.TrailingZeros64(m) >> 3
				break
			}
			i += 8
		}
		if i >= len(src) {
			return ^len(src)
		}
		switch c := src[i]; {
		case c == '"':
			if seen&highs != 0 && !utf8.Valid(src[start:i]) {
				return ^invalidUTF8(src, start)
			}
			return i + 1
		case c == '\\':
			if i = escapeEnd(src, i); i < 0 {
				return i
			}
		case c < ' ':
			return ^i
		default:
			seen |= uint64(c)
			i++
		}
	}
}

func invalidUTF8(src []byte, i int) int {
	for i < len(src) {
		r, size := utf8.DecodeRune(src[i:])
		if r == utf8.RuneError && size <= 1 {
			break
		}
		i += size
	}
	return i
}

// escapeEnd reads the escape whose backslash is at i, both escapes of a surrogate pair. It stops at the backslash of a lone
// surrogate, which is no character: see isLoneSurrogate.
func escapeEnd(src []byte, i int) int {
	start := i
	i++
	if i >= len(src) {
		return ^i
	}
	switch src[i] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return i + 1
	case 'u':
		for range 4 {
			i++
			if i >= len(src) || !isHex(src[i]) {
				return ^i
			}
		}
		switch kind := surrogate(src, start); {
		case kind == notSurrogate:
			return i + 1
		case kind == highSurrogate && surrogate(src, i+1) == lowSurrogate:
			return i + 1 + len(`\uDC00`)
		case isCutEscape(src, i+1):
			return ^len(src)
		default:
			return ^start
		}
	default:
		return ^i
	}
}

// surrogateKind tells what a \u escape stands for.
type surrogateKind uint8

const (
	notSurrogate surrogateKind = iota
	highSurrogate
	lowSurrogate
)

// surrogate looks at the escape whose backslash is at i; it is notSurrogate where there is none.
func surrogate(src []byte, i int) surrogateKind {
	if i+6 > len(src) || src[i] != '\\' || src[i+1] != 'u' || src[i+2]|0x20 != 'd' || !isHex(src[i+4]) || !isHex(src[i+5]) {
		return notSurrogate
	}
	switch c := src[i+3] | 0x20; {
	case c == '8' || c == '9' || c == 'a' || c == 'b':
		return highSurrogate
	case c >= 'c' && c <= 'f':
		return lowSurrogate
	default:
		return notSurrogate
	}
}

// isCutEscape tells whether the text ends within what may be a \u escape at i.
func isCutEscape(src []byte, i int) bool {
	return len(src) < i+len(`\uDC00`) && (i >= len(src) || src[i] == '\\' && (i+1 >= len(src) || src[i+1] == 'u'))
}

// isLoneSurrogate tells whether reading stopped at one half of a character. It is good JSON, but passed on as it is it would
// reach clients that refuse it; the evaluator writes U+FFFD instead.
func isLoneSurrogate(src []byte, i int) bool {
	return i < len(src) && surrogate(src, i) != notSurrogate
}

func isHex(c byte) bool {
	return c-'0' <= 9 || c|0x20-'a' <= 5
}

// numberEnd reads -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?.
func numberEnd(src []byte, i int) int {
	if i < len(src) && src[i] == '-' {
		i++
	}
	switch {
	case i >= len(src):
		return ^i
	case src[i] == '0':
		i++
	default:
		if i = digitsEnd(src, i); i < 0 {
			return i
		}
	}
	if i < len(src) && src[i] == '.' {
		if i = digitsEnd(src, i+1); i < 0 {
			return i
		}
	}
	if i < len(src) && src[i]|0x20 == 'e' {
		i++
		if i < len(src) && (src[i] == '+' || src[i] == '-') {
			i++
		}
		return digitsEnd(src, i)
	}
	return i
}

func digitsEnd(src []byte, i int) int {
	start := i
	for i < len(src) && src[i]-'0' <= 9 {
		i++
	}
	if i == start {
		return ^i
	}
	return i
}

func wordEnd(src []byte, i int, word string) int {
	for j := range len(word) {
		if i+j >= len(src) || src[i+j] != word[j] {
			return ^(i + j)
		}
	}
	return i + len(word)
}

// keyEnd reads `"key" :` and the blanks behind it, up to the value.
func keyEnd(src []byte, i int) int {
	if i >= len(src) || src[i] != '"' {
		return ^i
	}
	if i = stringEnd(src, i); i < 0 {
		return i
	}
	return colonEnd(src, i)
}

func colonEnd(src []byte, i int) int {
	i = skipBlanks(src, i)
	if i >= len(src) || src[i] != ':' {
		return ^i
	}
	return skipBlanks(src, i+1)
}
