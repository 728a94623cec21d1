package value

// Kind tells what a Value holds. The zero Kind is Missing.
type Kind uint8

// The kinds of values. Int and Float are both JSON numbers: a number whose
// text contains '.', 'e' or 'E' is a Float, every other one an Int.
const (
	KindMissing Kind = iota
	KindNull
	KindBool
	KindInt
	KindFloat
	KindString
	KindArray
	KindObject
)

// String returns the name that mapping problems use: "missing", "null",
// "boolean", "number" (for both kinds of numbers), "string", "array" or
// "object".
func (k Kind) String() string {
	switch k {
	case KindNull:
		return "null"
	case KindBool:
		return "boolean"
	case KindInt, KindFloat:
		return "number"
	case KindString:
		return "string"
	case KindArray:
		return "array"
	case KindObject:
		return "object"
	default:
		return "missing"
	}
}
