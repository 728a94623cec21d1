package json

import (
	"sync"

	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/table"
	"github.com/weftgraph/weft/graph/table/scan"
)

// Program is a compiled scan: one mapping for one shape. It is immutable but for a pool of scanners, and safe for
// concurrent use.
type Program struct {
	tree     *scan.Program
	scanners sync.Pool
}

// Compile makes the program that fills tables of the shape from what the mapping picks out of a reply. It returns false
// when the two do not meet in a way that a scan can follow (a nil Pick, an object where the shape has a leaf, …); then
// replies have to be evaluated. Members with By need CompileBatch.
func Compile(p *mapping.Pick, shape *table.Shape) (*Program, bool) {
	return CompileBatch(p, nil, shape)
}

// CompileBatch is Compile for a batch whose `by` mapping, run on each mapped item, gives the item's key object: by tells
// what it picks out of the item, and fills the members with By. What it reads must not have been pruned from p.
func CompileBatch(p, by *mapping.Pick, shape *table.Shape) (*Program, bool) {
	tree, ok := scan.Compile(p, by, shape)
	if !ok {
		return nil, false
	}
	return NewProgram(tree), true
}

// NewProgram makes the program that follows a tree, which may be shared.
func NewProgram(tree *scan.Program) *Program {
	p := &Program{tree: tree}
	p.scanners.New = func() any { return newScanner(tree) }
	return p
}
