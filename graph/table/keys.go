package table

import (
	"bytes"
	"hash/maphash"
	"slices"
)

// NoKey is the key index of a row that has no key and is not asked for.
const NoKey = int32(-1)

// seed makes the hashes of one process unpredictable to whoever chooses the keys. It is never written again.
var seed = maphash.MakeSeed() //nolint:gochecknoglobals // one for the process, so that hashes can be compared

// Keys is the deduplicated key set of one fetch: which key each row of the parent layer needs, and each distinct key
// once, in the order of first appearance. It is filled by one goroutine with Add and Skip and read-only afterwards;
// then it may be read concurrently. It keeps the tables alive that the added cells belong to.
type Keys struct {
	fields []KeyField
	index  []int32 // per layer row: key or NoKey
	cells  [][]byte
	forms  []byte   // canonical forms, one key after the other
	ends   []uint32 // per key: where its form ends in forms
	hash   []uint64 // per key
	slots  []int32  // open addressing: 1 + key, 0 is free; the length is a power of two
}

// NewKeys returns an empty key set for a layer with the given number of rows, all of which have NoKey. A key has one
// cell per field.
func NewKeys(fields []KeyField, rows int) *Keys {
	k := &Keys{fields: fields, index: make([]int32, rows)}
	for i := range k.index {
		k.index[i] = NoKey
	}
	k.reserve(rows)
	return k
}

// Release lets go of the tables that the cells belong to. After it the key set is of no use but for Reset. It may be called on nil.
func (k *Keys) Release() {
	if k != nil {
		clear(k.cells)
		k.cells = k.cells[:0]
	}
}

// Reset makes the key set empty, for another layer, in the memory that it has. Nothing may refer to what it was.
func (k *Keys) Reset(rows int) {
	k.index = slices.Grow(k.index[:0], rows)[:rows]
	for i := range k.index {
		k.index[i] = NoKey
	}
	clear(k.slots)
	clear(k.cells)
	k.cells, k.forms, k.ends, k.hash = k.cells[:0], k.forms[:0], k.ends[:0], k.hash[:0]
}

// Memory returns about how many rows and keys there is room for. It may be called on nil.
func (k *Keys) Memory() int {
	if k == nil {
		return 0
	}
	return cap(k.index) + cap(k.cells) + len(k.slots) + cap(k.forms)/spanSize
}

// maxReserved is the number of keys that room is made for before they are known to be distinct.
const maxReserved = 1024

func (k *Keys) reserve(rows int) {
	n := min(rows, maxReserved)
	slots := 8
	for slots < 2*n {
		slots *= 2
	}
	k.slots = make([]int32, slots)
	k.hash = make([]uint64, 0, n)
	k.ends = make([]uint32, 0, n)
	k.cells = make([][]byte, 0, n*len(k.fields))
	k.forms = make([]byte, 0, n*len(k.fields)*12)
}

// Add gives the row of the parent layer the key that the cells make up, and returns the key's index. The cells are the
// JSON texts of the key's fields, nil for null and MISSING; they must stay unchanged for the life of the key set.
func (k *Keys) Add(row int, cells [][]byte) int32 {
	start := len(k.forms)
	k.forms = k.appendForm(k.forms, cells)
	h := maphash.Bytes(seed, k.forms[start:])
	key, slot := k.find(h, k.forms[start:])
	if key != NoKey {
		k.forms = k.forms[:start]
	} else {
		key = k.insert(slot, h, cells)
	}
	k.index[row] = key
	return key
}

// Skip leaves the row of the parent layer without a key.
func (k *Keys) Skip(row int) { k.index[row] = NoKey }

// Index returns the key of each row of the parent layer, or NoKey. It is to be read only.
func (k *Keys) Index() []int32 { return k.index }

// Len returns the number of distinct keys.
func (k *Keys) Len() int { return len(k.ends) }

// Fields returns the key's fields. They are to be read only.
func (k *Keys) Fields() []KeyField { return k.fields }

// Raw returns the JSON text of a field of a key as it was first added, nil for null. It aliases what it was added from.
func (k *Keys) Raw(key, field int) []byte { return k.cells[key*len(k.fields)+field] }

// Canonical returns bytes that are the same for equal keys of the same fields, and for no others. It aliases the key set.
func (k *Keys) Canonical(key int) []byte {
	start := uint32(0)
	if key > 0 {
		start = k.ends[key-1]
	}
	return k.forms[start:k.ends[key]]
}

// Find returns the index of the key that the cells make up, or NoKey. The scratch is overwritten and returned, perhaps
// grown, so that a caller with many cells allocates once.
func (k *Keys) Find(cells [][]byte, scratch []byte) (int32, []byte) {
	scratch = k.appendForm(scratch[:0], cells)
	key, _ := k.find(maphash.Bytes(seed, scratch), scratch)
	return key, scratch
}

func (k *Keys) appendForm(dst []byte, cells [][]byte) []byte {
	for i := range k.fields {
		dst = appendCanonical(dst, &k.fields[i], cells[i])
	}
	return dst
}

// find returns the key with the form, or NoKey and the slot where it belongs. A hash alone is no identity: the bytes are
// always compared.
func (k *Keys) find(h uint64, form []byte) (key int32, slot int) {
	mask := len(k.slots) - 1
	for slot = int(h) & mask; ; slot = (slot + 1) & mask {
		key = k.slots[slot] - 1
		if key < 0 {
			return NoKey, slot
		}
		if k.hash[key] == h && bytes.Equal(k.Canonical(int(key)), form) {
			return key, slot
		}
	}
}

func (k *Keys) insert(slot int, h uint64, cells [][]byte) int32 {
	k.hash = append(k.hash, h)
	k.ends = append(k.ends, uint32(len(k.forms)))
	k.cells = append(k.cells, cells...)
	k.slots[slot] = int32(len(k.ends))
	if 2*len(k.ends) > len(k.slots) {
		k.grow()
	}
	return int32(len(k.ends) - 1)
}

func (k *Keys) grow() {
	k.slots = make([]int32, 2*len(k.slots))
	mask := len(k.slots) - 1
	for key, h := range k.hash {
		slot := int(h) & mask
		for k.slots[slot] != 0 {
			slot = (slot + 1) & mask
		}
		k.slots[slot] = int32(key + 1)
	}
}
