package graph

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// keptEscape stands for an escape sequence that gqlparser understands, or refuses, as it is.
const keptEscape rune = -1

// readEscape reads the escape sequence that s, which begins with a backslash, begins with. It returns how many bytes the
// sequence has, and the character when it is one of the two forms that gqlparser does not know. It is not ok when the
// sequence stands for no Unicode scalar value (specification 2.10.4).
func readEscape(s string) (width int, char rune, ok bool) {
	switch {
	case strings.HasPrefix(s, `\u{`):
		return readBraced(s)
	case strings.HasPrefix(s, `\u`):
		return readFixed(s)
	default:
		return 2, keptEscape, true
	}
}

// readBraced reads the form `\u{1F600}`, which may have any number of leading zeros.
func readBraced(s string) (width int, char rune, ok bool) {
	end := len(`\u{`)
	for end < len(s) && isHex(s[end]) {
		end++
	}
	if end == len(s) || s[end] != '}' {
		return end, 0, false
	}
	width = end + 1
	digits := strings.TrimLeft(s[len(`\u{`):end], "0")
	if end == len(`\u{`) || len(digits) > 6 {
		return width, 0, false
	}
	n, err := strconv.ParseUint("0"+digits, 16, 32)
	char = rune(n)
	return width, char, err == nil && utf8.ValidRune(char)
}

// fixedWidth is the width of the form `\u0041`.
const fixedWidth = len(`\u0041`)

// readFixed reads the form with four digits, of which two in a row may make one character.
func readFixed(s string) (width int, char rune, ok bool) {
	first, ok := unit(s)
	if !ok || !utf16.IsSurrogate(first) {
		return len(`\u`), keptEscape, true
	}
	second, ok := unit(s[fixedWidth:])
	char = utf16.DecodeRune(first, second)
	if !ok || char == utf8.RuneError {
		return fixedWidth, 0, false
	}
	return 2 * fixedWidth, char, true
}

// unit reads the UTF-16 code unit of one sequence of four digits.
func unit(s string) (rune, bool) {
	if len(s) < fixedWidth || !strings.HasPrefix(s, `\u`) {
		return 0, false
	}
	for i := len(`\u`); i < fixedWidth; i++ {
		if !isHex(s[i]) {
			return 0, false
		}
	}
	n, err := strconv.ParseUint(s[len(`\u`):fixedWidth], 16, 16)
	return rune(n), err == nil
}

// spell writes a character so that gqlparser understands it inside of a string.
func spell(char rune) string {
	if char < ' ' || char == '"' || char == '\\' {
		return fmt.Sprintf(`\u%04X`, char)
	}
	return string(char)
}

func isHex(c byte) bool { return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'f' }
