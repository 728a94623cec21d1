package wsdl_test

import (
	"fmt"
	"strings"

	"github.com/weftgraph/weft/datasources/soap/wsdl"
	"github.com/weftgraph/weft/datasources/soap/xsd"
)

// dump writes what was read of a contract in a form for people: services, ports, operations, and their messages as mappings see them.
func dump(c *wsdl.Contract) string {
	var d dumper
	for _, n := range c.Notes {
		d.linef(0, "%s", n.Error())
	}
	for _, s := range c.Services {
		d.linef(0, "service %s", s.Name)
		for _, p := range s.Ports {
			d.port(p)
		}
	}
	return d.String()
}

type dumper struct {
	strings.Builder

	// seen are the types that were written already.
	seen map[*xsd.Type]bool
}

func (d *dumper) linef(depth int, format string, args ...any) {
	d.WriteString(strings.TrimRight(strings.Repeat("  ", depth)+fmt.Sprintf(format, args...), " ") + "\n")
}

func (d *dumper) port(p *wsdl.Port) {
	text := p.Version.String()
	if p.Address != "" {
		text += " at " + p.Address
	}
	switch p.Addressing {
	case wsdl.OptionalAddressing:
		text += ", WS-Addressing if wanted"
	case wsdl.RequiredAddressing:
		text += ", WS-Addressing"
	case wsdl.NoAddressing:
	}
	if p.Unsupported != "" {
		text += ", not supported: " + p.Unsupported
	}
	d.linef(1, "port %s: %s", p.Name, text)
	for _, n := range p.Notes {
		d.linef(2, "%s", n.Error())
	}
	for _, o := range p.Operations {
		d.operation(o, p.Addressing != wsdl.NoAddressing)
	}
}

func (d *dumper) operation(o *wsdl.Operation, hasActions bool) {
	d.seen = map[*xsd.Type]bool{}
	style := "document"
	if o.IsRPC {
		style = "rpc"
	}
	if o.InputEncoded || o.OutputEncoded {
		style += "/encoded"
	}
	d.linef(2, "%s: %s, action %q", o.Name, style, o.Action)
	for _, n := range o.Notes {
		d.linef(3, "%s", n.Error())
	}
	if o.Unsupported != "" {
		d.linef(3, "not supported: %s", o.Unsupported)
		return
	}
	if hasActions {
		d.linef(3, "WS-Addressing: %s -> %s", o.AddressingInput, o.AddressingOutput)
	}
	d.element(3, "request", o.Input)
	d.elements(3, "request header", o.InputHeaders)
	if o.Output == nil {
		d.linef(3, "one way")
	} else {
		d.element(3, "reply", o.Output)
	}
	d.elements(3, "reply header", o.OutputHeaders)
	for _, f := range o.Faults {
		d.element(3, "fault "+f.Name, f.Element)
	}
	d.elements(3, "fault header", o.FaultHeaders)
}

func (d *dumper) elements(depth int, what string, list []*xsd.Element) {
	for _, e := range list {
		d.element(depth, what, e)
	}
}

// element writes an element that stands for itself.
func (d *dumper) element(depth int, what string, e *xsd.Element) {
	if e.Type == nil {
		d.linef(depth, "%s: nothing", what)
		return
	}
	d.linef(depth, "%s <%s>%s", what, e.Name, d.describe(e))
	d.inside(depth+1, e)
}

// describe writes all about an element but its fields.
func (d *dumper) describe(e *xsd.Element) string {
	text := ""
	switch t := e.Type; {
	case t.IsAny():
		text = " anything"
	case t.IsText():
		text = " " + simple(t.Simple)
	case t.Array != nil:
		text = fmt.Sprintf(" encoded array of %d dimensions of %s", t.Array.Dimensions, typeName(t.Array.Item))
	case !t.Name.IsZero():
		text = " " + t.Name.Local
	}
	if e.Type.Abstract {
		text += " (abstract type)"
	}
	if e.Abstract {
		text += " (abstract element)"
	}
	if e.Nillable {
		text += " nillable"
	}
	if e.Default != nil {
		text += fmt.Sprintf(" default %q", *e.Default)
	}
	if e.Fixed != nil {
		text += fmt.Sprintf(" fixed %q", *e.Fixed)
	}
	if e.Type.Unsupported != "" && e.Type.Array == nil {
		text += " not supported: " + e.Type.Unsupported
	}
	return text
}

