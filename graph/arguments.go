package graph

import (
	"strings"

	"github.com/weftgraph/weft/graph/input"
	"github.com/weftgraph/weft/graph/personal"
	"github.com/weftgraph/weft/graph/plan"
	"github.com/weftgraph/weft/graph/value"
)

// Bounds of Run.Arguments: the bytes of one value, and of all together.
const (
	maxArgument  = 1 << 10
	maxArguments = 8 << 10
)

// Arguments returns the values that the operation gives to arguments, by the path of their field in the answer: an object of objects, or MISSING if
// it gives none. What is marked as personal is redacted, and what is too long is left out.
func (r *Run) Arguments() value.Value {
	c := argumentCollector{run: r}
	c.nodes(r.prepared.Plan.Output, "")
	if len(c.fields) == 0 {
		return value.Missing()
	}
	return value.DistinctObject(c.fields)
}

// argumentCollector collects arguments until there is enough.
type argumentCollector struct {
	run    *Run
	fields []value.Field
	size   int
	known  map[string]bool
}

func (c *argumentCollector) nodes(nodes []plan.Node, above string) {
	for i := range nodes {
		n := &nodes[i]
		path := strings.TrimPrefix(above+"."+n.Key, ".")
		if len(n.Arguments) > 0 && !c.known[path] {
			c.node(n, path)
		}
		if c.size >= maxArguments {
			return
		}
		c.nodes(n.Nodes, path)
	}
}

func (c *argumentCollector) node(n *plan.Node, path string) {
	g := c.run.generation
	if n.Field == 0 {
		return // introspection, whose arguments are names of the schema
	}
	var given []value.Field
	for _, a := range g.graph.Field(n.Field).Args {
		literal := n.Arguments.ForName(a.Name)
		if literal == nil {
			continue
		}
		v, err := input.Literal(g.graph, literal.Value, a.Type, c.run.variables)
		if err != nil || v.IsMissing() {
			continue
		}
		if g.personal.Argument(n.Coordinate+"."+a.Name, a.Type) && !v.IsNull() {
			v = value.String(personal.Redacted)
		}
		v = g.personal.Redact(v, a.Type)
		size := len(v.AppendJSON(nil))
		if size > maxArgument || c.size+size > maxArguments {
			v = value.String("[too long]")
		}
		c.size += min(size, maxArgument) + len(a.Name)
		given = append(given, value.Field{Name: a.Name, Value: v})
	}
	if c.known == nil {
		c.known = map[string]bool{}
	}
	c.known[path] = true // the same field of other types
	c.size += len(path)
	c.fields = append(c.fields, value.Field{Name: path, Value: value.DistinctObject(given)})
}
