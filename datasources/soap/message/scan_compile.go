package message

import (
	"strings"

	"github.com/weftgraph/weft/datasources/soap/xmltext"
	"github.com/weftgraph/weft/datasources/soap/xsd"
	"github.com/weftgraph/weft/graph/table"
	"github.com/weftgraph/weft/graph/table/scan"
	"github.com/weftgraph/weft/graph/value"
)

// CompileScan returns the Scan of a selection that only picks, from what the program reads. isCall tells that the element is that of rpc style. It
// is nil when replies have to be evaluated, because the selection meets the contract in a way for which the mapping language has a rule, such
// as a key of a list, or the contract leaves it to the reply what there is.
func CompileScan(p *Program, tree *scan.Program, isCall bool) *Scan {
	if p.element == nil {
		return nil
	}
	s := &Scan{tree: tree, isCall: isCall}
	c := scanCompiler{Scan: s, nodes: map[scanKey]*scanNode{}}
	s.root = c.entryOf(p.element)
	if isCall && s.root.simple != nil || !c.add(s.root, p.element, &tree.Root) {
		return nil
	}
	s.scanners.New = func() any { return newScanner(s) }
	return s
}

// scanCompiler puts a tree and the types of the contract together.
type scanCompiler struct {
	*Scan

	// nodes has each node once, so that recursive types come to an end.
	nodes map[scanKey]*scanNode
}

type scanKey struct {
	tree    *scan.Node
	program *typeProgram
	hasType bool
}

func (c *scanCompiler) newEntry() *scanEntry {
	c.entries++
	return &scanEntry{id: c.entries - 1}
}

// entryOf is the entry of an element of which nothing is wanted so far.
func (c *scanCompiler) entryOf(p *elementProgram) *scanEntry {
	e := c.newEntry()
	e.element = p.declared
	if t := p.typ.typ; t.IsText() {
		e.simple = t.Simple
		e.mayName = t.Name == xmltext.Name{Space: xmltext.SpaceSchema, Local: "anySimpleType"}
	}
	return e
}

// node returns the node of an element of a type. Nodes that are not used yet may be incomplete.
func (c *scanCompiler) node(tree *scan.Node, p *typeProgram, hasType bool) *scanNode {
	key := scanKey{tree, p, hasType}
	if n := c.nodes[key]; n != nil {
		return n
	}
	n := &scanNode{program: p, tree: tree}
	c.nodes[key] = n
	if p.typ.IsAny() || p.typ.Array != nil || readsOpenContent(p) {
		n.isOdd = true
		return n
	}
	for i := range p.slots {
		c.slot(n, &p.slots[i])
	}
	if tree != nil {
		for _, wanted := range tree.Entries {
			if !c.want(n, wanted, hasType) {
				n.isOdd = true
				return n
			}
		}
	}
	for _, e := range n.entries {
		if e.isList && (e.wantsText || len(e.rows) > 0) {
			n.lists = append(n.lists, e)
		}
	}
	if p.derived != nil {
		n.derived = make(map[xmltext.Name]*scanNode, len(p.derived))
		for name, derived := range p.derived {
			n.derived[name] = c.node(tree, derived, hasType)
		}
	}
	return n
}

// readsOpenContent tells that elements are read about which the type says nothing.
func readsOpenContent(p *typeProgram) bool {
	if p.typ.Wildcard() == nil {
		return false
	}
	if p.want.Whole {
		return true
	}
	for _, name := range p.want.Names() {
		if p.typ.Field(name) == nil && !strings.HasPrefix(name, "@") && name != xsd.TypeField {
			return true
		}
	}
	return false
}

// slot adds the entry of a field, of which nothing is wanted so far.
func (c *scanCompiler) slot(n *scanNode, s *slot) {
	var e *scanEntry
	switch {
	case s.element == nil:
		e = c.newEntry()
		e.attribute = s.field.Attribute
		if e.simple = textOf(n.program.typ); e.attribute != nil {
			e.simple = e.attribute.Simple
		}
	default:
		e = c.entryOf(s.element)
		e.isOdd = s.element.substitutes != nil
		n.hasSubstitutes = n.hasSubstitutes || e.isOdd
		if e.simple == nil && !e.isOdd {
			e.check = c.node(nil, s.element.typ, false)
		}
	}
	e.isList = s.field.List
	n.entries = append(n.entries, e)
}

// want adds what is made of the field with a name. It is false when the reply has to be evaluated.
func (c *scanCompiler) want(n *scanNode, wanted *scan.Entry, hasType bool) bool {
	t := n.program.typ
	if wanted.Name == xsd.TypeField && hasType {
		n.typeName = c.newEntry()
		n.typeName.simple = &xsd.Simple{}
		n.typeName.constant = value.AppendString(nil, t.Name.Local)
		return c.add(n.typeName, nil, wanted)
	}
	for i, e := range n.entries {
		if n.program.slots[i].field.Name != wanted.Name {
			continue
		}
		if e.isOdd || !c.add(e, n.program.slots[i].element, wanted) {
			return false
		}
		switch {
		case e.attribute != nil:
			n.attributes = append(n.attributes, e)
		case e.element == nil:
			n.text = e
		}
		return true
	}
	if t.Field(wanted.Name) != nil || t.OpenAttributes != nil && strings.HasPrefix(wanted.Name, "@") {
		return false
	}
	return len(wanted.Types) == 0 // else MISSING, whatever is wanted of it
}

// add adds what is made of a field's value.
func (c *scanCompiler) add(e *scanEntry, p *elementProgram, wanted *scan.Entry) bool {
	isText := e.simple != nil
	if wanted.Path != nil {
		e.isStrict = wanted.Path.IsStrict
		switch {
		case e.isList, isText && e.isStrict:
			return false // keys of a list are read of each item, and a merged scalar makes all null
		case !isText:
			e.path = c.node(wanted.Path, p.typ, p.typ.hasType)
			if e.path.isOdd {
				return false
			}
		}
	}
	if !isText && (len(wanted.Leaves) > 0 || len(wanted.Types) > 0) || e.isList && len(wanted.Types) > 0 {
		return false
	}
	e.leaves, e.types = wanted.Leaves, wanted.Types
	e.wantsText = len(e.leaves) > 0 || len(e.types) > 0
	for _, rows := range wanted.Rows {
		own := scanRows{Rows: rows, id: c.starts}
		c.starts++
		kind := c.tree.Shape.Levels[rows.Level].Kind
		if rows.IsList != e.isList || kind == table.List || isText != (kind == table.Leaf) {
			return false
		}
		if !isText {
			own.object = c.node(rows.Object, p.typ, p.typ.hasType)
			if own.object.isOdd {
				return false
			}
		}
		e.rows = append(e.rows, own)
	}
	return true
}
