// Package table holds the data of one request: the shapes that a plan asks for, the tables that replies are
// turned into, the builder that fills them, and the keys that join them.
//
// A table keeps no Go values for the data: a cell is a pair of offsets into the reply's own bytes or into the
// table's side buffer. That makes a table two pointers per level for the collector, whatever its size, and lets the
// output copy bytes instead of decoding and encoding them.
package table

// Shape says what one loader's replies are turned into. Levels[0] describes the root value (or, when List is set,
// each element of the root array); every other level belongs to one composite member of another level. A shape is
// immutable once it has been handed to a binding, and safe for concurrent use.
type Shape struct {
	// List tells that the mapped root value is an array whose elements are the rows of Levels[0].
	List bool
	// Levels are the positions of the mapped value, parents before children.
	Levels []Level
	// Key says where a batch's rows have the key that they are joined by; it is empty for calls that are not batched.
	Key []KeyColumn
	// Keys are the members of Levels[0] that hold plain columns of the key and nothing else.
	Keys []int
}

// LevelKind tells what the rows of a level are.
type LevelKind uint8

// The kinds of levels.
const (
	// Object rows have one cell per member.
	Object LevelKind = iota
	// List rows are inner lists of a list of lists; the single member is the element.
	List
	// Leaf rows are single leaf values; the single member has no path.
	Leaf
)

// Level describes the rows of one position.
type Level struct {
	Kind LevelKind
	// Members are the cells of a row, in order.
	Members []Member
	// Types are the names of the concrete object types that a row may have; a row's tag is 1 + the index in Types.
	// A position of an object type has exactly one.
	Types []string
	// Abstract tells that the position's type is an interface or a union, so that a row's type comes from the
	// mapped __typename.
	Abstract bool
}

// Member describes one cell of a row.
type Member struct {
	// Path leads from the mapped object of the row to the value: one output key for a field, several for a value
	// below a nested object, none for the only member of a List or Leaf level.
	Path []string
	// By marks a key column whose path starts at the result of the batch's `by` mapping on the item, and not at the
	// item itself.
	By bool
	// Tags limits the member to rows of certain concrete types; nil means all. Index by tag-1.
	Tags []bool
	// Child is the level of a composite value, or 0 for a leaf (no member leads to level 0).
	Child int
	// List tells, for a composite value, that the cell is a range of rows and not a single row.
	List bool
	// NonNull and ElemNonNull are the non-null markers of the value, and of its elements where List is set.
	NonNull, ElemNonNull bool
	// Type completes a leaf value; nil for composite members.
	Type *Type
}

// LeafKind says how a leaf value is completed ([GraphQL] result coercion).
type LeafKind uint8

// The kinds of leaves.
const (
	// Raw keeps any JSON value as the reply has it: hidden key columns.
	Raw LeafKind = iota
	// String needs a JSON string.
	String
	// Int needs a JSON integer in the 32-bit range.
	Int
	// Float needs a JSON number.
	Float
	// Boolean needs true or false.
	Boolean
	// ID needs a string or an integer; the output writes both as strings.
	ID
	// Enum needs a string that names one of Type.Values.
	Enum
	// Any keeps any JSON value: custom scalars.
	Any
)

// Type is the completion of a leaf value: a leaf kind below any number of lists.
type Type struct {
	// Elem is the element's type of a list, nil for the leaf itself.
	Elem *Type
	// NonNull tells that null is not allowed here.
	NonNull bool
	Leaf    LeafKind
	// Values are the names of an enum's values, sorted.
	Values []string
}

// Tag returns the tag of the concrete type with this name, or 0 when the level does not know it.
func (l *Level) Tag(name string) uint16 {
	for i, t := range l.Types {
		if t == name {
			return uint16(i + 1)
		}
	}
	return 0
}
