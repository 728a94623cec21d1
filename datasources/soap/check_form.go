package soap

import (
	"github.com/weftgraph/weft/datasources/soap/xmltext"
	"github.com/weftgraph/weft/datasources/soap/xsd"
	"github.com/weftgraph/weft/graph/mapping/form"
)

// formOf is what an element of a reply becomes. Elements are looked into only where a mapping does, because types may be recursive.
func formOf(e *xsd.Element) form.Form {
	f := formOfContent(e)
	if e.Nillable {
		return f.Optional()
	}
	return f
}

func formOfContent(e *xsd.Element) form.Form {
	switch t := e.Type; {
	case t == nil || t.IsAny():
		return form.Of(form.Unknown)
	case t.Array != nil:
		return form.ListOf(formOf(itemOf(e, t.Array)))
	case t.IsText() && !e.HasSubstitutes():
		return formOfText(t.Simple).Named(nameOf(t))
	}
	o := elementObject{element: e, types: typesOf(e)}
	for _, t := range o.types {
		if t.IsAny() || t.Wildcard() != nil {
			o.isOpen = true
		}
	}
	if o.isOpen {
		return form.ObjectOf(o.property).Named(nameOf(e.Type))
	}
	return form.ClosedObjectOf(o.property, o.names).Named(nameOf(e.Type))
}

// nameOf is how people call a type: by its local name, or its built-in type where it has none.
func nameOf(t *xsd.Type) string {
	switch {
	case !t.Name.IsZero() && t.Name.Space == xmltext.SpaceSchema:
		return "xs:" + t.Name.Local
	case !t.Name.IsZero():
		return t.Name.Local
	case t.IsText():
		return describeText(t.Simple)
	default:
		return ""
	}
}

// elementObject is an element whose values are objects, of any of several types.
type elementObject struct {
	element *xsd.Element
	types   []*xsd.Type
	// isOpen tells that there may be others.
	isOpen bool
}

// property implements the look-up of form.ObjectOf.
func (o *elementObject) property(name string) (form.Form, bool) {
	var all form.Form
	lacking := false
	for _, t := range o.types {
		f := t.Field(name)
		if f == nil {
			lacking = true
			continue
		}
		all = all.Or(formOfField(t, f))
	}
	switch {
	case all.Kinds != 0 && lacking:
		return all.Optional(), true
	case all.Kinds != 0:
		return all, true
	case o.isOpen:
		return form.Of(form.Unknown), true
	case isOneOf(o.element, o.types, name):
		return form.Of(form.String).Optional(), true
	default:
		return form.Form{}, false
	}
}

// names are those of the properties, but for what says which type or element a value is.
func (o *elementObject) names() []string {
	var names []string
	seen := map[string]bool{}
	for _, name := range fieldNames(o.types) {
		if !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	return names
}

// formOfField is what a field of a type becomes.
func formOfField(t *xsd.Type, f *xsd.Field) form.Form {
	switch {
	case f.Element != nil && f.List:
		return form.ListOf(formOf(f.Element))
	case f.Element != nil && f.Required:
		return formOf(f.Element)
	case f.Element != nil:
		return formOf(f.Element).Optional()
	case f.Attribute == nil && t.Simple == nil:
		return form.Of(form.String | form.List).Optional() // of mixed content
	case f.Attribute == nil:
		return formOfText(t.Simple)
	}
	text := formOfText(f.Attribute.Simple).Named(describeText(f.Attribute.Simple))
	if f.Required || f.Attribute.Default != nil || f.Attribute.Fixed != nil {
		return text
	}
	return text.Optional()
}

// formOfText is what a text of a simple type becomes. NaN and the infinities, which are strings, are left aside: who expects a number cannot
// use them.
func formOfText(s *xsd.Simple) form.Form {
	switch s.Variety {
	case xsd.List:
		return form.ListOf(formOfText(s.Item))
	case xsd.Union:
		var all form.Form
		for _, member := range s.Members {
			all = all.Or(formOfText(member))
		}
		if all.Kinds == 0 {
			return form.Of(form.String)
		}
		return all
	}
	kinds := kindsOf(s.Builtin)
	if kinds == form.String && s.Enumeration != nil {
		return form.OneOf(s.Enumeration)
	}
	return form.Of(kinds)
}

// kindsOf are the kinds of values that a built-in type is read as.
func kindsOf(b xsd.Builtin) form.Kinds {
	switch {
	case b == xsd.Boolean:
		return form.Bool
	case b == xsd.Decimal, b == xsd.Float, b == xsd.Double:
		return form.Int | form.Float
	case b == xsd.Integer, b >= xsd.NonPositiveInteger:
		return form.Int
	default:
		return form.String
	}
}

// writableAs are the kinds of values of which some can be written as a text of a simple type.
func writableAs(s *xsd.Simple) form.Kinds {
	switch s.Variety {
	case xsd.List:
		return form.List | writableAs(s.Item)
	case xsd.Union:
		var all form.Kinds
		for _, member := range s.Members {
			all |= writableAs(member)
		}
		return all
	}
	switch b := s.Builtin; {
	case b == xsd.Boolean, b == xsd.QName:
		return form.Bool | form.String
	case b == xsd.Calendar:
		return form.Int | form.String // a year is a number
	case kindsOf(b) != form.String, b == xsd.Hex:
		return form.Int | form.Float | form.String
	case b == xsd.Date, b == xsd.DateTime, b == xsd.Time, b == xsd.Duration:
		return form.String
	default:
		return form.Scalar
	}
}

// describeText names a simple type for people.
func describeText(s *xsd.Simple) string {
	switch s.Variety {
	case xsd.List:
		return "a list of " + describeText(s.Item)
	case xsd.Union:
		return "a union"
	default:
		return s.Builtin.String()
	}
}
