package json

import (
	"bytes"

	"github.com/weftgraph/weft/graph/table/scan"
)

// hop is what was found between two values of an object the last time: the bytes from behind one value to the first byte
// of the next, and whose key they contain.
type hop struct {
	off, end uint32      // in the reply
	entry    *scan.Entry // nil for a key that nobody wants
}

// maxHops bounds the hops that a node remembers: objects with more keys are dictionaries, which do not repeat.
const maxHops = 256

// state is what next found.
type state uint8

const (
	found state = iota
	ended
	failed
)

// next moves from the opening brace or from behind a value to the next value of the object, the k-th, and returns its
// entry, or nil if nobody wants it. It steps over one hop, and k with it, where a key of the last object is absent.
func (s *scanner) next(n *scan.Node, k *int) (*scan.Entry, state) {
	hops := s.hops[n.ID]
	for i := *k; i < len(hops) && i < *k+2; i++ {
		h := &hops[i]
		end := s.pos + int(h.end-h.off)
		if end <= len(s.src) && bytes.Equal(s.src[s.pos:end], s.src[h.off:h.end]) {
			// The same key may be followed by more blanks than before.
			s.pos = skipBlanks(s.src, end)
			*k = i
			return h.entry, found
		}
	}
	return s.read(n, *k)
}

// read is next without a guess. It remembers what it read.
func (s *scanner) read(n *scan.Node, k int) (*scan.Entry, state) {
	src, start := s.src, s.pos
	i := skipBlanks(src, start)
	switch {
	case i >= len(src):
		s.fail(^i)
		return nil, failed
	case src[i] == '}':
		s.pos = i + 1
		return nil, ended
	case k == 0 && src[i] == '{':
		i = skipBlanks(src, i+1)
		if i < len(src) && src[i] == '}' {
			s.pos = i + 1
			return nil, ended
		}
	case k > 0 && src[i] == ',':
		i = skipBlanks(src, i+1)
	default:
		s.fail(^i)
		return nil, failed
	}
	if i >= len(src) || src[i] != '"' {
		s.fail(^i)
		return nil, failed
	}
	end := stringEnd(src, i)
	if end < 0 {
		s.fail(end)
		return nil, failed
	}
	e := readKey(n, src[i:end])
	if end = colonEnd(src, end); end < 0 {
		s.fail(end)
		return nil, failed
	}
	s.learn(n, k, hop{off: uint32(start), end: uint32(end), entry: e})
	s.pos = end
	return e, found
}

// learn keeps a hop in the place of the one that was wrong. An array's first object always teaches its second nothing
// about what stands before the first key, and everything about the rest.
func (s *scanner) learn(n *scan.Node, k int, h hop) {
	hops := s.hops[n.ID]
	switch {
	case k < len(hops):
		hops[k] = h
	case k == len(hops) && k < maxHops:
		s.hops[n.ID] = append(hops, h)
	}
}
