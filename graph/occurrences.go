package graph

import (
	"github.com/weftgraph/weft/graph/plan"
	"github.com/weftgraph/weft/graph/sdl"
)

// Occurrences is how often the operation selects a field, given as "Type.field", where Type may be an interface that the field's type
// implements. What has an alias counts by itself, fields that are merged count once, and what @skip and @include leave out does not
// count. How many values a list around the field has does not matter.
func (r *Run) Occurrences(coordinate string) int {
	p := r.prepared
	p.counting.Do(func() { p.occurrences = countFields(r.generation.graph, p.Plan) })
	return p.occurrences[coordinate]
}

// countFields counts the fields of a plan's output, by coordinate.
func countFields(g *sdl.Graph, p *plan.Plan) map[string]int {
	c := fieldCounter{graph: g, plan: p, counts: map[string]int{}}
	c.position(p.Output, []string{g.Type(p.Root).Name})
	return c.counts
}

type fieldCounter struct {
	graph  *sdl.Graph
	plan   *plan.Plan
	counts map[string]int
}

// position counts the fields of a position, whose objects are of one of the types.
func (c *fieldCounter) position(nodes []plan.Node, types []string) {
	for i := range nodes {
		n := &nodes[i]
		name := c.fieldName(n)
		if name == "" {
			continue
		}
		seen := map[string]bool{}
		for at, t := range types {
			if n.Tags.Has(uint16(at + 1)) {
				c.below(t, name, seen)
			}
		}
		if n.Kind == plan.Composite {
			c.position(n.Nodes, c.plan.Layers[n.Layers[len(n.Layers)-1]].Types)
		}
	}
}

// fieldName is the name of the field, empty if it is not counted.
func (c *fieldCounter) fieldName(n *plan.Node) string {
	switch {
	case n.Kind == plan.System:
		return n.System.Name
	case n.Field == 0:
		return "" // __typename
	default:
		return c.graph.Field(n.Field).Name
	}
}

// below counts an occurrence for a type and those that it may stand for.
func (c *fieldCounter) below(typeName, field string, seen map[string]bool) {
	c.above(typeName, field, seen)
	for _, possible := range c.graph.Schema.PossibleTypes[typeName] {
		c.above(possible.Name, field, seen)
	}
}

// above counts an occurrence for a type and the interfaces of it that have the field: for each once.
func (c *fieldCounter) above(typeName, field string, seen map[string]bool) {
	def := c.graph.Schema.Types[typeName]
	if def == nil || seen[typeName] {
		return
	}
	seen[typeName] = true
	if def.Fields.ForName(field) != nil {
		c.counts[typeName+"."+field]++
	}
	for _, name := range def.Interfaces {
		c.above(name, field, seen)
	}
}
