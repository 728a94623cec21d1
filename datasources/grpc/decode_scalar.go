package grpc

import (
	"encoding/base64"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/weftgraph/weft/graph/value"
)

// characters reads a string, or bytes as base64.
func (d *decoder) characters(f *field, c chunk) (value.Value, error) {
	if f.kind == protoreflect.BytesKind {
		return value.String(base64.StdEncoding.EncodeToString(d.data[c.start:c.end])), nil
	}
	if !utf8.Valid(d.data[c.start:c.end]) {
		if f.isLenient {
			return value.String(strings.ToValidUTF8(d.text[c.start:c.end], "\uFFFD")), nil
		}
		return value.Missing(), errUTF8
	}
	return value.String(d.text[c.start:c.end]), nil
}

func fixed32(kind protoreflect.Kind, n uint32) value.Value {
	switch kind {
	case protoreflect.Sfixed32Kind:
		return value.Int(int64(int32(n)))
	case protoreflect.FloatKind:
		return floating(float64(math.Float32frombits(n)), 32)
	default:
		return value.Int(int64(n))
	}
}

func fixed64(kind protoreflect.Kind, n uint64) value.Value {
	switch kind {
	case protoreflect.Sfixed64Kind:
		return value.Int(int64(n))
	case protoreflect.DoubleKind:
		return floating(math.Float64frombits(n), 64)
	default:
		return unsigned(n)
	}
}

func varint(kind protoreflect.Kind, n uint64) value.Value {
	switch kind {
	case protoreflect.BoolKind:
		return value.Bool(protowire.DecodeBool(n))
	case protoreflect.Int32Kind:
		return value.Int(int64(int32(n)))
	case protoreflect.Uint32Kind:
		return value.Int(int64(uint32(n)))
	case protoreflect.Sint32Kind:
		return value.Int(int64(int32(protowire.DecodeZigZag(n & math.MaxUint32))))
	case protoreflect.Sint64Kind:
		return value.Int(protowire.DecodeZigZag(n))
	case protoreflect.Uint64Kind:
		return unsigned(n)
	default:
		return value.Int(int64(n))
	}
}

func unsigned(n uint64) value.Value {
	if n <= math.MaxInt64 {
		return value.Int(int64(n))
	}
	return value.Number(strconv.FormatUint(n, 10))
}

// Magnitudes from and below which protobuf's JSON writes an exponent, as ECMAScript does.
const (
	exponentFrom  = 1e21
	exponentBelow = 1e-6
)

// floating spells a number as protobuf's JSON does: the shortest text for the width, a string for what JSON has no number for.
func floating(f float64, bits int) value.Value {
	switch {
	case math.IsNaN(f):
		return value.String("NaN")
	case math.IsInf(f, 1):
		return value.String("Infinity")
	case math.IsInf(f, -1):
		return value.String("-Infinity")
	}
	return value.Number(string(appendFinite(nil, f, bits)))
}

// appendFloating appends what floating returns.
func appendFloating(dst []byte, f float64, bits int) []byte {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return floating(f, bits).AppendJSON(dst)
	}
	return appendFinite(dst, f, bits)
}

func appendFinite(dst []byte, f float64, bits int) []byte {
	format := byte('f')
	if size := math.Abs(f); size != 0 {
		from, below := size >= exponentFrom, size < exponentBelow
		if bits == 32 {
			from, below = float32(size) >= exponentFrom, float32(size) < exponentBelow
		}
		if from || below {
			format = 'e'
		}
	}
	return strconv.AppendFloat(dst, f, format, -1, bits)
}
