package diag

import (
	"sort"
	"strings"
)

// Lines finds positions in one text. It is immutable. Finding a position costs the logarithm of the number of lines,
// however long a line is.
type Lines struct {
	text   string
	starts []int
	// runes[i] counts the runes in text[:i*runeStride].
	runes []int
}

// runeStride is the distance of the stored rune counts: small enough that counting the rest is cheap.
const runeStride = 128

// NewLines indexes a text. Lines end in "\n", "\r\n" or "\r", as in GraphQL.
func NewLines(text string) *Lines {
	l := &Lines{text: text, starts: []int{0}}
	count := 0
	for i := range len(text) {
		if i%runeStride == 0 {
			l.runes = append(l.runes, count)
		}
		if isRuneStart(text[i]) {
			count++
		}
		if text[i] == '\n' || text[i] == '\r' && (i+1 == len(text) || text[i+1] != '\n') {
			l.starts = append(l.starts, i+1)
		}
	}
	if len(text)%runeStride == 0 {
		l.runes = append(l.runes, count)
	}
	return l
}

// Position returns the position of a byte offset. Offsets outside of the text mean its nearest end.
func (l *Lines) Position(offset int) Position {
	offset = min(max(offset, 0), len(l.text))
	line := sort.SearchInts(l.starts, offset+1)
	return Position{Line: line, Column: l.runesBefore(offset) - l.runesBefore(l.starts[line-1]) + 1}
}

// Span returns the span of a byte range.
func (l *Lines) Span(file string, start, end int) Span {
	end = max(start, end)
	from, to := l.Position(start), l.Position(end)
	return Span{
		File: file, Start: start, End: end,
		Line: from.Line, Column: from.Column, EndLine: to.Line, EndColumn: to.Column,
	}
}

// line returns a line's text without its terminator; empty when there is no such line.
func (l *Lines) line(number int) string {
	if number < 1 || number > len(l.starts) {
		return ""
	}
	end := len(l.text)
	if number < len(l.starts) {
		end = l.starts[number]
	}
	return strings.TrimRight(l.text[l.starts[number-1]:end], "\r\n")
}

// runesBefore counts the runes that begin before an offset.
func (l *Lines) runesBefore(offset int) int {
	chunk := offset / runeStride
	count := l.runes[chunk]
	for i := chunk * runeStride; i < offset; i++ {
		if isRuneStart(l.text[i]) {
			count++
		}
	}
	return count
}

// isRuneStart reports whether a byte is no UTF-8 continuation byte.
func isRuneStart(b byte) bool { return b&0xC0 != 0x80 }
