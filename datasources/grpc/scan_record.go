package grpc

import (
	"google.golang.org/protobuf/encoding/protowire"
)

// wireRecord is one record of a message: a field's number and type, and its value.
type wireRecord struct {
	number protowire.Number
	typ    protowire.Type
	// number64 is the value of a number, as it is on the wire.
	number64 uint64
	// start and end are the place of a value that is no number, without its length and the end mark of a group.
	start, end int
	// next is where the next record begins.
	next int
}

// readRecord reads the record at an offset of the data, all of which is before end. It returns false for one that is malformed.
func readRecord(data []byte, at, end int, r *wireRecord) bool {
	if at+1 < end && data[at] < 1<<7 {
		// The fields with numbers up to 15, and nearly all that has to be read of a reply.
		r.number, r.typ = protowire.Number(data[at]>>3), protowire.Type(data[at]&7)
		if r.number == 0 {
			return false
		}
		return r.read(data, at+1, end)
	}
	number, typ, n := protowire.ConsumeTag(data[at:end])
	if n < 0 || number > protowire.MaxValidNumber {
		return false
	}
	r.number, r.typ = number, typ
	return r.read(data, at+n, end)
}

// read reads the value behind a tag.
func (r *wireRecord) read(data []byte, at, end int) bool {
	switch r.typ {
	case protowire.VarintType:
		if at < end && data[at] < 1<<7 {
			r.number64, r.next = uint64(data[at]), at+1
			return true
		}
		v, n := protowire.ConsumeVarint(data[at:end])
		r.number64, r.next = v, at+n
		return n > 0
	case protowire.BytesType:
		size, n := protowire.ConsumeVarint(data[at:end])
		if n < 0 {
			return false
		}
		r.start = at + n
		if size > uint64(end-r.start) {
			return false
		}
		r.end = r.start + int(size)
		r.next = r.end
		return true
	case protowire.Fixed32Type:
		v, n := protowire.ConsumeFixed32(data[at:end])
		r.number64, r.next = uint64(v), at+n
		return n > 0
	case protowire.Fixed64Type:
		v, n := protowire.ConsumeFixed64(data[at:end])
		r.number64, r.next = v, at+n
		return n > 0
	case protowire.StartGroupType:
		n := protowire.ConsumeFieldValue(r.number, r.typ, data[at:end])
		if n < 0 {
			return false
		}
		content, _ := protowire.ConsumeGroup(r.number, data[at:at+n])
		r.start, r.end, r.next = at, at+len(content), at+n
		return true
	default:
		return false
	}
}

// readPacked reads a number of the wire type at an offset, without a tag.
func readPacked(data []byte, at, end int, wire protowire.Type, r *wireRecord) bool {
	r.typ = wire
	return r.read(data, at, end)
}
