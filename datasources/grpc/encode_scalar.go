package grpc

import (
	"encoding/base64"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/value"
)

// scalar appends a value that is no message.
func (e *encoder) scalar(f *field, v value.Value) *misfit {
	switch f.kind {
	case protoreflect.BoolKind:
		if v.Kind() != value.KindBool {
			return wanted("true or false", v)
		}
		e.buf = protowire.AppendVarint(e.buf, protowire.EncodeBool(v.AsBool()))
	case protoreflect.StringKind:
		if v.Kind() != value.KindString && !v.IsNumber() {
			return wanted("a string", v)
		}
		if !utf8.ValidString(v.Text()) {
			return &misfit{reason: errUTF8.Error()}
		}
		e.buf = protowire.AppendString(e.buf, v.Text())
	case protoreflect.BytesKind:
		content, ok := decodeBase64(v)
		if !ok {
			return wanted("base64", v)
		}
		e.buf = protowire.AppendBytes(e.buf, content)
	case protoreflect.EnumKind:
		return e.enum(f.enum, v)
	case protoreflect.FloatKind, protoreflect.DoubleKind:
		return e.floating(f.kind, v)
	default:
		return e.integer(f.kind, v)
	}
	return nil
}

// decodeBase64 reads the standard and the URL alphabet, with or without padding.
func decodeBase64(v value.Value) ([]byte, bool) {
	if v.Kind() != value.KindString {
		return nil, false
	}
	encoding := base64.RawStdEncoding
	text := strings.TrimRight(v.Text(), "=")
	if strings.ContainsAny(text, "-_") {
		encoding = base64.RawURLEncoding
	}
	content, err := encoding.DecodeString(text)
	return content, err == nil
}

func (e *encoder) enum(t *enum, v value.Value) *misfit {
	number, isNumber := int64(0), false
	switch v.Kind() {
	case value.KindNull:
		isNumber = t.isNull
	case value.KindString:
		n, ok := t.numbers[v.Text()]
		if !ok {
			err := wanted("a value of enum "+string(t.name), v)
			err.nearest = diag.Nearest(v.Text(), t.spelling)
			return err
		}
		number, isNumber = int64(n), true
	case value.KindInt:
		// Numbers without a name are allowed where the enum is open: the server may be newer than the contract.
		number, isNumber = v.AsInt()
		isNumber = isNumber && !t.lacks(int32(number))
	}
	if !isNumber || number != int64(int32(number)) {
		return wanted("a value of enum "+string(t.name), v)
	}
	e.buf = protowire.AppendVarint(e.buf, uint64(number))
	return nil
}

func (e *encoder) floating(kind protoreflect.Kind, v value.Value) *misfit {
	what, bits := "a number", 64
	if kind == protoreflect.FloatKind {
		what, bits = "a number in the range of float", 32
	}
	number, ok := parseFloat(v, bits)
	if !ok {
		return wanted(what, v)
	}
	if bits == 32 {
		e.buf = protowire.AppendFixed32(e.buf, math.Float32bits(float32(number)))
	} else {
		e.buf = protowire.AppendFixed64(e.buf, math.Float64bits(number))
	}
	return nil
}

// parseFloat reads a number, or a string that spells one, or one of the three values that JSON has no number for.
func parseFloat(v value.Value, bits int) (float64, bool) {
	text := v.Text()
	if v.Kind() == value.KindString {
		switch text {
		case "NaN":
			return math.NaN(), true
		case "Infinity":
			return math.Inf(1), true
		case "-Infinity":
			return math.Inf(-1), true
		}
		if !isJSONNumber(text) {
			return 0, false
		}
	} else if !v.IsNumber() {
		return 0, false
	}
	number, err := strconv.ParseFloat(text, bits)
	return number, err == nil
}

func (e *encoder) integer(kind protoreflect.Kind, v value.Value) *misfit {
	what, lowest, highest := integerRange(kind)
	if !v.IsNumber() && (v.Kind() != value.KindString || !isJSONNumber(v.Text())) {
		return wanted(what, v)
	}
	magnitude, negative, ok := parseInteger(v.Text())
	switch {
	case !ok:
		return wanted(what, v)
	case negative && magnitude > -uint64(lowest), !negative && magnitude > highest:
		return wanted(what, v)
	}
	n := magnitude
	if negative {
		n = -n
	}
	switch kind {
	case protoreflect.Sint32Kind, protoreflect.Sint64Kind:
		e.buf = protowire.AppendVarint(e.buf, protowire.EncodeZigZag(int64(n)))
	case protoreflect.Fixed32Kind, protoreflect.Sfixed32Kind:
		e.buf = protowire.AppendFixed32(e.buf, uint32(n))
	case protoreflect.Fixed64Kind, protoreflect.Sfixed64Kind:
		e.buf = protowire.AppendFixed64(e.buf, n)
	default:
		e.buf = protowire.AppendVarint(e.buf, n)
	}
	return nil
}

// parseInteger reads a JSON number without a fraction, such as 12, -1.50e1 or 3.0.
func parseInteger(text string) (magnitude uint64, negative, ok bool) {
	text, negative = strings.CutPrefix(text, "-")
	if magnitude, err := strconv.ParseUint(text, 10, 64); err == nil {
		return magnitude, negative, true
	}
	mantissa, exponent := text, 0
	if i := strings.IndexAny(text, "eE"); i >= 0 {
		var err error
		mantissa = text[:i]
		if exponent, err = strconv.Atoi(text[i+1:]); err != nil {
			return 0, negative, false
		}
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := strings.TrimLeft(whole+fraction, "0")
	exponent -= len(fraction)
	trimmed := strings.TrimRight(digits, "0")
	exponent += len(digits) - len(trimmed)
	switch {
	case trimmed == "":
		return 0, negative, true
	case exponent < 0, exponent > maxDigits:
		return 0, negative, false
	}
	magnitude, err := strconv.ParseUint(trimmed+strings.Repeat("0", exponent), 10, 64)
	return magnitude, negative, err == nil
}

// maxDigits is more than any 64-bit integer has.
const maxDigits = 20

// isJSONNumber reports whether a text is a number by JSON's grammar.
func isJSONNumber(text string) bool {
	if digits := strings.TrimPrefix(text, "-"); digits != "" && isDigits(digits) {
		return digits == "0" || digits[0] != '0' // ids, mostly, of which there are as many as keys
	}
	v, err := value.Parse([]byte(text))
	return err == nil && v.IsNumber() && v.Text() == text
}

// integerRange returns the limits of a kind of integers.
func integerRange(kind protoreflect.Kind) (name string, lowest int64, highest uint64) {
	switch kind {
	case protoreflect.Int32Kind, protoreflect.Sint32Kind, protoreflect.Sfixed32Kind:
		return "a 32-bit integer", math.MinInt32, math.MaxInt32
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind:
		return "an unsigned 32-bit integer", 0, math.MaxUint32
	case protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		return "an unsigned 64-bit integer", 0, math.MaxUint64
	default:
		return "a 64-bit integer", math.MinInt64, math.MaxInt64
	}
}
