package soap

import (
	"slices"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/soap/wsdl"
	"github.com/weftgraph/weft/datasources/soap/xsd"
	"github.com/weftgraph/weft/graph/diag"
)

// check holds a connector against its operation.
func (s *source) check(c *datasources.Connector, o *wsdl.Operation) diag.List {
	var found diag.List
	m := messageCheck{connector: c, schemas: s.contract.Schemas, found: &found}
	m.message(o)
	m.headers(s, o)
	r := selectionCheck{connector: c, found: &found, mayBeFault: s.settings.IsSuccess != nil || c.IsSuccess != nil}
	r.selection(o)
	r.literals(o)
	r.blocks(o)
	found.Add(o.Notes...)
	return found
}

// itemOf is the element of an array's items. In messages it is called by the array.
func itemOf(array *xsd.Element, a *xsd.Array) *xsd.Element {
	return &xsd.Element{Name: array.Name, Type: a.Item, Nillable: true}
}

// typesOf are the types that a value of an element may be of: the declared one first, those derived from it, and the same for what
// may substitute it.
func typesOf(e *xsd.Element) []*xsd.Type {
	if e == nil || e.Type == nil {
		return nil
	}
	if len(e.Substitutes) == 0 && len(e.Type.Derived) == 0 {
		return []*xsd.Type{e.Type}
	}
	var types []*xsd.Type
	seen := map[*xsd.Type]bool{}
	for _, element := range append([]*xsd.Element{e}, e.Substitutes...) {
		for _, t := range append([]*xsd.Type{element.Type}, element.Type.Derived...) {
			if !seen[t] {
				seen[t] = true
				types = append(types, t)
			}
		}
	}
	return types
}

// fieldIn returns the first field with a name that one of the types has.
func fieldIn(types []*xsd.Type, name string) *xsd.Field {
	for _, t := range types {
		if f := t.Field(name); f != nil {
			return f
		}
	}
	return nil
}

// fieldNames are the names of the fields of all types, for suggestions.
func fieldNames(types []*xsd.Type) []string {
	var names []string
	for _, t := range types {
		for _, f := range t.Fields() {
			names = append(names, f.Name)
		}
	}
	return names
}

// nearestField is the field that was probably meant: spelled alike, or the attribute of that name.
func nearestField(types []*xsd.Type, name string) string {
	if fieldIn(types, "@"+name) != nil {
		return "@" + name
	}
	return diag.Nearest(name, fieldNames(types))
}

// isOneOf tells whether a property of all kinds of elements is one of this element's: which type or which element it is.
func isOneOf(e *xsd.Element, types []*xsd.Type, name string) bool {
	switch name {
	case xsd.ElementField:
		return e.HasSubstitutes()
	case xsd.TypeField:
		return slices.ContainsFunc(types, (*xsd.Type).IsPolymorphic)
	case xsd.TextField:
		return e.HasSubstitutes() && slices.ContainsFunc(types, (*xsd.Type).IsText)
	default:
		return false
	}
}
