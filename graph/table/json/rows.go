package json

import (
	"github.com/weftgraph/weft/graph/table"
	"github.com/weftgraph/weft/graph/table/scan"
)

// child makes the rows of a child level from the value at hand, and the cell that leads to them.
func (s *scanner) child(r *scan.Rows) bool {
	cell := table.Null
	level := &s.tree.Shape.Levels[r.Level]
	switch c := s.first(); {
	case c == '[' && r.IsList:
		lo := s.fill.Builder.Len(r.Level)
		if !s.list(r.Level, r.Object) {
			return false
		}
		cell = table.RowRange(lo, s.fill.Builder.Len(r.Level))
	case c == 'n' && (r.Object == nil || !r.Object.IsStrict):
		if !s.skip() {
			return false
		}
	case !r.IsList && (c == '{' && level.Kind == table.Object || level.Kind == table.Leaf):
		lo := s.fill.Builder.Len(r.Level)
		if !s.row(r.Level, r.Object) {
			return false
		}
		cell = table.RowRange(lo, lo+1)
	default:
		return s.mismatch()
	}
	s.fill.Put(r.At, cell)
	return true
}

// mismatch gives up on a value of a kind that does not fit. That it is a value is checked first, so that a broken reply is
// called broken where that is known.
func (s *scanner) mismatch() bool {
	return s.skip() && s.fallback()
}

// list makes a row of each element of the array at hand.
func (s *scanner) list(level int, object *scan.Node) bool {
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
func (s *scanner) row(level int, object *scan.Node) bool {
	kind, c := s.tree.Shape.Levels[level].Kind, s.first()
	switch {
	case kind == table.Leaf:
		return s.leafRow(level)
	case c == 'n' && (object == nil || !object.IsStrict):
		s.append(level, 0)
		return s.skip()
	case kind == table.Object && c == '{':
		s.append(level, s.tree.Levels[level].Tag)
		return s.object(object) && (s.fill.CloseRow(level) || s.fallback())
	case kind == table.List && c == '[':
		return s.innerList(level, object)
	default:
		return s.mismatch()
	}
}

func (s *scanner) innerList(level int, object *scan.Node) bool {
	row := s.append(level, 1)
	child := s.tree.Shape.Levels[level].Members[0].Child
	lo := s.fill.Builder.Len(child)
	if !s.list(child, object) {
		return false
	}
	s.fill.Builder.Set(level, row, 0, table.RowRange(lo, s.fill.Builder.Len(child)))
	return true
}

func (s *scanner) leafRow(level int) bool {
	start := s.pos
	if !s.skip() {
		return false
	}
	row := s.append(level, 1)
	s.fill.Builder.Complete(level, row, 0, table.Span{Off: uint32(start), End: uint32(s.pos)})
	s.fill.Builder.MarkLeaf(level, row)
	return true
}

// append adds a row to a level and makes it the current one.
func (s *scanner) append(level int, tag uint16) int {
	return s.fill.Append(level, tag, s.pos, len(s.src))
}
