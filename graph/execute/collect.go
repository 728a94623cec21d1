package execute

import (
	"github.com/weftgraph/weft/graph/plan"
	"github.com/weftgraph/weft/graph/table"
)

// collectKeys makes the key set of a fetch from all rows of its parents' layer (Connectors specification 5.3).
func (c *coordinator) collectKeys(f *plan.Fetch) *table.Keys {
	l := &c.layers[f.On]
	keys := table.NewKeys(c.plan.Loaders[f.Loader].KeyKinds, l.n)
	cells := make([][]byte, len(f.Keys))
	for row := range l.n {
		if c.isAsked(f, l, row) && c.keyCells(f, l, row, cells) {
			keys.Add(row, cells)
		}
	}
	return keys
}

// isAsked tells whether a row is a parent of the fetch: it is not null, and of one of the fetch's types.
func (c *coordinator) isAsked(f *plan.Fetch, l *layer, row int) bool {
	if f.On == 0 {
		return true
	}
	tag := c.tag(f.On, l, row)
	if tag == 0 || tag == table.TagMismatch {
		return false
	}
	return f.Tags.Has(tag)
}

// keyCells reads the key of a row. It reports false when there is none: a key field that is declared non-null is absent, or the call that
// should have given it failed.
func (c *coordinator) keyCells(f *plan.Fetch, l *layer, row int, cells [][]byte) bool {
	for i, k := range f.Keys {
		cells[i] = nil
		if k.Provider < 0 {
			return false
		}
		pr := &c.plan.Layers[f.On].Providers[k.Provider]
		r := l.refs[k.Provider][row]
		if r.isNone() {
			if k.Required || r.isFailed() {
				return false
			}
			continue
		}
		t := c.fetches[pr.Fetch].result.Tables[r.table]
		cell := t.Levels[pr.Level].Cell(r.row, k.Member)
		switch {
		case !cell.IsNull():
			cells[i] = t.Bytes(cell)
		case cell == table.Missing && k.Required:
			return false
		}
	}
	return true
}
