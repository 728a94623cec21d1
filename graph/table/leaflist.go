package table

import "slices"

// completeList completes the text of a list of leaves that is not null, and returns what the cell becomes.
func (b *Builder) completeList(level, row, member int, span Span) Span {
	typ := b.shape.Levels[level].Members[member].Type
	text := b.table.Bytes(span)
	if _, ok := typ.clean(text, 0); ok {
		return span
	}
	if text[0] != '[' {
		b.table.Doubts++
		return Mismatch
	}
	w := listWriter{b: b, faults: len(b.table.Faults), level: uint32(level), row: uint32(row), member: uint32(member)}
	// The text may itself stand in the side buffer; appending to the buffer leaves it where it is.
	w.dst = b.Side()
	if !w.elements(typ.Elem, text) {
		w.keepLast()
		return Mismatch
	}
	return b.EndSide(w.dst)
}

// clean reports whether the value at pos can be stored as it is, below the lists of the type, and where it ends.
func (t *Type) clean(text []byte, pos int) (end int, ok bool) {
	if pos >= len(text) {
		return pos, false
	}
	if text[pos] == 'n' {
		return pos + len("null"), !t.NonNull
	}
	if t.Elem == nil {
		end = skipValue(text, pos)
		ok = t.accepts(text[pos:end]) && (t.Leaf != ID || text[pos] == '"')
		return end, ok
	}
	if text[pos] != '[' {
		return pos, false
	}
	pos, more := nextMember(text, pos+1)
	for more {
		if pos, ok = t.Elem.clean(text, pos); !ok {
			return pos, false
		}
		pos, more = nextMember(text, pos)
	}
	return pos + 1, true
}

// listWriter writes the completed text of a list of leaves in which something has to change.
type listWriter struct {
	b   *Builder
	dst []byte
	// faults is the number of faults that other cells have.
	faults             int
	level, row, member uint32
	index              []int32
	// last is the fault that was found last.
	last Fault
}

// elements appends the completed list. It returns false, and appends nothing, when an element has to be null and its type
// does not allow that.
func (w *listWriter) elements(typ *Type, text []byte) bool {
	start, depth := len(w.dst), len(w.index)
	w.dst = append(w.dst, '[')
	w.index = append(w.index, 0)
	defer func() { w.index = w.index[:depth] }()
	pos, more := nextMember(text, 1)
	for more {
		if w.index[depth] > 0 {
			w.dst = append(w.dst, ',')
		}
		end := skipValue(text, pos)
		if !w.element(typ, text[pos:end]) {
			w.dst = w.dst[:start]
			return false
		}
		w.index[depth]++
		pos, more = nextMember(text, end)
	}
	w.dst = append(w.dst, ']')
	return true
}

// element appends the completed value, or null where that is what it becomes. It returns false, and appends nothing,
// when the type does not allow that null.
func (w *listWriter) element(typ *Type, text []byte) bool {
	switch {
	case text[0] == 'n':
		if typ.NonNull {
			w.fault(NullInNonNull)
		}
		return w.null(typ)
	case typ.Elem != nil && text[0] == '[':
		return w.elements(typ.Elem, text) || w.null(typ)
	case typ.Elem != nil || !typ.accepts(text):
		w.fault(WrongType)
		return w.null(typ)
	case typ.Leaf == ID && text[0] != '"':
		w.dst = append(append(append(w.dst, '"'), text...), '"')
	default:
		w.dst = append(w.dst, text...)
	}
	return true
}

func (w *listWriter) null(typ *Type) bool {
	if !typ.NonNull {
		w.dst = append(w.dst, "null"...)
	}
	return !typ.NonNull
}

// fault records a fault of the present element, and counts a doubt.
func (w *listWriter) fault(kind FaultKind) {
	t := w.b.table
	t.Doubts++
	w.last = Fault{
		Kind: kind, Level: w.level, Member: w.member, Row: w.row,
		Index: append(w.last.Index[:0], w.index...), Count: 1,
	}
	for i := w.faults; i < len(t.Faults); i++ {
		if f := &t.Faults[i]; f.Kind == kind {
			f.Count++
			return
		}
	}
	first := w.last
	first.Index = slices.Clone(w.last.Index)
	t.Faults = append(t.Faults, first)
}

// keepLast forgets the faults that the list would have lived with: the last one is why there is none.
func (w *listWriter) keepLast() {
	w.b.table.Faults = append(w.b.table.Faults[:w.faults], w.last)
}
