package execute

import "github.com/weftgraph/weft/graph/plan"

// join finds the rows of a provider other than the first for every row of the layer.
func (c *coordinator) join(l *layer, p *plan.Layer, provider int) []ref {
	pr := &p.Providers[provider]
	out := l.rows(provider, l.n)[:l.n]
	switch pr.Kind {
	case plan.ByKey:
		c.joinByKey(l, pr, out)
	case plan.ByFetch, plan.ByMember:
		c.joinByIndex(l, p, provider, out)
	}
	return out
}

// joinByKey joins single rows to the layer's own rows.
func (c *coordinator) joinByKey(l *layer, pr *plan.Provider, out []ref) {
	f := &c.fetches[pr.Fetch]
	index := f.keys.Index()
	for i := range out {
		out[i] = absentRef()
		key := index[i]
		if key < 0 {
			if l.doubts = true; c.isKeyFailed(pr.Fetch, i) {
				out[i] = failedRef()
			}
			continue
		}
		switch j := f.result.Joins[key]; {
		case j.State == Found && j.Hi > j.Lo:
			out[i] = ref{j.Table, f.result.row(j, j.Lo)}
		case j.State == Failed:
			out[i] = failedRef()
		default:
			l.doubts = true
		}
	}
}

// isKeyFailed tells whether a row has no key for a fetch because the call that should have given it failed.
func (c *coordinator) isKeyFailed(id plan.FetchID, row int) bool {
	f := &c.plan.Fetches[id]
	for _, k := range f.Keys {
		if k.Provider >= 0 && c.layers[f.On].refs[k.Provider][row].isFailed() {
			return true
		}
	}
	return false
}

// joinByIndex matches another value for the same field with the layer's rows, list elements by index.
func (c *coordinator) joinByIndex(l *layer, p *plan.Layer, provider int, out []ref) {
	pr := &p.Providers[provider]
	for i := range out {
		out[i] = absentRef()
	}
	// What became of the other value matters only where it has no row for one of the layer's.
	other := layer{states: make([]valueState, c.layers[p.Parent].n)}
	var rows []ref
	for parentRow := range c.layers[p.Parent].n {
		rows = c.rowsOf(&other, p, pr, parentRow, rows[:0])
		lo, hi := l.first[parentRow], l.first[parentRow+1]
		for k := lo; k < hi; k++ {
			switch {
			case int(k-lo) < len(rows):
				out[k] = rows[k-lo]
			case other.states[parentRow] == isFailed:
				out[k] = failedRef()
			default:
				l.doubts = true
			}
		}
	}
}
