package response

import (
	"slices"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/table"
	"github.com/weftgraph/weft/graph/table/scan"
	"github.com/weftgraph/weft/graph/value"
)

// Selection is a connector's selection, pruned to a shape. It is immutable and safe for concurrent use.
type Selection struct {
	pruned *mapping.Mapping
	by     *mapping.Mapping // nil unless the shape has key columns that come from `by`
	batch  bool
}

// NewSelection prunes the connector's selection to what the shape asks for (Connectors specification 5.6). The key columns
// of the shape are asked for as well; those that come from `by` ask for whatever that mapping reads.
func NewSelection(c datasources.Connector, shape *table.Shape) *Selection {
	s := &Selection{batch: c.Batch}
	if hasBy(shape) {
		s.by = c.By
	}
	s.pruned = c.Selection.Prune(wantOf(shape, s.by))
	return s
}

// Evaluate maps the decoded body and fills dst with the result. The only error is an *Error: the reply to a batch does not
// map to an array.
func (s *Selection) Evaluate(body value.Value, env *mapping.Env, dst *table.Builder) error {
	mapped := s.pruned.Eval(body, env)
	if s.batch && mapped.Kind() != value.KindArray {
		return errNoBatch()
	}
	dst.Fill(mapped)
	if s.by == nil {
		return nil
	}
	for row, item := range mapped.Elems() {
		if !item.IsNull() {
			dst.FillBy(row, s.by.Eval(item, env))
		}
	}
	return nil
}

// CheckScanned is what Evaluate checks of the mapped value, for a table that a scanner filled.
func (s *Selection) CheckScanned(t *table.Table) error {
	if s.batch && t.Root.IsNull() {
		return errNoBatch()
	}
	return nil
}

// Picks returns what the selection and the batch's `by` pick, for a scanner to follow; by is nil where the shape needs none.
// It is false when either does more than picking, so that only evaluating will do.
func (s *Selection) Picks() (selection, by *mapping.Pick, ok bool) {
	selection = s.pruned.Picks()
	if s.by != nil {
		by = s.by.Picks()
	}
	return selection, by, selection != nil && (by != nil || s.by == nil)
}

// Reads is what of a reply's content the selection reads for this shape.
func (s *Selection) Reads() *mapping.Paths { return s.pruned.Reads() }

// Tree compiles what the selection and the batch's `by` pick for the shape that the selection was made for, for a scanner to follow. It is
// nil where only evaluating will do.
func (s *Selection) Tree(shape *table.Shape) *scan.Program {
	picks, by, ok := s.Picks()
	if !ok {
		return nil
	}
	tree, ok := scan.Compile(picks, by, shape)
	if !ok {
		return nil
	}
	return tree
}

// hasBy tells whether some key column comes from `by`.
func hasBy(shape *table.Shape) bool {
	return slices.ContainsFunc(shape.Levels[0].Members, func(m table.Member) bool { return m.By })
}

func errNoBatch() *datasources.Error {
	return &datasources.Error{
		Code:    datasources.CodeFetch,
		Message: "Response for a batch request does not map to an array",
	}
}
