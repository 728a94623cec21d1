package permit

import (
	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/sdl"
)

// Rules are what the fields and types of one graph demand of whoever reads them. They are immutable and safe for concurrent use.
type Rules struct {
	graph *sdl.Graph
	// fields and types are indexed by their ids; nil entries demand nothing.
	fields, types []*Demand
	demands       []*Demand
}

// Compile reads what the directives of a graph demand and compiles its policies. policies are the named ones: CEL expressions by name. The
// diagnostics point into the documents and are sorted by place. Rules are never nil: where there are errors, what could not be compiled is denied
// to everybody.
func Compile(g *sdl.Graph, policies map[string]string) (*Rules, diag.List) {
	c := newCompiler(g, policies)
	r := c.rules()
	c.found.Sort()
	return r, c.found
}

// OfField is what reading a field of an object or interface type demands: its own directives, those of the type that it is of and of the type that
// has it, and those of the interfaces and interface fields that these implement. Who reads an interface's field reads fields of the concrete types
// behind it, whose demands are their own. It is nil if nothing is demanded.
func (r *Rules) OfField(id sdl.FieldID) *Demand {
	if r == nil || int(id) >= len(r.fields) {
		return nil
	}
	return r.fields[id]
}

// OfType is what it demands to see anything of a type, such as that something is one (`__typename`): its own directives and those of its
// interfaces. It is nil if nothing is demanded.
func (r *Rules) OfType(id sdl.TypeID) *Demand {
	if r == nil || int(id) >= len(r.types) {
		return nil
	}
	return r.types[id]
}

// IsEmpty tells that nothing is demanded anywhere.
func (r *Rules) IsEmpty() bool { return r == nil || len(r.demands) == 0 }

// Demands are all different demands; the one with an ID is at this index.
func (r *Rules) Demands() []*Demand {
	if r == nil {
		return nil
	}
	return r.demands
}
