package grpc

import (
	"slices"
	"sync"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/weftgraph/weft/graph/table/scan"
)

// scanProgram fills tables straight from the wire bytes of replies: the same table as evaluating the selection on the decoded
// message gives. It follows the tree of the selection, with the readers of the message types beside it, so that what it looks at,
// and with that what it finds malformed, is what the decoder looks at. It is immutable but for a pool of scanners, and safe for
// concurrent use.
type scanProgram struct {
	contract *contract
	tree     *scan.Program
	reader   *reader
	// root says what becomes of the reply: of the message, or of the messages of a stream.
	root *scanEntry
	// ids is the number of ids of entries and oneofs, starts that of lists of rows.
	ids, starts int
	scanners    sync.Pool
}

// scanNode is a message that is entered for cells.
type scanNode struct {
	tree   *scan.Node
	reader *reader
	// entries are parallel to the reader's plans.
	entries []*scanEntry
	// defaults are the entries that make something of a field that is not there.
	defaults []*scanEntry
}

// scanEntry is a field of a scanNode, and all that is made of it.
type scanEntry struct {
	// id numbers the entry, oneof the oneof that its field is in, or is -1.
	id, oneof int
	field     *field
	wire      protowire.Type
	// below reads the field's messages, and what nobody wants for a cell but the decoder looks at.
	below *reader
	// isRead is false for a member of a oneof of which no more than its presence matters.
	isRead bool
	leaves []scanLeaf
	// types are levels whose rows take their type from the field.
	types []int
	path  *scanNode
	rows  []scanRows
	// zero is the JSON text of a field that is not there, nil for MISSING, and zeroName its index among the names, or -1.
	zero     []byte
	zeroName int
	// names are the names of the field's enum values, where a leaf asks for the name.
	names *enumNames
}

// takesText tells that somebody wants the JSON text of the value, or that nobody wants the value at all, but it has to be read.
func (e *scanEntry) takesText() bool {
	return e.wantsText() || e.path == nil && len(e.rows) == 0
}

// wantsText tells that somebody wants the JSON text of the value.
func (e *scanEntry) wantsText() bool {
	return len(e.leaves) > 0 || len(e.types) > 0 || slices.ContainsFunc(e.rows, scanRows.isWhole)
}

// scanLeaf is a cell that takes the field's value as it is.
type scanLeaf struct {
	scan.Place
	// isTrusted tells that the texts of all values of the field are of the leaf's type, null left out.
	isTrusted bool
	// accepts tells the same of single names, parallel to the entry's names; nil if it does not depend on them.
	accepts []bool
}

// scanRows are rows that are made of the field.
type scanRows struct {
	scan.Rows
	// id numbers lists of rows.
	id int
	// object is the node of each row's message, nil where the rows are leaves.
	object *scanNode
}

// isWhole tells that there is one row, a leaf, of the value as a whole.
func (r scanRows) isWhole() bool { return r.object == nil && !r.IsList }
