package cost

import (
	"github.com/weftgraph/weft/graph/plan"
	"github.com/weftgraph/weft/graph/value"
)

// Rows are how many rows each layer of a plan had, by the rows' type: Rows[layer][tag-1]. Rows that are null are left out.
type Rows [][]int

// of counts the rows of a layer that have one of the types.
func (r Rows) of(layer plan.LayerID, tags plan.Tags) float64 {
	n := 0
	for i, rows := range r[layer] {
		if tags.Has(uint16(i + 1)) {
			n += rows
		}
	}
	return float64(n)
}

// Actual returns what an answer has cost, by the rows that were there.
func (p *Program) Actual(rows Rows, vars map[string]value.Value) int64 {
	return rounded(p.base + p.spent(p.root, 0, rows, vars))
}

// spent adds up the fields of a layer's rows.
func (p *Program) spent(nodes []node, layer plan.LayerID, rows Rows, vars map[string]value.Value) float64 {
	total := 0.0
	for i := range nodes {
		n := &nodes[i]
		parents := rows.of(layer, n.tags)
		if parents == 0 {
			continue
		}
		total += p.arguments(n, vars) * parents
		if n.isLeaf {
			total += n.weight * parents
			continue
		}
		total += n.weight * rows.of(n.layer, nil)
		for tag, weight := range n.types {
			total += weight * float64(rows[n.layer][tag])
		}
		total = capped(total + p.spent(n.nodes, n.layer, rows, vars))
	}
	return total
}
