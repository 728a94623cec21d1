package sdl

import (
	"fmt"

	"github.com/vektah/gqlparser/v2/ast"
)

// field reads a field of an object type or interface.
func (p *parser) field() *ast.FieldDefinition {
	f := &ast.FieldDefinition{Description: p.description()}
	f.Name, f.Position = p.name("the name of a field")
	f.Arguments = p.argumentDefinitions()
	p.expect(':', fmt.Sprintf("and the type of field %q", f.Name))
	f.Type = p.typeReference()
	f.Directives = p.directives()
	return f
}

// inputField reads a field of an input object.
func (p *parser) inputField() *ast.FieldDefinition {
	a := p.argumentDefinition("an input field")
	return &ast.FieldDefinition{
		Description: a.Description, Name: a.Name, Type: a.Type,
		DefaultValue: a.DefaultValue, Directives: a.Directives, Position: a.Position,
	}
}

func (p *parser) argumentDefinitions() ast.ArgumentDefinitionList {
	if p.failed || p.token.kind != '(' {
		return nil
	}
	var list ast.ArgumentDefinitionList
	p.items('(', ')', "the list of arguments", func() {
		list = appendRead(p, list, p.argumentDefinition("an argument"))
	})
	return list
}

// argumentDefinition reads an InputValueDefinition; what names it in messages, with its article.
func (p *parser) argumentDefinition(what string) *ast.ArgumentDefinition {
	a := &ast.ArgumentDefinition{Description: p.description()}
	a.Name, a.Position = p.name("the name of " + what)
	p.expect(':', fmt.Sprintf("and a type after %q", a.Name))
	a.Type = p.typeReference()
	if p.accept('=') {
		a.DefaultValue = p.value()
	}
	a.Directives = p.directives()
	return a
}

func (p *parser) enumValue() *ast.EnumValueDefinition {
	v := &ast.EnumValueDefinition{Description: p.description()}
	v.Name, v.Position = p.name("the name of an enum value")
	switch v.Name {
	case "true", "false", "null":
		p.reportf(v.Position.Start, v.Position.End, "an enum value cannot be called %s", v.Name)
	}
	v.Directives = p.directives()
	return v
}

// typeReference reads a type such as `[User!]!`.
func (p *parser) typeReference() *ast.Type {
	start := p.token.start
	t := &ast.Type{}
	if p.accept('[') {
		if p.depth > maxNesting {
			p.failf("nested more than %d levels deep", maxNesting)
			return &ast.Type{}
		}
		t.Elem = p.typeReference()
		p.expect(']', "at the end of the list type")
	} else {
		t.NamedType, _ = p.name("a type")
	}
	t.NonNull = p.accept('!')
	t.Position = p.since(start)
	return t
}

// directives reads the directives applied to an element.
func (p *parser) directives() ast.DirectiveList {
	var list ast.DirectiveList
	for !p.failed && p.token.kind == '@' {
		start := p.advance().start
		d := &ast.Directive{}
		d.Name, _ = p.name("the name of a directive")
		d.Position = p.since(start)
		if p.token.kind == '(' {
			p.items('(', ')', "the list of arguments of @"+d.Name, func() {
				d.Arguments = appendRead(p, d.Arguments, p.argument())
			})
		}
		if d.Name != "" {
			list = append(list, d)
		}
	}
	return list
}

func (p *parser) argument() *ast.Argument {
	a := &ast.Argument{}
	a.Name, a.Position = p.name("the name of an argument")
	p.expect(':', fmt.Sprintf("and the value of argument %q", a.Name))
	a.Value = p.value()
	return a
}
