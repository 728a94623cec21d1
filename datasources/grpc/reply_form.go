package grpc

import (
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/weftgraph/weft/graph/mapping/form"
)

// formOfMessage is what a message of a reply becomes. Messages are looked into only where a mapping does, because types may be recursive.
func formOfMessage(m *message) form.Form {
	switch m.form {
	case formTimestamp, formDuration, formFieldMask:
		return form.Of(form.String).Named(string(m.name))
	case formWrapper:
		return formOfElement(m.fields[0])
	case formMessages:
		return form.ListOf(formOfMessage(m.row()))
	case formStruct, formAny:
		return form.Of(form.Object).Named(string(m.name))
	case formList:
		return form.ListOf(form.Of(form.Unknown))
	case formValue:
		return form.Of(form.Unknown)
	default:
		return form.ClosedObjectOf(m.property, m.names).Named(string(m.name))
	}
}

// property implements the look-up of form.ObjectOf.
func (m *message) property(name string) (form.Form, bool) {
	if f := m.byName[name]; f != nil {
		return formOfField(f), true
	}
	return form.Form{}, false
}

// names are those that the fields have in JSON.
func (m *message) names() []string {
	names := make([]string, len(m.fields))
	for i, f := range m.fields {
		names[i] = f.jsonName
	}
	return names
}

// formOfField is what a field of a reply becomes.
func formOfField(f *field) form.Form {
	switch {
	case f.isMap:
		value := formOfElement(f.value).Optional()
		return form.ObjectOf(func(string) (form.Form, bool) { return value, true }).Named("a map")
	case f.isList:
		list := form.ListOf(formOfElement(f))
		if f.isExtension {
			return list.Optional()
		}
		return list
	case f.hasPresence:
		return formOfElement(f).Optional()
	default:
		return formOfElement(f)
	}
}

// formOfElement is what one value of a field becomes.
func formOfElement(f *field) form.Form {
	switch f.kind {
	case protoreflect.MessageKind, protoreflect.GroupKind:
		return formOfMessage(f.message)
	case protoreflect.EnumKind:
		if f.enum.isNull {
			return form.Of(form.Null)
		}
		// Servers that are newer than the contract may send numbers that have no name, which nobody can prepare for.
		return form.OneOf(f.enum.expected()).Named(string(f.enum.name))
	default:
		return form.Of(kindsOf(f)).Named(f.kind.String())
	}
}

// kindsOf are the kinds of values that a scalar of a reply may become. NaN and the infinities, which are strings, are left aside: who expects
// a number cannot use them.
func kindsOf(f *field) form.Kinds {
	switch f.kind {
	case protoreflect.BoolKind:
		return form.Bool
	case protoreflect.StringKind, protoreflect.BytesKind, protoreflect.EnumKind:
		return form.String
	case protoreflect.FloatKind, protoreflect.DoubleKind:
		return form.Int | form.Float
	default:
		return form.Int
	}
}
