package sdl

import (
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/mapping/form"
)

// checkForm reports a text whose value cannot be what its place needs, and methods that cannot be called as they are (Connectors
// specification 8.5). c is nil for a source's text.
func (b *builder) checkForm(t readText, c *readConnector) {
	if t.mapping.IsEmpty() {
		return // reported
	}
	f, problems := form.Read(t.mapping, form.Inputs{Input: form.Of(form.Unknown), Variable: variableForms(c)})
	if t.code == codeSelection && t.mapping.Mode() != mapping.V04 {
		return // before v0.4 only the groups of a selection are looked at
	}
	for _, p := range problems {
		b.diags.Errorf(t.code, t.text.Span(p.Offset, p.End), "%s", p.Message)
	}
	if len(problems) == 0 && !t.gives.isMet(f) {
		given := f.Describe()
		if t.gives == aListOfScalars && f.Fits(form.List) {
			given = "a list with " + f.Elem().Describe()
		}
		b.diags.Errorf(t.code, t.text.Span(0, len(t.mapping.Text())), "expected %s here, and the mapping gives %s", t.gives.wants(), given)
	}
}

// variableForms finds the forms of the variables that a connector's texts may use; c is nil for a source's texts.
func variableForms(c *readConnector) func(name string) form.Form {
	if c == nil {
		return protocolForm
	}
	v := typeForms{c.d.formType}
	return func(name string) form.Form {
		switch "$" + name {
		case mapping.Args.Name():
			if c.field != nil {
				return v.arguments(func(name string) *ast.Type {
					if a := c.field.Arguments.ForName(name); a != nil {
						return a.Type
					}
					return nil
				})
			}
		case mapping.This.Name():
			return v.named(c.on.name)
		case mapping.Batch.Name():
			return form.ListOf(v.named(c.on.name))
		}
		return protocolForm(name)
	}
}
