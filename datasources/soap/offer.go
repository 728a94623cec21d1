package soap

import (
	"context"
	"fmt"
	"strings"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/httpcall"
	"github.com/weftgraph/weft/datasources/soap/wsdl"
	"github.com/weftgraph/weft/datasources/soap/xsd"
	"github.com/weftgraph/weft/graph/diag"
)

// Offer is what a contract offers, by the names that connectors and their mappings have for it. It is immutable.
type Offer struct{ contract *wsdl.Contract }

// ReadOffer loads the contract of a source, which must be of Kind SOAP, as Open does. What is wrong with it is a *datasources.ContractError.
func ReadOffer(ctx context.Context, settings datasources.Settings) (*Offer, error) {
	if settings.Kind != datasources.SOAP || settings.SOAP == nil {
		return nil, errNoSOAP
	}
	t := httpcall.NewTransport(settings)
	defer t.CloseIdleConnections()
	s := &source{settings: settings, soap: settings.SOAP, client: httpcall.Client{Transport: t, MaxReply: settings.ReplyLimit()}}
	reader, location := s.reader()
	contract, found := wsdl.Load(ctx, reader, location)
	if len(found) > 0 {
		adviseAddress(found, location, reader.Show(location))
		return nil, &datasources.ContractError{Diagnostics: found}
	}
	return &Offer{contract}, nil
}

// Ports lists services, ports and operations, each on a line, with the names of what messages and replies have.
func (o *Offer) Ports() string {
	var text strings.Builder
	for _, service := range o.contract.Services {
		if service.Name != "" {
			fmt.Fprintln(&text, service.Name)
		}
		for _, p := range service.Ports {
			fmt.Fprintf(&text, "  %s (%s)\n", p.Name, describePort(p))
			for _, operation := range p.Operations {
				fmt.Fprintf(&text, "    %s\n", signature(operation))
			}
		}
	}
	return text.String()
}

func describePort(p *wsdl.Port) string {
	switch {
	case p.Version == wsdl.NoSOAP:
		return p.Unsupported + ", which is not supported"
	case p.Address == "":
		return p.Version.String()
	default:
		return p.Version.String() + " at " + p.Address
	}
}

// signature is an operation with the fields of its messages.
func signature(o *wsdl.Operation) string {
	text := o.Name + "(" + fieldList(o.Input) + ")"
	if o.Output != nil {
		text += " returns (" + fieldList(o.Output) + ")"
	}
	if o.Unsupported != "" {
		text += ", which needs " + o.Unsupported + ": not supported"
	}
	return text
}

// fieldList are the fields of an element; what it is, where it is a text.
func fieldList(e *xsd.Element) string {
	switch {
	case e == nil || e.Type == nil:
		return ""
	case e.Type.IsText():
		return describeText(e.Type.Simple)
	}
	var names []string
	fields := e.Type.Fields()
	for i := range fields {
		names = append(names, fieldName(&fields[i]))
	}
	return strings.Join(names, ", ")
}

// fieldName is a field's name, with a mark for one that may be absent, or for a list.
func fieldName(f *xsd.Field) string {
	switch {
	case f.List:
		return f.Name + "[]"
	case f.Required || f.Element == nil && f.Attribute == nil:
		return f.Name
	default:
		return f.Name + "?"
	}
}

// NoOperationError says that no port has an operation.
type NoOperationError struct{ Name, Nearest string }

// Error implements error.
func (e *NoOperationError) Error() string {
	text := fmt.Sprintf("the contract has no operation %q", e.Name)
	if e.Nearest != "" {
		text += fmt.Sprintf("; did you mean %q?", e.Nearest)
	}
	return text
}

// Operation tells all about an operation of the first port that has it: what its message, reply, header blocks and faults are made of. The
// error is a *NoOperationError.
func (o *Offer) Operation(name string) (string, error) {
	var names []string
	for _, service := range o.contract.Services {
		for _, p := range service.Ports {
			if found := p.Operation(name); found != nil {
				t := outline{seen: map[*xsd.Type]bool{}}
				t.operation(found)
				return t.text.String(), nil
			}
			for _, operation := range p.Operations {
				names = append(names, operation.Name)
			}
		}
	}
	return "", &NoOperationError{name, diag.Nearest(name, names)}
}

// outline writes what elements are made of, one field to a line.
type outline struct {
	text strings.Builder
	// seen are the types that were written: each is written once.
	seen map[*xsd.Type]bool
}

func (t *outline) linef(depth int, format string, args ...any) {
	t.text.WriteString(strings.Repeat("  ", depth))
	fmt.Fprintf(&t.text, format+"\n", args...)
}

func (t *outline) operation(o *wsdl.Operation) {
	t.linef(0, "%s", signature(o))
	t.element("message", o.Input)
	if o.Output != nil {
		t.element("reply", o.Output)
	}
	for _, e := range o.InputHeaders {
		t.element("header "+e.Name.Local, e)
	}
	for _, e := range o.OutputHeaders {
		t.element("header of the reply "+e.Name.Local, e)
	}
	for _, f := range o.Faults {
		if f.Element != nil {
			t.element("detail "+f.Element.Name.Local, f.Element)
		}
	}
}

// element writes an element that stands for itself.
func (t *outline) element(what string, e *xsd.Element) {
	if e == nil || e.Type == nil {
		t.linef(1, "%s: nothing", what)
		return
	}
	t.linef(1, "%s%s", what, describeType(e))
	t.inside(2, e)
}

func describeType(e *xsd.Element) string {
	text := ""
	switch typ := e.Type; {
	case typ.IsAny():
		text = ": anything"
	case typ.IsText():
		text = ": " + describeText(typ.Simple)
		if values := typ.Simple.Enumeration; values != nil {
			text += " of " + listed(values)
		}
	case !typ.Name.IsZero():
		text = ": " + typ.Name.Local
	}
	if e.Nillable {
		text += " or null"
	}
	return text
}

// inside writes the fields of an element, and of what may stand in its place.
func (t *outline) inside(depth int, e *xsd.Element) {
	if e.Type.Array != nil {
		t.linef(depth, "items%s", describeType(itemOf(e, e.Type.Array)))
		t.inside(depth+1, itemOf(e, e.Type.Array))
		return
	}
	t.fields(depth, e.Type)
	for _, derived := range e.Derived() {
		t.linef(depth, "with \"#type\": %q", derived.Name.Local)
		t.fields(depth+1, derived)
	}
	for _, s := range e.Substitutes {
		t.linef(depth, "with \"#element\": %q", s.Name.Local)
		t.fields(depth+1, s.Type)
	}
}

func (t *outline) fields(depth int, typ *xsd.Type) {
	if typ.IsText() || typ.IsAny() {
		return
	}
	if t.seen[typ] {
		t.linef(depth, "as above")
		return
	}
	t.seen[typ] = true
	fields := typ.Fields()
	for i := range fields {
		f := &fields[i]
		switch {
		case f.Element != nil:
			t.linef(depth, "%s%s", fieldName(f), describeType(f.Element))
			t.inside(depth+1, f.Element)
		case f.Attribute != nil:
			t.linef(depth, "%s: %s", fieldName(f), describeText(f.Attribute.Simple))
		case typ.Simple != nil:
			t.linef(depth, "%s: %s", fieldName(f), describeText(typ.Simple))
		default:
			t.linef(depth, "%s: text", fieldName(f))
		}
	}
	if typ.Wildcard() != nil {
		t.linef(depth, "and any others")
	}
}
