package plan

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/supply"
	"github.com/weftgraph/weft/graph/table"
)

// The document of an @interfaceObject knows an interface as one object type, so that its connectors give rows without a type. Where a
// selection asks nothing that depends on the type, the interface itself stands for it. Otherwise an entity resolver of the interface
// tells the types (Connectors specification 2.4).

const typenameField = "__typename"

// givesType tells whether what a supplier gives of an abstract type says which type it is.
func givesType(out *mapping.Output) bool {
	return out == nil || out.Unknown || len(out.Arms) > 0 || out.Field(typenameField) != nil
}

// isTypeless tells whether the types of rows do not matter: they are not given, and what is selected is the same for all of them and can
// be had without them.
func (b *builder) isTypeless(on sdl.TypeID, out *mapping.Output, sets []ast.SelectionSet) bool {
	if !b.isAbstract(on) || givesType(out) {
		return false
	}
	var wanted []supply.Path
	for _, e := range b.collect(b.graph.Type(on).Possible, sets) {
		if e.isMeta() || !e.tags.isFull() || b.graph.FieldByName(on, e.name) == 0 {
			return false
		}
		if e.isDenied {
			continue
		}
		wanted = append(wanted, supply.Path{e.name})
	}
	name := b.graph.Type(on).Name
	solution := supply.Solve(supply.Problem{
		Wanted: wanted,
		AtHand: func(w supply.Path) bool { return supply.HasPath(out, name, w) },
		Suppliers: func(w supply.Path) []*supply.Supplier {
			list := b.entitySuppliers(on, func(s *supply.Supplier) bool { return supply.HasPath(s.Gives, name, w) })
			for _, id := range b.index.OfField(b.graph.FieldByName(on, w[0])) {
				list = append(list, b.index.Supplier(id))
			}
			return list
		},
		Calls: func(*supply.Supplier) int { return 1 },
	})
	return len(solution.Unsupplied) == 0
}

func (b *builder) entitySuppliers(on sdl.TypeID, isWanted func(*supply.Supplier) bool) []*supply.Supplier {
	var out []*supply.Supplier
	for _, id := range b.index.OfEntity(on) {
		if s := b.index.Supplier(id); isWanted(s) {
			out = append(out, s)
		}
	}
	return out
}

// isUntyped tells whether a level holds rows of an abstract type that do not say which type they are of.
func (b *builder) isUntyped(l *table.Level, named sdl.TypeID) bool {
	return !l.Abstract && len(l.Types) == 1 && b.isAbstract(named) && l.Types[0] == b.graph.Type(named).Name
}

// settleType decides where a new position of an abstract type has the types of its rows from.
func (p *position) settleType(isTypeless bool) {
	pr := &p.provs[0]
	on := p.layerAt(p.layer).Type
	if !p.isAbstract(on) || givesType(pr.out) {
		return
	}
	level := &p.loaderAt(pr.loader).Shape.Levels[pr.level]
	level.Abstract, level.Types = false, []string{p.graph.Type(on).Name}
	switch {
	case isTypeless:
		p.types = []sdl.TypeID{on}
		p.layerAt(p.layer).Types = level.Types
	case len(p.types) > 1:
		p.learnType(on)
	}
}

// learnType attaches the entity resolver that tells the types, and those that give its key.
func (p *position) learnType(on sdl.TypeID) {
	typename := supply.Path{typenameField}
	name := p.graph.Type(on).Name
	solution := supply.Solve(supply.Problem{
		Wanted: []supply.Path{typename},
		AtHand: func(w supply.Path) bool { return supply.HasPath(p.provs[0].out, name, w) },
		Suppliers: func(w supply.Path) []*supply.Supplier {
			return p.entitySuppliers(on, func(s *supply.Supplier) bool {
				if slices.Equal(w, typename) {
					return len(s.Gives.Arms) > 0
				}
				return supply.HasPath(s.Gives, name, w)
			})
		},
		Calls: p.callsOf,
	})
	layer := p.layer
	p.layerAt(layer).TypeFrom = UnknownType
	if len(solution.Unsupplied) > 0 {
		p.plan.Unsupplied = true
		return
	}
	all := allTags(len(p.types))
	for _, s := range solution.Suppliers {
		p.entityFetch(s, all)
	}
	// The last of them needs the others.
	p.layerAt(layer).TypeFrom = len(p.layerAt(layer).Providers) - 1
}
