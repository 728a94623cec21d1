package sdl

import (
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"
)

// numbering turns the merged schema and the connectors into a Graph.
type numbering struct {
	*builder
	g *Graph
	m *merged
}

// number gives ids to everything and connects the connectors with their types, fields and sources. Wrong documents give a graph
// with holes, which only the checks that follow may see.
func (b *builder) number(m *merged) *Graph {
	n := numbering{builder: b, m: m, g: &Graph{
		Types: make([]Type, 1), Fields: make([]Field, 1), Connectors: make([]Connector, 1), Sources: make([]Source, 1),
		typeByName: map[string]TypeID{}, fieldByName: map[fieldKey]FieldID{},
	}}
	for _, d := range b.documents {
		n.g.Documents = append(n.g.Documents, d.Document)
	}
	for _, name := range builtInScalars() {
		n.addType(Type{Name: name, Kind: ast.Scalar, BuiltIn: true})
	}
	for _, t := range m.types {
		n.addType(Type{Name: t.name, Kind: t.kind, OneOf: t.oneOf, Inaccessible: t.inaccessible, Origin: b.at(t.position)})
	}
	for _, t := range m.types {
		n.fillType(t)
	}
	n.addPossible()
	n.addConnectors()
	n.g.Query, n.g.Mutation, n.g.Subscription = n.root(ast.Query), n.root(ast.Mutation), n.root(ast.Subscription)
	n.checkMerged()
	return n.g
}

func (n numbering) addType(t Type) {
	t.ID = TypeID(len(n.g.Types))
	n.g.typeByName[t.Name] = t.ID
	n.g.Types = append(n.g.Types, t)
}

// root returns the root type of an operation: the one that a document says is it.
func (n numbering) root(op ast.Operation) TypeID {
	for _, d := range n.documents {
		if name, ok := d.roots[op]; ok {
			return n.g.typeByName[name]
		}
	}
	return 0
}

// fillType adds a type's fields and everything else that refers to other types.
func (n numbering) fillType(t *mergedType) {
	id := n.g.typeByName[t.name]
	out := &n.g.Types[id]
	for _, f := range t.fields {
		if f.typ != nil {
			out.Fields = append(out.Fields, n.addField(id, f))
		}
	}
	for _, i := range t.interfaces {
		if implemented := n.g.typeByName[i.name]; implemented != 0 {
			out.Implements = append(out.Implements, implemented)
		}
	}
	for _, v := range t.values {
		out.Values = append(out.Values, EnumValue{v.name, v.inaccessible, t.tagsOf(v.name)})
	}
	for _, part := range t.parts {
		out.Directives = append(out.Directives, n.metadata(part.doc, part.directives)...)
		out.Access = append(out.Access, n.access(part.doc, part.directives)...)
		out.Cost = part.doc.heavier(out.Cost, part.directives)
		for _, applied := range part.doc.applications(part.directives, identityFederation, "key") {
			if part.doc.fieldSets[applied] == nil {
				continue // wrong, and allowed to be
			}
			resolvable := argument(applied, "resolvable")
			out.Keys = append(out.Keys, Key{
				Document: part.doc.Document, Fields: part.doc.fieldSets[applied],
				Resolvable: resolvable == nil || resolvable.Raw != "false", Origin: n.at(applied.Position),
			})
		}
	}
}

func (n numbering) addField(on TypeID, f *mergedField) FieldID {
	id := FieldID(len(n.g.Fields))
	out := Field{
		ID: id, Parent: on, Name: f.name, Type: f.typ, Named: n.g.typeByName[f.typ.Name()],
		Default: f.value, Inaccessible: f.inaccessible, Size: f.sizeOf(), Origin: n.at(f.position),
	}
	for _, a := range f.arguments {
		out.Args = append(out.Args, Arg{
			Name: a.name, Type: a.typ, Named: n.g.typeByName[a.typ.Name()], Default: a.value, Inaccessible: a.inaccessible,
			Cost: f.costOf(a.name), Tags: f.tagsOf(a.name),
		})
	}
	for _, p := range f.parts {
		out.In = append(out.In, n.occurrence(p))
		out.Directives = append(out.Directives, n.metadata(p.on.doc, p.Directives)...)
		out.Access = append(out.Access, n.access(p.on.doc, p.Directives)...)
		out.ListSize = max(out.ListSize, listSize(p))
		out.Cost = p.on.doc.heavier(out.Cost, p.Directives)
	}
	n.g.Fields = append(n.g.Fields, out)
	n.g.fieldByName[fieldKey{on, f.name}] = id
	return id
}

func (n numbering) occurrence(p fieldPart) Occurrence {
	d := p.on.doc
	o := Occurrence{
		Document: d.Document, External: p.external, Override: p.override(), Origin: n.at(p.Position),
		Shareable: d.federation(p.Directives, "shareable") != nil || d.federation(p.on.directives, "shareable") != nil,
	}
	if applied := d.federation(p.Directives, "override"); applied != nil {
		label, _ := stringArgument(applied, "label")
		o.Label = n.labelState(label)
	}
	if applied := d.federation(p.Directives, "requires"); applied != nil {
		o.Requires = d.fieldSets[applied]
	}
	if applied := d.federation(p.Directives, "provides"); applied != nil {
		o.Provides = d.fieldSets[applied]
	}
	return o
}

// listSize is the argument `assumedSize` of @listSize, 0 without one.
func listSize(p fieldPart) int {
	applied := p.on.doc.federation(p.Directives, "listSize")
	if applied == nil {
		return 0
	}
	size := argument(applied, "assumedSize")
	if size == nil {
		return 0
	}
	n, err := strconv.Atoi(size.Raw)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// metadata are the applied directives that others read. Those that this package has used up are left out.
func (n numbering) metadata(d *document, list ast.DirectiveList) []Applied {
	var kept []Applied
	for _, applied := range list {
		m := d.directive(applied.Name)
		name := applied.Name
		if m.link != nil {
			name = m.name
			if isConnect(m.link.url.identity) || m.link.url.identity == identityFederation && isStructural(name) {
				continue
			}
		}
		kept = append(kept, Applied{Name: name, Document: d.Document, Directive: applied})
	}
	return kept
}

// isStructural reports whether a directive of federation is represented by fields of its own in the Graph.
func isStructural(name string) bool {
	switch name {
	case "key", "requires", "provides", "external", "shareable", "extends", "override", "inaccessible":
		return true
	default:
		return false
	}
}

// addPossible lists the concrete types of every type.
func (n numbering) addPossible() {
	for _, t := range n.m.types {
		id := n.g.typeByName[t.name]
		out := &n.g.Types[id]
		switch t.kind {
		case ast.Object:
			out.Possible = []TypeID{id}
			for _, i := range out.Implements {
				if implemented := &n.g.Types[i]; implemented.Kind == ast.Interface {
					implemented.Possible = append(implemented.Possible, id)
				}
			}
		case ast.Union:
			for _, m := range t.members {
				if member := n.g.typeByName[m.name]; member != 0 {
					out.Possible = append(out.Possible, member)
				}
			}
		}
	}
}
