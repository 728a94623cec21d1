package sdl

import (
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/mapping/form"
)

// protocolForm is the form of a variable that has nothing to do with GraphQL.
func protocolForm(name string) form.Form {
	switch "$" + name {
	case mapping.Status.Name():
		return form.Of(form.Int)
	case mapping.EnvVars.Name():
		return form.ObjectOf(func(string) (form.Form, bool) { return form.Of(form.String).Optional(), true })
	case mapping.Request.Name(), mapping.Response.Name():
		return form.ObjectOf(messageForm)
	default:
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

// variableForms finds the forms of the variables that a connector of the graph may use.
func (g *Graph) variableForms(c *Connector) func(name string) form.Form {
	v := typeForms{g.formType}
	return func(name string) form.Form {
		switch "$" + name {
		case mapping.Args.Name():
			if c.Field != 0 {
				return v.arguments(g.Field(c.Field).argument)
			}
		case mapping.This.Name():
			return v.named(g.Type(c.On).Name)
		case mapping.Batch.Name():
			return form.ListOf(v.named(g.Type(c.On).Name))
		}
		return protocolForm(name)
	}
}

// argument is the type of an argument, nil when there is none.
func (f *Field) argument(name string) *ast.Type {
	for i := range f.Args {
		if f.Args[i].Name == name {
			return f.Args[i].Type
		}
	}
	return nil
}

// formType is what the form of a named type depends on.
type formType struct {
	kind ast.DefinitionKind
	// field is the type of a field, nil when there is none.
	field func(name string) *ast.Type
	// names are those of the fields, values those of an enum's values.
	names, values func() []string
}

// formType implements typeForms.find for the types of one document.
func (d *document) formType(name string) (formType, bool) {
	t := d.types[name]
	if t == nil {
		return formType{}, false
	}
	return formType{
		kind: t.kind,
		field: func(name string) *ast.Type {
			if f := t.field(name); f != nil {
				return f.Type
			}
			return nil
		},
		names: t.fieldNames,
		values: func() []string {
			names := make([]string, len(t.values))
			for i, v := range t.values {
				names[i] = v.Name
			}
			return names
		},
	}, true
}

// formType implements typeForms.find for the types of the graph.
func (g *Graph) formType(name string) (formType, bool) {
	id := g.TypeByName(name)
	if id == 0 {
		return formType{}, false
	}
	t := g.Type(id)
	return formType{
		kind: t.Kind,
		field: func(name string) *ast.Type {
			if f := g.FieldByName(id, name); f != 0 {
				return g.Field(f).Type
			}
			return nil
		},
		names: func() []string {
			names := make([]string, len(t.Fields))
			for i, f := range t.Fields {
				names[i] = g.Field(f).Name
			}
			return names
		},
		values: func() []string {
			names := make([]string, len(t.Values))
			for i, v := range t.Values {
				names[i] = v.Name
			}
			return names
		},
	}, true
}

// typeForms finds the forms of GraphQL types. Objects are looked into only where a mapping does, because types may be recursive.
type typeForms struct {
	find func(name string) (t formType, ok bool)
}

// arguments is the form of `$args`; of finds an argument's type, nil for one that is not defined, which is reported elsewhere.
func (v typeForms) arguments(of func(name string) *ast.Type) form.Form {
	return form.ObjectOf(func(name string) (form.Form, bool) { return v.of(of(name)), true })
}

// of is the form of a value of a type; nothing is known of nil.
func (v typeForms) of(t *ast.Type) form.Form {
	if t == nil {
		return form.Of(form.Unknown)
	}
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
	return v.named(t.NamedType)
}

func (v typeForms) named(name string) form.Form {
	f := form.Of(form.Unknown) // custom scalars hold any value; what a union is depends on its members
	switch name {
	case "Int":
		f = form.Of(form.Int)
	case "Float":
		f = form.Of(form.Int | form.Float)
	case "String":
		f = form.Of(form.String)
	case "Boolean":
		f = form.Of(form.Bool)
	case "ID":
		f = form.Of(form.String | form.Int)
	default:
		t, ok := v.find(name)
		switch {
		case !ok:
		case t.kind == ast.Enum:
			f = form.OneOf(t.values())
		case t.kind == ast.InputObject:
			f = form.ClosedObjectOf(v.property(t), t.names)
		case t.kind == ast.Object || t.kind == ast.Interface:
			f = form.ObjectOf(v.property(t))
		}
	}
	return f.Named(name)
}

// property finds the forms of a type's fields; nothing is known of one that is not defined, which is reported elsewhere or __typename.
func (v typeForms) property(t formType) func(name string) (form.Form, bool) {
	return func(name string) (form.Form, bool) { return v.of(t.field(name)), true }
}
