package grpc

import (
	"bytes"
	"slices"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/weftgraph/weft/datasources/response"
	"github.com/weftgraph/weft/graph/table"
	"github.com/weftgraph/weft/graph/table/scan"
)

// compileScan returns the scan program of a selection that only picks, from what the reader reads, and nil when replies have to be evaluated: because the
// selection does more, or because it meets the contract in a way for which the mapping language has a rule, such as a key of a
// list.
func (c *contract) compileScan(s *response.Selection, r *reader, want *table.Shape) *scanProgram {
	tree := s.Tree(want)
	if tree == nil {
		return nil
	}
	p := &scanProgram{contract: c, tree: tree, reader: r}
	compiler := scanCompiler{scanProgram: p}
	p.root = compiler.newEntry(&field{kind: protoreflect.MessageKind, message: r.message, hasPresence: true}, r)
	if r.message.form == formMessages {
		p.root = compiler.newEntry(r.plans[0].field, r.plans[0].below)
	}
	p.root.isRead = true
	if !compiler.add(p.root, &tree.Root) {
		return nil
	}
	p.scanners.New = func() any { return newWireScanner(p) }
	return p
}

// scanCompiler puts a tree and the types of the contract together. Its methods return false when they do not meet in a plain way.
type scanCompiler struct{ *scanProgram }

func (c *scanCompiler) newEntry(f *field, below *reader) *scanEntry {
	c.ids++
	return &scanEntry{id: c.ids - 1, oneof: -1, zeroName: -1, field: f, wire: f.wire(), below: below}
}

// node makes the node of a message that is entered.
func (c *scanCompiler) node(tree *scan.Node, r *reader) (*scanNode, bool) {
	if r == nil || r.message.form != formObject {
		return nil, false
	}
	n := &scanNode{tree: tree, reader: r}
	oneofs := map[int]int{}
	for i := range r.plans {
		p := &r.plans[i]
		e := c.newEntry(p.field, p.below)
		e.isRead = len(p.names) > 0
		if o := p.field.oneof; o != 0 {
			if _, ok := oneofs[o]; !ok {
				oneofs[o] = c.ids
				c.ids++
			}
			e.oneof = oneofs[o]
		}
		n.entries = append(n.entries, e)
	}
	for _, wanted := range tree.Entries {
		f := r.message.byName[wanted.Name]
		if f == nil {
			if len(wanted.Types) > 0 {
				return nil, false
			}
			continue // MISSING, whatever is wanted of it
		}
		i := r.find(f.number)
		if i < 0 || !c.add(n.entries[i], wanted) {
			return nil, false
		}
	}
	for i, e := range n.entries {
		if e.setZero(&r.plans[i]) {
			n.defaults = append(n.defaults, e)
		}
	}
	return n, true
}

// add adds what is made of a field's value. Both names of a field may be wanted.
func (c *scanCompiler) add(e *scanEntry, wanted *scan.Entry) bool {
	f := e.field
	if len(wanted.Types) > 0 && (f.isList || f.isMap) || wanted.Path != nil && !c.addPath(e, wanted.Path) {
		return false
	}
	e.types = append(e.types, wanted.Types...)
	if f.enum != nil && !f.enum.isNull && !f.isList && e.names == nil {
		e.names = namesOf(f.enum)
	}
	for _, leaf := range wanted.Leaves {
		typ := c.tree.Shape.Levels[leaf.Level].Members[leaf.Member].Type
		own := scanLeaf{Place: leaf.Place, null: nullCell(leaf.Optional), isTrusted: isTrusted(f, typ)}
		if e.names != nil && typ != nil && typ.Elem == nil && typ.Leaf == table.Enum {
			for _, text := range e.names.texts {
				own.accepts = append(own.accepts, typ.AcceptsAsIs(text))
			}
		}
		e.leaves = append(e.leaves, own)
	}
	for _, rows := range wanted.Rows {
		if !c.addRows(e, rows) {
			return false
		}
	}
	return true
}

