package message

import (
	"sync"

	"github.com/weftgraph/weft/datasources/soap/xmltext"
	"github.com/weftgraph/weft/datasources/soap/xsd"
	"github.com/weftgraph/weft/graph/table/scan"
)

// Scan fills tables straight from the elements of replies: the same table as evaluating the selection on the value that the Program reads gives.
// It follows the tree of the selection with the Program beside it, so that what it looks at, and with that what it finds wrong, is what the
// Program looks at. It is immutable but for a pool of scanners, and safe for concurrent use.
type Scan struct {
	tree *scan.Program
	// root is the element that the Program reads.
	root *scanEntry
	// isCall tells that the root is the element of rpc style.
	isCall bool
	// entries is the number of ids of entries, starts that of lists of rows.
	entries, starts int
	scanners        sync.Pool
}

// scanNode is an element with attributes or child elements that is entered for what is wanted of it.
type scanNode struct {
	program *typeProgram
	// isOdd tells that such an element is for the Program to read.
	isOdd bool
	// tree is nil when nothing becomes a cell, and the element is looked at for what may be wrong in it.
	tree *scan.Node
	// hasSubstitutes tells that an element may be the field of another name.
	hasSubstitutes bool
	// entries are parallel to the program's slots.
	entries []*scanEntry
	// attributes are the entries of attributes that are wanted, text is that of the text, typeName that of the type; nil for none.
	attributes     []*scanEntry
	text, typeName *scanEntry
	// lists are the entries that make something of a list without items.
	lists []*scanEntry
	// derived are the nodes of the types that xsi:type may name.
	derived map[xmltext.Name]*scanNode
}

// scanEntry is a field of a scanNode, and all that is made of it.
type scanEntry struct {
	id     int
	isList bool
	// isOdd tells that the field's elements are for the Program to read.
	isOdd bool
	// attribute is that of the field, element its declaration; both are nil for text.
	attribute *xsd.Attribute
	element   *xsd.Element
	// simple is what the text may be; nil for elements that are no text.
	simple *xsd.Simple
	// mayName tells that xsi:type may say what the text is.
	mayName bool
	// constant is the JSON of a field that depends on the type alone.
	constant []byte

	leaves []scan.Leaf
	types  []int
	// wantsText tells that somebody wants the JSON of the value. The elements of lists have rows of their own.
	wantsText bool
	// isStrict tells that a null in place of an object is for the evaluator.
	isStrict bool
	path     *scanNode
	rows     []scanRows
	// check looks at elements that are read and of which nothing becomes a cell; nil when nobody looks at them.
	check *scanNode
}

// scanRows are rows that are made of a field.
type scanRows struct {
	scan.Rows

	// id numbers lists of rows.
	id int
	// object is the node of each row's element, nil where the rows are leaves.
	object *scanNode
}
