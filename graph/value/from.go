package value

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
)

// From converts Go data as encoding/json would decode it (nil, bool, string,
// float64, json.Number, []any, map[string]any), further Go's integer types,
// float32, []string, and Value itself. Properties are sorted by name, since a
// Go map has no order. Values of any other type become null.
//
// A float64 without a fraction becomes a Float such as 2.0; use json.Number or
// an integer type for integers.
func From(data any) Value {
	switch d := data.(type) {
	case Value:
		return d
	case bool:
		return Bool(d)
	case string:
		return String(d)
	case json.Number:
		return fromNumber(d)
	case float64:
		return Float(d)
	case float32:
		return Float(float64(d))
	case int:
		return Int(int64(d))
	case int8:
		return Int(int64(d))
	case int16:
		return Int(int64(d))
	case int32:
		return Int(int64(d))
	case int64:
		return Int(d)
	case uint:
		return Number(strconv.FormatUint(uint64(d), 10))
	case uint8:
		return Int(int64(d))
	case uint16:
		return Int(int64(d))
	case uint32:
		return Int(int64(d))
	case uint64:
		return Number(strconv.FormatUint(d, 10))
	case []any:
		return fromSlice(d)
	case []string:
		return fromSlice(d)
	case map[string]any:
		return fromMap(d)
	default:
		return Null()
	}
}

// fromNumber checks the text, because a json.Number can be made from anything.
func fromNumber(n json.Number) Value {
	v, err := Parse([]byte(n))
	if err != nil || !v.IsNumber() {
		return Null()
	}
	return v
}

func fromSlice[T any](data []T) Value {
	elems := make([]Value, len(data))
	for i, d := range data {
		elems[i] = From(d)
	}
	return Array(elems)
}

func fromMap(data map[string]any) Value {
	fields := make([]Field, 0, len(data))
	for _, name := range slices.Sorted(maps.Keys(data)) {
		fields = append(fields, Field{Name: name, Value: From(data[name])})
	}
	return Object(fields)
}
