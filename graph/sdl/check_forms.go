package sdl

import (
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/sdl/form"
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
	return func(name string) form.Form {
		switch "$" + name {
		case mapping.Status.Name():
			return form.Of(form.Int)
		case mapping.EnvVars.Name():
			return form.ObjectOf(func(string) (form.Form, bool) { return form.Of(form.String).Optional(), true })
		case mapping.Request.Name(), mapping.Response.Name():
			return form.ObjectOf(messageForm)
		}
		if c == nil {
			return form.Of(form.Unknown)
		}
		v := typeForms{c.d}
		switch "$" + name {
		case mapping.Args.Name():
			if c.field != nil {
				return v.arguments(c.field)
			}
		case mapping.This.Name():
			return v.object(c.on)
		case mapping.Batch.Name():
			return form.ListOf(v.object(c.on))
		}
		return form.Of(form.Unknown)
	}
}

// messageForm is what `$request` and `$response` have: headers, and in our dialect what else the protocol has.
func messageForm(name string) (form.Form, bool) {
	if name != "headers" {
		return form.Of(form.Unknown), true
	}
	return form.ObjectOf(func(string) (form.Form, bool) { return form.ListOf(form.Of(form.String)).Optional(), true }), true
}

// typeForms finds the forms of GraphQL types. Objects are looked into only where a mapping does, because types may be recursive.
type typeForms struct{ d *document }

func (v typeForms) arguments(f *ast.FieldDefinition) form.Form {
	return form.ObjectOf(func(name string) (form.Form, bool) {
		a := f.Arguments.ForName(name)
		if a == nil {
			return form.Of(form.Unknown), true // reported as undefined
		}
		return v.of(a.Type), true
	})
}

func (v typeForms) object(t *docType) form.Form {
	return form.ObjectOf(func(name string) (form.Form, bool) {
		f := t.field(name)
		if f == nil {
			return form.Of(form.Unknown), true // reported as undefined, or __typename
		}
		return v.of(f.Type), true
	})
}

func (v typeForms) of(t *ast.Type) form.Form {
	f := v.nonNull(t)
	if !t.NonNull {
		f = f.Optional()
	}
	return f
}

func (v typeForms) nonNull(t *ast.Type) form.Form {
	if t.Elem != nil {
		return form.ListOf(v.of(t.Elem))
	}
	switch t.NamedType {
	case "Int":
		return form.Of(form.Int)
	case "Float":
		return form.Of(form.Int | form.Float)
	case "String":
		return form.Of(form.String)
	case "Boolean":
		return form.Of(form.Bool)
	case "ID":
		return form.Of(form.String | form.Int)
	}
	named := v.d.types[t.NamedType]
	switch {
	case named == nil:
		return form.Of(form.Unknown)
	case named.kind == ast.Enum:
		return form.Of(form.String)
	case named.kind == ast.Object || named.kind == ast.Interface || named.kind == ast.InputObject:
		return v.object(named)
	default:
		return form.Of(form.Unknown) // custom scalars hold any value; what a union is depends on its members
	}
}
