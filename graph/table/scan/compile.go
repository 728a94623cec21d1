package scan

import (
	"slices"

	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/table"
	"github.com/weftgraph/weft/graph/value"
)

// Compile makes the tree that fills tables of the shape from what the mapping picks out of a reply. It returns false when the two do
// not meet in a way that a scan can follow (a nil Pick, an object where the shape has a leaf, …); then replies have to be
// evaluated. For a batch whose `by` mapping, run on each mapped item, gives the item's key object, by tells what it picks out of the
// item, and fills the members with By; it is nil otherwise. What it reads must not have been pruned from p.
func Compile(p, by *mapping.Pick, shape *table.Shape) (*Program, bool) {
	if p == nil || !p.Const.IsMissing() {
		return nil, false
	}
	program := &Program{Shape: shape, Levels: make([]LevelRule, len(shape.Levels))}
	c := compiler{Program: program, by: by}
	at := &program.Root
	for _, key := range p.Path {
		at = c.entry(c.path(at), key)
	}
	if !c.rows(at, p, RootPlace(), 0, shape.List) {
		return nil, false
	}
	program.Root.seal()
	return program, true
}

// compiler adds to a Program. Its methods return false when the mapping is not for a scan.
type compiler struct {
	*Program
	by *mapping.Pick
}

// seal computes what depends on all that is made of the values.
func (e *Entry) seal() {
	e.IsLeaf = len(e.Leaves) > 0 && len(e.Types) == 0 && e.Path == nil && len(e.Rows) == 0
	if e.Path != nil {
		e.Path.seal()
	}
	for i := range e.Rows {
		if n := e.Rows[i].Object; n != nil {
			n.seal()
		}
	}
}

func (n *Node) seal() {
	for _, e := range n.Entries {
		e.seal()
	}
}

// path returns the node of the objects behind an entry that rows of the same level look into.
func (c *compiler) path(e *Entry) *Node {
	if e.Path == nil {
		e.Path = c.node()
	}
	return e.Path
}

func (c *compiler) node() *Node {
	c.Nodes++
	return &Node{ID: c.Nodes - 1}
}

func (c *compiler) entry(n *Node, key string) *Entry {
	if e := n.Find([]byte(key)); e != nil {
		return e
	}
	e := &Entry{ID: c.Entries, Name: key}
	c.Entries++
	n.Entries = append(n.Entries, e)
	return e
}

// descend returns the node at the end of a path of objects.
func (c *compiler) descend(n *Node, path []string) *Node {
	for _, key := range path {
		n = c.path(c.entry(n, key))
	}
	return n
}

// rows compiles the rows of a level, made of the value of an entry. The pick's Path has been walked.
func (c *compiler) rows(e *Entry, pick *mapping.Pick, at Place, level int, isList bool) bool {
	r := Rows{At: at, Level: level, IsList: isList}
	inner, ok := c.innermost(level)
	if !ok {
		return false
	}
	if c.Shape.Levels[inner].Kind == table.Leaf {
		if !pick.Leaf {
			return false
		}
		c.Levels[inner].Tag = 1
	} else {
		r.Object = c.node()
		r.Object.IsStrict = pick.Forced
		if !c.group(r.Object, pick, inner) {
			return false
		}
	}
	e.Rows = append(e.Rows, r)
	return true
}

// innermost returns the level below all inner lists.
func (c *compiler) innermost(level int) (int, bool) {
	for c.Shape.Levels[level].Kind == table.List {
		c.Levels[level].Tag = 1
		m := &c.Shape.Levels[level].Members[0]
		if m.Child == 0 || !m.List {
			return 0, false
		}
		level = m.Child
	}
	return level, true
}

// group compiles the members of an Object level whose rows are made of the node's objects.
func (c *compiler) group(n *Node, pick *mapping.Pick, level int) bool {
	if !c.inlines(n, pick) || !c.typename(n, pick, level) {
		return false
	}
	l, rule := &c.Shape.Levels[level], &c.Levels[level]
	for i := range l.Members {
		m := &l.Members[i]
		if m.Tags != nil {
			if rule.IsDynamic {
				rule.limited = append(rule.limited, i)
			} else if !hasTag(m.Tags, rule.Tag) {
				continue
			}
		}
		path, ok := m.Path, true
		if m.By {
			path, ok = byPath(c.by, m.Path)
		}
		if !ok || len(path) == 0 {
			return false
		}
		if !c.field(n, pick, Place{level, i}, path) {
			return false
		}
	}
	return true
}

func hasTag(tags []bool, tag uint16) bool { return int(tag) <= len(tags) && tags[tag-1] }

// inlines enters the objects that are merged into the node's, also those of which nothing is wanted: if one is null, so
// is the whole.
func (c *compiler) inlines(n *Node, pick *mapping.Pick) bool {
	for _, inline := range pick.Inline {
		if inline.Leaf || !inline.Const.IsMissing() {
			return false
		}
		end := c.descend(n, inline.Path)
		end.IsStrict = end.IsStrict || len(inline.Path) > 0
		if !c.inlines(end, inline) {
			return false
		}
	}
	return true
}

// find returns the pick of a property and the node from which its Path starts, or nil when the mapping does not make the
// property.
func (c *compiler) find(n *Node, pick *mapping.Pick, name string) (*mapping.Pick, *Node) {
	if pick.Leaf {
		return &mapping.Pick{Path: []string{name}, Leaf: true}, n
	}
	for i := range pick.Fields {
		if f := &pick.Fields[i]; f.Name == name {
			return f.Pick, n
		}
	}
	for _, inline := range pick.Inline {
		if found, at := c.find(c.descend(n, inline.Path), inline, name); found != nil {
			return found, at
		}
	}
	return nil, nil
}

// typename decides how the rows of a level get their tags.
func (c *compiler) typename(n *Node, pick *mapping.Pick, level int) bool {
	l, rule := &c.Shape.Levels[level], &c.Levels[level]
	if !l.Abstract {
		rule.Tag = 1
		return true
	}
	name, at := c.find(n, pick, "__typename")
	switch {
	case name == nil:
		return false
	case name.Const.Kind() == value.KindString && at == n:
		rule.Tag = l.Tag(name.Const.Text())
		return rule.Tag != 0
	case name.Leaf && len(name.Path) > 0:
		rule.Tag, rule.IsDynamic = table.TagMismatch, true
		last := len(name.Path) - 1
		e := c.entry(c.descend(at, name.Path[:last]), name.Path[last])
		e.Types = append(e.Types, level)
		return true
	default:
		return false
	}
}

// byPath turns a path in the key object into the path in the mapped item that the `by` mapping takes it from.
func byPath(by *mapping.Pick, path []string) ([]string, bool) {
	if by == nil || len(by.Inline) > 0 || by.Forced && len(by.Path) > 0 {
		return nil, false
	}
	if by.Leaf {
		return slices.Concat(by.Path, path), true
	}
	if len(path) == 0 {
		return nil, false
	}
	for i := range by.Fields {
		f := &by.Fields[i]
		if f.Name != path[0] {
			continue
		}
		if !f.Pick.Const.IsMissing() {
			return nil, false
		}
		rest, ok := byPath(f.Pick, path[1:])
		return slices.Concat(by.Path, rest), ok
	}
	return nil, false
}
