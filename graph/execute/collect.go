package execute

import (
	"github.com/weftgraph/weft/graph/plan"
	"github.com/weftgraph/weft/graph/table"
)

// collectKeys makes the key set of a fetch from all rows of its parents' layer (Connectors specification 5.3).
func (c *coordinator) collectKeys(f *plan.Fetch) *table.Keys {
	l := &c.layers[f.On]
	key := c.plan.Loaders[f.Loader].Key
	k := keyCollector{
		coordinator: c, fetch: f, layer: l, key: key,
		keys: c.fetches[f.ID].newKeys(key, l.n), cells: make([][]byte, len(key)),
	}
	for row := range l.n {
		if c.isAsked(f, l, row) && k.read(row) {
			k.keys.Add(row, k.cells)
		}
	}
	return k.keys
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

// keyCollector reads the keys of a fetch's parents.
type keyCollector struct {
	*coordinator
	fetch  *plan.Fetch
	layer  *layer
	key    []table.KeyField
	keys   *table.Keys
	cells  [][]byte
	reader table.KeyReader
}

// read reads the key of a row. It reports false when there is none: a value that is declared non-null is absent, or the call that should
// have given it failed.
func (k *keyCollector) read(row int) bool {
	clear(k.cells)
	for i := range k.fetch.Keys {
		at := &k.fetch.Keys[i]
		text, ok := k.column(at, row)
		if !ok {
			return false
		}
		if i > 0 && k.fetch.Keys[i-1].Field == at.Field {
			text = k.reader.Merge(&k.key[at.Field], k.cells[at.Field], text)
		}
		k.cells[at.Field] = text
	}
	return true
}

// column reads what one provider has of a field of the key.
func (k *keyCollector) column(at *plan.KeyColumn, row int) ([]byte, bool) {
	if at.Provider < 0 {
		return nil, false
	}
	f := &k.key[at.Field]
	r := k.layer.refs[at.Provider][row]
	if r.isNone() {
		return nil, !f.Required && !r.isFailed()
	}
	pr := &k.plan.Layers[k.fetch.On].Providers[at.Provider]
	t := k.fetches[pr.Fetch].result.Tables[r.table]
	if at.IsRow {
		return k.reader.ReadRow(t, r.row, f, &at.At)
	}
	return k.reader.Read(t, pr.Level, r.row, f, &at.At)
}
