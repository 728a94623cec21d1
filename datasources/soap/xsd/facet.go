package xsd

import "strings"

// facets are what a restriction says about text. Those of lengths, ranges, digits and patterns are passed over: the server checks them.
type facets struct {
	enumeration []enumerated
	whiteSpace  string
}

// enumerated is one value of an enumeration.
type enumerated struct {
	text string
	// name is the text as a qualified name; the text itself when it is none.
	name string
}

// facetsOf reads the facets of a restriction.
func facetsOf(restriction place) facets {
	var f facets
	for _, child := range restriction.node.Children {
		a := child.Attr("value")
		if a == nil {
			continue
		}
		switch child.Name {
		case schemaName("enumeration"):
			value := enumerated{a.Value, trimmed(a.Value)}
			if name, ok := (place{child, restriction.schema}).resolve(a); ok {
				value.name = name.String()
			}
			f.enumeration = append(f.enumeration, value)
		case schemaName("whiteSpace"):
			f.whiteSpace = trimmed(a.Value)
		}
	}
	return f
}

// apply narrows a simple type.
func (f facets) apply(s *Simple) {
	if s.Variety == Atomic && (s.Builtin == String || s.Builtin == NormalizedString) {
		switch f.whiteSpace {
		case "replace":
			s.Builtin = NormalizedString
		case "collapse":
			s.Builtin = Token
		}
	}
	if f.enumeration == nil {
		return
	}
	s.Enumeration = make([]string, len(f.enumeration))
	for i, value := range f.enumeration {
		switch {
		case s.Variety == Atomic && s.Builtin == QName:
			s.Enumeration[i] = value.name
		case s.Variety == Atomic && s.Builtin == String:
			s.Enumeration[i] = value.text
		default:
			s.Enumeration[i] = strings.Join(strings.Fields(value.text), " ")
		}
	}
}

// isEmpty tells that nothing is narrowed.
func (f facets) isEmpty() bool { return f.enumeration == nil && f.whiteSpace == "" }
