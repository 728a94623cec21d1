package sdl

import (
	"fmt"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/diag"
)

// checkDirectives checks every applied directive of the document: that it is known, allowed at its place, and has the arguments
// that its definition asks for.
func (b *builder) checkDirectives(d *document) {
	for _, s := range d.syntax.schemas {
		b.checkApplied(d, s.Directives, ast.LocationSchema)
	}
	for _, t := range d.order {
		for _, part := range t.parts {
			b.checkApplied(d, part.Directives, ast.DirectiveLocation(t.kind))
		}
		location := ast.LocationFieldDefinition
		if t.kind == ast.InputObject {
			location = ast.LocationInputFieldDefinition
		}
		for _, f := range t.fields {
			b.checkApplied(d, f.Directives, location)
			b.checkAppliedToArguments(d, f.Arguments)
		}
		for _, v := range t.values {
			b.checkApplied(d, v.Directives, ast.LocationEnumValue)
		}
	}
	for _, definition := range sortedDirectives(d) {
		b.checkAppliedToArguments(d, definition.Arguments)
	}
}

func (b *builder) checkAppliedToArguments(d *document, list ast.ArgumentDefinitionList) {
	for _, a := range list {
		b.checkApplied(d, a.Directives, ast.LocationArgumentDefinition)
	}
}

// checkApplied checks the directives of one element.
func (b *builder) checkApplied(d *document, list ast.DirectiveList, location ast.DirectiveLocation) {
	once := map[string]bool{}
	for _, applied := range list {
		c := literals{builder: b, code: codeGraphQL}
		definition, known := b.definitionOf(d, applied, &c)
		switch {
		case !known:
			continue
		case definition == nil:
			b.unknownDirective(d, applied)
			continue
		case !slices.Contains(definition.Locations, location):
			b.errorf(codeGraphQL, applied.Position, "@%s cannot stand on %s", applied.Name, placeOf(location))
			continue
		case !definition.IsRepeatable && once[applied.Name]:
			b.errorf(codeGraphQL, applied.Position, "@%s can be applied only once to an element", applied.Name)
			continue
		}
		once[applied.Name] = true
		c.arguments(applied, definition)
	}
}

// definitionOf returns what defines an applied directive and prepares c for its arguments. known is false for an element of a
// specification that we do not know, which is accepted as it is.
func (b *builder) definitionOf(d *document, applied *ast.Directive, c *literals) (definition *ast.DirectiveDefinition, known bool) {
	if m := d.directive(applied.Name); m.link != nil {
		if m.link.spec == nil {
			return nil, false
		}
		c.definition = func(name string) *ast.Definition { return m.link.spec.types[name] }
		return m.link.spec.directives[m.name], true
	}
	c.definition = d.inputDefinition
	if own := d.directives[applied.Name]; own != nil {
		return own, true
	}
	return builtInDirective(applied.Name), true
}

// unknownDirective reports a directive that nobody defines, and how to get at the one that was probably meant.
func (b *builder) unknownDirective(d *document, applied *ast.Directive) {
	if d.unlinked[applied.Name] {
		return
	}
	b.errorf(codeGraphQL, applied.Position, "directive @%s is not defined", applied.Name)
	if url := b.linkFor(d, applied.Name); url != "" {
		d.unlinked[applied.Name] = true
		b.note(fmt.Sprintf(`the document does not link it: write extend schema @link(url: %q, import: ["@%s"])`, url, applied.Name), diag.Span{})
		return
	}
	var names []string
	for _, l := range d.links {
		if l.spec == nil {
			continue
		}
		if l.spec.directives[applied.Name] != nil {
			b.note(`the specification has it: add "@`+applied.Name+`" to the link's import`, l.at)
			return
		}
	}
	for name := range d.imports {
		if name[0] == '@' {
			names = append(names, name[1:])
		}
	}
	names = append(names, "deprecated", "specifiedBy", "oneOf")
	for _, l := range d.links {
		if l.spec != nil && l.spec.directives[l.url.name] != nil {
			names = append(names, l.namespace)
		}
	}
	slices.Sort(names) // the order of equally near names must not depend on the map's
	b.suggest(applied.Name, names)
}

