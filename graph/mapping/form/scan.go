package form

import "strings"

// scanner reads the tokens of a mapping.
type scanner struct {
	text string
	pos  int
}

// peek returns the next byte that is neither white space nor comment, and 0 at the end.
func (s *scanner) peek() byte {
	for s.pos < len(s.text) {
		switch s.text[s.pos] {
		case ' ', '\t', '\r', '\n':
			s.pos++
		case '#':
			end := strings.IndexAny(s.text[s.pos:], "\r\n")
			if end < 0 {
				s.pos = len(s.text)
				return 0
			}
			s.pos += end
		default:
			return s.text[s.pos]
		}
	}
	return 0
}

func (s *scanner) byteAt(i int) byte {
	if i < len(s.text) {
		return s.text[i]
	}
	return 0
}

// take moves past a token if it comes next.
func (s *scanner) take(token string) bool {
	s.peek()
	if !strings.HasPrefix(s.text[s.pos:], token) {
		return false
	}
	s.pos += len(token)
	return true
}

// name reads an identifier at the very position.
func (s *scanner) name() string {
	from := s.pos
	for s.pos < len(s.text) && (isLetter(s.text[s.pos]) || s.pos > from && isDigit(s.text[s.pos])) {
		s.pos++
	}
	return s.text[from:s.pos]
}

// quoted reads a string at the very position.
func (s *scanner) quoted() (string, bool) {
	quote := s.text[s.pos]
	var b strings.Builder
	for i := s.pos + 1; i < len(s.text); i++ {
		switch c := s.text[i]; {
		case c == quote:
			s.pos = i + 1
			return b.String(), true
		case c == '\\':
			i++
			if s.byteAt(i) == 'n' {
				b.WriteByte('\n')
			} else {
				b.WriteByte(s.byteAt(i))
			}
		default:
			b.WriteByte(c)
		}
	}
	return "", false
}

// key reads a name that may be quoted.
func (s *scanner) key() (string, bool) {
	if isQuote(s.peek()) {
		return s.quoted()
	}
	name := s.name()
	return name, name != ""
}

// number reads a number and tells whether it is an integer.
func (s *scanner) number() Kinds {
	kind := Int
	if s.byteAt(s.pos) == '-' {
		s.pos++
		s.peek()
	}
	for ; s.pos < len(s.text); s.pos++ {
		switch c := s.text[s.pos]; {
		case isDigit(c):
		case c == '.' && kind == Int && s.byteAt(s.pos+1) != '.':
			kind = Float
		default:
			return kind
		}
	}
	return kind
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' || c == '_' }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isQuote(c byte) bool { return c == '"' || c == '\'' }
