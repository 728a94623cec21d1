package json

import "github.com/weftgraph/weft/graph/table"

// child makes the rows of a child level from the value at hand, and the cell that leads to them.
func (s *scanner) child(r *rows) bool {
	cell := table.Null
	level := &s.b.Shape().Levels[r.level]
	switch c := s.first(); {
	case c == '[' && r.isList:
		lo := s.b.Len(r.level)
		if !s.list(r.level, r.object) {
			return false
		}
		cell = table.RowRange(lo, s.b.Len(r.level))
	case c == 'n' && (r.object == nil || !r.object.isStrict):
		if !s.skip() {
			return false
		}
	case !r.isList && (c == '{' && level.Kind == table.Object || level.Kind == table.Leaf):
		lo := s.b.Len(r.level)
		if !s.row(r.level, r.object) {
			return false
		}
		cell = table.RowRange(lo, lo+1)
	default:
		return s.mismatch()
	}
	if r.at == rootPlace() {
		s.b.SetRoot(cell)
	} else {
		s.b.Set(r.at.level, s.rows[r.at.level], r.at.member, cell)
	}
	return true
}

// mismatch gives up on a value of a kind that does not fit. That it is a value is checked first, so that a broken reply is
// called broken where that is known.
func (s *scanner) mismatch() bool {
	return s.skip() && s.fallback()
}

// list makes a row of each element of the array at hand.
func (s *scanner) list(level int, object *node) bool {
	if !s.descend() {
		return false
	}
	src := s.src
	s.pos = skipBlanks(src, s.pos+1)
	if s.first() == ']' {
		s.pos++
		s.depth--
		return true
	}
	for {
		if !s.row(level, object) {
			return false
		}
		s.pos = skipBlanks(src, s.pos)
		switch s.first() {
		case ',':
			s.pos = skipBlanks(src, s.pos+1)
		case ']':
			s.pos++
			s.depth--
			return true
		default:
			return s.fail(^s.pos)
		}
	}
}

// row makes a row of the value at hand.
func (s *scanner) row(level int, object *node) bool {
	kind, c := s.b.Shape().Levels[level].Kind, s.first()
	switch {
	case kind == table.Leaf:
		return s.leafRow(level)
	case c == 'n' && (object == nil || !object.isStrict):
		s.append(level, 0)
		return s.skip()
	case kind == table.Object && c == '{':
		s.append(level, s.program.levels[level].tag)
		return s.object(object) && s.closeRow(level)
	case kind == table.List && c == '[':
		return s.innerList(level, object)
	default:
		return s.mismatch()
	}
}

func (s *scanner) innerList(level int, object *node) bool {
	row := s.append(level, 1)
	child := s.b.Shape().Levels[level].Members[0].Child
	lo := s.b.Len(child)
	if !s.list(child, object) {
		return false
	}
	s.b.Set(level, row, 0, table.RowRange(lo, s.b.Len(child)))
	return true
}

func (s *scanner) leafRow(level int) bool {
	start := s.pos
	if !s.skip() {
		return false
	}
	row := s.append(level, 1)
	s.b.Complete(level, row, 0, table.Span{Off: uint32(start), End: uint32(s.pos)})
	s.b.MarkLeaf(level, row)
	return true
}

// Rows that room is made for: at first, and at most how many times as many as there are.
const (
	firstRows = 4
	maxGrowth = 8
)

// append adds a row to a level and makes it the current one. Where the level has to grow, the part of the reply that
// made the rows so far tells how many the whole will make; the factor keeps a reply that begins with small objects from
// claiming memory for as many more.
func (s *scanner) append(level int, tag uint16) int {
	if n := s.b.Len(level); n == s.b.Room(level) {
		guess := firstRows
		if n > 0 {
			whole := int64(n) * int64(len(s.src)) / int64(max(s.pos, 1))
			guess = int(min(max(whole+whole/16+1, int64(2*n)), int64(maxGrowth*n)))
		}
		s.b.Grow(level, guess)
	}
	row := s.b.Append(level, tag)
	s.rows[level] = row
	return row
}

// makeRows makes the rows and literals that follow from the node's object being there.
func (s *scanner) makeRows(n *node) {
	for _, o := range n.opens {
		row := s.append(o.level, s.program.levels[o.level].tag)
		s.b.Set(o.at.level, s.rows[o.at.level], o.at.member, table.RowRange(row, row+1))
	}
	for _, c := range n.constants {
		s.b.Set(c.at.level, s.rows[c.at.level], c.at.member, s.constants[c.text])
	}
}

func (s *scanner) closeRows(n *node) bool {
	for _, o := range n.opens {
		if !s.closeRow(o.level) {
			return false
		}
	}
	return true
}

// closeRow takes back, once the type of a dynamic row is known, the cells that the type does not have.
func (s *scanner) closeRow(level int) bool {
	rule := &s.program.levels[level]
	if !rule.isDynamic {
		return true
	}
	row, l := s.rows[level], &s.b.Shape().Levels[level]
	tag := s.b.Tag(level, row)
	if tag == table.TagMismatch {
		return s.fallback()
	}
	for _, i := range rule.limited {
		m := &l.Members[i]
		cell := s.b.Get(level, row, i)
		switch {
		case hasTag(m.Tags, tag), cell == table.Missing:
		case cell == table.Null, cell != table.Mismatch && m.Child == 0 && (m.Type == nil || m.Type.Elem == nil):
			s.b.Set(level, row, i, table.Missing)
		default:
			return s.fallback() // rows or faults hang on it
		}
	}
	return true
}
