package scan

import "github.com/weftgraph/weft/graph/table"

// Program is one mapping for one shape. It is immutable and safe for concurrent use.
type Program struct {
	Shape *table.Shape
	// Root says what becomes of the whole reply.
	Root Entry
	// Nodes and Entries are the numbers of nodes and entries, which have ids below them.
	Nodes, Entries int
	// Levels are parallel to the shape's.
	Levels []LevelRule
	// Constants are the JSON texts of literals, which go to the side buffer once per reply.
	Constants [][]byte
}

// LevelRule says which type the rows of a level get.
type LevelRule struct {
	// Tag is what a new row gets.
	Tag uint16
	// IsDynamic means that the tag comes from a __typename in the reply; until it is read, it is TagMismatch.
	IsDynamic bool
	// limited are the members that only some types of a dynamic level have. They are filled before the type is known.
	limited []int
}

// Node is an object of the reply that is entered.
type Node struct {
	ID      int
	Entries []*Entry
	// opens are rows made of this very object, for fields such as `nested: { id name }`, parents before children.
	opens []open
	// constants are cells that get a literal when the object is entered.
	constants []constant
	// IsStrict means that a null or scalar in place of the object does more than leave cells missing.
	IsStrict bool
}

// Entry is a wanted key of a node, and all that is made of its value.
type Entry struct {
	ID   int
	Name string
	// Leaves are cells that take the value.
	Leaves []Leaf
	// IsLeaf means that nothing else wants the value.
	IsLeaf bool
	// Types are levels whose rows take their type from the value.
	Types []int
	// Path is the way to deeper keys that belong to the same rows.
	Path *Node
	// Rows are child rows made of the value.
	Rows []Rows
}

// Place is a cell: a member of the current row of a level.
type Place struct{ Level, Member int }

// Leaf is a cell that takes a value as it is. The values that are most common need no more than a look at their first
// byte: strings where TakesString is set, and all but null where TakesAll is. Others are for table.Builder.Complete.
type Leaf struct {
	Place
	TakesString, TakesAll bool
}

// RootPlace is the table's root value.
func RootPlace() Place { return Place{Level: -1} }

// Rows are child rows made of a value, and the cell that leads to them.
type Rows struct {
	At    Place
	Level int
	// IsList means that the value is an array with one row per element.
	IsList bool
	// Object is the node of each object, nil where the rows are leaves.
	Object *Node
}

type open struct {
	at    Place
	level int
}

type constant struct {
	at   Place
	text int // index in Program.Constants
}

// Find returns the entry for a key, or nil.
func (n *Node) Find(key []byte) *Entry {
	for _, e := range n.Entries {
		if string(key) == e.Name {
			return e
		}
	}
	return nil
}
