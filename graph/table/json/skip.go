package json

import "github.com/weftgraph/weft/graph/value"

// skipValue checks the value at i, which stands in s.depth containers, and returns the position behind it, or ^offset
// where it breaks the grammar.
func (s *scanner) skipValue(i int) int {
	if i >= len(s.src) {
		return ^i
	}
	switch s.src[i] {
	case '"':
		return stringEnd(s.src, i)
	case '{', '[':
		return s.skipNested(i)
	case 't':
		return wordEnd(s.src, i, "true")
	case 'f':
		return wordEnd(s.src, i, "false")
	case 'n':
		return wordEnd(s.src, i, "null")
	default:
		return numberEnd(s.src, i)
	}
}

// containers remembers for each open container whether it is an object. It replaces recursion, whose frames would cost
// more than the bytes that are skipped.
type containers [value.MaxDepth/64 + 1]uint64

func (c *containers) set(depth int, isObject bool) {
	bit := uint64(1) << (depth & 63)
	if isObject {
		c[depth>>6] |= bit
	} else {
		c[depth>>6] &^= bit
	}
}

func (c *containers) isObject(depth int) bool { return c[depth>>6]>>(depth&63)&1 != 0 }

// skipNested skips the array or object that begins at i.
func (s *scanner) skipNested(i int) int {
	src, depth := s.src, s.depth
	for {
		if i >= len(src) {
			return ^i
		}
		if c := src[i]; c == '{' || c == '[' {
			depth++
			if depth > value.MaxDepth {
				s.tooDeep = true
				return ^i
			}
			s.open.set(depth, c == '{')
			i = skipBlanks(src, i+1)
			if i >= len(src) || src[i] != c+2 { // '}' is '{'+2, ']' is '['+2
				if c == '{' {
					if i = keyEnd(src, i); i < 0 {
						return i
					}
				}
				continue
			}
			i++
			depth--
		} else if i = s.skipValue(i); i < 0 {
			return i
		}
		if i, depth = s.skipEnds(i, depth); i < 0 || depth == s.depth {
			return i
		}
	}
}

// skipEnds moves from behind a value in a container of the depth to the next value, out of all containers that end
// there.
func (s *scanner) skipEnds(i, depth int) (next, newDepth int) {
	src := s.src
	for depth > s.depth {
		i = skipBlanks(src, i)
		if i >= len(src) {
			return ^i, depth
		}
		isObject := s.open.isObject(depth)
		switch c := src[i]; {
		case c == ',':
			i = skipBlanks(src, i+1)
			if isObject {
				i = keyEnd(src, i)
			}
			return i, depth
		case c == '}' && isObject, c == ']' && !isObject:
			i++
			depth--
		default:
			return ^i, depth
		}
	}
	return i, depth
}
