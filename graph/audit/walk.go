package audit

import (
	"slices"
	"strconv"
	"strings"

	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/supply"
)

// maxPlaces bounds the ways of arriving at one type that are looked at: different selections may combine to very many. Those that
// come first are the shortest.
const maxPlaces = 64

// walker goes through the places of a graph, breadth first, so that the first way to a place is a shortest one.
type walker struct {
	graph *sdl.Graph
	index *supply.Index
	found *reporter
	queue []*place
	// seen are the places that have been queued: by type, outputs, and whether they are below a list.
	seen map[string]bool
	// places counts them by type.
	places map[sdl.TypeID]int
	// numbers identify outputs in seen.
	numbers map[*mapping.Output]int
}

func newWalker(x *supply.Index, r *reporter) *walker {
	return &walker{
		graph: x.Graph(), index: x, found: r,
		seen: map[string]bool{}, places: map[sdl.TypeID]int{}, numbers: map[*mapping.Output]int{},
	}
}

func (w *walker) walk() {
	for _, root := range []sdl.TypeID{w.graph.Query, w.graph.Mutation, w.graph.Subscription} {
		if root != 0 {
			w.add(&place{on: root})
		}
	}
	for len(w.queue) > 0 {
		p := w.queue[0]
		w.queue = w.queue[1:]
		w.visit(p)
	}
}

// add queues a place unless an equal one has been queued.
func (w *walker) add(p *place) {
	key := w.key(p)
	if w.seen[key] {
		return
	}
	if w.places[p.on] == maxPlaces {
		w.found.isPartial = true
		return
	}
	w.seen[key] = true
	w.places[p.on]++
	w.queue = append(w.queue, p)
}

func (w *walker) key(p *place) string {
	numbers := make([]int, len(p.given))
	for i, out := range p.given {
		n, ok := w.numbers[out]
		if !ok {
			n = len(w.numbers)
			w.numbers[out] = n
		}
		numbers[i] = n
	}
	slices.Sort(numbers)
	var b strings.Builder
	b.WriteString(strconv.Itoa(int(p.on)))
	b.WriteString(strconv.FormatBool(len(p.lists) > 0))
	for _, n := range numbers {
		b.WriteByte(' ')
		b.WriteString(strconv.Itoa(n))
	}
	return b.String()
}

// visit looks at the fields of a place, and queues where they lead.
func (w *walker) visit(p *place) {
	t := w.graph.Type(p.on)
	w.found.arrived[p.on] = true
	for _, id := range w.index.OfEntity(p.on) {
		if s := w.index.Supplier(id); w.canRun(p, s) {
			p.reach = append(p.reach, s.Gives)
			w.found.used[s.Connector] = true
		}
	}
	for _, id := range t.Fields {
		f := w.graph.Field(id)
		for _, s := range w.index.OfField(id) {
			if s := w.index.Supplier(s); s.On == p.on && w.canRun(p, s) {
				w.found.used[s.Connector] = true
			}
		}
		if t.Inaccessible || f.Inaccessible {
			continue // no query asks for it; it is there for keys
		}
		w.field(p, f)
		for _, below := range w.below(p, f) {
			w.add(below)
		}
	}
}

// field looks at one field of a place.
func (w *walker) field(p *place, f *sdl.Field) {
	solution := supply.Solve(w.problem(p, supply.Path{f.Name}))
	if len(solution.Unsupplied) > 0 {
		w.found.unsatisfied(w, p, f)
		return
	}
	if len(p.lists) == 0 {
		return
	}
	for _, s := range solution.Suppliers {
		if s.Mode == supply.PerKey {
			w.found.repeated(p, f, s)
		}
	}
}
