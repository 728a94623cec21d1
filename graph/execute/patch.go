package execute

import (
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/weftgraph/weft/graph/plan"
	"github.com/weftgraph/weft/graph/table"
)

// walker goes through objects that have been answered, to where a part has something to add.
type walker struct {
	*divided
	part plan.PartID
	path ast.Path
	// visit is called for each object: one of a composite node's, or the root. It tells whether to go on below it.
	visit func(nodes []plan.Node, selection int, id plan.LayerID, row int) bool
}

// object visits an object, and those below it.
func (w *walker) object(nodes []plan.Node, selection int, id plan.LayerID, row int) {
	if !w.visit(nodes, selection, id, row) {
		return
	}
	given := w.givenAt(id, row)
	tag := w.tag(id, &w.layers[id], row)
	for i := range nodes {
		n := &nodes[i]
		if n.Kind == plan.Composite && n.Below.Has(w.part) && n.Parts&given != 0 && n.Tags.Has(tag) {
			w.path = append(w.path, ast.PathName(n.Key))
			w.composite(n, row)
			w.path = w.path[:len(w.path)-1]
		}
	}
}

func (w *walker) composite(n *plan.Node, parentRow int) {
	first := &w.layers[n.Layers[0]]
	if w.isDead(n, 0, parentRow) || !first.built || first.states[parentRow] != isThere {
		return
	}
	if n.Lists == 0 {
		w.element(n, 0, int(first.first[parentRow]))
		return
	}
	w.list(n, 0, parentRow)
}

func (w *walker) list(n *plan.Node, depth, parentRow int) {
	l := &w.layers[n.Layers[depth]]
	lo := l.first[parentRow]
	for i := lo; i < l.first[parentRow+1]; i++ {
		w.path = append(w.path, ast.PathIndex(i-lo))
		w.element(n, depth, int(i))
		w.path = w.path[:len(w.path)-1]
	}
}

func (w *walker) element(n *plan.Node, depth, row int) {
	id := n.Layers[depth]
	tag := w.tag(id, &w.layers[id], row)
	if tag == 0 || tag == table.TagMismatch || w.isDead(n, depth+1, row) {
		return
	}
	if depth == len(n.Layers)-1 {
		w.object(n.Nodes, n.Selection, id, row)
		return
	}
	if w.layers[n.Layers[depth+1]].states[row] == isThere {
		w.list(n, depth+1, row)
	}
}

func (d *divided) isDead(n *plan.Node, depth, row int) bool {
	return d.dead != nil && d.dead.has(n, depth, row)
}

// patcher answers one fragment.
type patcher struct {
	*divided
	deferral *plan.Deferral
	fragment *fragment
	part     *Part
	writer   writer
	errors   gqlerror.List
	isLost   bool
}

// check finds the errors, and whether the fragment is lost.
func (p *patcher) check() {
	k := checker{coordinator: p.coordinator, dead: p.dead, parts: p.deferral.Part.Only()}
	w := walker{divided: p.divided, part: p.deferral.Part, path: clone(p.fragment.path)}
	w.visit = func(nodes []plan.Node, _ int, id plan.LayerID, row int) bool {
		k.given, k.path = p.givenAt(id, row), w.path
		k.object(nodes, id, row)
		return true
	}
	w.object(p.fragment.nodes, p.deferral.Selection, p.deferral.Layer, p.fragment.row)
	p.errors, p.isLost = k.all(), k.isLost
	if p.isLost {
		p.lose(p.deferral, p.fragment.row)
	}
}

// write adds the patches, and returns the buffer that they have been written to.
func (p *patcher) write() []byte {
	done := Completed{ID: p.fragment.id}
	if p.isLost {
		done.HasFailed, done.Errors = true, p.errors
		p.part.Completed = append(p.part.Completed, done)
		return p.writer.buf
	}
	w := walker{divided: p.divided, part: p.deferral.Part}
	w.visit = func(nodes []plan.Node, _ int, id plan.LayerID, row int) bool {
		p.object(nodes, id, row, w.path)
		return true
	}
	w.object(p.fragment.nodes, p.deferral.Selection, p.deferral.Layer, p.fragment.row)
	p.part.Completed = append(p.part.Completed, done)
	return p.writer.buf
}

// object adds a patch if the fragment has anything of an object that was not given before.
func (p *patcher) object(nodes []plan.Node, id plan.LayerID, row int, path ast.Path) {
	given := p.givenAt(id, row)
	tag := p.tag(id, &p.layers[id], row)
	for i := range nodes {
		n := &nodes[i]
		if n.Parts.Has(p.deferral.Part) && n.Parts&given == 0 && n.Tags.Has(tag) {
			start := len(p.writer.buf)
			p.writer.given = given
			p.writer.object(nodes, id, row)
			p.part.Patches = append(p.part.Patches, Patch{
				ID: p.fragment.id, SubPath: clone(path), Data: p.writer.buf[start:], Errors: append(p.errors, p.writer.errors...),
			})
			p.errors, p.writer.errors = nil, nil
			return
		}
	}
}

// lose notes that the fragment is lost: nulls in it are no further errors.
func (k *checker) lose() {
	if !k.isLost {
		k.isLost = true
		k.muted++
	}
}
