package execute

import (
	"context"
	"strconv"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/weftgraph/weft/graph/plan"
	"github.com/weftgraph/weft/graph/table"
)

// writer appends the answer's data to one buffer.
type writer struct {
	*coordinator
	ctx context.Context //nolint:containedctx // a writer lives for one call; only introspection needs it
	buf []byte
	// dead tells what a null has been propagated to; nil when there were no doubts.
	dead *marks
	// isNull tells that a null reached the root.
	isNull bool
	errors gqlerror.List
	// parts are those that are written: the fields that are in them, and not in given ones.
	parts, given plan.PartSet
}

// root writes the whole data.
func (w *writer) root() {
	if w.isNull {
		w.null()
		return
	}
	w.object(w.plan.Output, 0, 0)
}

// object writes the fields of one row, in response order.
func (w *writer) object(nodes []plan.Node, id plan.LayerID, row int) {
	l := &w.layers[id]
	tag := w.tag(id, l, row)
	w.buf = append(w.buf, '{')
	separator := false
	for i := range nodes {
		n := &nodes[i]
		if n.Parts&w.parts == 0 || n.Parts&w.given != 0 || !n.Tags.Has(tag) {
			continue
		}
		if separator {
			w.buf = append(w.buf, ',')
		}
		separator = true
		w.buf = append(w.buf, n.Literal...)
		switch n.Kind {
		case plan.Leaf:
			w.leaf(n, id, l, row)
		case plan.Composite:
			w.composite(n, row)
		case plan.Typename:
			w.typename(id, tag)
		case plan.System:
			w.system(n)
		case plan.Nothing, plan.Withheld:
			w.null()
		}
	}
	w.buf = append(w.buf, '}')
}

func (w *writer) null() { w.buf = append(w.buf, "null"...) }

// leaf writes a cell as it is; only the numbers of IDs get quotes.
func (w *writer) leaf(n *plan.Node, id plan.LayerID, l *layer, row int) {
	t, cell := w.leafCell(n, id, l, row)
	if cell.IsNull() {
		w.null()
		return
	}
	text := t.Bytes(cell)
	if n.Quote && text[0] != '"' {
		w.buf = append(w.buf, '"')
		w.buf = append(w.buf, text...)
		w.buf = append(w.buf, '"')
		return
	}
	w.buf = append(w.buf, text...)
}

// leafCell returns the cell of a leaf, and the table that its bytes are in.
func (c *coordinator) leafCell(n *plan.Node, id plan.LayerID, l *layer, row int) (*table.Table, table.Span) {
	r := l.refs[n.Provider][row]
	if r.isNone() {
		return nil, table.Missing
	}
	pr := &c.plan.Layers[id].Providers[n.Provider]
	t := c.fetches[pr.Fetch].result.Tables[r.table]
	return t, t.Levels[pr.Level].Cell(r.row, n.Member)
}

func (w *writer) typename(id plan.LayerID, tag uint16) {
	w.buf = strconv.AppendQuote(w.buf, w.plan.Layers[id].Types[tag-1])
}

func (w *writer) system(n *plan.Node) {
	if w.in.System == nil {
		w.null()
		return
	}
	value, err := w.in.System(w.ctx, n.System)
	if err != nil {
		w.errors = append(w.errors, systemError(n, err))
		w.null()
		return
	}
	w.buf = append(w.buf, value...)
}

// composite writes an object, or the lists of objects, below one row.
func (w *writer) composite(n *plan.Node, parentRow int) {
	first := &w.layers[n.Layers[0]]
	if w.isDead(n, 0, parentRow) || !first.built || first.states[parentRow] != isThere {
		w.null()
		return
	}
	if n.Lists == 0 {
		w.element(n, 0, int(first.first[parentRow]))
		return
	}
	w.list(n, 0, parentRow)
}

// list writes the rows of the depth-th layer that belong to one row of the layer above.
func (w *writer) list(n *plan.Node, depth, parentRow int) {
	l := &w.layers[n.Layers[depth]]
	w.buf = append(w.buf, '[')
	for i := l.first[parentRow]; i < l.first[parentRow+1]; i++ {
		if i > l.first[parentRow] {
			w.buf = append(w.buf, ',')
		}
		w.element(n, depth, int(i))
	}
	w.buf = append(w.buf, ']')
}

// element writes one row of the depth-th layer: an object, or an inner list.
func (w *writer) element(n *plan.Node, depth, row int) {
	id := n.Layers[depth]
	l := &w.layers[id]
	tag := w.tag(id, l, row)
	if tag == 0 || tag == table.TagMismatch || w.isDead(n, depth+1, row) {
		w.null()
		return
	}
	if depth == len(n.Layers)-1 {
		w.object(n.Nodes, id, row)
		return
	}
	if w.layers[n.Layers[depth+1]].states[row] != isThere {
		w.null()
		return
	}
	w.list(n, depth+1, row)
}

func (w *writer) isDead(n *plan.Node, depth, row int) bool {
	return w.dead != nil && w.dead.has(n, depth, row)
}
