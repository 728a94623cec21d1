package audit

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/supply"
)

// place is one way of arriving at a concrete type.
type place struct {
	on sdl.TypeID
	// given are the outputs that rows have on arrival; reach are those that suppliers at the place can add.
	given, reach []*mapping.Output
	// above is the place whose field leads here; nil for a root type.
	above *place
	field *sdl.Field
	// lists are the fields of the path that are lists.
	lists []*sdl.Field
}

// path is how a query gets to the place: "Query.posts.author".
func (p *place) path(g *sdl.Graph) string {
	if p.above == nil {
		return g.Type(p.on).Name
	}
	return p.above.path(g) + "." + p.field.Name
}

// problem asks what has to run for some paths at a place. It is the question that planning asks at a position.
func (w *walker) problem(p *place, wanted ...supply.Path) supply.Problem {
	return supply.Problem{
		Wanted:    wanted,
		AtHand:    func(path supply.Path) bool { return w.isGiven(p.on, p.given, path) },
		Suppliers: func(path supply.Path) []*supply.Supplier { return w.suppliers(p.on, path) },
		Calls:     callsOf(len(p.lists) > 0),
	}
}

// callsOf estimates what a supplier costs, like planning does.
func callsOf(isRepeated bool) func(*supply.Supplier) int {
	return func(s *supply.Supplier) int {
		if s.Mode == supply.PerKey && isRepeated {
			return 10
		}
		return 1
	}
}

// canRun tells whether what a supplier needs can be obtained at a place.
func (w *walker) canRun(p *place, s *supply.Supplier) bool {
	return len(s.Needs) == 0 || len(supply.Solve(w.problem(p, s.Needs...)).Unsupplied) == 0
}

// isGiven tells whether one of some outputs gives a path. An output that is not known in detail gives what has no supplier of its
// own.
func (w *walker) isGiven(on sdl.TypeID, outputs []*mapping.Output, path supply.Path) bool {
	for _, out := range outputs {
		if w.gives(on, out, path) {
			return true
		}
	}
	return false
}

func (w *walker) gives(on sdl.TypeID, out *mapping.Output, path supply.Path) bool {
	name := w.graph.Type(on).Name
	return supply.HasPath(out, name, path) && (supply.IsExplicit(out, name, path[0]) || !w.hasOwnSupplier(on, path[0]))
}

func (w *walker) hasOwnSupplier(on sdl.TypeID, field string) bool {
	return len(w.index.OfField(w.graph.FieldByName(on, field))) > 0
}

// suppliers lists those that give a path to rows of a type.
func (w *walker) suppliers(on sdl.TypeID, path supply.Path) []*supply.Supplier {
	var out []*supply.Supplier
	for _, id := range w.index.OfEntity(on) {
		if s := w.index.Supplier(id); w.gives(on, s.Gives, path) {
			out = append(out, s)
		}
	}
	field := w.graph.FieldByName(on, path[0])
	for _, id := range w.index.OfField(field) {
		s, f := w.index.Supplier(id), w.graph.Field(field)
		if s.On == on && (len(path) == 1 || f.Type.Elem == nil && supply.HasPath(s.Gives, w.graph.Type(f.Named).Name, path[1:])) {
			out = append(out, s)
		}
	}
	return out
}

// below returns the places that a field leads to: one for each concrete type that can be there. There are none for a leaf, and none
// where the field cannot be obtained.
func (w *walker) below(p *place, f *sdl.Field) []*place {
	if !isComposite(w.graph.Type(f.Named)) {
		return nil
	}
	var given []*mapping.Output
	name := w.graph.Type(p.on).Name
	for _, outputs := range [][]*mapping.Output{p.given, p.reach} {
		for _, out := range outputs {
			if w.gives(p.on, out, supply.Path{f.Name}) {
				given = add(given, supply.Field(out, name, f.Name))
			}
		}
	}
	for _, id := range w.index.OfField(f.ID) {
		if s := w.index.Supplier(id); s.On == p.on && w.canRun(p, s) {
			given = add(given, s.Gives)
		}
	}
	lists := p.lists
	if f.Type.Elem != nil {
		lists = append(lists[:len(lists):len(lists)], f)
	}
	var out []*place
	for _, t := range w.graph.Type(f.Named).Possible {
		var fit []*mapping.Output
		for _, o := range given {
			if canBe(o, w.graph.Type(t).Name) {
				fit = append(fit, o)
			}
		}
		if len(fit) > 0 {
			out = append(out, &place{on: t, given: fit, above: p, field: f, lists: lists})
		}
	}
	return out
}

// add adds an output that is not there yet.
func add(list []*mapping.Output, out *mapping.Output) []*mapping.Output {
	if slices.Contains(list, out) {
		return list
	}
	return append(list, out)
}

// canBe tells whether an output can make values of a concrete type: it makes objects, and does not name other types.
func canBe(out *mapping.Output, typename string) bool {
	if out.Unknown || supply.Arm(out, typename) != nil {
		return true
	}
	name := out.Typename()
	return out.Object && len(out.Arms) == 0 && (name == "" || name == typename)
}

func isComposite(t *sdl.Type) bool {
	return t.Kind == ast.Object || t.Kind == ast.Interface || t.Kind == ast.Union
}
