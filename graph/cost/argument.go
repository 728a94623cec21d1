package cost

import (
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/input"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/value"
)

// argument is an argument that may cost something, as the operation gives it.
type argument struct {
	arg   *sdl.Arg
	given *ast.Value
}

// argument adds an argument to a node, unless it costs nothing whatever its value is.
func (c *compiler) argument(n *node, arg *sdl.Arg, given ast.ArgumentList) {
	a := given.ForName(arg.Name)
	if a == nil || arg.Cost == nil && !c.mayCost(arg.Named) {
		return
	}
	c.reads(a.Value)
	n.args = append(n.args, argument{arg, a.Value})
}

func (c *compiler) mayCost(named sdl.TypeID) bool {
	t := c.graph.Type(named)
	return t.Kind == ast.InputObject || t.Cost != nil
}

// arguments returns what the arguments of a node cost.
func (p *Program) arguments(n *node, vars map[string]value.Value) float64 {
	total := 0.0
	for _, a := range n.args {
		v, err := input.Literal(p.graph, a.given, a.arg.Type, vars)
		if err == nil { // the call finds the error, too, and reports it
			total += p.value(v, a.arg.Type, a.arg.Cost)
		}
	}
	return capped(total)
}

// value returns what a coerced value of a type costs; weight is that of the argument or input field that it is the value of.
func (p *Program) value(v value.Value, t *ast.Type, weight *int) float64 {
	if v.IsMissing() || v.IsNull() {
		return 0
	}
	if t.Elem != nil && v.Kind() == value.KindArray {
		total := 0.0
		for _, item := range v.Elems() {
			total += p.value(item, t.Elem, weight)
		}
		return capped(total)
	}
	named := p.graph.TypeByName(t.Name())
	own := typeWeight(p.graph.Type(named))
	if weight != nil {
		own = float64(*weight)
	}
	if p.graph.Type(named).Kind != ast.InputObject {
		return own
	}
	for _, f := range v.Fields() {
		if id := p.graph.FieldByName(named, f.Name); id != 0 {
			field := p.graph.Field(id)
			own += p.value(f.Value, field.Type, field.Cost)
		}
	}
	return capped(own)
}
