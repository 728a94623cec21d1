package xsd

import (
	"slices"
	"strconv"
	"strings"

	"github.com/weftgraph/weft/datasources/soap/xmltext"
)

// FacetKind is a kind of Facet.
type FacetKind uint8

// The kinds of facets.
const (
	Length FacetKind = iota
	MinLength
	MaxLength
	MinInclusive
	MaxInclusive
	MinExclusive
	MaxExclusive
	TotalDigits
	FractionDigits
	PatternFacet
)

// facetNames are the names of the kinds in schemas.
//
//nolint:gochecknoglobals // a table that is never changed
var facetNames = [...]string{
	"length", "minLength", "maxLength", "minInclusive", "maxInclusive", "minExclusive", "maxExclusive", "totalDigits", "fractionDigits", "pattern",
}

// String returns the name as schemas write it.
func (k FacetKind) String() string { return facetNames[k] }

// Facet is one thing that a text has to be like, besides those of a Simple's other fields.
type Facet struct {
	Kind FacetKind
	// Value is as the schema writes it, without blanks around it. Patterns have none.
	Value string
	// Number is that of lengths and digits.
	Number int
	// Pattern is that of a PatternFacet.
	Pattern *Pattern
}

// facets are what a restriction says about text.
type facets struct {
	enumeration []enumerated
	whiteSpace  string
	// others are at most one of each kind.
	others []Facet
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
		default:
			f.others = withFacet(f.others, child.Name, a.Value)
		}
	}
	return f
}

// withFacet adds one of the facets that have no meaning but to be checked. What is none, or has no valid value, is left to the server.
func withFacet(others []Facet, name Name, text string) []Facet {
	kind := slices.Index(facetNames[:], name.Local)
	if kind < 0 || name.Space != xmltext.SpaceSchema {
		return others
	}
	facet := Facet{Kind: FacetKind(kind), Value: trimmed(text)}
	switch facet.Kind {
	case PatternFacet:
		// Those of one restriction are alternatives.
		if i := slices.IndexFunc(others, func(o Facet) bool { return o.Pattern != nil }); i >= 0 {
			others[i].Pattern.alternatives = append(others[i].Pattern.alternatives, text)
			return others
		}
		facet.Value, facet.Pattern = "", &Pattern{alternatives: []string{text}}
	case Length, MinLength, MaxLength, TotalDigits, FractionDigits:
		n, err := strconv.Atoi(facet.Value)
		if err != nil || n < 0 {
			return others
		}
		facet.Number = n
	case MinInclusive, MaxInclusive, MinExclusive, MaxExclusive:
	}
	return append(others, facet)
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
	s.Facets = f.narrow(s.Facets)
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

// narrow returns the facets of a base with these: of each kind the last one counts, which is the narrowest, but patterns all count.
func (f facets) narrow(base []Facet) []Facet {
	if len(f.others) == 0 {
		return base
	}
	all := make([]Facet, 0, len(base)+len(f.others))
	for _, b := range base {
		if b.Pattern != nil || !slices.ContainsFunc(f.others, func(o Facet) bool { return o.Kind == b.Kind }) {
			all = append(all, b)
		}
	}
	return append(all, f.others...)
}

// isEmpty tells that nothing is narrowed.
func (f facets) isEmpty() bool {
	return f.enumeration == nil && f.whiteSpace == "" && len(f.others) == 0
}
