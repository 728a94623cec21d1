package execute

import (
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/plan"
	"github.com/weftgraph/weft/graph/table"
)

// checker walks the answer in response order, as [GraphQL] 6.4.3 completes values: it finds the errors, and marks what a null is
// propagated to. It runs only when something may be wrong.
type checker struct {
	*coordinator
	errorList
	dead *marks
	path ast.Path
	// muted counts the values around the present one that are null already: below them, a null where none may be is no further
	// error, but a failed call still is.
	muted int
	// parts are those that are checked: the fields that are in them, and not in given ones.
	parts, given plan.PartSet
	// isLost tells that a null where none may be has reached the deferred fragment that is checked.
	isLost bool
}

// root checks the whole answer and reports whether a null reached the root.
func (k *checker) root() bool { return k.object(k.plan.Output, 0, 0) }

// object checks the fields of one row and reports whether the object is null because of one of them.
func (k *checker) object(nodes []plan.Node, id plan.LayerID, row int) bool {
	tag := k.tag(id, &k.layers[id], row)
	dead := false
	for i := range nodes {
		n := &nodes[i]
		if n.Parts&k.parts == 0 || n.Parts&k.given != 0 || !n.Tags.Has(tag) {
			continue
		}
		k.path = append(k.path, ast.PathName(n.Key))
		switch isNull := k.field(n, id, row) && n.NonNull; {
		case isNull && n.IsCut:
			k.lose()
		case isNull && !dead:
			dead = true
			k.muted++
		}
		k.path = k.path[:len(k.path)-1]
	}
	if dead {
		k.muted--
	}
	return dead
}

// field checks one field of one row and reports whether its value is null.
func (k *checker) field(n *plan.Node, id plan.LayerID, row int) bool {
	switch n.Kind {
	case plan.Leaf:
		return k.leaf(n, id, row)
	case plan.Composite:
		return k.composite(n, id, row)
	case plan.Nothing:
		k.unsupplied(n)
		return true
	case plan.Withheld:
		return true // the plan tells of it
	default:
		return false
	}
}

func (k *checker) leaf(n *plan.Node, id plan.LayerID, row int) bool {
	r := k.layers[id].refs[n.Provider][row]
	if r.isNone() {
		k.absent(n, id, n.Provider, row, r)
		return true
	}
	pr := &k.plan.Layers[id].Providers[n.Provider]
	t := k.fetches[pr.Fetch].result.Tables[r.table]
	cell := t.Levels[pr.Level].Cell(r.row, n.Member)
	if cell == table.Mismatch {
		k.mismatch(n, t, pr.Level, n.Member, r.row)
		return true
	}
	if t.Levels[pr.Level].Tags[r.row] == table.TagMismatch {
		k.otherType(n, t, pr.Level)
		return true
	}
	k.elementFaults(n, t, pr.Level, n.Member, r.row)
	if cell.IsNull() {
		k.nullAt(n)
		return true
	}
	return false
}

func (k *checker) composite(n *plan.Node, id plan.LayerID, parentRow int) bool {
	first := &k.layers[n.Layers[0]]
	if !first.built {
		k.nullAt(n)
		return true
	}
	var isDead bool
	switch first.states[parentRow] {
	case isThere:
		if n.Lists == 0 {
			isDead = k.element(n, 0, int(first.first[parentRow]))
		} else {
			isDead = k.list(n, 0, parentRow)
		}
	case isFailed:
		k.failedValue(n, id, parentRow)
		isDead = true
	case isMismatch:
		k.mismatchedValue(n, id, parentRow)
		isDead = true
	default:
		k.noValue(n, id, parentRow)
		isDead = true
	}
	if isDead {
		k.dead.set(n, 0, parentRow)
	}
	return isDead
}

// list checks the elements below one row and reports whether the list is null because of one of them.
func (k *checker) list(n *plan.Node, depth, parentRow int) bool {
	l := &k.layers[n.Layers[depth]]
	dead := false
	lo := l.first[parentRow]
	for i := lo; i < l.first[parentRow+1]; i++ {
		k.path = append(k.path, ast.PathIndex(i-lo))
		if k.element(n, depth, int(i)) && n.ElemNonNull[depth] && !dead {
			dead = true
			k.muted++
		}
		k.path = k.path[:len(k.path)-1]
	}
	if dead {
		k.muted--
	}
	return dead
}

// element checks one row of a layer and reports whether it is null.
func (k *checker) element(n *plan.Node, depth, row int) bool {
	id := n.Layers[depth]
	l := &k.layers[id]
	dead := true
	switch tag := k.tag(id, l, row); {
	case tag == 0 && n.Lists == 0:
		k.nullAt(n)
	case tag == 0 && n.ElemNonNull[depth]:
		k.nullElement(n)
	case tag == 0:
	case tag == table.TagMismatch:
		k.mismatchedRow(n, id, l, row)
	case depth == len(n.Layers)-1:
		dead = k.object(n.Nodes, id, row)
	case k.layers[n.Layers[depth+1]].states[row] == isThere:
		dead = k.list(n, depth+1, row)
	}
	if dead {
		k.dead.set(n, depth+1, row)
	}
	return dead
}
