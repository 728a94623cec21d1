package supply

import (
	"slices"

	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/sdl"
)

// Index holds the suppliers of one graph. It is immutable and safe for concurrent use.
type Index struct {
	graph     *sdl.Graph
	suppliers []Supplier
	byField   map[sdl.FieldID][]SupplierID
	byEntity  map[sdl.TypeID][]SupplierID
}

// NewIndex makes the suppliers of a graph's connectors, while some labels of @override are on.
func NewIndex(g *sdl.Graph, on sdl.Labels) *Index {
	x := &Index{
		graph:     g,
		suppliers: make([]Supplier, 1, 1+len(g.Connectors)),
		byField:   map[sdl.FieldID][]SupplierID{},
		byEntity:  map[sdl.TypeID][]SupplierID{},
	}
	resolution := newResolution(g, on)
	for id := 1; id < len(g.Connectors); id++ {
		x.addConnector(g.Connector(sdl.ConnectorID(id)), resolution)
	}
	return x
}

// Graph returns the graph that the suppliers belong to.
func (x *Index) Graph() *sdl.Graph { return x.graph }

// Supplier returns the supplier of an id.
func (x *Index) Supplier(id SupplierID) *Supplier { return &x.suppliers[id] }

// OfField returns the suppliers of a field's value. The caller must not change the slice.
func (x *Index) OfField(f sdl.FieldID) []SupplierID { return x.byField[f] }

// OfEntity returns the suppliers of an object type's own fields. The caller must not change the slice.
func (x *Index) OfEntity(t sdl.TypeID) []SupplierID { return x.byEntity[t] }

// addConnector adds what a connector supplies.
func (x *Index) addConnector(c *sdl.Connector, r *resolution) {
	if c.Field == 0 {
		gives := r.left(c, c.On)
		for _, on := range x.supplied(c.On) {
			x.addEntity(c, on, gives, false)
		}
		return
	}
	field := x.graph.Field(c.Field)
	gives := r.left(c, field.Named)
	if r.resolves(c.Document, field) {
		for _, on := range x.supplied(c.On) {
			if id := x.graph.FieldByName(on, field.Name); id != 0 {
				x.addField(c, on, id, gives)
			}
		}
	}
	if !c.Entity {
		return
	}
	// `entity: true` makes a second supplier of the same connector: for every concrete type that the field can return.
	for _, t := range x.entityTypes(c) {
		x.addEntity(c, t, gives, true)
	}
}

// supplied are the types that a connector on a type supplies. The connectors of an @interfaceObject stand on what is an interface for
// other documents, and supply each of its implementations; the interface itself stands for rows whose type does not matter.
func (x *Index) supplied(on sdl.TypeID) []sdl.TypeID {
	possible := x.graph.Type(on).Possible
	if slices.Contains(possible, on) {
		return possible
	}
	return append(possible[:len(possible):len(possible)], on)
}

func (x *Index) addField(c *sdl.Connector, on sdl.TypeID, field sdl.FieldID, gives *mapping.Output) {
	s := Supplier{Connector: c.ID, On: on, Field: field, Gives: gives}
	variable := mapping.This
	if c.Call.Batch {
		variable = mapping.Batch
	}
	s.Needs = leafPaths(c.Uses[variable])
	switch {
	case len(s.Needs) == 0:
		s.Mode = Once
	case c.Call.Batch:
		s.Mode, s.Max = Batch, c.MaxSize
	default:
		s.Mode = PerKey
	}
	x.add(s)
}

// addEntity adds a supplier of a type's own fields. It is explicit when a Query field with `entity: true` makes it: then the key
// fills the arguments.
func (x *Index) addEntity(c *sdl.Connector, on sdl.TypeID, gives *mapping.Output, explicit bool) {
	s := Supplier{Connector: c.ID, On: on, Gives: gives, Mode: PerKey}
	switch {
	case explicit:
		s.Needs = leafPaths(c.Uses[mapping.Args])
	case c.Call.Batch:
		s.Needs, s.Mode, s.Max = leafPaths(c.Uses[mapping.Batch]), Batch, c.MaxSize
	default:
		s.Needs = leafPaths(c.Uses[mapping.This])
	}
	x.add(s)
}

func (x *Index) add(s Supplier) {
	s.ID = SupplierID(len(x.suppliers))
	x.suppliers = append(x.suppliers, s)
	if s.IsEntity() {
		x.byEntity[s.On] = append(x.byEntity[s.On], s.ID)
	} else {
		x.byField[s.Field] = append(x.byField[s.Field], s.ID)
	}
}

// entityTypes are the types that an explicit entity connector supplies. Where the field's type is abstract, these are those that the
// selection names by a literal __typename (Connectors specification, chapter 7), and the abstract type itself, for rows whose type is not
// known.
func (x *Index) entityTypes(c *sdl.Connector) []sdl.TypeID {
	t := x.graph.Type(x.graph.Field(c.Field).Named)
	if len(t.Possible) == 1 && t.Possible[0] == t.ID {
		return t.Possible
	}
	var out []sdl.TypeID
	for _, p := range t.Possible {
		if c.Outputs != nil && Arm(c.Outputs, x.graph.Type(p).Name) != nil {
			out = append(out, p)
		}
	}
	return append(out, t.ID)
}

// leafPaths lists the paths of a trie that are read as values. What is read whole has no paths below it.
func leafPaths(p *mapping.Paths) []Path {
	var out []Path
	var walk func(p *mapping.Paths, at Path)
	walk = func(p *mapping.Paths, at Path) {
		if p == nil {
			return
		}
		if len(p.Children) == 0 || p.Whole && len(at) > 0 {
			if len(at) > 0 {
				out = append(out, append(Path(nil), at...))
			}
			return
		}
		for _, c := range p.Children {
			walk(c.Paths, append(at, c.Name))
		}
	}
	walk(p, nil)
	return out
}
