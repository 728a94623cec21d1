package table

import "github.com/weftgraph/weft/graph/value"

// Fill fills the empty table from the mapped value of one reply, by the shape: the root and the rows of all levels. The
// texts of leaves go to the side buffer. It never fails: what does not fit its position becomes a Mismatch, or a row
// with TagMismatch, and a doubt; a null that is not allowed is counted as a doubt (Connectors specification 4.3).
func (b *Builder) Fill(v value.Value) {
	b.SetRoot(b.fillRoot(v))
	b.CountNulls()
}

// FillBy fills the key columns with By of one row of the root level from the key object that the batch's `by` mapping
// gave for the row's item. A null row has no key.
func (b *Builder) FillBy(row int, key value.Value) {
	if b.table.Levels[0].Tags[row] == 0 {
		return
	}
	level := &b.shape.Levels[0]
	for i := range level.Members {
		if m := &level.Members[i]; m.By {
			b.fillLeaf(0, row, i, walk(key, m.Path))
		}
	}
}

func (b *Builder) fillRoot(v value.Value) Span {
	switch {
	case v.IsMissing():
		return Missing
	case v.IsNull():
		return Null
	case b.shape.List && v.Kind() == value.KindArray:
		return b.fillRows(0, v.Elems())
	case !b.shape.List && b.shape.Levels[0].holds(v):
		b.fillRow(0, v)
		return RowRange(0, 1)
	default:
		b.table.Doubts++
		return Mismatch
	}
}

// fillRows appends one row per element and returns their range.
func (b *Builder) fillRows(level int, elems []value.Value) Span {
	lo := b.Len(level)
	b.Grow(level, lo+len(elems))
	for _, e := range elems {
		b.fillRow(level, e)
	}
	return RowRange(lo, lo+len(elems))
}

// holds reports whether a row of the level can be made of the value at all.
func (l *Level) holds(v value.Value) bool {
	switch l.Kind {
	case Object:
		return v.Kind() == value.KindObject
	case List:
		return v.Kind() == value.KindArray
	default:
		return !v.IsMissing() && !v.IsNull()
	}
}

func (b *Builder) fillRow(level int, v value.Value) {
	l := &b.shape.Levels[level]
	switch {
	case v.IsNull():
		b.fillNull(level)
	case !l.holds(v):
		b.Append(level, TagMismatch)
		b.table.Doubts++
	case l.Kind == Object:
		b.fillObject(level, v)
	case l.Kind == List:
		b.fillCell(level, b.Append(level, 1), 0, v)
	default:
		row := b.Append(level, 1)
		b.fillLeaf(level, row, 0, v)
		b.MarkLeaf(level, row)
	}
}

func (b *Builder) fillNull(level int) {
	row := b.Append(level, 0)
	if b.shape.Levels[level].Kind == Leaf {
		b.Set(level, row, 0, Null)
	}
}

// MarkLeaf gives a row of a Leaf level the tag that its completed cell asks for: 0 for null, TagMismatch for a mismatch.
func (b *Builder) MarkLeaf(level, row int) {
	switch b.Get(level, row, 0) {
	case Null, Missing:
		b.SetTag(level, row, 0)
	case Mismatch:
		b.SetTag(level, row, TagMismatch)
	}
}

func (b *Builder) fillObject(level int, v value.Value) {
	l := &b.shape.Levels[level]
	tag := uint16(1)
	if l.Abstract {
		tag = l.tagOf(v.Get("__typename"))
	}
	row := b.Append(level, tag)
	if tag == TagMismatch {
		b.table.Doubts++
	}
	for i := range l.Members {
		m := &l.Members[i]
		if m.By || !m.existsIn(tag) {
			continue
		}
		b.fillCell(level, row, i, walk(v, m.Path))
	}
}

func (l *Level) tagOf(typename value.Value) uint16 {
	if typename.Kind() == value.KindString {
		if tag := l.Tag(typename.Text()); tag != 0 {
			return tag
		}
	}
	return TagMismatch
}

// existsIn reports whether the member is filled in rows with the tag. Of a row of an unknown type only the key columns
// are, so that it is still joined to the position where the error belongs.
func (m *Member) existsIn(tag uint16) bool {
	if tag == TagMismatch {
		return m.Tags == nil && m.isKey()
	}
	return allows(m.Tags, tag)
}

// isKey reports whether the member is a hidden key column.
func (m *Member) isKey() bool {
	return m.Child == 0 && (m.Type == nil || m.Type.Elem == nil && m.Type.Leaf == Raw)
}

func (b *Builder) fillCell(level, row, member int, v value.Value) {
	m := &b.shape.Levels[level].Members[member]
	if m.Child == 0 {
		b.fillLeaf(level, row, member, v)
		return
	}
	cell := Missing
	switch {
	case v.IsMissing():
	case v.IsNull():
		cell = Null
	case m.List && v.Kind() == value.KindArray:
		cell = b.fillRows(m.Child, v.Elems())
	case !m.List && b.shape.Levels[m.Child].holds(v):
		lo := b.Len(m.Child)
		b.fillRow(m.Child, v)
		cell = RowRange(lo, lo+1)
	default:
		b.table.Doubts++
		cell = Mismatch
	}
	b.Set(level, row, member, cell)
}

func (b *Builder) fillLeaf(level, row, member int, v value.Value) {
	switch {
	case v.IsMissing():
		b.Set(level, row, member, Missing)
	case v.IsNull():
		b.Set(level, row, member, Null)
	default:
		b.Complete(level, row, member, b.EndSide(v.AppendJSON(b.Side())))
	}
}

// walk follows a path of properties. On an array the rest of the path is applied to each element, where MISSING becomes
// null (Connectors specification 6.3, key step).
func walk(v value.Value, path []string) value.Value {
	for i, name := range path {
		switch v.Kind() {
		case value.KindObject:
			v = v.Get(name)
		case value.KindArray:
			elems := make([]value.Value, v.Len())
			for j, e := range v.Elems() {
				elems[j] = walk(e, path[i:])
			}
			return value.Array(elems)
		default:
			return value.Missing()
		}
	}
	return v
}