func typeName(t *xsd.Type) string {
	switch {
	case t.IsAny():
		return "anything"
	case t.IsText():
		return simple(t.Simple)
	case t.Array != nil:
		return "array of " + typeName(t.Array.Item)
	case t.Name.IsZero():
		return "an anonymous type"
	}
	return t.Name.Local
}

// inside writes the fields of an element, and what may stand in its place. What was written before is not written again.
func (d *dumper) inside(depth int, e *xsd.Element) {
	t := e.Type
	if t.IsAny() || t.IsText() && len(e.Substitutes) == 0 || t.Array != nil {
		return
	}
	isNew := d.fields(depth, t)
	for _, derived := range e.Derived() {
		text := ""
		if derived.Abstract {
			text = " (abstract)"
		}
		d.linef(depth, "or #type %s%s", derived.Name.Local, text)
		if isNew {
			d.fields(depth+1, derived)
		}
	}
	for _, s := range e.Substitutes {
		d.linef(depth, "or #element <%s>%s", s.Name, d.describe(s))
		if isNew {
			d.fields(depth+1, s.Type)
		}
	}
}

// fields writes what is in a type, and tells whether it was not written before.
func (d *dumper) fields(depth int, t *xsd.Type) bool {
	switch {
	case t.IsText():
		return true
	case d.seen[t]:
		d.linef(depth, "as above")
		return false
	}
	d.seen[t] = true
	fields := t.Fields()
	for i := range fields {
		d.field(depth, &fields[i])
	}
	if w := t.Wildcard(); w != nil {
		d.linef(depth, "* %s", wildcard(w))
	}
	if t.OpenAttributes != nil {
		d.linef(depth, "@* %s", wildcard(t.OpenAttributes))
	}
	return true
}

func (d *dumper) field(depth int, f *xsd.Field) {
	name := f.Name
	if f.List {
		name += "[]"
	}
	if f.Required {
		name += "!"
	}
	switch {
	case f.Element != nil:
		d.linef(depth, "%s <%s>%s", name, f.Element.Name, d.describe(f.Element))
		d.inside(depth+1, f.Element)
	case f.Attribute != nil:
		text := simple(f.Attribute.Simple)
		if f.Attribute.Default != nil {
			text += fmt.Sprintf(" default %q", *f.Attribute.Default)
		}
		if f.Attribute.Fixed != nil {
			text += fmt.Sprintf(" fixed %q", *f.Attribute.Fixed)
		}
		d.linef(depth, "%s %s=%s", name, f.Attribute.Name, text)
	default:
		d.linef(depth, "%s", name)
	}
}

func simple(s *xsd.Simple) string {
	var text string
	switch s.Variety {
	case xsd.List:
		text = "list of " + simple(s.Item)
	case xsd.Union:
		members := make([]string, len(s.Members))
		for i, m := range s.Members {
			members[i] = simple(m)
		}
		text = "union of (" + strings.Join(members, ", ") + ")"
	default:
		text = s.Builtin.String()
	}
	if s.Enumeration != nil {
		text += fmt.Sprintf(" of %q", s.Enumeration)
	}
	return text
}

func wildcard(w *xsd.Wildcard) string {
	switch {
	case w.HasNot:
		return "of other namespaces than " + w.Not
	case w.Spaces == nil:
		return "of any namespace"
	}
	return fmt.Sprintf("of the namespaces %q", w.Spaces)
}
