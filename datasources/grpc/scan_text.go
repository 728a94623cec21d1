package grpc

import (
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/weftgraph/weft/graph/value"
)

// textScanner writes the JSON of values straight from their wire bytes: the text that the decoded value would have. Its methods
// append to a buffer and return false when the reply has to be decoded.
type textScanner struct {
	contract *contract
	data     []byte
	// left is how many values may still be made, as in a decoder.
	left int
	// slots and pairs are stacks: the fields and the entries of maps of the message that is written, above those of the messages
	// around it.
	slots []textSlot
	pairs []textPair
	// decoder is for what has no scanner. It has a copy of the data, so that it is made when it is needed.
	decoder *decoder
}

// textSlot is where a field of a message was found.
type textSlot struct {
	isSet bool
	// record is a singular field's.
	record wireRecord
	// start and end are where the records of a list or map stand.
	start, end int
}

func (t *textScanner) start(c *contract, data []byte) {
	t.contract, t.data, t.left = c, data, freeValues+len(data)/2
	t.slots, t.pairs = t.slots[:0], t.pairs[:0]
}

// maxKept bounds the stacks that are kept for the next reply.
const maxKept = 1 << 10

// end lets go of the reply.
func (t *textScanner) end() {
	t.data, t.decoder = nil, nil
	if cap(t.slots) > maxKept {
		t.slots = nil
	}
	if cap(t.pairs) > maxKept {
		t.pairs = nil
	}
}

// take counts the values of a message that is about to be read.
func (t *textScanner) take(r *reader, depth int) bool {
	t.left -= len(r.plans)
	return t.left >= 0 && depth < maxMessageDepth
}

// message appends a message.
func (t *textScanner) message(dst []byte, r *reader, at, end, depth int) ([]byte, bool) {
	if !t.take(r, depth) {
		return dst, false
	}
	switch r.message.form {
	case formTimestamp, formDuration:
		return t.time(dst, r, at, end)
	case formAny:
		return t.decoded(dst, r, at, end, depth)
	}
	base := len(t.slots)
	for range r.plans {
		t.slots = append(t.slots, textSlot{})
	}
	ok := t.collect(r, base, at, end)
	if ok {
		switch r.message.form {
		case formObject:
			dst, ok = t.object(dst, r, base, depth)
		case formFieldMask:
			dst, ok = t.fieldMask(dst, base)
		case formValue:
			dst, ok = t.anyValue(dst, r, base, depth)
		default: // formWrapper, formStruct, formList
			dst, ok = t.property(dst, r, base, 0, depth)
		}
	}
	t.slots = t.slots[:base]
	return dst, ok
}

// collect finds the fields of a message.
func (t *textScanner) collect(r *reader, base, at, end int) bool {
	for at < end {
		var record wireRecord
		if !readRecord(t.data, at, end, &record) {
			return false
		}
		start := at
		at = record.next
		i := r.find(record.number)
		if i < 0 {
			continue
		}
		f, slot := r.plans[i].field, &t.slots[base+i]
		isMany := f.isList || f.isMap
		switch {
		case f.oneof != 0 && t.hasOther(r, base, i):
			return false
		case record.typ != f.wire() && (record.typ != protowire.BytesType || !f.isPackable()):
			return false
		case slot.isSet && (!isMany || slot.end != start):
			return false // of several the last one counts, messages are merged, and lists are more work when they are scattered
		case !slot.isSet:
			*slot = textSlot{isSet: true, record: record, start: start}
		}
		slot.end = at
	}
	return true
}

// hasOther tells that another member of the field's oneof was found before.
func (t *textScanner) hasOther(r *reader, base, i int) bool {
	for j := range r.plans {
		if j != i && t.slots[base+j].isSet && r.plans[j].field.oneof == r.plans[i].field.oneof {
			return true
		}
	}
	return false
}

// object appends an ordinary message.
func (t *textScanner) object(dst []byte, r *reader, base, depth int) ([]byte, bool) {
	start := len(dst)
	dst = append(dst, '{')
	for i := range r.plans {
		p := &r.plans[i]
		if !t.slots[base+i].isSet && p.isMissing() {
			continue
		}
		for _, name := range p.names {
			if len(dst) > start+1 {
				dst = append(dst, ',')
			}
			dst = append(value.AppendString(dst, name), ':')
			var ok bool
			if dst, ok = t.property(dst, r, base, i, depth); !ok {
				return dst, false
			}
		}
	}
	return append(dst, '}'), true
}

// isMissing tells that the field is MISSING when it is not set.
func (p *plan) isMissing() bool {
	if p.field.isList {
		return p.field.isExtension
	}
	return !p.field.isMap && p.zero.IsMissing()
}

// property appends the value of a field that is not MISSING.
func (t *textScanner) property(dst []byte, r *reader, base, i, depth int) ([]byte, bool) {
	p, slot := &r.plans[i], &t.slots[base+i]
	var ok bool
	switch f := p.field; {
	case f.isList && slot.isSet:
		dst, _, ok = t.list(dst, f, p.below, slot.start, slot.end, depth)
		return dst, ok
	case f.isMap && slot.isSet:
		dst, _, ok = t.entries(dst, f, p.below, slot.start, slot.end, depth)
		return dst, ok
	case f.isList:
		return append(dst, "[]"...), true
	case f.isMap:
		return append(dst, "{}"...), true
	case !slot.isSet:
		return p.zero.AppendJSON(dst), true
	default:
		record := slot.record // the slots may move
		return t.element(dst, f, p.below, &record, depth)
	}
}

// element appends one value: a singular field, or an element of a list. Its record is of the field's wire type.
func (t *textScanner) element(dst []byte, f *field, below *reader, r *wireRecord, depth int) ([]byte, bool) {
	if f.message == nil {
		return t.scalar(dst, f, r)
	}
	return t.message(dst, below, r.start, r.end, depth+1)
}

// decoded appends a message by way of a decoder.
func (t *textScanner) decoded(dst []byte, r *reader, at, end, depth int) ([]byte, bool) {
	if t.decoder == nil {
		t.decoder = &decoder{contract: t.contract, data: t.data, text: string(t.data)}
	}
	t.decoder.left = t.left
	v, err := t.decoder.message(r, chunks{first: chunk{at, end}}, depth)
	t.left = t.decoder.left
	if err != nil || v.IsMissing() {
		return dst, false
	}
	return v.AppendJSON(dst), true
}
