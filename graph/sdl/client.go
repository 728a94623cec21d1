package sdl

import (
	"errors"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	gqlparser "github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"

	"github.com/weftgraph/weft/graph/diag"
)

// client returns what clients see: the merged schema without inaccessible elements and without directives that are nobody's
// business outside.
func (b *builder) client(m *merged) *ast.SchemaDocument {
	c := clientSchema{builder: b, m: m}
	document := &ast.SchemaDocument{}
	for _, t := range m.types {
		if !t.inaccessible {
			document.Definitions = append(document.Definitions, c.definition(t))
		}
	}
	document.Directives = append(document.Directives, c.executableDirectives()...)
	c.checkRoots()
	return document
}

// validate adds the built-in definitions and makes the schema. It returns nil after an error.
func (b *builder) validate(visible *ast.SchemaDocument) *ast.Schema {
	document, err := gqlparser.ParseSchema(validator.Prelude)
	if err != nil {
		b.refusef(diag.Span{}, "the built-in definitions do not parse: %s", err)
		return nil
	}
	document.Merge(visible)
	schema, err := validator.ValidateSchemaDocument(document)
	if err != nil {
		// Everything has been checked: this is about what allowed errors have left, and for rules that gqlparser has and we lack.
		b.diags.refuse(b.foreign(err))
		return nil
	}
	schema.Description = b.description()
	keepPromises(schema)
	b.defineDefer(schema)
	return schema
}

// defineDefer gives @defer, which gqlparser adds to every schema, the definition of the proposal for incremental delivery: `if` cannot be
// null. Without support for it clients do not see it.
func (b *builder) defineDefer(schema *ast.Schema) {
	if b.opts.NoDefer {
		delete(schema.Directives, "defer")
		return
	}
	d := schema.Directives["defer"]
	d.Description = "Lets the gateway answer this fragment later than what is around it, to clients that take answers in parts."
	label, condition := d.Arguments.ForName("label"), d.Arguments.ForName("if")
	label.Description = "What the fragment is called in the answer: a text of its own for each."
	condition.Description = "Whether the fragment may be answered later."
	condition.Type = ast.NonNullNamedType("Boolean", condition.Type.Position)
	d.Arguments = ast.ArgumentDefinitionList{label, condition}
}

// keepPromises takes back what gqlparser adds to every schema and nothing here does: interfaces that implement an interface among
// its possible types, which are objects (specification 4.2.2).
func keepPromises(schema *ast.Schema) {
	for name, types := range schema.PossibleTypes {
		schema.PossibleTypes[name] = slices.DeleteFunc(types, func(d *ast.Definition) bool { return d.Kind != ast.Object })
	}
}

// description is that of the schema: the first that a document gives.
func (b *builder) description() string {
	for _, d := range b.documents {
		for _, s := range d.syntax.schemas {
			if s.Description != "" {
				return s.Description
			}
		}
	}
	return ""
}

// foreign turns an error of gqlparser into a diagnostic. Its positions are those of our syntax nodes.
func (b *builder) foreign(err error) diag.Diagnostic {
	d := diag.Diagnostic{Code: codeGraphQL, Message: err.Error()}
	var found *gqlerror.Error
	if !errors.As(err, &found) {
		return d
	}
	d.Message = found.Message
	file, _ := found.Extensions["file"].(string)
	for _, f := range b.files {
		if f.name == file && len(found.Locations) > 0 {
			d.Span = diag.Span{
				File: file, Line: found.Locations[0].Line, Column: found.Locations[0].Column,
				EndLine: found.Locations[0].Line, EndColumn: found.Locations[0].Column + 1,
			}
		}
	}
	return d
}

// clientSchema makes definitions of merged types.
type clientSchema struct {
	*builder
	m *merged
}

func (c clientSchema) definition(t *mergedType) *ast.Definition {
	d := &ast.Definition{Kind: t.kind, Name: t.name, Description: t.description, Position: t.position}
	for _, part := range t.parts {
		if d.Directives == nil {
			d.Directives = standardDirectives(part.directives)
		}
	}
	for _, i := range t.interfaces {
		if !c.isHidden(i.name) {
			d.Interfaces = append(d.Interfaces, i.name)
		}
	}
	for _, member := range t.members {
		if !c.isHidden(member.name) {
			d.Types = append(d.Types, member.name)
			d.TypePositions = append(d.TypePositions, member.position)
		}
	}
	for _, v := range t.values {
		if !v.inaccessible {
			d.EnumValues = append(d.EnumValues, &ast.EnumValueDefinition{
				Name: v.name, Description: v.description, Directives: v.standard, Position: v.position,
			})
		}
	}
	for _, f := range t.fields {
		if !f.inaccessible {
			d.Fields = append(d.Fields, c.field(t, f))
		}
	}
	c.checkNotEmpty(t, d)
	c.checkImplemented(t)
	return d
}

func (c clientSchema) isHidden(name string) bool {
	t := c.m.byName[name]
	return t != nil && t.inaccessible
}

func (c clientSchema) field(t *mergedType, f *mergedField) *ast.FieldDefinition {
	d := &ast.FieldDefinition{
		Name: f.name, Description: f.description, Type: f.typ, DefaultValue: f.value, Directives: f.standard, Position: f.position,
	}
	if c.isHidden(f.typ.Name()) {
		c.errorf(codeReferencedInaccessible, f.position, "field %q of %q is of type %q, which is @inaccessible: mark the field, too", f.name, t.name, f.typ.Name())
	}
	for _, a := range f.arguments {
		if a.inaccessible {
			if a.typ.NonNull && a.value == nil {
				c.errorf(codeRequiredInaccessible, a.position, "argument %q is required, so that it cannot be @inaccessible", a.name)
			}
			continue
		}
		if c.isHidden(a.typ.Name()) {
			c.errorf(codeReferencedInaccessible, a.position, "argument %q is of type %q, which is @inaccessible: mark the argument, too", a.name, a.typ.Name())
		}
		d.Arguments = append(d.Arguments, &ast.ArgumentDefinition{
			Name: a.name, Description: a.description, Type: a.typ, DefaultValue: a.value, Directives: a.standard, Position: a.position,
		})
	}
	return d
}

// executableDirectives are the documents' own directives that operations may use. Of several definitions the first counts.
func (c clientSchema) executableDirectives() ast.DirectiveDefinitionList {
	var list ast.DirectiveDefinitionList
	for _, d := range c.documents {
		for _, definition := range sortedDirectives(d) {
			kept := *definition
			kept.Locations = executableLocations(definition.Locations)
			if len(kept.Locations) == 0 || list.ForName(kept.Name) != nil {
				continue
			}
			kept.Arguments = nil
			for _, a := range definition.Arguments {
				argument := *a
				argument.Directives = standardDirectives(a.Directives)
				kept.Arguments = append(kept.Arguments, &argument)
			}
			list = append(list, &kept)
		}
	}
	return list
}

func executableLocations(list []ast.DirectiveLocation) []ast.DirectiveLocation {
	var kept []ast.DirectiveLocation
	for _, location := range list {
		switch location {
		case ast.LocationQuery, ast.LocationMutation, ast.LocationSubscription, ast.LocationField, ast.LocationFragmentDefinition,
			ast.LocationFragmentSpread, ast.LocationInlineFragment, ast.LocationVariableDefinition:
			kept = append(kept, location)
		}
	}
	return kept
}
