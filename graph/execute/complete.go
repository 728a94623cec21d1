package execute

import (
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/plan"
	"github.com/weftgraph/weft/graph/table"
)

// checker walks the answer in response order, as [GraphQL] 6.4.3 completes values: it finds the errors, and marks what a null is
// propagated to. It runs only when something may be wrong.
type checker struct {
	*coordinator
	errorList
	dead *marks
	path ast.Path
	// muted counts the values around the present one that are null already: below them, a null where none may be is no further
	// error, but a failed call still is.
	muted int
}

// root checks the whole answer and reports whether a null reached the root.
func (k *checker) root() bool { return k.object(k.plan.Output, 0, 0) }

// object checks the fields of one row and reports whether the object is null because of one of them.
func (k *checker) object(nodes []plan.Node, id plan.LayerID, row int) bool {
	tag := k.tag(id, &k.layers[id], row)
	dead := false
	for i := range nodes {
		n := &nodes[i]
		if !n.Tags.Has(tag) {
			continue
		}
		k.path = append(k.path, ast.PathName(n.Key))
		if k.field(n, id, row) && n.NonNull && !dead {
			dead = true
			k.muted++
		}
		k.path = k.path[:len(k.path)-1]
	}
	if dead {
		k.muted--
	}
	return dead
}

// field checks one field of one row and reports whether its value is null.
func (k *checker) field(n *plan.Node, id plan.LayerID, row int) bool {
	switch n.Kind {
	case plan.Leaf:
		return k.leaf(n, id, row)
	case plan.Composite:
		return k.composite(n, id, row)
	case plan.Nothing:
		k.unsupplied(n)
		return true
	default:
		return false
	}
}

func (k *checker) leaf(n *plan.Node, id plan.LayerID, row int) bool {
	r := k.layers[id].refs[n.Provider][row]
	if r.isNone() {
		k.absent(n, id, n.Provider, row, r)
		return true
	}
	pr := &k.plan.Layers[id].Providers[n.Provider]
	t := k.fetches[pr.Fetch].result.Tables[r.table]
	cell := t.Levels[pr.Level].Cell(r.row, n.Member)
	if cell == table.Mismatch {
		k.mismatch(n, t, pr.Level, n.Member, r.row)
		return true
	}
	if t.Levels[pr.Level].Tags[r.row] == table.TagMismatch {
		k.otherType(n, t, pr.Level)
		return true
	}
	k.elementFaults(n, t, pr.Level, n.Member, r.row)
	if cell.IsNull() {
		k.nullAt(n)
		return true
	}
	return false
}

// absent reports why a provider has no row for a row of the layer: a call failed, its reply was of the wrong type, or nothing was found.
func (k *checker) absent(n *plan.Node, id plan.LayerID, provider, row int, r ref) {
	if r.isFailed() {
		if f := k.failureAt(id, provider, row); f != nil {
			k.failure(k.path, f)
		}
		return
	}
	if !k.isMismatched(n, id, provider, row) {
		k.nullAt(n)
	}
}

// isMismatched tells whether a provider has no row for a row of the layer because a reply had a value of the wrong type there, and
// adds the error.
func (k *checker) isMismatched(n *plan.Node, id plan.LayerID, provider, row int) bool {
	pr := &k.plan.Layers[id].Providers[provider]
	if pr.Kind == plan.ByKey {
		return k.isMismatchedReply(n, pr.Fetch, row)
	}
	parent, parentRow := k.plan.Layers[id].Parent, k.layers[id].parentRow(row)
	if pr.Kind == plan.ByFetch {
		return k.isMismatchedReply(n, pr.Fetch, parentRow)
	}
	from := k.layers[parent].refs[pr.From][parentRow]
	if from.isNone() {
		return k.isMismatched(n, parent, pr.From, parentRow)
	}
	if k.isMismatchedRow(n, parent, pr.From, from) {
		return true
	}
	if k.cell(parent, pr.From, from, pr.Member) != table.Mismatch {
		return false
	}
	level := k.plan.Layers[parent].Providers[pr.From].Level
	k.mismatch(n, k.fetches[pr.Fetch].result.Tables[from.table], level, pr.Member, from.row)
	return true
}

// isMismatchedReply is isMismatched for the root value of what a fetch gave for one of its parents' rows.
func (k *checker) isMismatchedReply(n *plan.Node, id plan.FetchID, row int) bool {
	f := &k.fetches[id]
	key := f.keys.Index()[row]
	if key < 0 || f.result.Joins[key].State != Mismatched {
		return false
	}
	t := f.result.Tables[f.result.Joins[key].Table]
	if k.plan.Fetches[id].Field == 0 {
		k.otherType(n, t, 0)
	} else {
		k.mismatch(n, t, 0, int(table.OfRow), table.OfRoot)
	}
	return true
}

// failureAt returns the failed call that left a row without one of its providers. Those that are joined to the parent's rows are
// looked for there.
func (k *checker) failureAt(id plan.LayerID, provider, row int) *Failure {
	pr := &k.plan.Layers[id].Providers[provider]
	if pr.Kind == plan.ByKey {
		return k.failureOf(pr.Fetch, row)
	}
	parentRow := k.layers[id].parentRow(row)
	if pr.Kind == plan.ByFetch {
		return k.failureOf(pr.Fetch, parentRow)
	}
	return k.failureAt(k.plan.Layers[id].Parent, pr.From, parentRow)
}

