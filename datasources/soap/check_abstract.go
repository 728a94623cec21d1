package soap

import (
	"slices"
	"strings"

	"github.com/weftgraph/weft/datasources/soap/xsd"
	"github.com/weftgraph/weft/graph/diag"
)

// concrete compares what says which element or type an object is with those that there are. An abstract one has to be told, which the
// fields of an input type cannot do: their names have no "#".
func (k *messageCheck) concrete(p part, e *xsd.Element) {
	names, isWhole := wholeObject(p)
	says := func(property string) bool { return p.output.Field(property) != nil || slices.Contains(names, property) }
	switch {
	case e.HasSubstitutes() && says(xsd.ElementField):
		k.chosen(p, xsd.ElementField, concreteElements(e))
	case e.Abstract && isWhole:
		k.heref(p.output, "element %q is abstract: the message must say which it is, with %q: one of %s%s",
			p.path, xsd.ElementField, strings.Join(concreteElements(e), ", "), ofInput(p.form, ", which the input type %s cannot"))
	case e.Abstract:
	case says(xsd.TypeField):
		k.chosen(p, xsd.TypeField, concreteTypes(e))
	case e.Type.Abstract && isWhole:
		k.heref(p.output, "element %q is of the abstract type %s: the message must say which it is, with %q: one of %s%s",
			p.path, nameOf(e.Type), xsd.TypeField, strings.Join(concreteTypes(e), ", "), ofInput(p.form, ", which the input type %s cannot"))
	}
}

// chosen checks a literal that says which element or type an object is.
func (k *messageCheck) chosen(p part, property string, among []string) {
	f := p.output.Field(property)
	if f == nil || f.Output.Unknown || f.Output.Const.IsMissing() {
		return
	}
	if name := f.Output.Const.Text(); !slices.Contains(among, name) {
		k.heref(f.Placed(), "%q is %q, expected one of %s", p.path+"/"+property, name, strings.Join(among, ", "))
		k.suggest(diag.Nearest(name, among))
	}
}

// concreteElements are the names of the elements that may stand in the place of one, and its own.
func concreteElements(head *xsd.Element) []string {
	var names []string
	for _, e := range append([]*xsd.Element{head}, head.Substitutes...) {
		if !e.Abstract {
			names = append(names, e.Name.Local)
		}
	}
	return names
}

// concreteTypes are the names of the types that values of an element may be of.
func concreteTypes(e *xsd.Element) []string {
	var names []string
	for _, t := range append([]*xsd.Type{e.Type}, e.Derived()...) {
		if !t.Abstract {
			names = append(names, t.Name.Local)
		}
	}
	return names
}
