package table

// KeyKind says when two values of a key's field are equal. Under every kind null equals null, a MISSING value counts as
// null, and arrays and objects are compared by their content, the properties in the order in which they were mapped.
type KeyKind uint8

// The kinds of values in keys.
const (
	// Tagged is the rule of the public dialect (Connectors specification 5.5): values are equal when their JSON types and
	// spellings are; 1, 1.0 and "1" are three keys. Strings are compared unescaped.
	Tagged KeyKind = iota
	// Text is for key fields of type ID and String in our dialect: a number equals the string that spells it.
	Text
	// Numeric is for key fields of type Int and Float in our dialect: numbers are compared by their exact decimal
	// value, and a string that is a JSON number counts as that number.
	Numeric
)

// String returns the name of the kind for plans and messages.
func (k KeyKind) String() string {
	switch k {
	case Text:
		return "text"
	case Numeric:
		return "numeric"
	default:
		return "tagged"
	}
}
