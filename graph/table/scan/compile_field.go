package scan

import (
	"slices"

	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/table"
	"github.com/weftgraph/weft/graph/value"
)

// field compiles what becomes of the value at a path of the mapped object that a pick makes of the node's object.
func (c *compiler) field(n *Node, pick *mapping.Pick, at Place, path []string) bool {
	found, n := c.find(n, pick, path[0])
	rest := path[1:]
	switch {
	case found == nil:
		return true // the mapping does not make it: the cells stay missing
	case !found.Const.IsMissing():
		return c.constant(n, found.Const, at, rest)
	case found.Leaf:
		return c.leaf(n, slices.Concat(found.Path, rest), at)
	case len(rest) > 0:
		end := c.descend(n, found.Path)
		end.IsStrict = end.IsStrict || found.Forced && len(found.Path) > 0
		return c.inlines(end, found) && c.field(end, found, at, rest)
	default:
		return c.composite(n, found, found.Path, at)
	}
}

// leaf compiles a value that the mapping takes as it is.
func (c *compiler) leaf(n *Node, path []string, at Place) bool {
	if c.Shape.Levels[at.Level].Members[at.Member].Child != 0 {
		return c.composite(n, &mapping.Pick{Leaf: true}, path, at)
	}
	if len(path) == 0 {
		return false // a whole object in a leaf: not worth a second kind of action
	}
	last := len(path) - 1
	e := c.entry(c.descend(n, path[:last]), path[last])
	e.Leaves = append(e.Leaves, newLeaf(at, c.Shape.Levels[at.Level].Members[at.Member].Type))
	return true
}

func newLeaf(at Place, typ *table.Type) Leaf {
	l := Leaf{Place: at, TakesAll: typ == nil}
	if typ != nil && typ.Elem == nil {
		l.TakesAll = typ.Leaf == table.Raw || typ.Leaf == table.Any
		l.TakesString = l.TakesAll || typ.Leaf == table.String || typ.Leaf == table.ID
	}
	return l
}

// composite compiles the rows of a child level, made of the value at a path from the node's object.
func (c *compiler) composite(n *Node, pick *mapping.Pick, path []string, at Place) bool {
	m := &c.Shape.Levels[at.Level].Members[at.Member]
	if m.Child == 0 {
		return false
	}
	if len(path) > 0 {
		last := len(path) - 1
		e := c.entry(c.descend(n, path[:last]), path[last])
		return c.rows(e, pick, at, m.Child, m.List)
	}
	if inner, ok := c.innermost(m.Child); m.List || !ok || inner != m.Child {
		return false
	}
	n.opens = append(n.opens, open{at: at, level: m.Child})
	return c.group(n, pick, m.Child)
}

// constant compiles a literal. It stands in every row whose object is entered.
func (c *compiler) constant(n *Node, v value.Value, at Place, rest []string) bool {
	m := &c.Shape.Levels[at.Level].Members[at.Member]
	text := v.AppendJSON(nil)
	if m.Child != 0 || len(rest) > 0 || !m.Type.AcceptsAsIs(text) {
		return false
	}
	n.constants = append(n.constants, constant{at: at, text: len(c.Constants)})
	c.Constants = append(c.Constants, text)
	return true
}
