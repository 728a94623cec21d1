package mapping

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// maxNesting is how deep groups, literals and parentheses may nest.
const maxNesting = 512

// parser reads a mapping by recursive descent. Its methods return false after
// having recorded a failure; only the failure furthest into the text is kept,
// because that is the reading that the author most likely meant.
type parser struct {
	text    string
	mode    Mode
	pos     int
	depth   int
	failure *Error
	// isReread means that the failure is that of an earlier reading of the same
	// text, which a later one may overrule at the same place.
	isReread bool
}

// fail records what is wrong with the token at an offset and returns false.
func (p *parser) fail(offset int, format string, args ...any) bool {
	return p.failSpan(span{offset, offset + p.tokenLength(offset)}, format, args...)
}

// failSpan records what is wrong with a stretch of the text and returns false.
func (p *parser) failSpan(at span, format string, args ...any) bool {
	if p.failure == nil || at.offset > p.failure.Offset || p.isReread && at.offset == p.failure.Offset {
		p.isReread = false
		p.failure = &Error{Offset: at.offset, End: at.end, Message: fmt.Sprintf(format, args...)}
	}
	return false
}

// expected fails at the current position.
func (p *parser) expected(what string) bool {
	if p.pos >= len(p.text) {
		return p.fail(p.pos, "expected %s but the text ends", what)
	}
	return p.fail(p.pos, "expected %s but found %q", what, p.text[p.pos:p.pos+p.tokenLength(p.pos)])
}

// tokenLength measures what stands at an offset, for messages.
func (p *parser) tokenLength(offset int) int {
	if offset >= len(p.text) {
		return 0
	}
	if n := identifierLength(p.text[offset:]); n > 0 {
		return n
	}
	for _, operator := range []string{"...", "->", "??", "?!"} {
		if strings.HasPrefix(p.text[offset:], operator) {
			return len(operator)
		}
	}
	_, size := utf8.DecodeRuneInString(p.text[offset:])
	return size
}

// enter counts a level of nesting; every true result is paired with leave.
func (p *parser) enter() bool {
	if p.depth >= maxNesting {
		return p.fail(p.pos, "nested deeper than %d levels", maxNesting)
	}
	p.depth++
	return true
}

func (p *parser) leave() { p.depth-- }

// skip moves past white space and comments.
func (p *parser) skip() {
	for p.pos < len(p.text) {
		switch p.text[p.pos] {
		case ' ', '\t', '\r', '\n':
			p.pos++
		case '#':
			end := strings.IndexAny(p.text[p.pos:], "\n\r")
			if end < 0 {
				p.pos = len(p.text)
				return
			}
			p.pos += end + 1
		default:
			return
		}
	}
}

// peek returns the next byte that is neither white space nor comment, and 0 at
// the end of the text.
func (p *parser) peek() byte {
	p.skip()
	return p.byteAt(p.pos)
}

func (p *parser) byteAt(i int) byte {
	if i < len(p.text) {
		return p.text[i]
	}
	return 0
}

// take moves past a token if it comes next.
func (p *parser) take(token string) bool {
	p.skip()
	if !strings.HasPrefix(p.text[p.pos:], token) {
		return false
	}
	p.pos += len(token)
	return true
}

// atEnd reports whether only white space and comments remain.
func (p *parser) atEnd() bool {
	p.skip()
	return p.pos >= len(p.text)
}

// identifier reads an identifier at the very position, without skipping.
func (p *parser) identifier() (string, bool) {
	n := identifierLength(p.text[p.pos:])
	name := p.text[p.pos : p.pos+n]
	p.pos += n
	return name, n > 0
}

func identifierLength(s string) int {
	n := 0
	for n < len(s) && (isLetter(s[n]) || n > 0 && isDigit(s[n])) {
		n++
	}
	return n
}

func isIdentifier(s string) bool { return s != "" && identifierLength(s) == len(s) }

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' || c == '_' }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isQuote(c byte) bool { return c == '"' || c == '\'' }

// key reads an identifier or a quoted string that serves as a name.
func (p *parser) key() (string, span, bool) {
	c := p.peek()
	from := p.pos
	if isQuote(c) {
		s, ok := p.quoted()
		return s, span{from, p.pos}, ok
	}
	name, ok := p.identifier()
	if !ok {
		return "", span{}, p.expected("a name")
	}
	return name, span{from, p.pos}, true
}

// quoted reads a string literal at the very position. A backslash makes the
// next character stand for itself, but for \n, the line break.
func (p *parser) quoted() (string, bool) {
	quote, from := p.text[p.pos], p.pos
	var b strings.Builder
	for i := from + 1; i < len(p.text); i++ {
		switch c := p.text[i]; {
		case c == quote:
			p.pos = i + 1
			return b.String(), true
		case c == '\\':
			i++
			if p.byteAt(i) == 'n' {
				b.WriteByte('\n')
			} else if i < len(p.text) {
				b.WriteByte(p.text[i])
			}
		default:
			b.WriteByte(c)
		}
	}
	return "", p.fail(from, "string is not closed")
}
