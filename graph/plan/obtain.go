package plan

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/supply"
)

// obtain attaches the cheapest suppliers of everything that the entries want and the position does not have yet, for each concrete
// type on its own.
func (p *position) obtain(es []entry) {
	for tag := range p.types {
		var wanted []supply.Path
		for i := range es {
			if e := &es[i]; e.tags[tag] && !e.isMeta() {
				wanted = append(wanted, supply.Path{e.name})
			}
		}
		p.supply(tag, wanted, es)
	}
}

// supply attaches suppliers for paths that a concrete type wants; what nothing at this position supplies is looked for above.
func (p *position) supply(tag int, wanted []supply.Path, es []entry) {
	solution := p.solve(tag, wanted, es)
	for _, s := range solution.Suppliers {
		p.attach(tag, s, es)
	}
	for _, w := range solution.Unsupplied {
		if !p.climb(tag, w) && p.climbForKeys(tag, w, es) {
			p.supply(tag, []supply.Path{w}, es)
		}
	}
}

// solve finds the cheapest suppliers at this position.
func (p *position) solve(tag int, wanted []supply.Path, es []entry) supply.Solution {
	return supply.Solve(supply.Problem{
		Wanted:    wanted,
		AtHand:    func(w supply.Path) bool { return p.giver(tag, w) >= 0 },
		Suppliers: func(w supply.Path) []*supply.Supplier { return p.suppliers(tag, w, es) },
		Calls:     p.callsOf,
	})
}

// giver returns the index of the first provider that gives a path to rows of a type, or -1. A provider whose output is not known in
// detail gives whatever has no supplier of its own.
func (p *position) giver(tag int, w supply.Path) int {
	name := p.graph.Type(p.types[tag]).Name
	for i := range p.provs {
		pr := &p.provs[i]
		if pr.tags != nil && !pr.tags[tag] {
			continue
		}
		if supply.HasPath(pr.out, name, w) && (supply.IsExplicit(pr.out, name, w[0]) || !p.hasOwnSupplier(tag, w[0])) {
			return i
		}
	}
	return -1
}

func (p *position) hasOwnSupplier(tag int, name string) bool {
	return len(p.index.OfField(p.graph.FieldByName(p.types[tag], name))) > 0
}

// suppliers lists the suppliers that give a path to rows of a type. Those of a field's value come in the order of how much they give of
// what is selected below.
func (p *position) suppliers(tag int, w supply.Path, es []entry) []*supply.Supplier {
	var out []*supply.Supplier
	for _, id := range p.index.OfEntity(p.types[tag]) {
		if s := p.index.Supplier(id); p.gives(tag, s, w) {
			out = append(out, s)
		}
	}
	field := p.graph.FieldByName(p.types[tag], w[0])
	var own []*supply.Supplier
	for _, id := range p.index.OfField(field) {
		if s := p.index.Supplier(id); p.gives(tag, s, w) {
			own = append(own, s)
		}
	}
	if len(own) > 1 {
		slices.SortStableFunc(own, func(a, b *supply.Supplier) int {
			return p.coverage(b, tag, w[0], es) - p.coverage(a, tag, w[0], es)
		})
	}
	return append(out, own...)
}

// gives tells whether a supplier gives a path to rows of a type.
func (p *position) gives(tag int, s *supply.Supplier, w supply.Path) bool {
	name := p.graph.Type(p.types[tag]).Name
	if s.IsEntity() {
		return supply.HasPath(s.Gives, name, w) && (supply.IsExplicit(s.Gives, name, w[0]) || !p.hasOwnSupplier(tag, w[0]))
	}
	f := p.graph.Field(s.Field)
	if f.Name != w[0] || s.On != p.types[tag] {
		return false
	}
	// A key path may lead through the value of a field with a connector of its own, if that is a single object.
	return len(w) == 1 || listDepth(f.Type) == 0 && supply.HasPath(s.Gives, p.graph.Type(f.Named).Name, w[1:])
}

// coverage counts the selected fields below a field that a supplier gives.
func (p *position) coverage(s *supply.Supplier, tag int, name string, es []entry) int {
	n := 0
	for i := range es {
		if es[i].name != name || !es[i].tags[tag] {
			continue
		}
		named := p.graph.Field(s.Field).Named
		for _, t := range p.graph.Type(named).Possible {
			n += p.covered(s, t, es[i].sets())
		}
	}
	return n
}

func (p *position) covered(s *supply.Supplier, t sdl.TypeID, sets []ast.SelectionSet) int {
	n := 0
	for _, e := range p.builder.collect([]sdl.TypeID{t}, sets) {
		if !e.isDenied && supply.Field(s.Gives, p.graph.Type(t).Name, e.name) != nil {
			n++
		}
	}
	return n
}

// callsOf estimates what a supplier costs at this position.
func (p *position) callsOf(s *supply.Supplier) int {
	const manyRows = 10 // what a list is taken for when its size is not known
	if s.Mode != supply.PerKey {
		return 1
	}
	if r := p.rows[p.layer]; r.Max != Unbounded && r.Max < manyRows {
		return max(r.Max, 1)
	}
	return manyRows
}

// attach makes a chosen supplier part of the position: a fetch for an entity, one fetch per set of arguments for a field.
func (p *position) attach(tag int, s *supply.Supplier, es []entry) {
	tags := oneTag(len(p.types), tag)
	if s.IsEntity() {
		p.entityFetch(s, tags)
		return
	}
	name := p.graph.Field(s.Field).Name
	p.choose(tag, name, s)
	isSelected := slices.ContainsFunc(es, func(e entry) bool { return e.name == name && e.tags[tag] })
	if !isSelected {
		// Wanted for a key alone: the value is joined to the rows, with the arguments' defaults.
		p.joined(p.fieldFetch(s, nil, tags), s, tags)
	}
}

func (p *position) choose(tag int, name string, s *supply.Supplier) {
	if p.chosen == nil {
		p.chosen = map[chosenKey]*supply.Supplier{}
	}
	p.chosen[chosenKey{tag, name}] = s
}
