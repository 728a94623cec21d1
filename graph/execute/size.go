package execute

import (
	"github.com/weftgraph/weft/graph/plan"
)

const (
	// sampled is how many rows of a position are measured to know about all of them.
	sampled = 128
	// timesReplies is how many times as long as what the tables are made of a long answer may be to be measured in full.
	timesReplies = 4
	// manyRows are so many that measuring some of them costs next to nothing.
	manyRows = 16 * sampled
)

// size returns about how many bytes the data will have. What an earlier answer had is a good guess for a short one. A long one is
// measured: it may have come out of other variables, or be the first, and a buffer that is found too small over and over again
// takes several times the memory of the answer.
func (c *coordinator) size() int {
	rows := 0
	for i := range c.layers {
		rows += c.layers[i].n
	}
	if rows <= manyRows {
		return min(c.in.SizeHint, maxPooled)
	}
	measured := c.measure(c.plan.Output, 0)
	return min(measured+measured/16, c.sizeBound())
}

// sizeBound is the most that is believed of a measure. One long text among the rows that were measured would make all others as long;
// what the tables are made of bounds that. An answer that is longer, as many of its rows share what they show, grows beyond it.
func (c *coordinator) sizeBound() int {
	bytes := 0
	for i := range c.fetches {
		if result := c.fetches[i].result; result != nil {
			for _, t := range result.Tables {
				bytes += len(t.Reply) + len(t.Side)
			}
		}
	}
	return maxPooled + timesReplies*bytes
}

// measure returns about how many bytes the rows of a position take, all that is below them included.
func (c *coordinator) measure(nodes []plan.Node, id plan.LayerID) int {
	n := c.layers[id].n
	if n == 0 {
		return 0
	}
	some, step := 0, max(n/sampled, 1)
	seen := 0
	for row := 0; row < n; row += step {
		some += c.measureRow(nodes, id, row)
		seen++
	}
	all := some * n / seen
	for i := range nodes {
		node := &nodes[i]
		if !node.Parts.Has(plan.FirstPart) {
			continue
		}
		for depth, child := range node.Layers {
			if depth < len(node.Layers)-1 {
				all += len("[],") * c.layers[child].n
			} else {
				all += c.measure(node.Nodes, child)
			}
		}
	}
	return all
}

// measureRow returns about how many bytes one row takes, without the rows below it.
func (c *coordinator) measureRow(nodes []plan.Node, id plan.LayerID, row int) int {
	l := &c.layers[id]
	tag := c.tag(id, l, row)
	size := len("{},")
	for i := range nodes {
		n := &nodes[i]
		if !n.Parts.Has(plan.FirstPart) || !n.Tags.Has(tag) {
			continue
		}
		size += len(n.Literal) + len("null,")
		if n.Kind != plan.Leaf {
			continue
		}
		if t, cell := c.leafCell(n, id, l, row); !cell.IsNull() {
			size += len(t.Bytes(cell)) - len("null")
			if n.Quote {
				size += len(`""`)
			}
		}
	}
	return size
}
