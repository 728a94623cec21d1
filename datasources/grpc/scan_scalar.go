package grpc

import (
	"encoding/base64"
	"math"
	"strconv"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/weftgraph/weft/graph/value"
)

// scalar appends a value that is no message.
func (t *textScanner) scalar(dst []byte, f *field, r *wireRecord) ([]byte, bool) {
	switch f.kind {
	case protoreflect.StringKind:
		return value.AppendUTF8(dst, t.data[r.start:r.end])
	case protoreflect.BytesKind:
		dst = append(dst, '"')
		dst = base64.StdEncoding.AppendEncode(dst, t.data[r.start:r.end])
		return append(dst, '"'), true
	case protoreflect.BoolKind:
		return strconv.AppendBool(dst, protowire.DecodeBool(r.number64)), true
	case protoreflect.EnumKind:
		return appendEnum(dst, f.enum, int32(r.number64))
	case protoreflect.FloatKind:
		return appendFloating(dst, float64(math.Float32frombits(uint32(r.number64))), 32), true
	case protoreflect.DoubleKind:
		return appendFloating(dst, math.Float64frombits(r.number64), 64), true
	}
	n := integer(f.kind, r.number64)
	if isSigned(f.kind) {
		return strconv.AppendInt(dst, n, 10), true
	}
	return strconv.AppendUint(dst, uint64(n), 10), true
}

// appendEnum appends a number of an enum. One that a closed enum does not have is for the decoder.
func appendEnum(dst []byte, e *enum, number int32) ([]byte, bool) {
	if _, isKnown := e.names[number]; isKnown || e.isNull {
		return e.value(number).AppendJSON(dst), true
	}
	return strconv.AppendInt(dst, int64(number), 10), !e.isClosed
}

// integer returns what an integer on the wire stands for; an unsigned one has to be converted.
func integer(kind protoreflect.Kind, n uint64) int64 {
	switch kind {
	case protoreflect.Int32Kind, protoreflect.Sfixed32Kind:
		return int64(int32(n))
	case protoreflect.Uint32Kind:
		return int64(uint32(n))
	case protoreflect.Sint32Kind:
		return int64(int32(protowire.DecodeZigZag(n & math.MaxUint32)))
	case protoreflect.Sint64Kind:
		return protowire.DecodeZigZag(n)
	default:
		return int64(n)
	}
}

// isSigned tells that a number is read as a signed one.
func isSigned(kind protoreflect.Kind) bool {
	switch kind {
	case protoreflect.Uint32Kind, protoreflect.Uint64Kind, protoreflect.Fixed32Kind, protoreflect.Fixed64Kind:
		return false
	default:
		return true
	}
}
