package soap

import (
	"errors"
	"slices"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/soap/message"
	"github.com/weftgraph/weft/datasources/soap/wsdl"
	"github.com/weftgraph/weft/datasources/soap/xsd"
	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/mapping"
)

// messageCheck holds what a mapping gives against the type that it is written by.
type messageCheck struct {
	connector *datasources.Connector
	schemas   *xsd.Set
	found     *diag.List
	// mapping is the one at hand.
	mapping *mapping.Mapping
	// seen are the parts compared already: outputs may be shared.
	seen map[comparedPart]bool
}

type comparedPart struct {
	output  *mapping.Output
	element *xsd.Element
}

// message checks the connector's message.
func (k *messageCheck) message(o *wsdl.Operation) {
	m := k.connector.SOAP.Message
	switch {
	case m == nil && o.Input.Type != nil:
		if !o.Input.Type.IsText() {
			k.required(&mapping.Output{Object: true}, o.Input, o.Input.Type, nil)
		}
	case m == nil:
	case o.Input.Type == nil:
		if len(m.Outputs().Fields) > 0 {
			k.atf(m, 0, len(m.Text()), "operation %q takes no message", o.Name)
		}
	default:
		k.check(m, m.Outputs(), o.Input)
	}
}

// headers checks the header blocks of the connector and of the source. Those of the source serve all operations: each must be declared for
// one of them.
func (k *messageCheck) headers(s *source, o *wsdl.Operation) {
	if m := k.connector.SOAP.Headers; m != nil {
		k.blocks(m, o.InputHeaders, "operation "+o.Name)
	}
	if m := s.soap.Headers; m != nil {
		k.blocks(m, s.port.InputHeaders(), "port "+s.port.Name)
	}
}

// blocks checks a mapping to header blocks.
func (k *messageCheck) blocks(m *mapping.Mapping, declared []*xsd.Element, where string) {
	names := make([]string, len(declared))
	for i, e := range declared {
		names[i] = e.Name.Local
	}
	out := m.Outputs()
	for i := range out.Fields {
		f := &out.Fields[i]
		e := elementNamed(declared, f.Name)
		if e == nil {
			k.atf(m, f.Offset, f.End, "%s declares no header block %q", where, f.Name)
			k.suggest(diag.Nearest(f.Name, names))
			continue
		}
		k.check(m, f.Output, e)
	}
}

func elementNamed(elements []*xsd.Element, local string) *xsd.Element {
	for _, e := range elements {
		if e.Name.Local == local {
			return e
		}
	}
	return nil
}

func (k *messageCheck) check(m *mapping.Mapping, o *mapping.Output, e *xsd.Element) {
	k.mapping, k.seen = m, map[comparedPart]bool{}
	k.value(o, e)
}

// value compares an output with the element that it is written as.
func (k *messageCheck) value(o *mapping.Output, e *xsd.Element) {
	key := comparedPart{o, e}
	if k.seen[key] {
		return
	}
	k.seen[key] = true
	types := typesOf(e)
	t := e.Type
	switch {
	case t.IsAny():
		return
	case t.IsText() && !e.HasSubstitutes():
		k.text(o, e)
		return
	case o.Scalar && !o.Object && !o.Unknown && !o.Null && t.Simple == nil:
		k.heref(o, "element %q has child elements, and the message gives a single value", e.Name.Local)
		return
	}
	var meant []string
	for i := range o.Fields {
		if name := k.field(&o.Fields[i], e, types); name != "" {
			meant = append(meant, name)
		}
	}
	if len(types) == 1 {
		k.required(o, e, t, meant)
	}
}

// text compares an output with an element whose content is text.
func (k *messageCheck) text(o *mapping.Output, e *xsd.Element) {
	switch {
	case o.Object && !o.Scalar && !o.Unknown && !o.Null:
		k.heref(o, "element %q is text, and the message gives an object", e.Name.Local)
	case !o.Const.IsMissing() && !o.Const.IsNull():
		var wrong *message.Error
		if err := message.NewWriter(k.schemas).Element(e, o.Const); errors.As(err, &wrong) {
			k.heref(o, "element %q: %s", e.Name.Local, wrong.Message)
		}
	}
}

// field compares one property. Of one that the element does not have it returns the name that was probably meant.
func (k *messageCheck) field(f *mapping.OutputField, e *xsd.Element, types []*xsd.Type) string {
	field := fieldIn(types, f.Name)
	switch {
	case field == nil && isOneOf(e, types, f.Name):
	case field == nil:
		for _, t := range types {
			if t.IsAny() || t.Wildcard() != nil && k.schemas.ElementNamed(f.Name, t.Wildcard()) != nil {
				return ""
			}
		}
		nearest := nearestField(types, f.Name)
		k.atf(k.mapping, f.Offset, f.End, "element %q has no field %q", e.Name.Local, f.Name)
		k.suggest(nearest)
		return nearest
	case field.Element != nil:
		k.value(placed(f), field.Element)
	}
	return ""
}

// placed is a property's output; without a place of its own it has that of the property's name.
func placed(f *mapping.OutputField) *mapping.Output {
	if f.Output.End > f.Output.Offset {
		return f.Output
	}
	moved := *f.Output
	moved.Offset, moved.End = f.Offset, f.End
	return &moved
}

// required looks for fields that every value of the type needs and that the output never has. Those that were meant have been reported
// as misspelled.
func (k *messageCheck) required(o *mapping.Output, e *xsd.Element, t *xsd.Type, meant []string) {
	if !o.Object || o.Unknown || o.Scalar || o.Null || len(o.Arms) > 0 {
		return
	}
	for _, f := range t.Fields() {
		if !f.Required || o.Field(f.Name) != nil || hasDefault(f) || slices.Contains(meant, f.Name) {
			continue
		}
		k.heref(o, "element %q needs %q, which the message does not give", e.Name.Local, f.Name)
	}
}

// hasDefault tells that the schema says what a missing field is.
func hasDefault(f xsd.Field) bool {
	if f.Attribute != nil {
		return f.Attribute.Default != nil || f.Attribute.Fixed != nil
	}
	return f.Element != nil && (f.Element.Default != nil || f.Element.Fixed != nil) && f.Element.Type.Simple != nil
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
