package execute

import (
	"github.com/weftgraph/weft/graph/plan"
	"github.com/weftgraph/weft/graph/table"
)

// The methods of this file find out why a value is not there, and add the error. A cause may lie above the position where it
// shows: a provider that looks into another one's rows has none where that one has none.

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

// mismatchedRow adds the error of a row that is of no type that its position can have, or of a type that is not known.
func (k *checker) mismatchedRow(n *plan.Node, id plan.LayerID, l *layer, row int) {
	from := k.plan.Layers[id].TypeFrom
	if k.tagFrom(id, 0, l.refs[0][row]) == table.TagMismatch {
		from = 0
	}
	if from == plan.UnknownType {
		k.typeUnsupplied(n)
		return
	}
	r := l.refs[from][row]
	if r.isFailed() {
		k.failure(k.path, k.failureAt(id, from, row))
		return
	}
	if r.isNone() {
		k.typeUnknown(n)
		return
	}
	pr := &k.plan.Layers[id].Providers[from]
	t := k.fetches[pr.Fetch].result.Tables[r.table]
	k.mismatch(n, t, pr.Level, int(table.OfRow), r.row)
}
