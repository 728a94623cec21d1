package permit

import (
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/sdl"
)

// CodePolicy is the code of what is wrong with a policy.
const CodePolicy = "WEFT_INVALID_POLICY"

// compiler makes the Rules of a graph.
type compiler struct {
	g     *sdl.Graph
	named map[string]string
	found diag.List
	// ofType and ofField are what the directives at types and fields demand, by their ids.
	ofType, ofField []*Demand
	byKey           map[string]*Demand
	out             *Rules
	language        *language
	// policies finds those that are compiled by their text.
	policies map[string]*policy
}

func newCompiler(g *sdl.Graph, policies map[string]string) *compiler {
	return &compiler{
		g: g, named: policies, byKey: map[string]*Demand{}, policies: map[string]*policy{},
		out: &Rules{graph: g, fields: make([]*Demand, len(g.Fields)), types: make([]*Demand, len(g.Types))},
	}
}

func (c *compiler) rules() *Rules {
	for i := range c.g.Types {
		c.ofType = append(c.ofType, c.demand(c.g.Types[i].Access, nil))
	}
	for i := range c.g.Fields {
		f := &c.g.Fields[i]
		c.ofField = append(c.ofField, c.demand(f.Access, f))
	}
	for i := range c.g.Types {
		c.out.types[i] = c.intern(c.typeDemand(&c.g.Types[i]))
	}
	for i := range c.g.Fields {
		if f := &c.g.Fields[i]; f.Parent != 0 && c.g.Type(f.Parent).Kind != ast.InputObject {
			c.out.fields[i] = c.intern(c.fieldDemand(f))
		}
	}
	if !c.out.IsEmpty() {
		c.checkTransitive()
		c.warnInterfaces()
	}
	return c.out
}

// typeDemand is what a type demands: its own directives, and those of the interfaces that it implements. An interface is not read but through the
// types that implement it: if these did not demand what it demands, whoever names them would get around it.
func (c *compiler) typeDemand(t *sdl.Type) *Demand {
	d := c.ofType[t.ID].clone()
	for _, i := range t.Implements {
		d.and(c.ofType[i])
	}
	return d
}

// fieldDemand is what reading a field demands: its own directives and those of the fields of interfaces that it implements, and what its type and
// the type that has it demand.
func (c *compiler) fieldDemand(f *sdl.Field) *Demand {
	d := c.ofField[f.ID].clone()
	for _, i := range c.g.Type(f.Parent).Implements {
		d.and(c.ofField[c.g.FieldByName(i, f.Name)])
	}
	d.and(c.typeDemand(c.g.Type(f.Parent)))
	if f.Named != 0 {
		d.and(c.typeDemand(c.g.Type(f.Named)))
	}
	return d
}

// demand is what directives ask for; of is the field that they stand at, nil for a type.
func (c *compiler) demand(list []sdl.Access, of *sdl.Field) *Demand {
	d := &Demand{}
	for _, a := range list {
		switch a.Kind {
		case sdl.Authenticated:
			d.authenticated = true
		case sdl.Scopes:
			d.scopes = append(d.scopes, each(a.AnyOf, sdl.Text.String))
		case sdl.Policies:
			d.policies = append(d.policies, each(a.AnyOf, func(t sdl.Text) *policy { return c.policy(t, of) }))
		}
	}
	return d
}

func each[T comparable](anyOf [][]sdl.Text, of func(sdl.Text) T) choice[T] {
	out := make(choice[T], len(anyOf))
	for i, all := range anyOf {
		for _, t := range all {
			out[i] = append(out[i], of(t))
		}
	}
	return out
}

// intern returns the one demand that stands for all equal ones, nil for one that everybody meets.
func (c *compiler) intern(d *Demand) *Demand {
	d.simplify()
	if d.isEmpty() {
		return nil
	}
	key := d.key()
	if known := c.byKey[key]; known != nil {
		return known
	}
	d.id = len(c.out.demands)
	c.byKey[key] = d
	c.out.demands = append(c.out.demands, d)
	return d
}
