package sdl

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// segment maps a run of a decoded string back to the text: decoded bytes from `decoded` on stand at `raw`. An escape has the
// width of its spelling; a width of 0 is a run that stands as it is.
type segment struct{ decoded, raw, width int }

// decoder decodes a GraphQL string as the specification tells (section 2.9.4), keeping where each byte came from.
type decoder struct {
	text     string
	out      []byte
	segments []segment
	// report receives bad escapes; the decoder leaves them out and goes on.
	report func(start, end int, format string, args ...any)
}

// decodeString decodes the string token at [start, end) of text, quotation marks included. An unclosed string, which the
// lexer has reported, ends where the token ends.
func decodeString(text string, start, end int, report func(start, end int, format string, args ...any)) *decoder {
	d := &decoder{text: text, report: report}
	if strings.HasPrefix(text[start:end], `"""`) {
		inner := end
		if end-start >= 6 && strings.HasSuffix(text[start:end], `"""`) {
			inner = end - 3
		}
		d.block(start+3, inner)
		return d
	}
	inner := end
	if end-start >= 2 && text[end-1] == '"' {
		inner = end - 1
	}
	d.quoted(start+1, inner)
	return d
}

// verbatim takes a run of the text as it is.
func (d *decoder) verbatim(start, end int) {
	if start < end {
		d.segments = append(d.segments, segment{decoded: len(d.out), raw: start})
		d.out = append(d.out, d.text[start:end]...)
	}
}

// escape takes one spelling that stands for other text.
func (d *decoder) escape(start, end int, meaning string) {
	d.segments = append(d.segments, segment{decoded: len(d.out), raw: start, width: end - start})
	d.out = append(d.out, meaning...)
}

func (d *decoder) quoted(start, end int) {
	for start < end {
		next := strings.IndexByte(d.text[start:end], '\\')
		if next < 0 {
			d.verbatim(start, end)
			return
		}
		d.verbatim(start, start+next)
		start += next
		start += d.escaped(start, end)
	}
}

// escaped decodes the escape at start and returns its width.
func (d *decoder) escaped(start, end int) int {
	if start+1 >= end {
		d.report(start, end, `a "\" must be followed by the character that it escapes`)
		return 1
	}
	c := d.text[start+1]
	if meaning := simpleEscape(c); meaning != "" {
		d.escape(start, start+2, meaning)
		return 2
	}
	if c != 'u' {
		_, size := utf8.DecodeRuneInString(d.text[start+1 : end])
		d.report(start, start+1+size, `unknown escape "%s"; a backslash is written "\\"`, d.text[start:start+1+size])
		return 1 + size
	}
	r, width := unicodeEscape(d.text[start:end])
	if width > 0 && utf16.IsSurrogate(r) {
		low, lowWidth := unicodeEscape(d.text[start+width : end])
		r, width = utf16.DecodeRune(r, low), width+lowWidth
		if lowWidth == 0 || r == utf8.RuneError {
			width = 0
		}
	}
	if width == 0 || !utf8.ValidRune(r) {
		stop := min(start+6, end)
		d.report(start, stop, `"%s" is no Unicode escape; write \u and four hexadecimal digits, or \u{…}`, d.text[start:stop])
		return 2
	}
	d.escape(start, start+width, string(r))
	return width
}

// simpleEscape returns what a backslash and a character stand for, "" when they stand for nothing.
func simpleEscape(c byte) string {
	switch c {
	case '"', '\\', '/':
		return string(rune(c))
	case 'b':
		return "\b"
	case 'f':
		return "\f"
	case 'n':
		return "\n"
	case 'r':
		return "\r"
	case 't':
		return "\t"
	default:
		return ""
	}
}

// unicodeEscape reads `\uXXXX` or `\u{X…}` and returns the width read, 0 when there is none. Digits beyond the
// range of Unicode give an invalid rune.
func unicodeEscape(s string) (rune, int) {
	if !strings.HasPrefix(s, `\u`) {
		return 0, 0
	}
	digits, width := "", 0
	if strings.HasPrefix(s, `\u{`) {
		closing := strings.IndexByte(s[:min(len(s), 16)], '}')
		if closing < 0 {
			return 0, 0
		}
		digits, width = s[3:closing], closing+1
	} else if len(s) >= 6 {
		digits, width = s[2:6], 6
	}
	for i := range len(digits) {
		if c := digits[i] | 0x20; !isDigit(digits[i]) && (c < 'a' || c > 'f') {
			return 0, 0
		}
	}
	n, err := strconv.ParseUint(digits, 16, 32)
	if err != nil || n > utf8.MaxRune {
		return 0, 0
	}
	return rune(n), width
}

// block decodes a block string: BlockStringValue of the specification, on ranges instead of copies. Unlike gqlparser it leaves
// the first line out when it looks for the common indentation.
func (d *decoder) block(start, end int) {
	lines := splitLines(d.text, start, end)
	indent := math.MaxInt
	for i, l := range lines {
		if blank := d.blanks(l); i > 0 && blank < l.end-l.start {
			indent = min(indent, blank)
		}
	}
	first, last := 0, len(lines)
	for first < last && d.isBlank(lines[first]) {
		first++
	}
	for last > first && d.isBlank(lines[last-1]) {
		last--
	}
	for i := first; i < last; i++ {
		l := lines[i]
		if i > first {
			d.escape(lines[i-1].end, l.start, "\n")
		}
		if i > 0 && indent != math.MaxInt {
			l.start = min(l.start+indent, l.end)
		}
		d.blockLine(l)
	}
}

// blockLine takes a line, replacing `\"""`.
func (d *decoder) blockLine(l lineRange) {
	for {
		next := strings.Index(d.text[l.start:l.end], `\"""`)
		if next < 0 {
			d.verbatim(l.start, l.end)
			return
		}
		d.verbatim(l.start, l.start+next)
		d.escape(l.start+next, l.start+next+4, `"""`)
		l.start += next + 4
	}
}

// lineRange is a line without its terminator.
type lineRange struct{ start, end int }

func splitLines(text string, start, end int) []lineRange {
	var lines []lineRange
	for i := start; i < end; i++ {
		if !isLineEnd(text[i]) {
			continue
		}
		lines = append(lines, lineRange{start, i})
		if text[i] == '\r' && i+1 < end && text[i+1] == '\n' {
			i++
		}
		start = i + 1
	}
	return append(lines, lineRange{start, end})
}

// blanks counts the blanks that a line begins with.
func (d *decoder) blanks(l lineRange) int {
	n := 0
	for l.start+n < l.end && (d.text[l.start+n] == ' ' || d.text[l.start+n] == '\t') {
		n++
	}
	return n
}

func (d *decoder) isBlank(l lineRange) bool { return d.blanks(l) == l.end-l.start }