// failureOf returns the failed call that left a row of a fetch's parents without a value: the fetch's own, or that of a fetch which
// should have given the key.
func (k *checker) failureOf(id plan.FetchID, row int) *Failure {
	f, state := &k.plan.Fetches[id], &k.fetches[id]
	index := state.keys.Index()
	if row >= len(index) {
		return nil
	}
	if key := index[row]; key >= 0 {
		if j := state.result.Joins[key]; j.State == Failed {
			return state.result.Failures[j.Failure]
		}
		return nil
	}
	for _, c := range f.Keys {
		if c.Provider >= 0 && k.layers[f.On].refs[c.Provider][row].isFailed() {
			return k.failureAt(f.On, c.Provider, row)
		}
	}
	return nil
}

func (k *checker) composite(n *plan.Node, id plan.LayerID, parentRow int) bool {
	first := &k.layers[n.Layers[0]]
	if !first.built {
		k.nullAt(n)
		return true
	}
	var isDead bool
	switch first.states[parentRow] {
	case isThere:
		if n.Lists == 0 {
			isDead = k.element(n, 0, int(first.first[parentRow]))
		} else {
			isDead = k.list(n, 0, parentRow)
		}
	case isFailed:
		k.failedValue(n, id, parentRow)
		isDead = true
	case isMismatch:
		k.mismatchedValue(n, id, parentRow)
		isDead = true
	default:
		k.noValue(n, id, parentRow)
		isDead = true
	}
	if isDead {
		k.dead.set(n, 0, parentRow)
	}
	return isDead
}

// noValue reports a composite value that is null or missing, perhaps because the reply that should have it is of the wrong type.
func (k *checker) noValue(n *plan.Node, id plan.LayerID, parentRow int) {
	pr := &k.plan.Layers[n.Layers[0]].Providers[0]
	if pr.Kind == plan.ByMember {
		from := k.layers[id].refs[pr.From][parentRow]
		if from.isNone() && k.isMismatched(n, id, pr.From, parentRow) {
			return
		}
		if !from.isNone() && k.isMismatchedRow(n, id, pr.From, from) {
			return
		}
	}
	k.nullAt(n)
}

// isMismatchedRow tells whether a provider's row is of the wrong type, and adds the error.
func (k *checker) isMismatchedRow(n *plan.Node, id plan.LayerID, provider int, r ref) bool {
	pr := &k.plan.Layers[id].Providers[provider]
	t := k.fetches[pr.Fetch].result.Tables[r.table]
	if t.Levels[pr.Level].Tags[r.row] != table.TagMismatch {
		return false
	}
	k.mismatch(n, t, pr.Level, int(table.OfRow), r.row)
	return true
}

// failedValue adds the error of the call that should have given a composite value.
func (k *checker) failedValue(n *plan.Node, id plan.LayerID, parentRow int) {
	pr := &k.plan.Layers[n.Layers[0]].Providers[0]
	var f *Failure
	if pr.Kind == plan.ByFetch {
		f = k.failureOf(pr.Fetch, parentRow)
	} else {
		f = k.failureAt(id, pr.From, parentRow)
	}
	if f != nil {
		k.failure(k.path, f)
	}
}

// mismatchedValue adds the error of a value that is no object or no list.
func (k *checker) mismatchedValue(n *plan.Node, id plan.LayerID, parentRow int) {
	pr := &k.plan.Layers[n.Layers[0]].Providers[0]
	result := k.fetches[pr.Fetch].result
	if pr.Kind == plan.ByFetch {
		j := result.Joins[k.fetches[pr.Fetch].keys.Index()[parentRow]]
		t := result.Tables[j.Table]
		k.mismatch(n, t, 0, int(table.OfRow), table.OfRoot)
		return
	}
	from := k.layers[id].refs[pr.From][parentRow]
	level := k.plan.Layers[id].Providers[pr.From].Level
	k.mismatch(n, result.Tables[from.table], level, pr.Member, from.row)
}

// list checks the elements below one row and reports whether the list is null because of one of them.
func (k *checker) list(n *plan.Node, depth, parentRow int) bool {
	l := &k.layers[n.Layers[depth]]
	dead := false
	lo := l.first[parentRow]
	for i := lo; i < l.first[parentRow+1]; i++ {
		k.path = append(k.path, ast.PathIndex(i-lo))
		if k.element(n, depth, int(i)) && n.ElemNonNull[depth] && !dead {
			dead = true
			k.muted++
		}
		k.path = k.path[:len(k.path)-1]
	}
	if dead {
		k.muted--
	}
	return dead
}

// element checks one row of a layer and reports whether it is null.
func (k *checker) element(n *plan.Node, depth, row int) bool {
	id := n.Layers[depth]
	l := &k.layers[id]
	dead := true
	switch tag := k.tag(id, l, row); {
	case tag == 0 && n.Lists == 0:
		k.nullAt(n)
	case tag == 0 && n.ElemNonNull[depth]:
		k.nullElement(n)
	case tag == 0:
	case tag == table.TagMismatch:
		k.mismatchedRow(n, id, l, row)
	case depth == len(n.Layers)-1:
		dead = k.object(n.Nodes, id, row)
	case k.layers[n.Layers[depth+1]].states[row] == isThere:
		dead = k.list(n, depth+1, row)
	}
	if dead {
		k.dead.set(n, depth+1, row)
	}
	return dead
}

func (k *checker) mismatchedRow(n *plan.Node, id plan.LayerID, l *layer, row int) {
	r := l.refs[0][row]
	pr := &k.plan.Layers[id].Providers[0]
	t := k.fetches[pr.Fetch].result.Tables[r.table]
	k.mismatch(n, t, pr.Level, int(table.OfRow), r.row)
}
