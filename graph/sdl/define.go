package sdl

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
)

// docType is one type of one document: its definition with all extensions.
type docType struct {
	name string
	kind ast.DefinitionKind
	doc  *document
	// description and position are those of the definition, of the first extension when there is none.
	description string
	position    *ast.Position
	isDefined   bool
	// isBroken tells that syntax errors hide parts of the type: what seems to be missing may be there.
	isBroken bool
	// directives of all parts.
	directives ast.DirectiveList
	interfaces []reference
	fields     []*ast.FieldDefinition
	fieldNamed map[string]*ast.FieldDefinition
	members    []reference
	// referenced are the positions of interfaces and members by name; a type has only one of both.
	referenced map[string]*ast.Position
	values     []*ast.EnumValueDefinition
	valueNamed map[string]*ast.EnumValueDefinition
	// parts are the definitions and extensions as written: each is a location of its own for directives.
	parts []*definition
	// keyFields are the names in the type's keys, which need no @shareable.
	keyFields map[string]bool
}

// reference is a name of another type where it is written.
type reference struct {
	name     string
	position *ast.Position
}

// define makes the document's types of its definitions and extensions.
func (b *builder) define(d *document) {
	d.types, d.directives = map[string]*docType{}, map[string]*ast.DirectiveDefinition{}
	b.defineRoots(d)
	b.renameRoots(d)
	for _, part := range d.syntax.definitions {
		if !d.isInjected(part.Name) {
			b.addPart(d, part)
		}
	}
	for _, definition := range d.syntax.directives {
		b.addDirective(d, definition)
	}
}

// isInjected reports whether a definition is a copy of what the server provides anyway: documents that other tools have
// published contain such copies, and they must load.
func (d *document) isInjected(name string) bool {
	if isBuiltInScalar(name) || d.typeName(name).link != nil {
		return true
	}
	switch name {
	case "_Any", "_Entity", "_Service", "_FieldSet":
		return true
	default:
		return false
	}
}

func isBuiltInScalar(name string) bool { return slices.Contains(builtInScalars(), name) }

// builtInScalars are the scalars that every schema has.
func builtInScalars() []string { return []string{"Int", "Float", "String", "Boolean", "ID"} }

// addPart adds a definition or extension to its type.
func (b *builder) addPart(d *document, part *definition) {
	t := d.types[part.Name]
	if t == nil {
		b.checkName(part.Position, part.Name)
		t = &docType{
			name: part.Name, kind: part.Kind, doc: d, position: part.Position,
			fieldNamed: map[string]*ast.FieldDefinition{},
			valueNamed: map[string]*ast.EnumValueDefinition{},
			referenced: map[string]*ast.Position{},
		}
		d.types[part.Name] = t
		d.order = append(d.order, t)
	}
	if t.kind != part.Kind {
		b.errorf(codeGraphQL, part.Position, "%q is %s here and %s elsewhere in the document", part.Name, kindText(part.Kind), kindText(t.kind))
		b.note("the other definition is here", b.at(t.position))
		return
	}
	if !part.isExtension {
		if t.isDefined {
			b.errorf(codeGraphQL, part.Position, `%s %q is defined twice; write "extend" to add to it`, keywordOf(t.kind), part.Name)
			b.note("first defined here", b.at(t.position))
		} else {
			t.isDefined, t.position, t.description = true, part.Position, part.Description
		}
	}
	t.isBroken = t.isBroken || part.isBroken
	t.parts = append(t.parts, part)
	t.directives = append(t.directives, part.Directives...)
	b.addFields(t, part)
	b.addReferences(t, part)
	b.addValues(t, part)
}

// addFields adds a part's fields. Each name is kept once.
func (b *builder) addFields(t *docType, part *definition) {
	for _, f := range part.Fields {
		if t.name == "Query" && (f.Name == "_service" || f.Name == "_entities") {
			continue // federation's own, in published documents
		}
		b.checkName(f.Position, f.Name)
		if first := t.fieldNamed[f.Name]; first != nil {
			b.errorf(codeGraphQL, f.Position, "field %q of %q is defined twice", f.Name, t.name)
			b.note("first defined here", b.at(first.Position))
			continue
		}
		f.Arguments = b.uniqueArguments(f.Arguments)
		t.fieldNamed[f.Name] = f
		t.fields = append(t.fields, f)
	}
}

func (b *builder) uniqueArguments(list ast.ArgumentDefinitionList) ast.ArgumentDefinitionList {
	seen := map[string]*ast.ArgumentDefinition{}
	kept := list[:0]
	for _, a := range list {
		b.checkName(a.Position, a.Name)
		if first := seen[a.Name]; first != nil {
			b.errorf(codeGraphQL, a.Position, "argument %q is defined twice", a.Name)
			b.note("first defined here", b.at(first.Position))
			continue
		}
		seen[a.Name] = a
		kept = append(kept, a)
	}
	return kept
}

// addReferences adds a part's interfaces and members.
func (b *builder) addReferences(t *docType, part *definition) {
	for i, name := range part.Interfaces {
		t.interfaces = b.addReference(t, t.interfaces, name, part.interfaces[i])
	}
	for i, name := range part.Types {
		t.members = b.addReference(t, t.members, name, part.TypePositions[i])
	}
}

func (b *builder) addReference(t *docType, list []reference, name string, at *ast.Position) []reference {
	if first := t.referenced[name]; first != nil {
		b.errorf(codeGraphQL, at, "%q is named twice", name)
		b.note("first named here", b.at(first))
		return list
	}
	t.referenced[name] = at
	return append(list, reference{name, at})
}

func (b *builder) addValues(t *docType, part *definition) {
	for _, v := range part.EnumValues {
		b.checkName(v.Position, v.Name)
		if first := t.valueNamed[v.Name]; first != nil {
			b.errorf(codeGraphQL, v.Position, "enum value %q is defined twice", v.Name)
			b.note("first defined here", b.at(first.Position))
			continue
		}
		t.valueNamed[v.Name] = v
		t.values = append(t.values, v)
	}
}

// addDirective keeps a directive definition of the document's own.
func (b *builder) addDirective(d *document, definition *ast.DirectiveDefinition) {
	if d.directive(definition.Name).link != nil || isBuiltInDirective(definition.Name) {
		return
	}
	b.checkName(definition.Position, definition.Name)
	definition.Arguments = b.uniqueArguments(definition.Arguments)
	if first := d.directives[definition.Name]; first != nil {
		b.errorf(codeGraphQL, definition.Position, "directive @%s is defined twice", definition.Name)
		b.note("first defined here", b.at(first.Position))
		return
	}
	d.directives[definition.Name] = definition
}

func isBuiltInDirective(name string) bool {
	switch name {
	case "include", "skip", "deprecated", "specifiedBy", "oneOf", "defer":
		return true
	default:
		return false
	}
}

// checkName refuses names that are reserved for introspection.
func (b *builder) checkName(at *ast.Position, name string) {
	if len(name) >= 2 && name[:2] == "__" {
		b.errorf(codeGraphQL, at, `%q: names that begin with "__" are reserved for introspection`, name)
	}
}

// field returns a field of the type, nil when it has none of this name.
func (t *docType) field(name string) *ast.FieldDefinition { return t.fieldNamed[name] }

// fieldNames are the names of the fields as written.
func (t *docType) fieldNames() []string {
	names := make([]string, len(t.fields))
	for i, f := range t.fields {
		names[i] = f.Name
	}
	return names
}

// isComposite reports whether the type has a sub-selection.
func (t *docType) isComposite() bool {
	return t.kind == ast.Object || t.kind == ast.Interface || t.kind == ast.Union
}
