package execute

import (
	"sort"

	"github.com/weftgraph/weft/graph/plan"
	"github.com/weftgraph/weft/graph/table"
)

// layer holds the rows of one position of the answer, in response order: the rows that belong to one parent row are next to each
// other.
type layer struct {
	built bool
	n     int
	// first has one entry more than the parent layer has rows: the rows of parent row i are first[i] to first[i+1]-1.
	first []uint32
	// states tell of each parent row whether its value is there at all.
	states []valueState
	// refs has, per provider, where each row's cells are; nil until the provider is there.
	refs [][]ref
	// spare is memory for refs, per provider.
	spare [][]ref
	// doubts tells that a value is absent where none may be, or of the wrong type.
	doubts bool
}

// ref is a row of one of the tables of a provider's fetch.
type ref struct{ table, row uint32 }

// nowhere is the table of refs that lead to no row; their row says why.
const nowhere = ^uint32(0)

// absentRef is the ref of a row for which a provider has nothing.
func absentRef() ref { return ref{nowhere, 0} }

// failedRef is the ref of a row for which a provider's call failed.
func failedRef() ref { return ref{nowhere, 1} }

func (r ref) isNone() bool { return r.table == nowhere }

func (r ref) isFailed() bool { return r == failedRef() }

// valueState tells what became of the value of a composite field in one parent row.
type valueState uint8

const (
	// The zero value is null or missing.
	_ valueState = iota
	// isThere values have rows, or are empty lists.
	isThere
	// isMismatch values are of the wrong type.
	isMismatch
	// isFailed values are null because a call failed.
	isFailed
)

// parentRow returns the row of the parent layer that a row belongs to.
func (l *layer) parentRow(row int) int {
	next := sort.Search(len(l.first), func(i int) bool { return int(l.first[i]) > row })
	return next - 1
}

// build makes the rows of every layer whose inputs have come, and resolves every provider that can be. Layers are in order, parents
// before children, so that one pass suffices.
func (c *coordinator) build() {
	for i := range c.layers {
		l, p := &c.layers[i], &c.plan.Layers[i]
		if !l.built && c.isAvailable(p, 0) {
			c.buildRows(l, p)
		}
		if !l.built {
			continue
		}
		for j := range p.Providers {
			if l.refs[j] == nil && p.Providers[j].Fetch != plan.NoFetch && c.isAvailable(p, j) {
				l.refs[j] = c.join(l, p, j)
			}
		}
	}
}

// isAvailable tells whether a provider's fetch is complete and what its rows are found through exists.
func (c *coordinator) isAvailable(p *plan.Layer, provider int) bool {
	if provider >= len(p.Providers) {
		return false
	}
	pr := &p.Providers[provider]
	if pr.Fetch == plan.NoFetch || !c.fetches[pr.Fetch].done {
		return false
	}
	switch pr.Kind {
	case plan.ByKey:
		return true
	case plan.ByFetch:
		return c.layers[p.Parent].built
	default:
		return c.layers[p.Parent].built && c.layers[p.Parent].refs[pr.From] != nil
	}
}

// buildRows makes the rows of a layer from its first provider.
func (c *coordinator) buildRows(l *layer, p *plan.Layer) {
	parent := &c.layers[p.Parent]
	l.built = true
	l.parents(parent.n)
	pr := &p.Providers[0]
	result := c.fetches[pr.Fetch].result
	// Usually every row of the tables has one place. Where several parents share rows the slice grows.
	rows := l.rows(0, max(parent.n, result.rowsAt(pr.Level)))
	for i := range parent.n {
		l.first[i] = uint32(len(rows))
		rows = c.rowsOf(l, p, pr, i, rows)
	}
	l.first[parent.n] = uint32(len(rows))
	l.n = len(rows)
	l.refs[0] = rows
}

// rowsOf appends the rows that a provider has for one parent row, and notes in l what became of the value there.
func (c *coordinator) rowsOf(l *layer, p *plan.Layer, pr *plan.Provider, parentRow int, rows []ref) []ref {
	if pr.Kind == plan.ByFetch {
		return c.valueRows(l, pr, parentRow, rows)
	}
	return c.memberRows(l, p, pr, parentRow, rows)
}

// valueRows appends the rows that a fetch gave for one parent row.
func (c *coordinator) valueRows(l *layer, pr *plan.Provider, parentRow int, rows []ref) []ref {
	f := &c.fetches[pr.Fetch]
	key := f.keys.Index()[parentRow]
	if key < 0 {
		if l.doubts = true; c.isKeyFailed(pr.Fetch, parentRow) {
			l.states[parentRow] = isFailed
		}
		return rows
	}
	j := f.result.Joins[key]
	switch j.State {
	case Found:
		l.states[parentRow] = isThere
		for k := j.Lo; k < j.Hi; k++ {
			rows = append(rows, ref{j.Table, f.result.row(j, k)})
		}
	case Failed:
		l.states[parentRow] = isFailed
	case Mismatched:
		l.states[parentRow], l.doubts = isMismatch, true
	case Absent:
		l.doubts = true
	}
	return rows
}

// memberRows appends the rows that a composite cell of the parent row leads to.
func (c *coordinator) memberRows(l *layer, p *plan.Layer, pr *plan.Provider, parentRow int, rows []ref) []ref {
	from := c.layers[p.Parent].refs[pr.From][parentRow]
	if from.isNone() {
		if from.isFailed() {
			l.states[parentRow] = isFailed
		} else {
			l.doubts = true
		}
		return rows
	}
	cell := c.cell(p.Parent, pr.From, from, pr.Member)
	switch {
	case cell == table.Mismatch:
		l.states[parentRow] = isMismatch
	case !cell.IsNull():
		l.states[parentRow] = isThere
		lo, hi := cell.Rows()
		for k := lo; k < hi; k++ {
			rows = append(rows, ref{from.table, k})
		}
	}
	return rows
}

// cell reads a cell of a parent row through one of the layer's providers.
func (c *coordinator) cell(id plan.LayerID, provider int, r ref, member int) table.Span {
	pr := &c.plan.Layers[id].Providers[provider]
	return c.fetches[pr.Fetch].result.Tables[r.table].Levels[pr.Level].Cell(r.row, member)
}

// tag returns the concrete type of a row: 0 for a null row.
func (c *coordinator) tag(id plan.LayerID, l *layer, row int) uint16 {
	if id == 0 {
		return 1
	}
	tag := c.tagFrom(id, 0, l.refs[0][row])
	from := c.plan.Layers[id].TypeFrom
	if from == 0 || tag == 0 || tag == table.TagMismatch {
		return tag
	}
	return c.learnedTag(id, l, from, row)
}

// tagFrom returns what a provider's row says of the type.
func (c *coordinator) tagFrom(id plan.LayerID, provider int, r ref) uint16 {
	pr := &c.plan.Layers[id].Providers[provider]
	return c.fetches[pr.Fetch].result.Tables[r.table].Levels[pr.Level].Tags[r.row]
}

// learnedTag returns the concrete type of a row that does not say it itself. Until the provider that knows it is there, the type is any
// of them: only fetches for all types run before.
func (c *coordinator) learnedTag(id plan.LayerID, l *layer, from, row int) uint16 {
	if from == plan.UnknownType {
		return table.TagMismatch
	}
	if l.refs[from] == nil {
		return 1
	}
	r := l.refs[from][row]
	if r.isNone() {
		return table.TagMismatch
	}
	if tag := c.tagFrom(id, from, r); tag != 0 {
		return tag
	}
	return table.TagMismatch
}
