package sdl

import (
	"fmt"

	"github.com/vektah/gqlparser/v2/ast"
)

// definition reads one definition or extension.
func (p *parser) definition() {
	described := p.token
	description := p.description()
	if p.failed {
		return // a string that is not closed: the definition may begin on the next line
	}
	isExtension := p.acceptWord("extend")
	if isExtension && described.kind != tokenName {
		p.reportf(described.start, described.end, "an extension has no description")
	}
	keyword := p.token
	if keyword.kind != tokenName {
		p.failf("expected a definition, found %s", p.found())
		return
	}
	switch word := p.textOf(keyword); {
	case word == "schema":
		p.schema(description, isExtension)
	case word == "directive" && !isExtension:
		p.directiveDefinition(description)
	case kindOf(word) != "":
		p.typeDefinition(kindOf(word), description, isExtension)
	case word == "query" || word == "mutation" || word == "subscription" || word == "fragment":
		p.failf("%q: operations have no place in a schema document", word)
	default:
		p.unknownDefinition(word)
	}
}

// unknownDefinition reports what begins no definition. If it looks like one, its name is noted: that nothing else defines it
// follows from the same mistake.
func (p *parser) unknownDefinition(word string) {
	p.failf("expected a definition, found %s", p.found())
	p.nearest(word, []string{"type", "input", "interface", "enum", "union", "scalar", "schema", "extend", "directive"})
	ahead := lexer{text: p.lexer.text, offset: p.token.end, report: func(int, int, string, ...any) {}}
	if name := ahead.next(); name.kind == tokenName {
		p.out.unread = append(p.out.unread, p.textOf(name))
	}
}

// kindOf returns the kind of type that a keyword defines, "" when it defines none.
func kindOf(keyword string) ast.DefinitionKind {
	switch keyword {
	case "scalar":
		return ast.Scalar
	case "type":
		return ast.Object
	case "interface":
		return ast.Interface
	case "union":
		return ast.Union
	case "enum":
		return ast.Enum
	case "input":
		return ast.InputObject
	default:
		return ""
	}
}

// keywordOf is the opposite of kindOf, for messages.
func keywordOf(kind ast.DefinitionKind) string {
	switch kind {
	case ast.Scalar:
		return "scalar"
	case ast.Object:
		return "type"
	case ast.Interface:
		return "interface"
	case ast.Union:
		return "union"
	case ast.Enum:
		return "enum"
	default:
		return "input"
	}
}

func (p *parser) schema(description string, isExtension bool) {
	keyword := p.advance()
	s := &ast.SchemaDefinition{Description: description, Position: p.file.position(keyword.start, keyword.end)}
	s.Directives = p.directives()
	if p.token.kind == '{' || !isExtension {
		p.items('{', '}', "the root operation types", func() {
			s.OperationTypes = appendRead(p, s.OperationTypes, p.rootOperation())
		})
	} else if len(s.Directives) == 0 {
		p.failf("expected directives or root operation types, found %s", p.found())
	}
	// The links and sources of a schema that is broken further down are still worth having: fewer errors follow from the first.
	p.out.schemas = append(p.out.schemas, s)
}

func (p *parser) rootOperation() *ast.OperationTypeDefinition {
	word, at := p.name("query, mutation or subscription")
	switch ast.Operation(word) {
	case ast.Query, ast.Mutation, ast.Subscription:
	default:
		if !p.failed {
			p.reportf(at.Start, at.End, "expected query, mutation or subscription, found %q", word)
		}
	}
	p.expect(':', "after "+word)
	name, at := p.name("the name of a type")
	return &ast.OperationTypeDefinition{Operation: ast.Operation(word), Type: name, Position: at}
}

func (p *parser) directiveDefinition(description string) {
	p.advance()
	p.expect('@', `after "directive"`)
	d := &ast.DirectiveDefinition{Description: description}
	d.Name, d.Position = p.name("the name of the directive")
	d.Arguments = p.argumentDefinitions()
	d.IsRepeatable = p.acceptWord("repeatable")
	if !p.acceptWord("on") {
		p.failf(`expected "on" and the directive's locations, found %s`, p.found())
	}
	p.accept('|')
	for !p.failed {
		location, at := p.name("the name of a directive location")
		if !p.failed && !isDirectiveLocation(location) {
			p.reportf(at.Start, at.End, "%q is no directive location", location)
		}
		d.Locations = append(d.Locations, ast.DirectiveLocation(location))
		if !p.accept('|') {
			break
		}
	}
	if !p.failed {
		p.out.directives = append(p.out.directives, d)
	}
}

func isDirectiveLocation(name string) bool {
	switch ast.DirectiveLocation(name) {
	case ast.LocationQuery, ast.LocationMutation, ast.LocationSubscription, ast.LocationField,
		ast.LocationFragmentDefinition, ast.LocationFragmentSpread, ast.LocationInlineFragment, ast.LocationVariableDefinition,
		ast.LocationSchema, ast.LocationScalar, ast.LocationObject, ast.LocationFieldDefinition,
		ast.LocationArgumentDefinition, ast.LocationInterface, ast.LocationUnion, ast.LocationEnum,
		ast.LocationEnumValue, ast.LocationInputObject, ast.LocationInputFieldDefinition:
		return true
	default:
		return false
	}
}

// typeDefinition reads a type definition or extension of any kind.
func (p *parser) typeDefinition(kind ast.DefinitionKind, description string, isExtension bool) {
	p.advance()
	errors := p.errors
	d := &definition{
		Definition:  &ast.Definition{Kind: kind, Description: description},
		isExtension: isExtension,
	}
	d.Name, d.Position = p.name(fmt.Sprintf("a name after %q", keywordOf(kind)))
	if p.failed {
		return
	}
	if kind == ast.Object || kind == ast.Interface {
		p.implements(d)
	}
	d.Directives = p.directives()
	of := fmt.Sprintf("%s %q", keywordOf(kind), d.Name)
	switch {
	case kind == ast.Union:
		p.members(d)
	case p.token.kind != '{' || kind == ast.Scalar:
	case kind == ast.Enum:
		p.items('{', '}', of, func() { d.EnumValues = appendRead(p, d.EnumValues, p.enumValue()) })
	case kind == ast.InputObject:
		p.items('{', '}', of, func() { d.Fields = appendRead(p, d.Fields, p.inputField()) })
	default:
		p.items('{', '}', of, func() { d.Fields = appendRead(p, d.Fields, p.field()) })
	}
	// A type with an error inside still exists: what refers to it must not be reported, too.
	d.isBroken = p.errors > errors
	p.out.definitions = append(p.out.definitions, d)
}

func (p *parser) implements(d *definition) {
	if !p.acceptWord("implements") {
		return
	}
	p.accept('&')
	for !p.failed {
		name, at := p.name("the name of an interface")
		if !p.failed {
			d.Interfaces = append(d.Interfaces, name)
			d.interfaces = append(d.interfaces, at)
		}
		if !p.accept('&') {
			return
		}
	}
}

func (p *parser) members(d *definition) {
	if !p.accept('=') {
		return
	}
	p.accept('|')
	for !p.failed {
		name, at := p.name("the name of a type")
		if !p.failed {
			d.Types = append(d.Types, name)
			d.TypePositions = append(d.TypePositions, at)
		}
		if !p.accept('|') {
			return
		}
	}
}