// linkFor returns the URL of a specification that has a directive and that the document does not link, "" when there is none.
func (b *builder) linkFor(d *document, directive string) string {
	for _, url := range []linkURL{{identity: identityWeft, version: "v0.1"}, {identity: identityFederation, version: "v2.12"}} {
		known, _ := b.specs.of(url.identity, url.version)
		isLinked := slices.ContainsFunc(d.links, func(l *link) bool {
			return l.url.identity == url.identity || isConnect(l.url.identity) && isConnect(url.identity)
		})
		if !isLinked && known != nil && known.directives[directive] != nil {
			return url.String()
		}
	}
	return ""
}

// arguments checks the arguments of an applied directive.
func (c literals) arguments(applied *ast.Directive, definition *ast.DirectiveDefinition) {
	seen, misspelled := map[string]bool{}, map[string]bool{}
	for _, a := range applied.Arguments {
		defined := definition.Arguments.ForName(a.Name)
		switch {
		case defined == nil:
			c.errorf(codeGraphQL, a.Position, "@%s has no argument %q", applied.Name, a.Name)
			var names []string
			for _, known := range definition.Arguments {
				names = append(names, known.Name)
			}
			c.suggest(a.Name, names)
			misspelled[c.diags.last().Nearest] = true
		case seen[a.Name]:
			c.errorf(codeGraphQL, a.Position, "argument %q is given twice", a.Name)
		case definition.Name == "source" && a.Name == "name":
			// The name of a source has codes of its own.
		default:
			c.check(a.Value, defined.Type)
		}
		seen[a.Name] = true
	}
	for _, defined := range definition.Arguments {
		if defined.Type.NonNull && defined.DefaultValue == nil && !seen[defined.Name] && !misspelled[defined.Name] {
			c.errorf(codeGraphQL, applied.Position, "@%s needs the argument %q", applied.Name, defined.Name)
		}
	}
}

// builtInDirective returns the definition of a type system directive that every schema has.
func builtInDirective(name string) *ast.DirectiveDefinition {
	text := ast.NamedType("String", nil)
	switch name {
	case "deprecated":
		return &ast.DirectiveDefinition{
			Name:      name,
			Arguments: ast.ArgumentDefinitionList{{Name: "reason", Type: text}},
			Locations: []ast.DirectiveLocation{
				ast.LocationFieldDefinition, ast.LocationArgumentDefinition, ast.LocationInputFieldDefinition, ast.LocationEnumValue,
			},
		}
	case "specifiedBy":
		return &ast.DirectiveDefinition{
			Name:      name,
			Arguments: ast.ArgumentDefinitionList{{Name: "url", Type: ast.NonNullNamedType("String", nil)}},
			Locations: []ast.DirectiveLocation{ast.LocationScalar},
		}
	case "oneOf":
		return &ast.DirectiveDefinition{Name: name, Locations: []ast.DirectiveLocation{ast.LocationInputObject}}
	default:
		return nil
	}
}

// kindText names a kind of type in a message, with its article.
func kindText(kind ast.DefinitionKind) string { return placeOf(ast.DirectiveLocation(kind)) }

// placeOf names a location in a message.
func placeOf(location ast.DirectiveLocation) string {
	switch location {
	case ast.LocationSchema:
		return "the schema"
	case ast.LocationScalar:
		return "a scalar"
	case ast.LocationObject:
		return "an object type"
	case ast.LocationFieldDefinition:
		return "a field"
	case ast.LocationArgumentDefinition:
		return "an argument"
	case ast.LocationInterface:
		return "an interface"
	case ast.LocationUnion:
		return "a union"
	case ast.LocationEnum:
		return "an enum"
	case ast.LocationEnumValue:
		return "an enum value"
	case ast.LocationInputObject:
		return "an input type"
	case ast.LocationInputFieldDefinition:
		return "an input field"
	default:
		return string(location)
	}
}
