package execute

import "github.com/weftgraph/weft/graph/plan"

// marks tells which values a null has been propagated to: per composite node, at depth 0 the field's value for each parent row, at
// depth i+1 each row of the node's i-th layer.
type marks struct {
	bits [][][]uint64
}

func newMarks(p *plan.Plan, layers []layer) *marks {
	m := &marks{bits: make([][][]uint64, p.Selections)}
	m.cover(p, layers)
	return m
}

// cover makes room for the rows that are there.
func (m *marks) cover(p *plan.Plan, layers []layer) {
	var walk func(nodes []plan.Node, parent plan.LayerID)
	walk = func(nodes []plan.Node, parent plan.LayerID) {
		for i := range nodes {
			n := &nodes[i]
			if n.Kind != plan.Composite {
				continue
			}
			sets := m.bits[n.Selection]
			if sets == nil {
				sets = make([][]uint64, len(n.Layers)+1)
				m.bits[n.Selection] = sets
			}
			sets[0] = covering(sets[0], layers[parent].n)
			for depth, id := range n.Layers {
				sets[depth+1] = covering(sets[depth+1], layers[id].n)
			}
			walk(n.Nodes, n.Layers[len(n.Layers)-1])
		}
	}
	walk(p.Output, 0)
}

// covering returns a set of rows that is there or, where it has no room for a number of them, an empty one that has. Rows come all at once, so
// that nothing was in it.
func covering(set []uint64, rows int) []uint64 {
	if len(set) > rows/64 {
		return set
	}
	return make([]uint64, rows/64+1)
}

func (m *marks) has(n *plan.Node, depth, row int) bool {
	return m.bits[n.Selection][depth][row/64]&(1<<(row%64)) != 0
}

func (m *marks) set(n *plan.Node, depth, row int) {
	m.bits[n.Selection][depth][row/64] |= 1 << (row % 64)
}
