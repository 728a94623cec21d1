package grpc

import "github.com/weftgraph/weft/graph/table"

func (s *wireScanner) side() []byte { return s.fill.Builder.Side() }

func (s *wireScanner) endSide(side []byte) table.Span { return s.fill.Builder.EndSide(side) }

// scalar stores a field that is no message.
func (s *wireScanner) scalar(e *scanEntry, r *wireRecord) bool {
	if e.names != nil {
		if name := e.names.find(int32(r.number64)); name >= 0 {
			return s.store(e, s.endSide(append(s.side(), e.names.texts[name]...)), name)
		}
	}
	side, ok := s.text.scalar(s.side(), e.field, r)
	return ok && s.store(e, s.endSide(side), -1)
}

// absent stores what a field is that is not there.
func (s *wireScanner) absent(e *scanEntry) bool {
	for i := range e.rows {
		if rows := &e.rows[i]; rows.IsList {
			n := s.fill.Builder.Len(rows.Level)
			s.fill.Put(rows.At, table.RowRange(n, n))
		}
	}
	if !e.wantsText() {
		return true
	}
	return s.store(e, s.endSide(append(s.side(), e.zero...)), e.zeroName)
}

// store puts a text wherever it is wanted as it is. Name is the index of an enum's name, or -1. The elements of lists have rows of
// their own.
func (s *wireScanner) store(e *scanEntry, span table.Span, name int) bool {
	b := s.fill.Builder
	text := b.Finish().Bytes(span)
	isNull := text[0] == 'n'
	for i := range e.leaves {
		l := &e.leaves[i]
		row := s.fill.Rows[l.Level]
		switch {
		case isNull:
			b.Set(l.Level, row, l.Member, table.Null)
		case l.isTrusted, name >= 0 && l.accepts != nil && l.accepts[name]:
			b.Set(l.Level, row, l.Member, span)
		default:
			b.Complete(l.Level, row, l.Member, span)
		}
	}
	for _, level := range e.types {
		if text[0] != '"' || !s.fill.SetType(level, text[1:len(text)-1]) {
			return false
		}
	}
	for i := range e.rows {
		rows := &e.rows[i]
		switch {
		case !rows.isWhole():
		case isNull:
			s.fill.Put(rows.At, table.Null)
		default:
			row := s.append(rows, 0)
			b.Complete(rows.Level, row, 0, span)
			b.MarkLeaf(rows.Level, row)
			s.fill.Put(rows.At, table.RowRange(row, row+1))
		}
	}
	return true
}