// addPath adds the way to deeper keys. On a list they are read of each element, and of a second pick its own part: both is for the
// evaluator.
func (c *scanCompiler) addPath(e *scanEntry, tree *scan.Node) bool {
	if e.path != nil || e.field.isList || e.field.isMap {
		return false
	}
	var ok bool
	e.path, ok = c.node(tree, e.below)
	return ok
}

func (c *scanCompiler) addRows(e *scanEntry, rows scan.Rows) bool {
	f, level := e.field, &c.tree.Shape.Levels[rows.Level]
	isWhole := level.Kind == table.Leaf && !rows.IsList
	if !isWhole && (f.isMap || rows.IsList != f.isList || level.Kind == table.List) {
		return false
	}
	own := scanRows{Rows: rows, id: c.starts}
	c.starts++
	if level.Kind == table.Object {
		var ok bool
		if own.object, ok = c.node(rows.Object, e.below); !ok {
			return false
		}
	}
	e.rows = append(e.rows, own)
	return true
}

// setZero works out what becomes of a field that is not there, and reports whether that is anything.
func (e *scanEntry) setZero(p *plan) bool {
	switch f := e.field; {
	case f.isMap:
		e.zero = []byte("{}")
	case f.isList && !f.isExtension:
		e.zero = []byte("[]")
	case !p.zero.IsMissing():
		e.zero = p.zero.AppendJSON(nil)
	default:
		return false
	}
	if e.names != nil {
		e.zeroName = slices.IndexFunc(e.names.texts, func(text []byte) bool { return bytes.Equal(text, e.zero) })
	}
	return len(e.leaves) > 0 || len(e.types) > 0 || len(e.rows) > 0
}

// isTrusted tells that the text of every value of the field that is not null fits the leaf type and is stored as it is.
func isTrusted(f *field, typ *table.Type) bool {
	switch {
	case typ == nil:
		return true
	case typ.Elem == nil:
		return takesAll(typ) || !f.isList && !f.isMap && f.text().fits(typ.Leaf)
	case !f.isList || typ.Elem.Elem != nil:
		return false
	}
	// The output writes IDs as strings, and does so at the top of a cell only.
	t := f.text()
	return t.fits(typ.Elem.Leaf) && (typ.Elem.Leaf != table.ID || t == stringText)
}

func takesAll(typ *table.Type) bool { return typ.Leaf == table.Raw || typ.Leaf == table.Any }

// textKind tells what the JSON of all values of a field has in common.
type textKind uint8

const (
	// anyText may be anything, also null.
	anyText textKind = iota
	stringText
	// int32Text fits GraphQL's Int.
	int32Text
	integerText
	boolText
)

// text returns what the values of the field, or the elements of its list, look like.
func (f *field) text() textKind {
	if f.message != nil {
		switch f.message.form {
		case formTimestamp, formDuration, formFieldMask:
			return stringText
		case formWrapper:
			return f.message.fields[0].text()
		default:
			return anyText
		}
	}
	switch f.kind {
	case protoreflect.StringKind, protoreflect.BytesKind:
		return stringText
	case protoreflect.Int32Kind, protoreflect.Sint32Kind, protoreflect.Sfixed32Kind:
		return int32Text
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind, protoreflect.Int64Kind, protoreflect.Sint64Kind,
		protoreflect.Sfixed64Kind, protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		return integerText
	case protoreflect.BoolKind:
		return boolText
	default:
		return anyText
	}
}

// fits tells that the leaf takes all values that look like this.
func (t textKind) fits(leaf table.LeafKind) bool {
	kinds := [][]table.LeafKind{
		stringText:  {table.String, table.ID, table.Raw, table.Any},
		int32Text:   {table.Int, table.Float, table.ID, table.Raw, table.Any},
		integerText: {table.Float, table.ID, table.Raw, table.Any},
		boolText:    {table.Boolean, table.Raw, table.Any},
	}
	return slices.Contains(kinds[t], leaf)
}
