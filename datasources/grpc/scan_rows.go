package grpc

import (
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/weftgraph/weft/graph/table"
)

// list takes in the records of a list or map that stand together.
func (s *wireScanner) list(e *scanEntry, at, end, depth int, seen bool) int {
	next := -1
	if e.takesText() {
		if seen {
			return -1 // the text would have to grow
		}
		var (
			side []byte
			ok   bool
		)
		if e.field.isMap {
			side, next, ok = s.text.entries(s.side(), e.field, e.below, at, end, depth)
		} else {
			side, next, ok = s.text.list(s.side(), e.field, e.below, at, end, depth)
		}
		if !ok || !s.store(e, s.endSide(side), -1) {
			return -1
		}
	}
	for i := range e.rows {
		if rows := &e.rows[i]; rows.IsList {
			if next = s.listRows(e, rows, at, end, depth, seen); next < 0 {
				return -1
			}
		}
	}
	return next
}

// listRows makes a row of each element. A level's rows come from one list only, so that those of one list are neighbours even where
// its records are not.
func (s *wireScanner) listRows(e *scanEntry, rows *scanRows, at, end, depth int, seen bool) int {
	if !seen {
		s.starts[rows.id] = s.fill.Builder.Len(rows.Level)
	}
	var r wireRecord
	for at < end {
		if !readRecord(s.data, at, end, &r) {
			return -1
		}
		if r.number != e.field.number {
			break
		}
		next := r.next
		switch {
		case rows.object == nil:
			if !s.leafRows(e, rows, &r, depth) {
				return -1
			}
		case r.typ != e.wire:
			return -1
		default:
			s.text.left--
			s.append(rows, at)
			if !s.enter(rows.object, r.start, r.end, depth+1) || !s.fill.CloseRow(rows.Level) {
				return -1
			}
		}
		at = next
	}
	first, last := s.starts[rows.id], s.fill.Builder.Len(rows.Level)
	if first == last && e.field.isExtension {
		return -1 // packed, and without elements: MISSING
	}
	s.fill.Put(rows.At, table.RowRange(first, last))
	return at
}

// leafRows makes a row of the element in a record, or of each where they are packed.
func (s *wireScanner) leafRows(e *scanEntry, rows *scanRows, r *wireRecord, depth int) bool {
	if r.typ == e.wire {
		return s.leafRow(e, rows, r, depth)
	}
	if r.typ != protowire.BytesType || !e.field.isPackable() {
		return false
	}
	for at, end := r.start, r.end; at < end; at = r.next {
		if !readPacked(s.data, at, end, e.wire, r) || !s.leafRow(e, rows, r, depth) {
			return false
		}
	}
	return true
}

func (s *wireScanner) leafRow(e *scanEntry, rows *scanRows, r *wireRecord, depth int) bool {
	s.text.left--
	side, ok := s.text.element(s.side(), e.field, e.below, r, depth)
	if !ok {
		return false
	}
	span := s.endSide(side)
	row := s.append(rows, r.next)
	s.fill.Builder.Complete(rows.Level, row, 0, span)
	s.fill.Builder.MarkLeaf(rows.Level, row)
	return true
}
