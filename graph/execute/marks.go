package execute

import "github.com/weftgraph/weft/graph/plan"

// marks tells which values a null has been propagated to: per composite node, at depth 0 the field's value for each parent row, at
// depth i+1 each row of the node's i-th layer.
type marks struct {
	bits [][][]uint64
}

func newMarks(p *plan.Plan, layers []layer) *marks {
	m := &marks{bits: make([][][]uint64, p.Selections)}
	var walk func(nodes []plan.Node, parent plan.LayerID)
	walk = func(nodes []plan.Node, parent plan.LayerID) {
		for i := range nodes {
			n := &nodes[i]
			if n.Kind != plan.Composite {
				continue
			}
			sets := make([][]uint64, 0, len(n.Layers)+1)
			sets = append(sets, make([]uint64, layers[parent].n/64+1))
			for _, id := range n.Layers {
				sets = append(sets, make([]uint64, layers[id].n/64+1))
			}
			m.bits[n.Selection] = sets
			walk(n.Nodes, n.Layers[len(n.Layers)-1])
		}
	}
	walk(p.Output, 0)
	return m
}

func (m *marks) has(n *plan.Node, depth, row int) bool {
	return m.bits[n.Selection][depth][row/64]&(1<<(row%64)) != 0
}

func (m *marks) set(n *plan.Node, depth, row int) {
	m.bits[n.Selection][depth][row/64] |= 1 << (row % 64)
}
