package table

import (
	"slices"
	"strconv"

	"github.com/weftgraph/weft/graph/value"
)

// KeyReader reads the fields of keys from the rows of tables. The texts of objects are made in a buffer of its own and stay unchanged
// as long as they are referred to. The zero value is ready; it is used by one goroutine.
type KeyReader struct{ buf []byte }

// Read returns the JSON text of a key's field in a row, nil for null. It reports false when the row has no such key, because a value
// that is declared non-null is missing. The text of a plain column aliases the table. An object's has the fields of the KeyField and
// no others, in their order.
func (r *KeyReader) Read(t *Table, level int, row uint32, f *KeyField, at *KeyColumn) ([]byte, bool) {
	if at.Level == 0 && f.Fields == nil {
		cell := t.Levels[level].Cell(row, at.Member)
		if cell.IsNull() {
			return nil, cell != Missing || !f.Required
		}
		return t.Bytes(cell), true
	}
	start := len(r.buf)
	buf, ok := t.appendKey(r.buf, level, row, f, at)
	return r.made(buf, start), ok
}

// ReadRow is Read for a row that is the field's value itself.
func (r *KeyReader) ReadRow(t *Table, row uint32, f *KeyField, at *KeyColumn) ([]byte, bool) {
	start := len(r.buf)
	buf, ok := t.appendKeyRow(r.buf, row, f, at)
	return r.made(buf, start), ok
}

// Merge returns the text of an object whose fields come from two providers. Nil is null.
func (r *KeyReader) Merge(f *KeyField, a, b []byte) []byte {
	if a == nil || b == nil {
		return slices.Concat(a, b)
	}
	v, errV := value.Parse(a)
	w, errW := value.Parse(b)
	if errV != nil || errW != nil {
		return a // both were checked when they were read
	}
	start := len(r.buf)
	return r.made(appendMerged(r.buf, f, v, w), start)
}

// made returns what was appended to the buffer. The buffer moves when it grows; what was made before stays where it is.
func (r *KeyReader) made(buf []byte, start int) []byte {
	r.buf = buf
	if text := buf[start:len(buf):len(buf)]; string(text) != "null" {
		return text
	}
	return nil
}

// reuse forgets the texts that were made.
func (r *KeyReader) reuse() { r.buf = r.buf[:0] }

// appendKey appends the value of a key's field in a row.
func (t *Table) appendKey(dst []byte, level int, row uint32, f *KeyField, at *KeyColumn) ([]byte, bool) {
	cell := t.Levels[level].Cell(row, at.Member)
	switch {
	case cell.IsNull():
		return append(dst, "null"...), cell != Missing || !f.Required
	case at.Level == 0 && f.Fields == nil:
		return append(dst, t.Bytes(cell)...), true
	case at.Level == 0:
		v, err := value.Parse(t.Bytes(cell))
		if err != nil {
			v = value.Null() // the text was checked when it was read
		}
		return appendPruned(dst, f, v), true
	}
	lo, hi := cell.Rows()
	if !at.List {
		return t.appendKeyRow(dst, lo, f, at)
	}
	dst = append(dst, '[')
	for i := lo; i < hi; i++ {
		if i > lo {
			dst = append(dst, ',')
		}
		var ok bool
		if dst, ok = t.appendKeyRow(dst, i, f, at); !ok {
			return dst, false
		}
	}
	return append(dst, ']'), true
}

// appendKeyRow appends the object, or the inner list, that a row is.
func (t *Table) appendKeyRow(dst []byte, row uint32, f *KeyField, at *KeyColumn) ([]byte, bool) {
	if tag := t.Levels[at.Level].Tags[row]; tag == 0 || tag == TagMismatch {
		return append(dst, "null"...), true
	}
	if at.Inner != nil {
		return t.appendKey(dst, at.Level, row, f, at.Inner)
	}
	start := len(dst)
	dst = append(dst, '{')
	for i := range f.Fields {
		if at.Fields[i].Member == Elsewhere {
			continue
		}
		dst = appendName(dst, start, f.Fields[i].Name)
		var ok bool
		if dst, ok = t.appendKey(dst, at.Level, row, &f.Fields[i], &at.Fields[i]); !ok {
			return dst, false
		}
	}
	return append(dst, '}'), true
}

// appendPruned appends a value without the properties that are not part of the key.
func appendPruned(dst []byte, f *KeyField, v value.Value) []byte {
	switch {
	case v.IsMissing():
		return append(dst, "null"...)
	case f.Fields == nil:
		return v.AppendJSON(dst)
	case v.Kind() == value.KindArray:
		dst = append(dst, '[')
		for i, e := range v.Elems() {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendPruned(dst, f, e)
		}
		return append(dst, ']')
	case v.Kind() != value.KindObject:
		return append(dst, "null"...)
	}
	start := len(dst)
	dst = append(dst, '{')
	for i := range f.Fields {
		dst = appendName(dst, start, f.Fields[i].Name)
		dst = appendPruned(dst, &f.Fields[i], v.Get(f.Fields[i].Name))
	}
	return append(dst, '}')
}

// appendMerged appends two parts of one value, each of which has fields that the other lacks; lists are matched by index.
func appendMerged(dst []byte, f *KeyField, v, w value.Value) []byte {
	switch {
	case f.Fields == nil || v.Kind() != w.Kind():
		if v.IsMissing() || v.IsNull() {
			v = w
		}
		return appendPruned(dst, f, v)
	case v.Kind() == value.KindArray:
		dst = append(dst, '[')
		for i := range max(v.Len(), w.Len()) {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendMerged(dst, f, element(v, i), element(w, i))
		}
		return append(dst, ']')
	case v.Kind() != value.KindObject:
		return appendPruned(dst, f, v)
	}
	start := len(dst)
	dst = append(dst, '{')
	for i := range f.Fields {
		name := f.Fields[i].Name
		dst = appendName(dst, start, name)
		dst = appendMerged(dst, &f.Fields[i], v.Get(name), w.Get(name))
	}
	return append(dst, '}')
}

func element(v value.Value, i int) value.Value {
	if i < v.Len() {
		return v.Elems()[i]
	}
	return value.Missing()
}

// appendName appends the name of a property of the object that begins at start.
func appendName(dst []byte, start int, name string) []byte {
	if len(dst) > start+1 {
		dst = append(dst, ',')
	}
	return append(strconv.AppendQuote(dst, name), ':')
}
