package message

import "github.com/weftgraph/weft/graph/table"

// scalar takes in an element that is text.
func (s *scanner) scalar(e *scanEntry, isNext bool) bool {
	text, ok := s.runs(e)
	switch {
	case !ok:
		return false
	case !e.isWanted():
		return true
	case text == "":
		text = valueOfEmpty(e.element)
	}
	if !s.openItem(e, isNext) {
		return false
	}
	b := s.fill.Builder
	return s.value(e, b.EndSide(appendScalar(b.Side(), e.simple, text)))
}

// isWanted tells that something is made of the text.
func (e *scanEntry) isWanted() bool { return e.wantsText || len(e.rows) > 0 }

// attribute takes in an attribute of the Start at hand.
func (s *scanner) attribute(e *scanEntry) bool {
	text, ok, err := attributeText(s.x, e.attribute)
	if err != nil || !ok {
		return err == nil
	}
	b := s.fill.Builder
	return s.value(e, b.EndSide(appendScalar(b.Side(), e.simple, text)))
}

// typeName takes in the name of the type.
func (s *scanner) typeName(e *scanEntry) bool {
	b := s.fill.Builder
	return s.value(e, b.EndSide(append(b.Side(), e.constant...)))
}

// openItem makes the text of a list ready for the JSON of another item. It is false when something else was written since the last one.
func (s *scanner) openItem(e *scanEntry, isNext bool) bool {
	if !e.isList || !e.wantsText {
		return true
	}
	b := s.fill.Builder
	side := b.Side()
	if !isNext {
		s.texts[e.id] = b.EndSide(append(side, '['))
		return true
	}
	if b.EndSide(side).Off != s.texts[e.id].End {
		return false
	}
	side[len(side)-1] = ',' // instead of the bracket
	return true
}

// value puts the JSON of a value that is not null wherever it is wanted.
func (s *scanner) value(e *scanEntry, span table.Span) bool {
	b := s.fill.Builder
	if len(b.Side()) > maxScanned {
		return false
	}
	text := b.Finish().Bytes(span)
	for i := range e.leaves {
		l := &e.leaves[i]
		switch row := s.fill.Rows[l.Level]; {
		case e.isList: // once it is complete
		case text[0] == '"' && l.TakesString, l.TakesAll:
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
	s.leafRows(e, span)
	s.closeItem(e)
	return true
}

// leafRows makes a row of each that wants one of a leaf.
func (s *scanner) leafRows(e *scanEntry, span table.Span) {
	for i := range e.rows {
		rows := &e.rows[i]
		row := s.append(rows.Level, 1)
		s.fill.Builder.Complete(rows.Level, row, 0, span)
		s.fill.Builder.MarkLeaf(rows.Level, row)
		s.putRows(rows, row)
	}
}

// closeItem ends the text of a list behind its last item.
func (s *scanner) closeItem(e *scanEntry) {
	if e.isList && e.wantsText {
		b := s.fill.Builder
		s.texts[e.id].End = b.EndSide(append(b.Side(), ']')).End
	}
}

// null takes in an element that is null.
func (s *scanner) null(e *scanEntry, isNext bool) bool {
	b := s.fill.Builder
	switch {
	case len(e.types) > 0, e.path != nil && e.isStrict, !s.openItem(e, isNext):
		return false
	case e.isList && e.wantsText:
		b.EndSide(append(b.Side(), "null"...))
		s.closeItem(e)
	default:
		for i := range e.leaves {
			l := &e.leaves[i]
			b.Set(l.Level, s.fill.Rows[l.Level], l.Member, table.Null)
		}
	}
	for i := range e.rows {
		rows := &e.rows[i]
		switch {
		case rows.object != nil && rows.Object.IsStrict:
			return false
		case !rows.IsList:
			s.fill.Put(rows.At, table.Null)
		default:
			row := s.append(rows.Level, 0)
			if rows.object == nil {
				b.Set(rows.Level, row, 0, table.Null)
			}
			s.putRows(rows, row)
		}
	}
	return true
}

// startLists notes where the rows of a list begin.
func (s *scanner) startLists(e *scanEntry) {
	for i := range e.rows {
		s.starts[e.rows[i].id] = s.fill.Builder.Len(e.rows[i].Level)
	}
}

// endList completes a list, which may have had no items.
func (s *scanner) endList(e *scanEntry, isEmpty bool) {
	b := s.fill.Builder
	if isEmpty {
		for i := range e.rows {
			n := b.Len(e.rows[i].Level)
			s.fill.Put(e.rows[i].At, table.RowRange(n, n))
		}
	}
	if !e.wantsText {
		return
	}
	if isEmpty {
		s.texts[e.id] = b.EndSide(append(b.Side(), "[]"...))
	}
	for i := range e.leaves {
		l := &e.leaves[i]
		b.Complete(l.Level, s.fill.Rows[l.Level], l.Member, s.texts[e.id])
	}
}
