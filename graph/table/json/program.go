package json

import (
	"sync"

	"github.com/weftgraph/weft/graph/table"
)

// Program is a compiled scan: one mapping for one shape. It is immutable but for a pool of scanners, and safe for
// concurrent use.
type Program struct {
	shape *table.Shape
	// root says what becomes of the whole reply.
	root entry
	// nodes and entries are the numbers of nodes and entries, which have ids below them.
	nodes, entries int
	// levels are parallel to the shape's.
	levels []levelRule
	// constants are the JSON texts of literals, which go to the side buffer once per reply.
	constants [][]byte
	scanners  sync.Pool
}

// levelRule says which type the rows of a level get.
type levelRule struct {
	// tag is what a new row gets.
	tag uint16
	// isDynamic means that the tag comes from a __typename in the reply; until it is read, it is TagMismatch.
	isDynamic bool
	// limited are the members that only some types of a dynamic level have. They are filled before the type is known.
	limited []int
}

// node is an object of the reply that is entered.
type node struct {
	id      int
	entries []*entry
	// opens are rows made of this very object, for fields such as `nested: { id name }`, parents before children.
	opens []open
	// constants are cells that get a literal when the object is entered.
	constants []constant
	// isStrict means that a null or scalar in place of the object does more than leave cells missing.
	isStrict bool
}

// entry is a wanted key of a node, and all that is made of its value.
type entry struct {
	id   int
	name string
	// leaves are cells that take the value.
	leaves []leaf
	// isLeaf means that nothing else wants the value.
	isLeaf bool
	// types are levels whose rows take their type from the value.
	types []int
	// path is the way to deeper keys that belong to the same rows.
	path *node
	// rows are child rows made of the value.
	rows []rows
}

// place is a cell: a member of the current row of a level.
type place struct{ level, member int }

// leaf is a cell that takes a value as it is. The values that are most common need no more than a look at their first
// byte: strings where takesString is set, and all but null where takesAll is.
type leaf struct {
	place
	takesString, takesAll bool
}

// rootPlace is the table's root value.
func rootPlace() place { return place{level: -1} }

type rows struct {
	at    place
	level int
	// isList means that the value is an array with one row per element.
	isList bool
	// object is the node of each object, nil where the rows are leaves.
	object *node
}

type open struct {
	at    place
	level int
}

type constant struct {
	at   place
	text int // index in Program.constants
}

// find returns the entry for a key.
func (n *node) find(key []byte) *entry {
	for _, e := range n.entries {
		if string(key) == e.name {
			return e
		}
	}
	return nil
}
