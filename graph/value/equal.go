package value

// Equal reports strict JSON equality (Connectors specification 6.3): kinds
// must agree, so that 1 differs from 1.0 and from "1"; the order of properties
// does not matter. Integers compare digit by digit, floats by their value.
// MISSING equals MISSING only.
func Equal(a, b Value) bool {
	if a.kind != b.kind {
		return false
	}
	switch a.kind {
	case KindInt:
		return a.text == b.text || isZero(a.text) && isZero(b.text)
	case KindFloat:
		return a.text == b.text || sameFloat(a, b)
	}
	return equalContent(a, b)
}

// EqualNumeric is Equal, but two numbers of whatever kind are compared by
// their value: 1 equals 1.0. That holds for a and b themselves; inside arrays
// and objects the comparison stays strict.
func EqualNumeric(a, b Value) bool {
	if a.IsNumber() && b.IsNumber() {
		if a.kind == KindInt && b.kind == KindInt {
			return Equal(a, b)
		}
		return sameFloat(a, b)
	}
	return Equal(a, b)
}

func sameFloat(a, b Value) bool {
	x, _ := a.AsFloat()
	y, _ := b.AsFloat()
	return x == y
}

// isZero recognises the one integer that JSON can spell in two ways.
func isZero(text string) bool { return text == "0" || text == "-0" }

// equalContent compares two values of one kind that are not numbers.
func equalContent(a, b Value) bool {
	switch a.kind {
	case KindBool:
		return a.truth == b.truth
	case KindString:
		return a.text == b.text
	case KindArray:
		return equalElems(a, b)
	case KindObject:
		return equalFields(a, b)
	default:
		return true
	}
}

func equalElems(a, b Value) bool {
	if a.node == b.node {
		return true
	}
	if a.Len() != b.Len() {
		return false
	}
	for i, elem := range a.Elems() {
		if !Equal(elem, b.node.elems[i]) {
			return false
		}
	}
	return true
}

// equalFields relies on names being unique: with as many properties on both
// sides, finding each of a's in b is enough.
func equalFields(a, b Value) bool {
	if a.node == b.node {
		return true
	}
	if a.Len() != b.Len() {
		return false
	}
	for i, f := range a.Fields() {
		other := b.node.fields[i]
		if other.Name != f.Name {
			other.Value = b.Get(f.Name)
		}
		if !Equal(f.Value, other.Value) {
			return false
		}
	}
	return true
}
