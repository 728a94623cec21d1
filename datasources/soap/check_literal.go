package soap

import (
	"strings"

	"github.com/weftgraph/weft/datasources/soap/wsdl"
	"github.com/weftgraph/weft/datasources/soap/xsd"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/value"
)

// literals warns of texts that are meant to read an attribute, or the text, of an element: a name in quotes alone is a text.
func (k *selectionCheck) literals(o *wsdl.Operation) {
	if o.Output == nil || o.Output.Type == nil {
		return
	}
	var names map[string]bool
	for _, out := range suspectTexts(k.connector.Selection.Outputs(), map[*mapping.Output]bool{}) {
		if names == nil {
			names = specialNames(o.Output)
		}
		name := out.Const.Text()
		if !names[name] {
			continue
		}
		k.found.Warnf(codeSelection, k.connector.Place(k.connector.Selection, out.Offset, out.End),
			"this is the text %q, and reads nothing: the value of that name is $.%q", name, name)
	}
}

// suspectTexts are the literals of an output that look like names of attributes or of text.
func suspectTexts(out *mapping.Output, seen map[*mapping.Output]bool) []*mapping.Output {
	if out == nil || seen[out] {
		return nil
	}
	seen[out] = true
	var found []*mapping.Output
	if !out.Unknown && out.Const.Kind() == value.KindString && strings.IndexAny(out.Const.Text(), "@#") == 0 {
		found = append(found, out)
	}
	for i := range out.Fields {
		found = append(found, suspectTexts(out.Fields[i].Output, seen)...)
	}
	for i := range out.Arms {
		found = append(found, suspectTexts(out.Arms[i].Output, seen)...)
	}
	return found
}

// specialNames are the names of attributes, and those with a hash, that something in an element has.
func specialNames(root *xsd.Element) map[string]bool {
	names := map[string]bool{xsd.TextField: true, xsd.TypeField: true, xsd.ElementField: true}
	seen := map[*xsd.Type]bool{}
	todo := typesOf(root)
	for len(todo) > 0 {
		t := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if seen[t] {
			continue
		}
		seen[t] = true
		if t.Array != nil {
			todo = append(todo, t.Array.Item)
		}
		fields := t.Fields()
		for i := range fields {
			if fields[i].Attribute != nil {
				names[fields[i].Name] = true
			}
			todo = append(todo, typesOf(fields[i].Element)...)
		}
	}
	return names
}
