package execute

import (
	"sync"

	"github.com/weftgraph/weft/graph/plan"
	"github.com/weftgraph/weft/graph/table"
)

// maxKeptRows bounds the rows, summed up over all layers and providers, whose memory is kept for another run.
const maxKeptRows = 256 << 10

// Memory keeps the working memory of finished runs of one plan for later ones, which need about as much. It is safe for concurrent
// use; the zero value is ready. It must not be copied.
type Memory struct{ pool sync.Pool }

// take returns a coordinator for a run of the plan. It may be called on nil.
func (m *Memory) take(p *plan.Plan, in Input) *coordinator {
	if m != nil {
		if c, ok := m.pool.Get().(*coordinator); ok {
			c.in = in
			c.start()
			return c
		}
	}
	c := &coordinator{plan: p, in: in, layers: make([]layer, len(p.Layers)), fetches: make([]fetchState, len(p.Fetches))}
	for i := range c.layers {
		n := len(p.Layers[i].Providers)
		refs := make([][]ref, 2*n)
		c.layers[i].refs, c.layers[i].spare = refs[:n:n], refs[n:]
	}
	c.start()
	return c
}

// keep takes a coordinator back whose run is over. It may be called on nil.
func (m *Memory) keep(c *coordinator) {
	if m == nil {
		return
	}
	rows := 0
	for i := range c.layers {
		rows += c.layers[i].clear()
	}
	for i := range c.fetches {
		f := &c.fetches[i]
		f.keys.Release()
		*f = fetchState{spare: f.keys}
		rows += f.spare.Memory()
	}
	c.in, c.calls, c.inFlight = Input{}, nil, 0
	if rows <= maxKeptRows {
		m.pool.Put(c)
	}
}

// start sets what a run begins with.
func (c *coordinator) start() {
	for i := range c.fetches {
		c.fetches[i].waits = len(c.plan.Fetches[i].After)
	}
	c.layers[0].built, c.layers[0].n = true, 1
}

// clear makes a layer empty, but for its memory, and returns the number of rows that this is for.
func (l *layer) clear() int {
	rows := cap(l.first)
	for i, refs := range l.refs {
		if refs != nil {
			l.spare[i], l.refs[i] = refs[:0], nil
		}
		rows += cap(l.spare[i])
	}
	*l = layer{refs: l.refs, spare: l.spare, first: l.first[:0], states: l.states[:0]}
	return rows
}

// rows returns the memory for the refs of a provider, with room for a number of them. It is never nil, which would mean that the
// provider is not there.
func (l *layer) rows(provider, room int) []ref {
	if spare := l.spare[provider]; spare != nil && cap(spare) >= room {
		return spare[:0]
	}
	return make([]ref, 0, room)
}

// parents makes room for what is known of each row of the parent layer. The states are zero.
func (l *layer) parents(n int) {
	if cap(l.first) <= n {
		l.first, l.states = make([]uint32, n+1), make([]valueState, n)
		return
	}
	l.first, l.states = l.first[:n+1], l.states[:n]
	clear(l.states)
}

// newKeys returns an empty key set for a fetch.
func (f *fetchState) newKeys(key []table.KeyField, rows int) *table.Keys {
	if f.spare == nil {
		return table.NewKeys(key, rows)
	}
	keys := f.spare
	f.spare = nil
	keys.Reset(rows)
	return keys
}
