package grpc

import "google.golang.org/protobuf/encoding/protowire"

// list appends the elements in the records from an offset on that belong to the field, and returns where they end.
func (t *textScanner) list(dst []byte, f *field, below *reader, at, end, depth int) ([]byte, int, bool) {
	start := len(dst)
	dst = append(dst, '[')
	var (
		r  wireRecord
		ok bool
	)
	wire := f.wire()
	for at < end {
		if !readRecord(t.data, at, end, &r) {
			return dst, at, false
		}
		if r.number != f.number {
			break
		}
		next := r.next
		switch {
		case r.typ == wire:
			t.left--
			dst, ok = t.element(comma(dst, start), f, below, &r, depth)
		case r.typ == protowire.BytesType && f.isPackable():
			dst, ok = t.packed(dst, start, f, r.start, r.end)
		default:
			ok = false
		}
		if !ok {
			return dst, at, false
		}
		at = next
	}
	// The list of an extension without elements is MISSING.
	return append(dst, ']'), at, !f.isExtension || len(dst) > start+1
}

func comma(dst []byte, start int) []byte {
	if len(dst) > start+1 {
		dst = append(dst, ',')
	}
	return dst
}

func (t *textScanner) packed(dst []byte, start int, f *field, at, end int) ([]byte, bool) {
	wire := f.wire()
	var r wireRecord
	for at < end {
		if !readPacked(t.data, at, end, wire, &r) {
			return dst, false
		}
		t.left--
		var ok bool
		if dst, ok = t.scalar(comma(dst, start), f, &r); !ok {
			return dst, false
		}
		at = r.next
	}
	return dst, true
}
