package sdl

import (
	"maps"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/mapping"
)

// checkDocument checks what can be told from one document alone, its connectors excepted.
func (b *builder) checkDocument(d *document) {
	b.checkReferences(d)
	b.checkDirectives(d)
	b.checkDefaults(d)
	b.checkFieldSets(d)
}

// checkReferences reports names of types that are not defined or not fit for their place.
func (b *builder) checkReferences(d *document) {
	for _, t := range d.order {
		for _, f := range t.fields {
			b.checkType(d, f.Type, t.kind == ast.InputObject)
			for _, a := range f.Arguments {
				b.checkType(d, a.Type, true)
			}
		}
		for _, m := range t.members {
			if member := b.typeAt(d, m.name, m.position); member != nil && member.kind != ast.Object {
				b.errorf(codeGraphQL, m.position, "a member of a union must be an object type, %q is %s", m.name, kindText(member.kind))
			}
		}
		for _, i := range t.interfaces {
			if implemented := b.typeAt(d, i.name, i.position); implemented != nil && implemented.kind != ast.Interface &&
				d.federation(implemented.directives, "interfaceObject") == nil {
				b.errorf(codeGraphQL, i.position, "only interfaces can be implemented, %q is %s", i.name, kindText(implemented.kind))
			}
		}
	}
	for _, definition := range sortedDirectives(d) {
		for _, a := range definition.Arguments {
			b.checkType(d, a.Type, true)
		}
	}
}

// sortedDirectives are the document's own directive definitions by name.
func sortedDirectives(d *document) []*ast.DirectiveDefinition {
	var list []*ast.DirectiveDefinition
	for _, name := range slices.Sorted(maps.Keys(d.directives)) {
		list = append(list, d.directives[name])
	}
	return list
}

// checkType checks that the innermost type of a reference exists and may stand in an input or output position.
func (b *builder) checkType(d *document, t *ast.Type, input bool) {
	for t.Elem != nil {
		t = t.Elem
	}
	if isBuiltInScalar(t.NamedType) || d.typeName(t.NamedType).link != nil {
		return
	}
	named := b.typeAt(d, t.NamedType, t.Position)
	switch {
	case named == nil:
	case input && named.isComposite():
		b.errorf(codeGraphQL, t.Position, "%q is %s, which cannot be an input", t.NamedType, kindText(named.kind))
	case !input && named.kind == ast.InputObject:
		b.errorf(codeGraphQL, t.Position, "%q is an input type, which cannot be the type of an output field", t.NamedType)
	}
}

// isDefined reports whether a name means a type in the document, as far as the document could be read.
func (d *document) isDefined(name string) bool {
	return d.types[name] != nil || isBuiltInScalar(name) || d.typeName(name).link != nil || slices.Contains(d.syntax.unread, name)
}

// typeAt returns the type that a name refers to, or reports that there is none.
func (b *builder) typeAt(d *document, name string, at *ast.Position) *docType {
	if t := d.types[name]; t != nil || slices.Contains(d.syntax.unread, name) {
		return t
	}
	b.errorf(codeGraphQL, at, "type %q is not defined in this document", name)
	if b.suggestions == 0 {
		return nil
	}
	for _, other := range b.documents {
		if other == d {
			continue
		}
		for _, part := range other.syntax.definitions {
			if part.Name == name && !part.isExtension {
				b.note("another document defines it; each document declares the types that it uses", b.at(part.Position))
				return nil
			}
		}
	}
	names := builtInScalars()
	for _, t := range d.order {
		names = append(names, t.name)
	}
	b.suggest(name, names)
	return nil
}

// checkDefaults checks the default values of arguments and input fields.
func (b *builder) checkDefaults(d *document) {
	c := literals{builder: b, definition: d.inputDefinition, code: codeGraphQL}
	for _, t := range d.order {
		for _, f := range t.fields {
			if f.DefaultValue != nil {
				c.check(f.DefaultValue, f.Type)
			}
			for _, a := range f.Arguments {
				if a.DefaultValue != nil {
					c.check(a.DefaultValue, a.Type)
				}
			}
		}
	}
}

// inputDefinition returns an input type of the document for checking constants.
func (d *document) inputDefinition(name string) *ast.Definition {
	t := d.types[name]
	if t == nil {
		return nil
	}
	return &ast.Definition{
		Kind: t.kind, Name: t.name, Fields: t.fields, EnumValues: t.values, Directives: t.directives,
	}
}

// checkContext reports the directives of federation that connectors do not work with: where they are imported, else where they are
// used.
func (b *builder) checkContext(d *document) {
	const message = "%s cannot be used in a document with connectors"
	for _, i := range d.imports {
		if i.link.url.identity == identityFederation && (i.name == "@context" || i.name == "@fromContext") {
			b.diags.Errorf(codeUnsupportedDirective, i.at, message, i.name)
		}
	}
	report := func(list ast.DirectiveList, name string) {
		for _, applied := range d.applications(list, identityFederation, name) {
			if _, isImported := d.imports["@"+applied.Name]; !isImported {
				b.errorf(codeUnsupportedDirective, applied.Position, message, "@"+name)
			}
		}
	}
	for _, t := range d.order {
		report(t.directives, "context")
		for _, f := range t.fields {
			for _, a := range f.Arguments {
				report(a.Directives, "fromContext")
			}
		}
	}
}

// checkLanguage reports what the document's version of the connect specification does not allow in the document at all and, by the
// specification's rules, what its connectors do not resolve (chapter 8.4).
func (b *builder) checkLanguage(d *document) {
	before := b.diags.errors
	b.checkContext(d)
	b.checkSubscription(d)
	b.checkAbstract(d)
	if b.specified && b.diags.errors == before && !b.isBroken {
		b.checkUnresolved(d)
		b.checkKeys(d)
	}
}

// checkSubscription reports subscriptions, which the public dialect does not have.
func (b *builder) checkSubscription(d *document) {
	if d.Dialect == Public && d.roots[ast.Subscription] != "" {
		if t := d.types[d.roots[ast.Subscription]]; t != nil {
			b.errorf(codeSubscription, t.position, "a document that links %s cannot have subscriptions", identityPublic)
		}
	}
}

// checkAbstract reports interfaces and unions before v0.4.
func (b *builder) checkAbstract(d *document) {
	if d.Mode == mapping.V04 {
		return
	}
	for _, t := range d.order {
		if t.kind == ast.Interface || t.kind == ast.Union {
			b.errorf(codeUnsupportedAbstract, t.position, "%s %q: connectors know interfaces and unions from v0.4 on", keywordOf(t.kind), t.name)
		}
	}
}
