package sdl

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/diag"
)

// checkMerged checks the merged schema by the type system rules of the GraphQL specification (section 3).
func (n numbering) checkMerged() {
	if n.g.Query == 0 && !n.isBroken {
		message := "no document has a Query type"
		if len(n.documents) == 0 {
			message = "there are no documents"
		}
		n.diags.Errorf(codeNoQueries, diag.Span{}, "%s", message)
	}
	for _, t := range n.m.types {
		n.checkContent(t)
		n.checkCost(t)
		switch t.kind {
		case ast.Object, ast.Interface:
			declared := namedBy(t.interfaces)
			for _, i := range t.interfaces {
				if implemented := n.m.byName[i.name]; implemented != nil && implemented.kind == ast.Interface {
					n.checkImplements(t, implemented, i, declared)
				}
			}
		case ast.InputObject:
			n.checkOneOf(t)
		}
	}
	n.checkInputCycles()
}

// checkContent reports types without anything in them.
func (n numbering) checkContent(t *mergedType) {
	if t.isBroken() {
		return
	}
	var missing string
	switch t.kind {
	case ast.Object, ast.Interface, ast.InputObject:
		if len(t.fields) == 0 {
			missing = "fields"
		}
	case ast.Union:
		if len(t.members) == 0 {
			missing = "member types"
		}
	case ast.Enum:
		if len(t.values) == 0 {
			missing = "values"
		}
	}
	if missing == "" || t.kind == ast.InputObject && t.hasFieldsSomewhere() || t.kind == ast.Enum && t.hasValuesSomewhere() {
		return
	}
	n.errorf(codeGraphQL, t.position, "%s %q has no %s", keywordOf(t.kind), t.name, missing)
}

// isBroken reports whether syntax errors hide parts of the type.
func (t *mergedType) isBroken() bool {
	return slices.ContainsFunc(t.parts, func(p *docType) bool { return p.isBroken })
}

// hasFieldsSomewhere tells that merging left nothing, which has been reported.
func (t *mergedType) hasFieldsSomewhere() bool {
	for _, p := range t.parts {
		if len(p.fields) > 0 {
			return true
		}
	}
	return false
}

func (t *mergedType) hasValuesSomewhere() bool {
	for _, p := range t.parts {
		if len(p.values) > 0 {
			return true
		}
	}
	return false
}

// checkImplements checks a type against an interface that it implements; declared are the names of all of them.
func (n numbering) checkImplements(t, implemented *mergedType, at reference, declared map[string]bool) {
	if t == implemented {
		n.errorf(codeGraphQL, at.position, "%q cannot implement itself", t.name)
		return
	}
	for _, inherited := range implemented.interfaces {
		if !declared[inherited.name] {
			n.errorf(codeGraphQL, at.position, "%q implements %q, so that it must implement %q, too", t.name, implemented.name, inherited.name)
		}
	}
	for _, wanted := range implemented.fields {
		f := t.fieldNamed[wanted.name]
		switch {
		case f == nil && t.isBroken():
		case f == nil:
			code := codeInterfaceField
			if isWithinOneDocument(t, implemented) {
				code = codeGraphQL // the document is no valid schema by itself
			}
			n.errorf(code, at.position, "%q lacks the field %q of interface %q", t.name, wanted.name, implemented.name)
			n.note("the interface's field is here", n.at(wanted.position))
		case f == wanted || f.typ == nil || wanted.typ == nil:
		case !n.isSubtype(f.typ, wanted.typ):
			n.errorf(codeGraphQL, f.position, "field %q is of type %s, interface %q wants %s", f.name, f.typ, implemented.name, wanted.typ)
			n.note("the interface's field is here", n.at(wanted.position))
		default:
			n.checkImplementedArguments(f, wanted, implemented)
		}
	}
}

// isWithinOneDocument tells that one document defines all there is of two types.
func isWithinOneDocument(a, b *mergedType) bool {
	return len(a.parts) == 1 && len(b.parts) == 1 && a.parts[0].doc == b.parts[0].doc
}

func namedBy(list []reference) map[string]bool {
	names := make(map[string]bool, len(list))
	for _, r := range list {
		names[r.name] = true
	}
	return names
}

// checkImplementedArguments checks that the field can be called like the interface's.
func (n numbering) checkImplementedArguments(f, wanted *mergedField, implemented *mergedType) {
	for _, w := range wanted.arguments {
		switch a := f.argument(w.name); {
		case a == nil:
			n.errorf(codeGraphQL, f.position, "field %q lacks the argument %q that interface %q has", f.name, w.name, implemented.name)
		case a.typ.String() != w.typ.String():
			n.errorf(codeGraphQL, a.position, "argument %q is of type %s, interface %q wants %s", a.name, a.typ, implemented.name, w.typ)
		}
	}
	for _, a := range f.arguments {
		if wanted.argument(a.name) == nil && a.typ.NonNull && a.value == nil {
			n.errorf(codeGraphQL, a.position, "argument %q is required, and interface %q does not have it", a.name, implemented.name)
		}
	}
}

func (f *mergedField) argument(name string) *mergedArgument {
	for _, a := range f.arguments {
		if a.name == name {
			return a
		}
	}
	return nil
}

// isSubtype reports whether a field of type t may implement one of type wanted.
func (n numbering) isSubtype(t, wanted *ast.Type) bool {
	if wanted.NonNull && !t.NonNull || (wanted.Elem == nil) != (t.Elem == nil) {
		return false
	}
	if wanted.Elem != nil {
		return n.isSubtype(t.Elem, wanted.Elem)
	}
	return t.NamedType == wanted.NamedType || merger{n.builder, n.m}.covers(wanted.NamedType, t.NamedType)
}

// checkOneOf checks the fields of a @oneOf input type.
func (n numbering) checkOneOf(t *mergedType) {
	if !t.oneOf {
		return
	}
	for _, f := range t.fields {
		if f.typ != nil && f.typ.NonNull {
			n.errorf(codeGraphQL, f.position, "field %q of the @oneOf type %q must be nullable", f.name, t.name)
		}
		if f.value != nil {
			n.errorf(codeGraphQL, f.position, "field %q of the @oneOf type %q cannot have a default value", f.name, t.name)
		}
	}
}
