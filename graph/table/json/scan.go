package json

import (
	"bytes"
	stdjson "encoding/json"
	"math"

	"github.com/weftgraph/weft/graph/table"
	"github.com/weftgraph/weft/graph/table/scan"
	"github.com/weftgraph/weft/graph/value"
)

// Scan fills the builder, which must be new or reset for the program's shape, from its reply. The cells are spans of the
// reply.
//
// Errors are of type *SyntaxError when the reply is not JSON in UTF-8, or ErrFallback when it has to be evaluated; the
// builder is empty then.
func (p *Program) Scan(b *table.Builder) error {
	s, _ := p.scanners.Get().(*scanner)
	s.start(b)
	ok := s.whole()
	s.fill.Builder, s.src = nil, nil
	err := s.err
	s.err = nil
	p.scanners.Put(s)
	if ok {
		b.CountNulls()
		return nil
	}
	b.Reset(b.Shape(), b.Reply())
	return err
}

// scanner is the state of one scan.
type scanner struct {
	tree    *scan.Program
	fill    scan.Filler
	src     []byte
	pos     int
	depth   int // of the containers around pos
	err     error
	tooDeep bool

	hops [][]hop // per node
	// visits has, per entry, the visit of its node in which its key was last seen. A node is never entered again before it
	// is left, so that an equal number means that the key occurs twice.
	visits []uint32
	visit  uint32
	open   containers
}

func newScanner(tree *scan.Program) *scanner {
	return &scanner{
		tree:   tree,
		fill:   scan.NewFiller(tree),
		hops:   make([][]hop, tree.Nodes),
		visits: make([]uint32, tree.Entries),
	}
}

func (s *scanner) start(b *table.Builder) {
	s.src, s.pos, s.depth = b.Reply(), 0, 0
	s.tooDeep, s.err, s.visit = false, nil, 0
	clear(s.visits)
	for i := range s.hops {
		s.hops[i] = s.hops[i][:0] // they point into the reply before
	}
	s.fill.Start(b)
}

// whole scans the reply as the root value. It returns false when s.err is set, like all methods with such a result.
func (s *scanner) whole() bool {
	if len(s.src) > math.MaxInt32 {
		return s.fallback() // beyond what spans can address
	}
	s.pos = skipBlanks(s.src, 0)
	if !s.apply(&s.tree.Root) {
		return false
	}
	s.pos = skipBlanks(s.src, s.pos)
	return s.pos == len(s.src) || s.fail(^s.pos)
}

// fail notes the syntax error that a function of this package reports as ^offset.
func (s *scanner) fail(end int) bool {
	if isLoneSurrogate(s.src, ^end) {
		return s.fallback()
	}
	s.err = newSyntaxError(s.src, ^end, s.tooDeep)
	return false
}

func (s *scanner) fallback() bool {
	s.err = ErrFallback
	return false
}

// first returns the first byte of the value at hand, 0 at the end of the reply.
func (s *scanner) first() byte {
	if s.pos < len(s.src) {
		return s.src[s.pos]
	}
	return 0
}

// skip checks a value that nobody wants, or that is taken as it is.
func (s *scanner) skip() bool {
	var end int
	if s.pos < len(s.src) && s.src[s.pos] == '"' {
		end = stringEnd(s.src, s.pos)
	} else {
		end = s.skipValue(s.pos)
	}
	if end < 0 {
		return s.fail(end)
	}
	s.pos = end
	return true
}

// apply does all that an entry asks for with the value at hand. A value that several want is read several times.
func (s *scanner) apply(e *scan.Entry) bool {
	start := s.pos
	if len(e.Leaves) > 0 || len(e.Types) > 0 {
		if !s.leaf(e) {
			return false
		}
	}
	if e.Path != nil {
		s.pos = start
		if !s.enter(e.Path) {
			return false
		}
	}
	for i := range e.Rows {
		s.pos = start
		if !s.child(&e.Rows[i]) {
			return false
		}
	}
	return true
}

func (s *scanner) leaf(e *scan.Entry) bool {
	start := s.pos
	if !s.skip() {
		return false
	}
	span := table.Span{Off: uint32(start), End: uint32(s.pos)}
	c := s.src[start]
	for i := range e.Leaves {
		l := &e.Leaves[i]
		if c == '"' && l.TakesString || c != 'n' && l.TakesAll {
			s.fill.Builder.Set(l.Level, s.fill.Rows[l.Level], l.Member, span)
		} else {
			s.fill.Builder.Complete(l.Level, s.fill.Rows[l.Level], l.Member, span)
		}
	}
	for _, level := range e.Types {
		if !s.setType(level, s.src[start:s.pos]) {
			return false
		}
	}
	return true
}

// setType gives the current row of a level the type that a __typename names.
func (s *scanner) setType(level int, text []byte) bool {
	return text[0] == '"' && s.fill.SetType(level, text[1:len(text)-1]) || s.fallback()
}

// enter looks into an object on the way to deeper keys. Whatever else stands there has no such keys.
func (s *scanner) enter(n *scan.Node) bool {
	switch c := s.first(); {
	case c == '{':
		return s.object(n)
	case c == '[', n.IsStrict:
		// A key on an array makes an array, and a merged null makes all null: the evaluator's business.
		return s.mismatch()
	default:
		return s.skip()
	}
}

// descend counts the container at hand as entered, unless it is nested too deep.
func (s *scanner) descend() bool {
	s.depth++
	if s.depth > value.MaxDepth {
		s.tooDeep = true
		return s.fail(^s.pos)
	}
	return true
}

// object scans the object at hand, entry by entry.
func (s *scanner) object(n *scan.Node) bool {
	if !s.descend() {
		return false
	}
	s.visit++
	visit := s.visit
	s.fill.Enter(n, s.pos, len(s.src))
	for k := 0; ; k++ {
		e, state := s.next(n, &k)
		switch {
		case state == failed:
			return false
		case state == ended:
			s.depth--
			return s.fill.Leave(n) || s.fallback()
		case e == nil:
			if !s.skip() {
				return false
			}
		case s.visits[e.ID] == visit:
			return s.fallback() // the last value wins, but what the first one made would have to be taken back
		default:
			s.visits[e.ID] = visit
			if e.IsLeaf {
				if !s.leaf(e) {
					return false
				}
			} else if !s.apply(e) {
				return false
			}
		}
	}
}

// readKey compares a key literal with the node's entries.
func readKey(n *scan.Node, literal []byte) *scan.Entry {
	key := literal[1 : len(literal)-1]
	if bytes.IndexByte(key, '\\') < 0 {
		return n.Find(key)
	}
	var unescaped string
	if stdjson.Unmarshal(literal, &unescaped) != nil {
		return nil // cannot be: the literal has been checked
	}
	return n.Find([]byte(unescaped))
}
