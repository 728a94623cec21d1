package value

import "strconv"

// Value is one JSON value or MISSING, the zero Value. It is immutable: the
// slices that Elems and Fields return must not be written to. Values may be
// copied and shared freely between goroutines.
//
// Values are not comparable with ==; see Equal and EqualNumeric.
type Value struct {
	kind  Kind
	truth bool
	text  string // content of a string, digits of a number
	node  *node  // content of an array or object, nil when empty
}

// node is the shared, immutable body of an array or object.
type node struct {
	elems  []Value
	fields []Field
	index  map[string]int32 // name to position, only for large objects
	file   *File            // what the object tells of, nil for all others
}

// Field is one property of an object.
type Field struct {
	Name  string
	Value Value
}

// Missing returns MISSING, the absence of any value. It equals the zero Value.
func Missing() Value { return Value{} }

// Null returns the JSON null.
func Null() Value { return Value{kind: KindNull} }

// Bool returns a JSON boolean.
func Bool(b bool) Value { return Value{kind: KindBool, truth: b} }

// Int returns an integer number.
func Int(i int64) Value { return Value{kind: KindInt, text: strconv.FormatInt(i, 10)} }

// Float returns a number of kind Float, printed in the shortest form that
// reads back as f. JSON has no infinities and no NaN: they become null.
func Float(f float64) Value {
	text, ok := formatFloat(f)
	if !ok {
		return Null()
	}
	return Value{kind: KindFloat, text: text}
}

// Number returns the number that text spells. The text is trusted to follow
// the JSON grammar and is kept as it is.
func Number(text string) Value { return Value{kind: numberKind(text), text: text} }

// String returns a string value. The text should be valid UTF-8.
func String(s string) Value { return Value{kind: KindString, text: s} }

// Array returns an array of the elements and takes ownership of the slice.
// MISSING is no element: it is replaced by null.
func Array(elems []Value) Value {
	if len(elems) == 0 {
		return Value{kind: KindArray}
	}
	for i := range elems {
		if elems[i].kind == KindMissing {
			elems[i] = Null()
		}
	}
	return Value{kind: KindArray, node: &node{elems: elems}}
}

// Kind tells what the value holds.
func (v Value) Kind() Kind { return v.kind }

// IsMissing reports whether v is MISSING.
func (v Value) IsMissing() bool { return v.kind == KindMissing }

// IsNull reports whether v is the JSON null. MISSING is not null.
func (v Value) IsNull() bool { return v.kind == KindNull }

// IsNumber reports whether v is a number of either kind.
func (v Value) IsNumber() bool { return v.kind == KindInt || v.kind == KindFloat }

// AsBool reports whether v is the boolean true.
func (v Value) AsBool() bool { return v.truth }

// Text returns the content of a string or the digits of a number, and the
// empty string for every other kind.
func (v Value) Text() string { return v.text }

// AsInt returns the number as an int64. The result is false for other kinds,
// for numbers of kind Float, and for integers that need more than 64 bits.
func (v Value) AsInt() (int64, bool) {
	if v.kind != KindInt {
		return 0, false
	}
	i, err := strconv.ParseInt(v.text, 10, 64)
	return i, err == nil
}

// AsFloat returns the number as the nearest float64; the result is false when
// v is no number. Numbers beyond the range of float64 give an infinity.
func (v Value) AsFloat() (float64, bool) {
	if !v.IsNumber() {
		return 0, false
	}
	// ParseFloat's only possible complaint is the range, and then it returns
	// the infinity that is promised above.
	f, _ := strconv.ParseFloat(v.text, 64)
	return f, true
}

// Len returns the number of elements of an array or of properties of an
// object, and 0 for other kinds.
func (v Value) Len() int {
	if v.node == nil {
		return 0
	}
	if v.kind == KindArray {
		return len(v.node.elems)
	}
	return len(v.node.fields)
}

// Elems returns the elements of an array, to be read only; nil for other
// kinds.
func (v Value) Elems() []Value {
	if v.node == nil {
		return nil
	}
	return v.node.elems
}

// String returns the value as compact JSON, and "MISSING" for MISSING. It
// serves messages and tests; see AppendJSON for output.
func (v Value) String() string {
	if v.kind == KindMissing {
		return "MISSING"
	}
	return string(v.AppendJSON(nil))
}
