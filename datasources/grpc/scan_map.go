package grpc

import (
	"bytes"
	"cmp"
	"slices"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/weftgraph/weft/graph/value"
)

// textPair is one entry of a map.
type textPair struct {
	key, value       wireRecord
	hasKey, hasValue bool
}

// entries appends the entries of a map in the records from an offset on, sorted by key, and returns where they end.
func (t *textScanner) entries(dst []byte, f *field, below *reader, at, end, depth int) ([]byte, int, bool) {
	base := len(t.pairs)
	for at < end {
		var r wireRecord
		if !readRecord(t.data, at, end, &r) {
			return dst, at, false
		}
		if r.number != f.number {
			break
		}
		var pair textPair
		if r.typ != f.wire() || !t.pair(f, &r, &pair) {
			return dst, at, false
		}
		t.left--
		t.pairs = append(t.pairs, pair)
		at = r.next
	}
	dst, ok := t.sorted(dst, f, below, base, depth)
	t.pairs = t.pairs[:base]
	return dst, at, ok
}

// pair finds the key and the value of an entry.
func (t *textScanner) pair(f *field, entry *wireRecord, pair *textPair) bool {
	for at := entry.start; at < entry.end; {
		var r wireRecord
		if !readRecord(t.data, at, entry.end, &r) {
			return false
		}
		at = r.next
		switch r.number {
		case entryKey:
			if pair.hasKey || r.typ != f.key.wire() {
				return false
			}
			pair.key, pair.hasKey = r, true
		case entryValue:
			if pair.hasValue || r.typ != f.value.wire() {
				return false
			}
			pair.value, pair.hasValue = r, true
		}
	}
	return true
}

// sorted appends the entries on the stack from base on. Of several with the same key the last one counts: the decoder's business.
func (t *textScanner) sorted(dst []byte, f *field, below *reader, base, depth int) ([]byte, bool) {
	slices.SortFunc(t.pairs[base:], func(a, b textPair) int { return t.compare(f.key.kind, &a.key, &b.key) })
	dst = append(dst, '{')
	for i := base; i < len(t.pairs); i++ {
		pair := t.pairs[i] // the stack may move
		if i > base {
			if t.compare(f.key.kind, &t.pairs[i-1].key, &pair.key) == 0 {
				return dst, false
			}
			dst = append(dst, ',')
		}
		var ok bool
		if dst, ok = t.key(dst, f.key, &pair.key); !ok {
			return dst, false
		}
		dst = append(dst, ':')
		switch {
		case f.value.message == nil && !pair.hasValue:
			dst = f.value.zero().AppendJSON(dst)
		default:
			// A message that is not there is an empty one.
			if dst, ok = t.element(dst, f.value, below, &pair.value, depth); !ok {
				return dst, false
			}
		}
	}
	return append(dst, '}'), true
}

// key appends a key, which is text in JSON whatever its type.
func (t *textScanner) key(dst []byte, f *field, r *wireRecord) ([]byte, bool) {
	if f.kind == protoreflect.StringKind {
		return value.AppendUTF8(dst, t.data[r.start:r.end])
	}
	dst, ok := t.scalar(append(dst, '"'), f, r)
	return append(dst, '"'), ok
}

// compare orders keys as their texts are ordered if they are strings, and numbers by their value. A key that is not there is the
// empty string, or 0.
func (t *textScanner) compare(kind protoreflect.Kind, a, b *wireRecord) int {
	if kind == protoreflect.StringKind {
		return bytes.Compare(t.data[a.start:a.end], t.data[b.start:b.end])
	}
	if kind == protoreflect.BoolKind {
		return cmp.Compare(min(a.number64, 1), min(b.number64, 1))
	}
	n, m := integer(kind, a.number64), integer(kind, b.number64)
	if isSigned(kind) {
		return cmp.Compare(n, m)
	}
	return cmp.Compare(uint64(n), uint64(m))
}
