package table

import "strconv"

// Complete stores a leaf cell by result coercion: the span's text, which is one JSON value that has been checked, is
// held against the member's type. A text of the right type is stored as it is, null as Null, anything else as a Mismatch
// with a doubt. In a list of leaves each element is completed, or has a fault: where elements change, a new text is written to the side
// buffer (IDs become strings there, since the output quotes only the top of a cell).
func (b *Builder) Complete(level, row, member int, span Span) {
	typ := b.shape.Levels[level].Members[member].Type
	text := b.table.Bytes(span)
	switch {
	case len(text) == 0:
		span = Missing
	case text[0] == 'n':
		span = Null
	case typ == nil:
	case typ.Elem != nil:
		span = b.completeList(level, row, member, span)
	case !typ.accepts(text):
		b.table.Doubts++
		span = Mismatch
	}
	b.Set(level, row, member, span)
}

// AcceptsAsIs reports whether Complete would store every value with this text unchanged and without a fault. A text for
// MISSING (empty) or null is not accepted.
func (t *Type) AcceptsAsIs(text []byte) bool {
	if len(text) == 0 || text[0] == 'n' {
		return false
	}
	if t == nil {
		return true
	}
	if t.Elem != nil {
		_, ok := t.clean(text, 0)
		return ok
	}
	return t.accepts(text)
}

// accepts reports whether the text of a value that is not null fits the leaf type.
func (t *Type) accepts(text []byte) bool {
	c := text[0]
	switch t.Leaf {
	case Raw, Any:
		return true
	case String:
		return c == '"'
	case Int:
		return isInt32(text)
	case Float:
		return c == '-' || c-'0' <= 9
	case Boolean:
		return c == 't' || c == 'f'
	case ID:
		return c == '"' || isInteger(text)
	case Enum:
		return c == '"' && t.hasValue(text)
	default:
		return false
	}
}

// maxInt32Digits is the length of the longest 32-bit integer, -2147483648.
const maxInt32Digits = 11

func isInt32(text []byte) bool {
	if len(text) > maxInt32Digits || !isInteger(text) {
		return false
	}
	_, err := strconv.ParseInt(string(text), 10, 32)
	return err == nil
}

// isInteger reports whether the text of a value is a number without fraction and exponent.
func isInteger(text []byte) bool {
	digits := text
	if digits[0] == '-' {
		digits = digits[1:]
	}
	return len(digits) > 0 && countDigits(digits) == len(digits)
}

func (t *Type) hasValue(literal []byte) bool {
	// Names of enum values are short, and so are their literals unless every letter is escaped.
	var room [64]byte
	name := appendUnescaped(room[:0], literal)
	// Without a function, so that the room stays on the stack.
	low, high := 0, len(t.Values)
	for low < high {
		middle := (low + high) / 2
		if t.Values[middle] < string(name) {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low < len(t.Values) && t.Values[low] == string(name)
}
