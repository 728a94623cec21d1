package sdl

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
)

// merged is the schema of all documents together, by the rules of Federation 2's composition.
type merged struct {
	types  []*mergedType
	byName map[string]*mergedType
}

// mergedType is a type as all documents together define it.
type mergedType struct {
	name  string
	kind  ast.DefinitionKind
	parts []*docType
	// description is the first one that is not empty; position that of the first definition.
	description  string
	position     *ast.Position
	fields       []*mergedField
	fieldNamed   map[string]*mergedField
	interfaces   []reference
	members      []reference
	values       []*mergedValue
	oneOf        bool
	inaccessible bool
	// asInput and asOutput tell where the type is used.
	asInput, asOutput bool
}

// mergedField is a field as all documents together define it.
type mergedField struct {
	name        string
	parts       []fieldPart
	description string
	position    *ast.Position
	typ         *ast.Type
	arguments   []*mergedArgument
	// standard are the @deprecated and its like that clients see.
	standard     ast.DirectiveList
	value        *ast.Value
	inaccessible bool
}

// fieldPart is a field in one document.
type fieldPart struct {
	*ast.FieldDefinition
	on *docType
	// external parts are only mentioned by their document: they do not count.
	external bool
}

type mergedArgument struct {
	name, description string
	typ               *ast.Type
	value             *ast.Value
	standard          ast.DirectiveList
	inaccessible      bool
	position          *ast.Position
}

type mergedValue struct {
	name, description string
	standard          ast.DirectiveList
	inaccessible      bool
	// parts counts the documents that have the value.
	parts    int
	position *ast.Position
}

// merger merges the documents' types.
type merger struct {
	*builder
	out *merged
}

// merge makes one schema of the documents' types.
func (b *builder) merge() *merged {
	m := merger{b, &merged{byName: map[string]*mergedType{}}}
	for _, d := range b.documents {
		for _, t := range d.order {
			m.collect(t)
		}
	}
	m.markUse()
	for _, t := range m.out.types {
		m.mergeType(t)
	}
	m.spreadInterfaceObjects()
	return m.out
}

// collect files a document's type under its name.
func (m merger) collect(t *docType) {
	target := m.out.byName[t.name]
	if target == nil {
		target = &mergedType{name: t.name, kind: t.kind, position: t.position, fieldNamed: map[string]*mergedField{}}
		m.out.byName[t.name] = target
		m.out.types = append(m.out.types, target)
	}
	switch {
	case target.kind == t.kind:
	case t.isInterfaceObject() && target.kind == ast.Interface:
	case t.kind == ast.Interface && target.isInterfaceObject():
		target.kind, target.position = ast.Interface, t.position
	default:
		m.errorf(codeTypeKind, t.position, "%q is %s here and %s in another document", t.name, kindText(t.kind), kindText(target.kind))
		m.note("the other definition is here", m.at(target.position))
		return
	}
	if target.description == "" {
		target.description = t.description
	}
	target.parts = append(target.parts, t)
}

// isInterfaceObject reports whether the object type stands for an interface of other documents.
func (t *docType) isInterfaceObject() bool {
	return t.kind == ast.Object && t.doc.federation(t.directives, "interfaceObject") != nil
}

func (t *mergedType) isInterfaceObject() bool {
	return !slices.ContainsFunc(t.parts, func(p *docType) bool { return !p.isInterfaceObject() })
}

// markUse finds out which types are used as inputs and outputs: enums merge differently.
func (m merger) markUse() {
	use := func(of *ast.Type, input bool) {
		if t := m.out.byName[of.Name()]; t != nil {
			t.asInput, t.asOutput = t.asInput || input, t.asOutput || !input
		}
	}
	for _, t := range m.out.types {
		for _, part := range t.parts {
			for _, f := range part.fields {
				use(f.Type, t.kind == ast.InputObject)
				for _, a := range f.Arguments {
					use(a.Type, true)
				}
			}
		}
	}
}

func (m merger) mergeType(t *mergedType) {
	for _, part := range t.parts {
		d := part.doc
		t.inaccessible = t.inaccessible || d.federation(part.directives, "inaccessible") != nil
		t.oneOf = t.oneOf || part.directives.ForName("oneOf") != nil
		t.interfaces = mergeReferences(t.interfaces, part.interfaces)
		t.members = mergeReferences(t.members, part.members)
		typeExternal := d.federation(part.directives, "external") != nil
		for _, f := range part.fields {
			target := t.fieldNamed[f.Name]
			if target == nil {
				target = &mergedField{name: f.Name, position: f.Position}
				t.fieldNamed[f.Name] = target
				t.fields = append(t.fields, target)
			}
			external := typeExternal || d.federation(f.Directives, "external") != nil
			target.parts = append(target.parts, fieldPart{f, part, external})
		}
	}
	switch t.kind {
	case ast.Enum:
		m.mergeValues(t)
	case ast.InputObject:
		m.mergeInputFields(t)
	default:
		for _, f := range t.fields {
			m.mergeField(t, f)
		}
	}
}

// mergeReferences adds names that are new.
func mergeReferences(list, more []reference) []reference {
	known := namedBy(list)
	for _, r := range more {
		if !known[r.name] {
			list = append(list, r)
		}
	}
	return list
}

// spreadInterfaceObjects gives the fields that @interfaceObject types add to an interface to its implementations, too.
func (m merger) spreadInterfaceObjects() {
	for _, t := range m.out.types {
		if t.kind != ast.Object {
			continue
		}
		for _, i := range t.interfaces {
			implemented := m.out.byName[i.name]
			if implemented == nil {
				continue
			}
			for _, f := range implemented.fields {
				if t.fieldNamed[f.name] == nil && slices.ContainsFunc(f.parts, fieldPart.isInterfaceObject) {
					t.fieldNamed[f.name] = f
					t.fields = append(t.fields, f)
				}
			}
		}
	}
}

func (p fieldPart) isInterfaceObject() bool { return p.on.isInterfaceObject() }

// standardDirectives are those that clients see.
func standardDirectives(list ast.DirectiveList) ast.DirectiveList {
	var kept ast.DirectiveList
	for _, applied := range list {
		switch applied.Name {
		case "deprecated", "specifiedBy", "oneOf":
			kept = append(kept, applied)
		}
	}
	return kept
}
