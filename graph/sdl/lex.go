package sdl

import "strings"

// tokenKind is a kind of token. Punctuators are their own kind: the character.
type tokenKind uint8

const (
	tokenEnd tokenKind = iota
	tokenName
	tokenInt
	tokenFloat
	tokenString
	tokenBlock
)

// token is a range of the text.
type token struct {
	kind       tokenKind
	start, end int
	// isBroken tells that the token is a string with an error in its quotation marks, which has been reported: what comes next
	// may belong to it.
	isBroken bool
	// startsLine tells that only blanks precede the token on its line, and column0 that nothing does. Both serve recovery
	// after errors: people begin definitions and fields on new lines.
	startsLine, column0 bool
}

// lexer cuts a text into tokens. It goes on after errors: what it cannot read it reports and skips.
type lexer struct {
	text   string
	offset int
	// report receives what is wrong with a range.
	report func(start, end int, format string, args ...any)
}

// next returns the next token. At the end of the text it returns tokenEnd, again and again.
func (l *lexer) next() token {
	for {
		l.skipIgnored()
		start := l.offset
		t := token{start: start, startsLine: l.startsLine(start)}
		t.column0 = start == 0 || l.text[start-1] == '\n' || l.text[start-1] == '\r'
		if start == len(l.text) {
			t.end = start
			return t
		}
		c := l.text[start]
		switch {
		case isNameStart(c):
			t.kind = tokenName
			l.offset = l.nameEnd(start)
		case c == '-' || isDigit(c):
			t.kind = l.number()
		case strings.HasPrefix(l.text[start:], `"""`):
			t.kind = tokenBlock
			t.isBroken = !l.block()
		case c == '"':
			t.kind = tokenString
			t.isBroken = !l.quoted()
		case c == '\'' && l.singleQuoted():
			t.kind, t.isBroken = tokenString, true
		case strings.IndexByte("!$&():=@[]{}|", c) >= 0:
			t.kind = tokenKind(c)
			l.offset++
		default:
			l.unexpected()
			continue
		}
		t.end = l.offset
		return t
	}
}

// skipIgnored skips blanks, commas, comments and byte order marks.
func (l *lexer) skipIgnored() {
	for l.offset < len(l.text) {
		switch c := l.text[l.offset]; {
		case c == ' ' || c == '\t' || c == ',' || isLineEnd(c):
			l.offset++
		case c == '#':
			for l.offset < len(l.text) && !isLineEnd(l.text[l.offset]) {
				l.offset++
			}
		case strings.HasPrefix(l.text[l.offset:], "\uFEFF"):
			l.offset += len("\uFEFF")
		default:
			return
		}
	}
}

// startsLine reports whether only blanks stand between the start of the line and an offset. It looks back a bounded way.
func (l *lexer) startsLine(offset int) bool {
	const furthest = 200
	for i := offset - 1; i >= max(0, offset-furthest); i-- {
		if c := l.text[i]; isLineEnd(c) {
			return true
		} else if c != ' ' && c != '\t' {
			return false
		}
	}
	return offset <= furthest
}

func (l *lexer) nameEnd(i int) int {
	for i < len(l.text) && (isNameStart(l.text[i]) || isDigit(l.text[i])) {
		i++
	}
	return i
}

// number reads an IntValue or FloatValue.
func (l *lexer) number() tokenKind {
	start, kind := l.offset, tokenInt
	if l.text[l.offset] == '-' {
		l.offset++
	}
	whole := l.offset
	l.digits()
	ok := l.offset > whole && (l.text[whole] != '0' || l.offset == whole+1)
	if l.peek() == '.' {
		kind = tokenFloat
		l.offset++
		ok = l.digits() && ok
	}
	if c := l.peek(); c == 'e' || c == 'E' {
		kind = tokenFloat
		l.offset++
		if c := l.peek(); c == '+' || c == '-' {
			l.offset++
		}
		ok = l.digits() && ok
	}
	// The specification forbids a name or a dot right behind a number, so that `0xF` is an error and not two tokens.
	if c := l.peek(); isNameStart(c) || c == '.' {
		for c := l.peek(); isNameStart(c) || isDigit(c) || c == '.'; c = l.peek() {
			l.offset++
		}
		ok = false
	}
	if !ok {
		l.report(start, l.offset, "%q is no number", l.text[start:l.offset])
	}
	return kind
}

// digits skips digits and reports whether there was one.
func (l *lexer) digits() bool {
	start := l.offset
	for isDigit(l.peek()) {
		l.offset++
	}
	return l.offset > start
}

// peek returns the next byte, 0 at the end.
func (l *lexer) peek() byte {
	if l.offset < len(l.text) {
		return l.text[l.offset]
	}
	return 0
}

// singleQuoted skips, and reports, a string in single quotation marks; false if the line has no second one.
func (l *lexer) singleQuoted() bool {
	start := l.offset
	line := l.text[start+1:]
	if end := strings.IndexAny(line, "\r\n"); end >= 0 {
		line = line[:end]
	}
	end := strings.IndexByte(line, '\'')
	if end < 0 {
		return false
	}
	l.offset += end + 2
	l.report(start, l.offset, "strings are written in double quotation marks")
	return true
}

// quoted skips a string on one line and reports whether it is closed. Its escapes are checked when it is decoded.
func (l *lexer) quoted() bool {
	start := l.offset
	for l.offset++; l.offset < len(l.text); l.offset++ {
		switch c := l.text[l.offset]; {
		case c == '"':
			l.offset++
			return true
		case c == '\\' && l.offset+1 < len(l.text) && !isLineEnd(l.text[l.offset+1]):
			l.offset++
		case isLineEnd(c):
			l.report(start, l.offset, `the string is not closed on its line; write """ around text of several lines`)
			return false
		}
	}
	l.report(start, len(l.text), "the string is not closed")
	return false
}

// block skips a block string and reports whether it is closed.
func (l *lexer) block() bool {
	start := l.offset
	for l.offset += 3; l.offset < len(l.text); {
		switch rest := l.text[l.offset:]; {
		case strings.HasPrefix(rest, `\"""`):
			l.offset += 4
		case strings.HasPrefix(rest, `"""`):
			l.offset += 3
			return true
		default:
			l.offset++
		}
	}
	l.report(start, start+3, "the block string is not closed")
	return false
}

// unexpected reports a run of characters that begin no token, once.
func (l *lexer) unexpected() {
	start := l.offset
	for l.offset < len(l.text) {
		c := l.text[l.offset]
		if isNameStart(c) || isDigit(c) || strings.IndexByte("-\"!$&():=@[]{}| \t\r\n,#", c) >= 0 {
			break
		}
		l.offset++
	}
	if text := l.text[start:l.offset]; text[0] == '\'' {
		l.report(start, l.offset, "strings are written in double quotation marks")
	} else {
		l.report(start, l.offset, "unexpected %q", text)
	}
}

func isNameStart(c byte) bool {
	return c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isLineEnd(c byte) bool { return c == '\n' || c == '\r' }
