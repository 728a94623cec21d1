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
	// own are what the directives of a type demand.
	own      []*Demand
	byKey    map[string]*Demand
	out      *Rules
	language *language
	// policies finds those that are compiled by their text.
	policies map[string]*policy
}

func newCompiler(g *sdl.Graph, policies map[string]string) *compiler {
	return &compiler{
		g: g, named: policies, byKey: map[string]*Demand{}, policies: map[string]*policy{},
		out: &Rules{fields: make([]*Demand, len(g.Fields)), types: make([]*Demand, len(g.Types))},
	}
}

func (c *compiler) rules() *Rules {
	for i := range c.g.Types {
		t := &c.g.Types[i]
		c.out.types[i] = c.intern(c.demand(t.Access, nil))
	}
	for i := range c.g.Fields {
		if f := &c.g.Fields[i]; f.Parent != 0 && c.g.Type(f.Parent).Kind != ast.InputObject {
			c.out.fields[i] = c.ofField(f)
		}
	}
	return c.out
}

func (c *compiler) ofField(f *sdl.Field) *Demand {
	d := c.demand(f.Access, f)
	d.and(c.out.types[f.Parent])
	d.and(c.out.types[f.Named])
	return c.intern(d)
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
