package value

import (
	"fmt"
	"math"
	"slices"
	"sync"
	"unicode/utf8"
)

// MaxDepth is how deep arrays and objects may nest in a text that Parse reads.
const MaxDepth = 512

// SyntaxError tells why a text is not JSON, and where.
type SyntaxError struct {
	Offset  int // in bytes from the start of the text
	Message string
	// TooDeep tells that the text may be JSON, and nests deeper than MaxDepth.
	TooDeep bool
	// TooMany tells that the text may be JSON, and has more values than ParseAtMost may read.
	TooMany bool
}

// Error returns the message with the offset.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("%s at offset %d", e.Message, e.Offset)
}

// Parse reads one JSON text (RFC 8259) with nothing but white space around it.
// Bytes that are not UTF-8 are an error, a lone surrogate escape becomes
// U+FFFD, and of several properties with one name the last value wins, at the
// position of the first. Errors are of type *SyntaxError.
//
// The result does not refer to the given bytes. It holds on to one private
// copy of them, which lives as long as any string or number in it.
func Parse(json []byte) (Value, error) { return ParseAtMost(json, math.MaxInt) }

// ParseAtMost is Parse for texts that may not have more than a number of values, those in arrays and objects included: a value takes
// far more memory than the two bytes that it may have in the text.
func ParseAtMost(json []byte, values int) (Value, error) {
	if at := invalidUTF8(json); at >= 0 {
		return Value{}, &SyntaxError{Offset: at, Message: "invalid UTF-8"}
	}
	p, _ := parsers.Get().(*parser)
	defer p.release()
	// One copy for all strings and numbers costs one allocation instead of one
	// for each of them.
	p.text, p.pos, p.left = string(json), 0, values
	p.skipBlanks()
	v, err := p.value(0)
	if err != nil {
		return Value{}, err
	}
	p.skipBlanks()
	if p.pos < len(p.text) {
		return Value{}, p.unexpected("end of text")
	}
	return v, nil
}

func invalidUTF8(b []byte) int {
	if utf8.Valid(b) {
		return -1
	}
	for i := 0; ; {
		r, size := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && size <= 1 {
			return i
		}
		i += size
	}
}

// parser reads a text from left to right. Members of arrays and objects are
// gathered on stacks that all levels share, and copied out once their number is
// known.
type parser struct {
	text   string
	pos    int
	left   int // values that may still be read
	elems  []Value
	fields []Field
}

// maxKeptMembers bounds the stacks that are kept for another text: they are
// cleared for each.
const maxKeptMembers = 64

//nolint:gochecknoglobals // a pool is shared by definition
var parsers = sync.Pool{New: func() any { return &parser{} }}

// release gives the parser's stacks to another text. They must not keep the
// values of this one alive.
func (p *parser) release() {
	if cap(p.elems) > maxKeptMembers || cap(p.fields) > maxKeptMembers {
		return
	}
	p.text = ""
	clear(p.elems[:cap(p.elems)])
	clear(p.fields[:cap(p.fields)])
	p.elems, p.fields = p.elems[:0], p.fields[:0]
	parsers.Put(p)
}

func (p *parser) value(depth int) (Value, error) {
	if p.pos >= len(p.text) {
		return Value{}, p.unexpected("a value")
	}
	if p.left--; p.left < 0 {
		return Value{}, &SyntaxError{Offset: p.pos, Message: "more values than are read", TooMany: true}
	}
	switch c := p.text[p.pos]; {
	case c == '{':
		return p.object(depth + 1)
	case c == '[':
		return p.array(depth + 1)
	case c == '"':
		s, err := p.str()
		return String(s), err
	case c == '-' || isDigit(c):
		return p.number()
	case c == 't':
		return Bool(true), p.word("true")
	case c == 'f':
		return Bool(false), p.word("false")
	case c == 'n':
		return Null(), p.word("null")
	default:
		return Value{}, p.unexpected("a value")
	}
}

func (p *parser) array(depth int) (Value, error) {
	if depth > MaxDepth {
		return Value{}, p.tooDeep()
	}
	base := len(p.elems)
	p.pos++
	p.skipBlanks()
	if p.at(']') {
		p.pos++
		return Array(nil), nil
	}
	for {
		v, err := p.value(depth)
		if err != nil {
			return Value{}, err
		}
		p.elems = append(p.elems, v)
		more, err := p.next(']')
		if err != nil {
			return Value{}, err
		}
		if !more {
			break
		}
	}
	elems := slices.Clone(p.elems[base:])
	p.elems = p.elems[:base]
	return Value{kind: KindArray, node: &node{elems: elems}}, nil
}

func (p *parser) object(depth int) (Value, error) {
	if depth > MaxDepth {
		return Value{}, p.tooDeep()
	}
	base := len(p.fields)
	p.pos++
	p.skipBlanks()
	if p.at('}') {
		p.pos++
		return Object(nil), nil
	}
	for {
		f, err := p.field(depth)
		if err != nil {
			return Value{}, err
		}
		p.fields = append(p.fields, f)
		more, err := p.next('}')
		if err != nil {
			return Value{}, err
		}
		if !more {
			break
		}
	}
	fields := slices.Clone(p.fields[base:])
	p.fields = p.fields[:base]
	return Object(fields), nil
}

func (p *parser) field(depth int) (Field, error) {
	if !p.at('"') {
		return Field{}, p.unexpected("a property name")
	}
	name, err := p.str()
	if err != nil {
		return Field{}, err
	}
	p.skipBlanks()
	if !p.at(':') {
		return Field{}, p.unexpected("':'")
	}
	p.pos++
	p.skipBlanks()
	v, err := p.value(depth)
	return Field{Name: name, Value: v}, err
}

// next moves past the comma before another member or past the closing bracket.
func (p *parser) next(closing byte) (more bool, err error) {
	p.skipBlanks()
	switch {
	case p.at(','):
		p.pos++
		p.skipBlanks()
		return true, nil
	case p.at(closing):
		p.pos++
		return false, nil
	default:
		return false, p.unexpected(fmt.Sprintf("',' or '%c'", closing))
	}
}

func (p *parser) word(word string) error {
	for i := range len(word) {
		if !p.at(word[i]) {
			return p.unexpected(word)
		}
		p.pos++
	}
	return nil
}

func (p *parser) at(c byte) bool { return p.pos < len(p.text) && p.text[p.pos] == c }

func (p *parser) skipBlanks() {
	for p.pos < len(p.text) {
		switch p.text[p.pos] {
		case ' ', '\t', '\n', '\r':
			p.pos++
		default:
			return
		}
	}
}

func (p *parser) unexpected(wanted string) error {
	if p.pos >= len(p.text) {
		return &SyntaxError{Offset: p.pos, Message: "expected " + wanted + " but the text ends"}
	}
	r, _ := utf8.DecodeRuneInString(p.text[p.pos:])
	return &SyntaxError{Offset: p.pos, Message: fmt.Sprintf("expected %s but found %q", wanted, r)}
}

func (p *parser) tooDeep() error {
	return &SyntaxError{Offset: p.pos, Message: fmt.Sprintf("nested deeper than %d levels", MaxDepth), TooDeep: true}
}
