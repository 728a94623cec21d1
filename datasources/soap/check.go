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
	found.Add(o.Notes...)
	return found
}

// unsupported says what of the operation, or of the types of its messages, cannot be done yet; empty when nothing is in the way.
func unsupported(o *wsdl.Operation) string {
	switch {
	case o.Unsupported != "":
		return o.Unsupported
	case o.InputEncoded || o.OutputEncoded:
		return "rpc/encoded"
	}
	seen := map[*xsd.Type]bool{}
	elements := []*xsd.Element{o.Input, o.Output}
	for len(elements) > 0 {
		e := elements[len(elements)-1]
		elements = elements[:len(elements)-1]
		if e == nil {
			continue
		}
		for _, t := range typesOf(e) {
			if seen[t] {
				continue
			}
			seen[t] = true
			if t.Unsupported != "" {
				return t.Unsupported
			}
			for _, f := range t.Fields() {
				elements = append(elements, f.Element)
			}
		}
	}
	return ""
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
	for _, element := range append([]*xsd.Element{e}, e.Substitutes...) {
		for _, t := range append([]*xsd.Type{element.Type}, element.Type.Derived...) {
			if !slices.Contains(types, t) {
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
