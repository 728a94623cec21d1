package soap

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/weftgraph/weft/datasources/soap/wsdl"
	"github.com/weftgraph/weft/datasources/soap/xsd"
	"github.com/weftgraph/weft/graph/diag"
)

// hint adds to the last of the findings, about a name that an element does not have, what to write instead: nothing, because it is that of the
// element itself or of what is around it; or a name that is spelled like it; or what has it; or else what there is.
func hint(found *diag.List, types []*xsd.Type, path, name string) {
	if root, _, isDeeper := strings.Cut(path, "/"); !isDeeper && (name == root || name == "Envelope" || name == "Body") {
		note(found, fmt.Sprintf("write what is inside of element %q, without its name and those of what is around it", root))
		return
	}
	last := &(*found)[len(*found)-1]
	if last.Nearest = nearestField(types, name); last.Nearest == "" {
		note(found, fieldsFor(types, name))
	}
}

// fieldsFor tells which child elements have a name that an element itself does not have, or else what that has.
func fieldsFor(types []*xsd.Type, name string) string {
	var holders, names []string
	for _, t := range types {
		fields := t.Fields()
		for i := range fields {
			f := &fields[i]
			names = append(names, strconv.Quote(f.Name))
			if f.Element != nil && fieldIn(typesOf(f.Element), name) != nil {
				holders = append(holders, strconv.Quote(f.Name))
			}
		}
	}
	switch {
	case len(holders) > 0:
		return fmt.Sprintf("%q is inside of %s", name, listed(distinct(holders)))
	case len(names) > 0:
		return "it has " + listed(distinct(names))
	default:
		return ""
	}
}

// distinct drops names that are there already.
func distinct(names []string) []string {
	var out []string
	for _, name := range names {
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// note adds a remark to the last of the findings; an empty one is none.
func note(found *diag.List, text string) {
	if last := &(*found)[len(*found)-1]; text != "" {
		last.Notes = append(last.Notes, diag.Note{Message: text})
	}
}

// wrapperOf is the name of the element that an element is made of and that is a list, as .NET and others write arrays; empty when it
// is no such element.
func wrapperOf(e *xsd.Element) string {
	fields := e.Type.Fields()
	if len(fields) != 1 || !fields[0].List {
		return ""
	}
	return fields[0].Name
}

// meantOperation is the operation that is called by another of its names: by its action, or by that of its message.
func meantOperation(p *wsdl.Port, name string) string {
	for _, o := range p.Operations {
		if name == o.Action || name == o.AddressingInput || name == o.InputName || o.Input != nil && name == o.Input.Name.Local {
			return o.Name
		}
	}
	return ""
}
