package sdl

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
)

// mergeField merges a field of an object type or interface.
func (m merger) mergeField(t *mergedType, f *mergedField) {
	counting := f.counting()
	if len(counting) == 0 {
		m.errorf(codeExternalMissing, f.position, "field %q of %q is @external wherever it is defined", f.name, t.name)
		counting = f.parts
	}
	f.position = counting[0].Position
	for _, p := range counting {
		if f.description == "" {
			f.description = p.Description
		}
		if f.standard == nil {
			f.standard = standardDirectives(p.Directives)
		}
		if f.typ == nil {
			f.typ = p.Type
			continue
		}
		typ, ok := m.outputType(f.typ, p.Type)
		if !ok {
			m.errorf(codeFieldType, p.Type.Position, "field %q of %q is of type %s here and %s in another document", f.name, t.name, p.Type, f.typ)
			m.note("the other type is here", m.at(f.typ.Position))
			continue
		}
		f.typ = typ
	}
	for _, p := range f.parts {
		f.inaccessible = f.inaccessible || p.on.doc.federation(p.Directives, "inaccessible") != nil
	}
	m.mergeArguments(t, f, counting)
	if t.kind == ast.Object {
		m.checkSharing(t, f)
	}
}

// counting are the parts that are not external.
func (f *mergedField) counting() []fieldPart {
	var list []fieldPart
	for _, p := range f.parts {
		if !p.external {
			list = append(list, p)
		}
	}
	return list
}

// outputType merges the types of a field: nullable if one is, and the more general of two named types.
func (m merger) outputType(a, b *ast.Type) (*ast.Type, bool) {
	if (a.Elem == nil) != (b.Elem == nil) {
		return nil, false
	}
	both := &ast.Type{NonNull: a.NonNull && b.NonNull, Position: a.Position}
	if a.Elem != nil {
		elem, ok := m.outputType(a.Elem, b.Elem)
		both.Elem = elem
		return both, ok
	}
	switch {
	case a.NamedType == b.NamedType || m.covers(a.NamedType, b.NamedType):
		both.NamedType = a.NamedType
	case m.covers(b.NamedType, a.NamedType):
		both.NamedType = b.NamedType
	default:
		return nil, false
	}
	return both, true
}

// covers reports whether a type is an interface or union that another type belongs to, in any document.
func (m merger) covers(general, concrete string) bool {
	g, c := m.out.byName[general], m.out.byName[concrete]
	if g == nil || c == nil {
		return false
	}
	for _, part := range g.parts {
		if slices.ContainsFunc(part.members, func(r reference) bool { return r.name == concrete }) {
			return true
		}
	}
	for _, part := range c.parts {
		if slices.ContainsFunc(part.interfaces, func(r reference) bool { return r.name == general }) {
			return true
		}
	}
	return false
}

// inputType merges the types of an argument or input field: non-null if one is.
func inputType(a, b *ast.Type) (*ast.Type, bool) {
	if a.NamedType != b.NamedType || (a.Elem == nil) != (b.Elem == nil) {
		return nil, false
	}
	both := &ast.Type{NamedType: a.NamedType, NonNull: a.NonNull || b.NonNull, Position: a.Position}
	if a.Elem == nil {
		return both, true
	}
	elem, ok := inputType(a.Elem, b.Elem)
	both.Elem = elem
	return both, ok
}

// mergeArguments keeps the arguments that every document has.
func (m merger) mergeArguments(t *mergedType, f *mergedField, parts []fieldPart) {
	found := map[string][]*ast.ArgumentDefinition{}
	hidden := map[string]bool{}
	var order []string
	for _, p := range parts {
		for _, a := range p.Arguments {
			if found[a.Name] == nil {
				order = append(order, a.Name)
			}
			found[a.Name] = append(found[a.Name], a)
			hidden[a.Name] = hidden[a.Name] || p.on.doc.federation(a.Directives, "inaccessible") != nil
		}
	}
	for _, name := range order {
		definitions := found[name]
		if len(definitions) == len(parts) {
			a := m.mergeArgument(t.name+"."+f.name, definitions)
			a.inaccessible = hidden[name]
			f.arguments = append(f.arguments, a)
			continue
		}
		for _, a := range definitions {
			if a.Type.NonNull && a.DefaultValue == nil {
				m.errorf(codeRequiredArgument, a.Position, "argument %q of %s.%s is required here and missing in another document", name, t.name, f.name)
			}
		}
	}
}

// mergeArgument merges the definitions of one argument; of names the field.
func (m merger) mergeArgument(of string, definitions []*ast.ArgumentDefinition) *mergedArgument {
	first := definitions[0]
	a := &mergedArgument{
		name: first.Name, description: first.Description, typ: first.Type, value: first.DefaultValue,
		standard: standardDirectives(first.Directives), position: first.Position,
	}
	for _, other := range definitions[1:] {
		if a.description == "" {
			a.description = other.Description
		}
		typ, ok := inputType(a.typ, other.Type)
		if !ok {
			m.errorf(codeArgumentType, other.Type.Position, "argument %q of %s is of type %s here and %s in another document", a.name, of, other.Type, a.typ)
			m.note("the other type is here", m.at(a.typ.Position))
			continue
		}
		a.typ = typ
		if !sameDefault(a.value, other.DefaultValue) {
			m.errorf(codeArgumentDefault, other.Position, "argument %q of %s has another default value in another document", a.name, of)
			m.note("the other definition is here", m.at(first.Position))
		}
	}
	return a
}

// sameDefault compares default values as they are written.
func sameDefault(a, b *ast.Value) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.String() == b.String()
}
