package soap

import (
	"fmt"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/soap/message"
	"github.com/weftgraph/weft/datasources/soap/wsdl"
	"github.com/weftgraph/weft/datasources/soap/xsd"
	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/mapping/form"
)

// messageCheck holds what a mapping can give against the type that it is written by: literals, shapes, and the GraphQL types of variables.
// What may fit is checked by every call.
type messageCheck struct {
	connector *datasources.Connector
	schemas   *xsd.Set
	found     *diag.List
	// mapping is the one at hand.
	mapping *mapping.Mapping
	// seen are the parts compared already: outputs may be shared, and types and GraphQL types may contain themselves.
	seen map[comparedPart]bool
}

type comparedPart struct {
	// output is nil for what is passed on as it is.
	output *mapping.Output
	// element, typ or text is what it is compared with.
	element *xsd.Element
	typ     *xsd.Type
	text    *xsd.Simple
	// given is the GraphQL type of what is given.
	given string
}

// part is what is given for one place of the message.
type part struct {
	// output tells what is made, and where that is written. Lists are transparent.
	output *mapping.Output
	// form tells of which kinds it can be.
	form form.Form
	// path leads to the place by the names of elements: "GetInvoice/line/@sku".
	path string
}

// message checks the connector's message.
func (k *messageCheck) message(o *wsdl.Operation) {
	m := k.connector.SOAP.Message
	switch {
	case m == nil && o.Input.Type != nil:
		if !o.Input.Type.IsText() {
			nothing := part{&mapping.Output{Object: true}, form.Of(form.Object), o.Input.Name.Local}
			k.required(nothing, o.Input.Type, nil)
			k.choices(nothing, o.Input.Type)
		}
	case m == nil:
	case o.Input.Type == nil:
		if len(m.Outputs().Fields) > 0 {
			k.atf(m, 0, len(m.Text()), "operation %q takes no message", o.Name)
		}
	default:
		k.check(m, part{m.Outputs(), k.formOf(m), o.Input.Name.Local}, o.Input)
	}
}

// headers checks the header blocks of the connector and of the source. Those of the source serve all operations: each must be declared for
// one of them.
func (k *messageCheck) headers(s *source, o *wsdl.Operation) {
	if m := k.connector.SOAP.Headers; m != nil {
		k.blocks(s, m, o.InputHeaders, "operation "+o.Name)
	}
	if m := s.soap.Headers; m != nil {
		k.blocks(s, m, s.port.InputHeaders(), "port "+s.port.Name)
	}
}

// blocks checks a mapping to header blocks.
func (k *messageCheck) blocks(s *source, m *mapping.Mapping, declared []*xsd.Element, where string) {
	names := make([]string, len(declared))
	for i, e := range declared {
		names[i] = e.Name.Local
	}
	out, gives := m.Outputs(), k.formOf(m)
	for i := range out.Fields {
		f := &out.Fields[i]
		e := elementNamed(declared, f.Name)
		if name, isWhole := message.ParseName(f.Name); e == nil && isWhole {
			e = s.elementFor(name)
		}
		if e == nil {
			k.atf(m, f.Offset, f.End, "%s declares no header block %q", where, f.Name)
			k.suggest(diag.Nearest(f.Name, names))
			continue
		}
		p := part{s.withoutInstructions(f.Output, e), gives.Property(f.Name), e.Name.Local}
		if text := f.Output.Field(xsd.TextField); text != nil && p.output == text.Output {
			p.form = p.form.Property(xsd.TextField) // of a block that is text, beside what is for the envelope
		}
		k.check(m, p, e)
	}
}

func elementNamed(elements []*xsd.Element, local string) *xsd.Element {
	for _, e := range elements {
		if e.Name.Local == local || e.Name.String() == local {
			return e
		}
	}
	return nil
}

// formOf tells of which kinds the values are that a mapping gives.
func (k *messageCheck) formOf(m *mapping.Mapping) form.Form {
	variable := k.connector.Variable
	if variable == nil {
		variable = func(string) form.Form { return form.Of(form.Unknown) }
	}
	gives, _ := form.Read(m, form.Inputs{Input: form.Of(form.Unknown), Variable: variable})
	return gives
}

func (k *messageCheck) check(m *mapping.Mapping, p part, e *xsd.Element) {
	k.mapping, k.seen = m, map[comparedPart]bool{}
	k.value(p, e)
}

// hasSeen tells whether a part was compared before.
func (k *messageCheck) hasSeen(key comparedPart) bool {
	if k.seen[key] {
		return true
	}
	k.seen[key] = true
	return false
}

// heref reports an error at an output, or at the operation when there is no mapping.
func (k *messageCheck) heref(o *mapping.Output, format string, args ...any) {
	if k.mapping == nil {
		k.found.Errorf(codeMessage, k.connector.SOAP.OperationAt, format, args...)
		return
	}
	k.atf(k.mapping, o.Offset, o.End, format, args...)
}

func (k *messageCheck) atf(m *mapping.Mapping, offset, end int, format string, args ...any) {
	k.found.Errorf(codeMessage, k.connector.Place(m, offset, end), format, args...)
}

// suggest adds the nearest name to the last error.
func (k *messageCheck) suggest(nearest string) { (*k.found)[len(*k.found)-1].Nearest = nearest }

// soften makes a warning of the last error.
func (k *messageCheck) soften() { (*k.found)[len(*k.found)-1].Severity = diag.Warning }

// given names what a mapping gives, with its GraphQL type where it has one.
func given(f form.Form) string {
	if t := f.Type(); t != "" {
		return fmt.Sprintf("%s (%s)", f.Describe(), t)
	}
	return f.Describe()
}
