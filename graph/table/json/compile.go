package json

import (
	"slices"

	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/table"
	"github.com/weftgraph/weft/graph/value"
)

// Compile makes the program that fills tables of the shape from what the mapping picks out of a reply. It returns false
// when the two do not meet in a way that a scan can follow (a nil Pick, an object where the shape has a leaf, …); then
// replies have to be evaluated. Members with By need CompileBatch.
func Compile(p *mapping.Pick, shape *table.Shape) (*Program, bool) {
	return CompileBatch(p, nil, shape)
}

// CompileBatch is Compile for a batch whose `by` mapping, run on each mapped item, gives the item's key object: by tells
// what it picks out of the item, and fills the members with By. What it reads must not have been pruned from p.
func CompileBatch(p, by *mapping.Pick, shape *table.Shape) (*Program, bool) {
	if p == nil || !p.Const.IsMissing() {
		return nil, false
	}
	program := &Program{shape: shape, levels: make([]levelRule, len(shape.Levels))}
	c := compiler{Program: program, by: by}
	at := &program.root
	for _, key := range p.Path {
		at = c.entry(c.path(at), key)
	}
	if !c.rows(at, p, rootPlace(), 0, shape.List) {
		return nil, false
	}
	program.root.seal()
	program.scanners.New = func() any { return newScanner(program) }
	return program, true
}

// compiler adds to a Program. Its methods return false when the mapping is not for a scan.
type compiler struct {
	*Program
	by *mapping.Pick
}

// seal computes what depends on all that is made of the values.
func (e *entry) seal() {
	e.isLeaf = len(e.leaves) > 0 && len(e.types) == 0 && e.path == nil && len(e.rows) == 0
	if e.path != nil {
		e.path.seal()
	}
	for i := range e.rows {
		if n := e.rows[i].object; n != nil {
			n.seal()
		}
	}
}

func (n *node) seal() {
	for _, e := range n.entries {
		e.seal()
	}
}

// path returns the node of the objects behind an entry that rows of the same level look into.
func (c *compiler) path(e *entry) *node {
	if e.path == nil {
		e.path = c.node()
	}
	return e.path
}

func (c *compiler) node() *node {
	c.nodes++
	return &node{id: c.nodes - 1}
}

func (c *compiler) entry(n *node, key string) *entry {
	if e := n.find([]byte(key)); e != nil {
		return e
	}
	e := &entry{id: c.entries, name: key}
	c.entries++
	n.entries = append(n.entries, e)
	return e
}

// descend returns the node at the end of a path of objects.
func (c *compiler) descend(n *node, path []string) *node {
	for _, key := range path {
		n = c.path(c.entry(n, key))
	}
	return n
}

// rows compiles the rows of a level, made of the value of an entry. The pick's Path has been walked.
func (c *compiler) rows(e *entry, pick *mapping.Pick, at place, level int, isList bool) bool {
	r := rows{at: at, level: level, isList: isList}
	inner, ok := c.innermost(level)
	if !ok {
		return false
	}
	if c.shape.Levels[inner].Kind == table.Leaf {
		if !pick.Leaf {
			return false
		}
		c.levels[inner].tag = 1
	} else {
		r.object = c.node()
		r.object.isStrict = pick.Forced
		if !c.group(r.object, pick, inner) {
			return false
		}
	}
	e.rows = append(e.rows, r)
	return true
}

// innermost returns the level below all inner lists.
func (c *compiler) innermost(level int) (int, bool) {
	for c.shape.Levels[level].Kind == table.List {
		c.levels[level].tag = 1
		m := &c.shape.Levels[level].Members[0]
		if m.Child == 0 || !m.List {
			return 0, false
		}
		level = m.Child
	}
	return level, true
}

// group compiles the members of an Object level whose rows are made of the node's objects.
func (c *compiler) group(n *node, pick *mapping.Pick, level int) bool {
	if !c.inlines(n, pick) || !c.typename(n, pick, level) {
		return false
	}
	l, rule := &c.shape.Levels[level], &c.levels[level]
	for i := range l.Members {
		m := &l.Members[i]
		if m.Tags != nil {
			if rule.isDynamic {
				rule.limited = append(rule.limited, i)
			} else if !hasTag(m.Tags, rule.tag) {
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
		if !c.field(n, pick, place{level, i}, path) {
			return false
		}
	}
	return true
}

func hasTag(tags []bool, tag uint16) bool { return int(tag) <= len(tags) && tags[tag-1] }

// inlines enters the objects that are merged into the node's, also those of which nothing is wanted: if one is null, so
// is the whole.
func (c *compiler) inlines(n *node, pick *mapping.Pick) bool {
	for _, inline := range pick.Inline {
		if inline.Leaf || !inline.Const.IsMissing() {
			return false
		}
		end := c.descend(n, inline.Path)
		end.isStrict = end.isStrict || len(inline.Path) > 0
		if !c.inlines(end, inline) {
			return false
		}
	}
	return true
}

// find returns the pick of a property and the node from which its Path starts, or nil when the mapping does not make the
// property.
func (c *compiler) find(n *node, pick *mapping.Pick, name string) (*mapping.Pick, *node) {
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
func (c *compiler) typename(n *node, pick *mapping.Pick, level int) bool {
	l, rule := &c.shape.Levels[level], &c.levels[level]
	if !l.Abstract {
		rule.tag = 1
		return true
	}
	name, at := c.find(n, pick, "__typename")
	switch {
	case name == nil:
		return false
	case name.Const.Kind() == value.KindString && at == n:
		rule.tag = l.Tag(name.Const.Text())
		return rule.tag != 0
	case name.Leaf && len(name.Path) > 0:
		rule.tag, rule.isDynamic = table.TagMismatch, true
		last := len(name.Path) - 1
		e := c.entry(c.descend(at, name.Path[:last]), name.Path[last])
		e.types = append(e.types, level)
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
