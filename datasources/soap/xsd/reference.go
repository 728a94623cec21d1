package xsd

import (
	"fmt"
	"maps"
	"slices"

	"github.com/weftgraph/weft/datasources/soap/contract"
	"github.com/weftgraph/weft/datasources/soap/xmltext"
	"github.com/weftgraph/weft/graph/diag"
)

// reference resolves a qualified name in an attribute to a global component, and reports what is not there.
func (b *Builder) reference(p place, attribute string, in space) *global {
	a := p.node.Attr(attribute)
	name, ok := p.resolve(a)
	if !ok {
		b.files.Errorf(p.schema.file.AttrSpan(a), "the prefix of %q is not declared", a.Value)
		return nil
	}
	if g := p.schema.original; g != nil && g.symbol == (symbol{in, name}) {
		return g
	}
	if g := b.globals[symbol{in, name}]; g != nil {
		return g
	}
	b.report(p.schema.file.AttrSpan(a), a.Value, symbol{in, name})
	return nil
}

// resolve expands a name in an attribute's value.
func (p place) resolve(a *xmltext.Attr) (Name, bool) {
	name, ok := p.node.Resolve(trimmed(a.Value))
	if ok && name.Space == "" && p.schema.isChameleon {
		name.Space = p.schema.target
	}
	return name, ok
}

// ReportElement reports, at a place that refers to it as it is written, an element that no schema declares.
func (b *Builder) ReportElement(at diag.Span, written string, name Name) {
	b.report(at, written, symbol{elementSpace, name})
}

// ReportType does the same for a type.
func (b *Builder) ReportType(at diag.Span, written string, name Name) {
	b.report(at, written, symbol{typeSpace, name})
}

// report reports a component that is not declared, and what may be the reason.
func (b *Builder) report(at diag.Span, written string, key symbol) {
	if b.files.IsFull() {
		return // looking for what was meant takes time
	}
	wrong := diag.Diagnostic{
		Code: contract.Code, Message: fmt.Sprintf("%s %s is not declared", key.space, written), Span: at,
		Nearest: b.nearest(key.space, key.name),
	}
	if target := key.name.Space; !b.targets[target] && target != xmltext.SpaceSchema {
		wrong.Message += ": the contract has no schema " + describeSpace(target)
		if node := b.hints[target]; node != nil {
			wrong.Notes = append(wrong.Notes, diag.Note{
				Message: "the import says no schemaLocation, and no other file of the contract has the schema", Span: node.schema.file.Span(node.node),
			})
		}
	}
	b.files.Add(wrong)
}

// describeSpace names a namespace behind "no schema".
func describeSpace(space string) string {
	if space == "" {
		return "without a namespace, and the name has no prefix"
	}
	return fmt.Sprintf("of the namespace %q", space)
}

// nearest returns the name that was probably meant: one of the namespace that is spelled alike, or the same in another namespace.
func (b *Builder) nearest(in space, name Name) string {
	found := diag.Nearest(name.Local, b.namesIn(symbol{in, Name{Space: name.Space}}))
	if found != "" {
		return found
	}
	for _, g := range b.order {
		if g.symbol.space == in && g.symbol.name.Local == name.Local {
			return g.symbol.name.String()
		}
	}
	return ""
}

// namesIn are the local names of a symbol space in a namespace, sorted. They are collected once.
func (b *Builder) namesIn(key symbol) []string {
	if names, ok := b.names[key]; ok {
		return names
	}
	var names []string
	for _, g := range b.order {
		if g.symbol.space == key.space && g.symbol.name.Space == key.name.Space {
			names = append(names, g.symbol.name.Local)
		}
	}
	if key.space == typeSpace && key.name.Space == xmltext.SpaceSchema {
		names = slices.AppendSeq(names, maps.Keys(builtinNames))
	}
	slices.Sort(names)
	b.names[key] = names
	return names
}
