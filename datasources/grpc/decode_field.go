package grpc

import (
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/weftgraph/weft/graph/value"
)

// record takes in one record of a field, whose value was found at c.
func (s *scope) record(i int, typ protowire.Type, c chunk) error {
	p := &s.reader.plans[i]
	f := p.field
	if typ == protowire.VarintType && s.isUnknown(f, c) {
		return nil
	}
	if err := s.unsetOther(i); err != nil {
		return err
	}
	switch want := f.wire(); {
	case typ == want:
	case typ == protowire.BytesType && f.isPackable():
		return s.packed(i, c)
	default:
		return errWireType
	}
	if len(p.names) == 0 {
		return nil
	}
	if typ == protowire.BytesType || typ == protowire.StartGroupType {
		c = s.content(typ, f.number, c)
	}
	switch {
	case f.isMap:
		return s.entry(i, c)
	case f.kind == protoreflect.BytesKind && s.reader.message.form == formAny:
		s.slots[s.base+i] = slot{message: chunks{first: c}} // anyMessage decides what to make of it
	case f.message == nil:
		v, err := s.scalar(f, c)
		if err != nil {
			return err
		}
		s.store(i, v)
	case f.isList:
		v, err := s.message(p.below, chunks{first: c}, s.depth+1)
		if err != nil {
			return err
		}
		s.store(i, v)
	default:
		slot := &s.slots[s.base+i]
		if slot.isSet {
			slot.message.more = append(slot.message.more, c)
		} else {
			slot.isSet, slot.message = true, chunks{first: c}
		}
	}
	return nil
}

// isUnknown tells that a record holds a number that its closed enum does not have.
func (d *decoder) isUnknown(f *field, c chunk) bool {
	if f.enum == nil || !f.enum.isClosed {
		return false
	}
	n, _ := protowire.ConsumeVarint(d.data[c.start:c.end])
	return f.enum.lacks(int32(n))
}

// store keeps a value: a list's as one more element, any other as the last one, which wins.
func (s *scope) store(i int, v value.Value) {
	slot := &s.slots[s.base+i]
	if s.reader.plans[i].field.isList {
		s.left--
		slot.elems = append(slot.elems, v)
		return
	}
	slot.isSet, slot.scalar = true, v
}

// content strips the length of a record, or the end mark of a group.
func (d *decoder) content(typ protowire.Type, n protowire.Number, c chunk) chunk {
	if typ == protowire.StartGroupType {
		group, _ := protowire.ConsumeGroup(n, d.data[c.start:c.end])
		return chunk{c.start, c.start + len(group)}
	}
	_, size := protowire.ConsumeVarint(d.data[c.start:c.end])
	return chunk{c.start + size, c.end}
}

// unsetOther unsets the member of the field's oneof that was set before. A message that is lost by it is read all the same, so that what is
// malformed does not depend on who looks.
func (s *scope) unsetOther(i int) error {
	p := &s.reader.plans[i]
	if p.field.oneof == 0 {
		return nil
	}
	j := int(s.slots[s.base+p.oneof].member) - 1
	if j >= 0 && j != i && s.slots[s.base+j].isSet {
		if other := &s.reader.plans[j]; other.field.message != nil {
			if _, err := s.message(other.below, s.slots[s.base+j].message, s.depth+1); err != nil {
				return err
			}
		}
		s.slots[s.base+j] = slot{}
	}
	s.slots[s.base+p.oneof].member = int32(i + 1)
	return nil
}

// packed reads the elements of a packed list.
func (s *scope) packed(i int, c chunk) error {
	p := &s.reader.plans[i]
	c = s.content(protowire.BytesType, p.field.number, c)
	wire := p.field.wire()
	for at := c.start; at < c.end; {
		n := protowire.ConsumeFieldValue(p.field.number, wire, s.data[at:c.end])
		if n < 0 {
			return protowire.ParseError(n)
		}
		if len(p.names) > 0 && !s.isUnknown(p.field, chunk{at, at + n}) {
			v, err := s.scalar(p.field, chunk{at, at + n})
			if err != nil {
				return err
			}
			s.store(i, v)
		}
		at += n
	}
	return nil
}

// object returns the properties of an ordinary message.
func (s *scope) object() (value.Value, error) {
	count := 0
	for i := range s.reader.plans {
		count += len(s.reader.plans[i].names)
	}
	fields := make([]value.Field, 0, count)
	for i := range s.reader.plans {
		p := &s.reader.plans[i]
		if len(p.names) == 0 {
			continue
		}
		v, err := s.property(i)
		if err != nil {
			return value.Missing(), err
		}
		if v.IsMissing() {
			continue
		}
		for _, name := range p.names {
			fields = append(fields, value.Field{Name: name, Value: v})
		}
	}
	return value.DistinctObject(fields), nil
}

// property returns the value of a field, MISSING if it is not set and has presence.
func (s *scope) property(i int) (value.Value, error) {
	p, slot := &s.reader.plans[i], &s.slots[s.base+i]
	f := p.field
	switch {
	case f.isList:
		if f.isExtension && len(slot.elems) == 0 {
			return value.Missing(), nil
		}
		return value.Array(slot.elems), nil
	case f.isMap:
		return mapObject(f, slot.entries), nil
	case !slot.isSet:
		return p.zero, nil
	case f.message == nil:
		return slot.scalar, nil
	default:
		v, err := s.message(p.below, slot.message, s.depth+1)
		if err != nil {
			return v, s.misread(i, err)
		}
		return v, nil
	}
}

// scalar reads a value that is no message. The record is well-formed and of the field's wire type.
func (d *decoder) scalar(f *field, c chunk) (value.Value, error) {
	switch f.wire() {
	case protowire.BytesType:
		return d.characters(f, c)
	case protowire.Fixed32Type:
		n, _ := protowire.ConsumeFixed32(d.data[c.start:c.end])
		return fixed32(f.kind, n), nil
	case protowire.Fixed64Type:
		n, _ := protowire.ConsumeFixed64(d.data[c.start:c.end])
		return fixed64(f.kind, n), nil
	default:
		n, _ := protowire.ConsumeVarint(d.data[c.start:c.end])
		if f.kind == protoreflect.EnumKind {
			return f.enum.value(int32(n)), nil
		}
		return varint(f.kind, n), nil
	}
}
