package plan

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/table"
)

// predict estimates the calls of every fetch and of the whole plan. Minima hold for answers in which everything that may be missing is
// missing; maxima are Unbounded below lists whose size nothing tells (@listSize does). Fetches of one loader may turn out to need
// the same calls, so that of their minima only the largest counts.
func (b *builder) predict() {
	total := Range{}
	least := make([]int, len(b.plan.Loaders))
	for i := range b.plan.Fetches {
		f := &b.plan.Fetches[i]
		f.Calls = b.callsFor(f)
		total = total.plus(f.Calls)
		least[f.Loader] = max(least[f.Loader], f.Calls.Min)
	}
	total.Min = 0
	for _, n := range least {
		total.Min += n
	}
	b.plan.Calls = total
}

func (b *builder) callsFor(f *Fetch) Range {
	l := &b.plan.Loaders[f.Loader]
	rows := b.rows[f.On]
	if f.Tags != nil || b.mayLackKeys(f) {
		rows.Min = 0
	}
	if b.graph.Connector(l.Connector).Call.Kind() == datasources.Virtual {
		return Range{} // virtual: computed, not called
	}
	switch l.Mode {
	case Once:
		return Range{min(rows.Min, 1), 1}
	case Batch:
		if l.MaxSize == 0 {
			return Range{min(rows.Min, 1), 1}
		}
		r := Range{min(rows.Min, 1), Unbounded}
		if rows.Max != Unbounded {
			r.Max = (rows.Max + l.MaxSize - 1) / l.MaxSize
		}
		return r
	default:
		return Range{min(rows.Min, 1), rows.Max}
	}
}

// mayLackKeys tells that a fetch's rows may have no key although they are there: another supplier, which may know nothing of a
// row, gives it, and it is declared non-null.
func (b *builder) mayLackKeys(f *Fetch) bool {
	key := b.plan.Loaders[f.Loader].Key
	return slices.ContainsFunc(f.Keys, func(k KeyColumn) bool { return k.Provider != 0 && isRequired(&key[k.Field]) })
}

// isRequired tells whether a field of a key, or a field of the object that it is, is declared non-null.
func isRequired(f *table.KeyField) bool {
	return f.Required || slices.ContainsFunc(f.Fields, func(below table.KeyField) bool { return isRequired(&below) })
}

func (r Range) plus(s Range) Range {
	out := Range{r.Min + s.Min, Unbounded}
	if r.Max != Unbounded && s.Max != Unbounded {
		out.Max = r.Max + s.Max
	}
	return out
}

// rowsBelow estimates the rows of a composite value for each row of its parent.
func rowsBelow(parent Range, t *ast.Type, listSize int) Range {
	r := Range{0, parent.Max}
	if t.NonNull && t.Elem == nil {
		r.Min = parent.Min
	}
	if t.Elem != nil {
		r.Max = Unbounded
		if listSize > 0 && parent.Max != Unbounded {
			r.Max = parent.Max * listSize
		}
	}
	return r
}
