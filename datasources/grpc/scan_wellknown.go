package grpc

import (
	"math"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// time appends a Timestamp or a Duration.
func (t *textScanner) time(dst []byte, r *reader, at, end int) ([]byte, bool) {
	var numbers [2]int64
	for at < end {
		var record wireRecord
		if !readRecord(t.data, at, end, &record) {
			return dst, false
		}
		at = record.next
		i := r.find(record.number)
		if i < 0 {
			continue
		}
		if i >= len(numbers) || record.typ != protowire.VarintType {
			return dst, false
		}
		numbers[i] = integer(r.plans[i].field.kind, record.number64)
	}
	var err error
	if r.message.form == formTimestamp {
		dst, err = appendTimestamp(append(dst, '"'), numbers[0], numbers[1])
	} else {
		dst, err = appendDuration(append(dst, '"'), numbers[0], numbers[1])
	}
	return append(dst, '"'), err == nil
}

// fieldMask appends the paths of a FieldMask.
func (t *textScanner) fieldMask(dst []byte, base int) ([]byte, bool) {
	dst = append(dst, '"')
	start := len(dst)
	slot := t.slots[base]
	for at := slot.start; at < slot.end; {
		var record wireRecord
		if !readRecord(t.data, at, slot.end, &record) {
			return dst, false
		}
		t.left--
		if len(dst) > start {
			dst = append(dst, ',')
		}
		var ok bool
		if dst, ok = appendMaskPath(dst, t.data[record.start:record.end]); !ok {
			return dst, false
		}
		at = record.next
	}
	return append(dst, '"'), true
}

// anyValue appends what a google.protobuf.Value holds.
func (t *textScanner) anyValue(dst []byte, r *reader, base, depth int) ([]byte, bool) {
	for i := range r.plans {
		slot := &t.slots[base+i]
		if !slot.isSet {
			continue
		}
		if f := math.Float64frombits(slot.record.number64); r.plans[i].field.kind == protoreflect.DoubleKind &&
			(math.IsNaN(f) || math.IsInf(f, 0)) {
			return dst, false
		}
		return t.property(dst, r, base, i, depth)
	}
	return dst, false
}
