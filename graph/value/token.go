package value

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// number reads -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?.
func (p *parser) number() (Value, error) {
	start, kind := p.pos, KindInt
	if p.at('-') {
		p.pos++
	}
	if p.at('0') {
		p.pos++
	} else if err := p.digits(); err != nil {
		return Value{}, err
	}
	if p.at('.') {
		kind = KindFloat
		p.pos++
		if err := p.digits(); err != nil {
			return Value{}, err
		}
	}
	if p.at('e') || p.at('E') {
		kind = KindFloat
		p.pos++
		if p.at('+') || p.at('-') {
			p.pos++
		}
		if err := p.digits(); err != nil {
			return Value{}, err
		}
	}
	return Value{kind: kind, text: p.text[start:p.pos]}, nil
}

func (p *parser) digits() error {
	start := p.pos
	for p.pos < len(p.text) && isDigit(p.text[p.pos]) {
		p.pos++
	}
	if p.pos == start {
		return p.unexpected("a digit")
	}
	return nil
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// str reads a string literal. One without escapes shares the text.
func (p *parser) str() (string, error) {
	p.pos++
	start := p.pos
	p.pos = plainEnd(p.text, start)
	switch {
	case p.at('"'):
		p.pos++
		return p.text[start : p.pos-1], nil
	case p.at('\\'):
		return p.escaped(start)
	default:
		return "", p.badString()
	}
}

// badString is the error for what cannot stand in a string, or its missing end.
func (p *parser) badString() error {
	if p.pos < len(p.text) {
		return p.controlCharacter()
	}
	return p.unexpected("'\"'")
}

// escaped reads on from the first backslash of a string that began at start.
func (p *parser) escaped(start int) (string, error) {
	// The text up to the next quote is a good guess of how long it will be.
	decoded := make([]byte, 0, p.pos-start+max(strings.IndexByte(p.text[p.pos:], '"'), 0))
	decoded = append(decoded, p.text[start:p.pos]...)
	for {
		switch {
		case p.at('"'):
			p.pos++
			return string(decoded), nil
		case !p.at('\\'):
			return "", p.badString()
		}
		r, err := p.escape()
		if err != nil {
			return "", err
		}
		decoded = utf8.AppendRune(decoded, r)
		end := plainEnd(p.text, p.pos)
		decoded = append(decoded, p.text[p.pos:end]...)
		p.pos = end
	}
}

func (p *parser) escape() (rune, error) {
	p.pos++
	if p.pos >= len(p.text) {
		return 0, p.unexpected("an escape letter")
	}
	c := p.text[p.pos]
	switch c {
	case '"', '\\', '/':
	case 'b':
		c = '\b'
	case 'f':
		c = '\f'
	case 'n':
		c = '\n'
	case 'r':
		c = '\r'
	case 't':
		c = '\t'
	case 'u':
		return p.unicodeEscape()
	default:
		return 0, p.unexpected("an escape letter")
	}
	p.pos++
	return rune(c), nil
}

// unicodeEscape stands on the u of \uXXXX. A high surrogate takes the low one
// that follows; alone, or followed by anything else, it is U+FFFD and what
// follows is read for itself, as encoding/json does.
func (p *parser) unicodeEscape() (rune, error) {
	r, ok := p.hex(p.pos + 1)
	if !ok {
		return 0, p.unexpected("four hexadecimal digits")
	}
	p.pos += 5
	if !utf16.IsSurrogate(r) {
		return r, nil
	}
	if p.at('\\') && p.pos+1 < len(p.text) && p.text[p.pos+1] == 'u' {
		low, ok := p.hex(p.pos + 2)
		if whole := utf16.DecodeRune(r, low); ok && whole != utf8.RuneError {
			p.pos += 6
			return whole, nil
		}
	}
	return utf8.RuneError, nil
}

func (p *parser) hex(from int) (rune, bool) {
	if from+4 > len(p.text) {
		return 0, false
	}
	for _, c := range []byte(p.text[from : from+4]) {
		if !isDigit(c) && (c|0x20 < 'a' || c|0x20 > 'f') {
			return 0, false
		}
	}
	n, err := strconv.ParseUint(p.text[from:from+4], 16, 32)
	return rune(n), err == nil
}

func (p *parser) controlCharacter() error {
	return &SyntaxError{Offset: p.pos, Message: "control character in string"}
}
