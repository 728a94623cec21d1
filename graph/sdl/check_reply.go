package sdl

import (
	"fmt"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/mapping/form"
)

// replyCheck compares what a connector's selection gives, of replies whose form a contract tells, with the GraphQL types.
type replyCheck struct {
	g     *Graph
	c     *Connector
	code  string
	found diag.List
	// seen are the parts compared already: outputs may be shared, and messages may contain themselves.
	seen map[replied]bool
	// enums are the pairs of enums compared already.
	enums map[[2]string]bool
}

// replied is an output in the position of a type, made of one type of the contract.
type replied struct {
	output *mapping.Output
	reply  string
	on     TypeID
}

// checkReply implements datasources.Connector.CheckReply.
func (g *Graph) checkReply(c *Connector, code string, reply form.Form) []diag.Diagnostic {
	k := replyCheck{g: g, c: c, code: code, seen: map[replied]bool{}, enums: map[[2]string]bool{}}
	selection := c.Call.Selection
	gives, problems := form.Read(selection, form.Inputs{Input: reply, Variable: g.variableForms(c)})
	for _, p := range problems {
		k.found.Errorf(code, c.Locate(selection, p.Offset, p.End), "%s", p.Message)
	}
	if wanted, where := k.wanted(); wanted != nil {
		k.value(selection.Outputs(), gives, wanted, where)
	}
	return k.found
}

// wanted is the type of what the selection is to give, and how to name its place; nil where that is not known.
func (k *replyCheck) wanted() (t *ast.Type, where string) {
	on := k.g.Type(k.c.On).Name
	t, where = ast.NonNullNamedType(on, nil), fmt.Sprintf("type %q", on)
	if k.c.Field != 0 {
		f := k.g.Field(k.c.Field)
		t, where = f.Type, fieldPlace(on, f.Name)
		if k.c.Call.Batch {
			if k.leaf(f.Type.Name()) {
				return nil, ""
			}
			t = ast.NonNullNamedType(f.Type.Name(), nil)
		}
	}
	if k.c.Call.Batch {
		t, where = ast.NonNullListType(t, nil), "the batch of "+where
	}
	return t, where
}

func fieldPlace(on, field string) string { return fmt.Sprintf("field %q", on+"."+field) }

// leaf tells that a type is a scalar or enum.
func (k *replyCheck) leaf(name string) bool {
	id := k.g.TypeByName(name)
	return id == 0 || k.g.Type(id).Kind == ast.Scalar || k.g.Type(id).Kind == ast.Enum
}

// value compares what is given for a place with the type of that place.
func (k *replyCheck) value(o *mapping.Output, f form.Form, t *ast.Type, where string) {
	switch {
	case f.Kinds&form.Unknown != 0 || f.Kinds&^(form.Null|form.None) == 0:
		return
	case t.Elem != nil && f.IsNever(form.List):
		k.errorf(o, "%s is a list, %s, and the selection gives %s", where, t, describeForm(f))
		if f.IsNever(form.Scalar) {
			k.notef("->entries makes a list of the keys and values of an object")
		}
		return
	case t.Elem != nil:
		k.value(o, f.Elem(), t.Elem, where)
		return
	case f.IsNever(form.Scalar | form.Object):
		k.errorf(o, "%s is %s and no list, and the selection gives %s", where, t, describeForm(f))
		return
	}
	id := k.g.TypeByName(t.NamedType)
	switch {
	case id == 0:
	case k.leaf(t.NamedType):
		k.scalar(o, f, k.g.Type(id), where)
	case f.IsNever(form.Object):
		k.errorf(o, "%s is an object, %s, and the selection gives %s", where, t.NamedType, describeForm(f))
	default:
		k.object(o, f, k.g.Type(id))
	}
}

// scalar compares what is given for a leaf with what results are coerced to (table.Builder.Complete).
func (k *replyCheck) scalar(o *mapping.Output, f form.Form, t *Type, where string) {
	accepted := form.Scalar | form.Object | form.List // a custom scalar's
	switch {
	case t.Kind == ast.Enum, t.Name == "String":
		accepted = form.String
	case t.Name == "Int", t.Name == "Float":
		accepted = form.Int | form.Float
	case t.Name == "Boolean":
		accepted = form.Bool
	case t.Name == "ID":
		accepted = form.String | form.Int | form.Float
	}
	switch {
	case f.IsNever(accepted):
		k.errorf(o, "%s is %s, and the selection gives %s", where, t.Name, describeForm(f))
		if t.Name == "String" && f.Fits(form.Scalar) {
			k.notef("->toString makes a string of it")
		}
	case t.Kind == ast.Enum:
		k.enum(o, f, t, where)
	}
}

// object compares an object with a type that has fields.
func (k *replyCheck) object(o *mapping.Output, f form.Form, t *Type) {
	key := replied{o, f.Type(), t.ID}
	if k.seen[key] {
		return
	}
	k.seen[key] = true
	for i := range o.Fields {
		p := &o.Fields[i]
		if on, field := k.fieldOf(t, p.Name); field != nil {
			k.value(p.Placed(), f.Property(p.Name), field.Type, fieldPlace(on.Name, p.Name))
		}
	}
	for i := range o.Arms {
		if concrete := k.g.TypeByName(o.Arms[i].Typename); concrete != 0 {
			k.object(o.Arms[i].Output, f, k.g.Type(concrete))
		}
	}
	if !o.Unknown {
		return
	}
	names, _ := f.Names()
	for _, name := range names {
		if on, field := k.fieldOf(t, name); field != nil && o.Field(name) == nil && len(field.Args) == 0 {
			k.value(o, f.Property(name), field.Type, fieldPlace(on.Name, name))
		}
	}
}

// fieldOf finds the field of a type, or the one that all concrete types of an abstract one agree on; nil when there is none.
func (k *replyCheck) fieldOf(t *Type, name string) (on *Type, field *Field) {
	if id := k.g.FieldByName(t.ID, name); id != 0 {
		return t, k.g.Field(id)
	}
	for _, possible := range t.Possible {
		id := k.g.FieldByName(possible, name)
		switch {
		case id == 0:
		case field == nil:
			on, field = k.g.Type(possible), k.g.Field(id)
		case field.Type.String() != k.g.Field(id).Type.String():
			return nil, nil
		}
	}
	return on, field
}

// describeForm names the kinds of a form, and its type in the contract where it has one.
func describeForm(f form.Form) string { return f.Describe() + ofType(f) }

func ofType(f form.Form) string {
	if f.Type() == "" {
		return ""
	}
	return " (" + f.Type() + ")"
}

func (k *replyCheck) errorf(o *mapping.Output, format string, args ...any) {
	k.found.Errorf(k.code, k.c.Locate(k.c.Call.Selection, o.Offset, o.End), format, args...)
}

// notef adds a note to the last diagnostic.
func (k *replyCheck) notef(format string, args ...any) {
	last := &k.found[len(k.found)-1]
	last.Notes = append(last.Notes, diag.Note{Message: fmt.Sprintf(format, args...)})
}
