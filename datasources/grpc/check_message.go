package grpc

import (
	"fmt"
	"strings"

	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/value"
)

// messageCheck holds what the message mapping is known to make against the method's input. What comes from variables is
// checked by every call.
type messageCheck struct {
	binding *binding
	mapping *mapping.Mapping
	found   diag.List
}

func (c *messageCheck) run() {
	c.mapping = c.binding.connector.GRPC.Message
	input := c.binding.request.input
	if c.mapping == nil {
		if _, err := c.binding.source.contract.encodeMessage(input, value.Object(nil)); input.form == formObject && err != nil {
			c.found.Errorf(codeMessage, c.binding.connector.GRPC.MethodAt, "the method needs a message: %v", err)
		}
		return
	}
	c.message(input, c.mapping.Outputs(), "")
}

// message checks what is made for a message; path leads to it by proto names, from the input, which is "".
func (c *messageCheck) message(m *message, o *mapping.Output, path string) {
	if m.form != formObject {
		c.wellKnown(m, o, path)
		return
	}
	if !o.Object {
		if o.Scalar && !o.Unknown && !o.Null {
			c.errorf(o, "%s is a message (%s), and the mapping makes a scalar", place(path), m.name)
		}
		return
	}
	set := c.properties(m, o, path)
	for i := range o.Arms {
		c.properties(m, o.Arms[i].Output, path)
	}
	if o.Unknown || len(o.Arms) > 0 {
		return
	}
	for _, f := range m.fields {
		if f.isRequired && !set[f] {
			c.errorf(o, "field %q is required and not set", join(path, f.name))
		}
	}
}

// properties checks the properties of one object and returns the fields that they set.
func (c *messageCheck) properties(m *message, o *mapping.Output, path string) map[*field]bool {
	set := map[*field]bool{}
	for i := range o.Fields {
		property := &o.Fields[i]
		f := m.byName[property.Name]
		switch {
		case f == nil:
			c.report(property.Offset, property.End, diag.Diagnostic{
				Message: unknownMessage(m, property.Name, path),
				Nearest: m.nearest(property.Name),
			})
			continue
		case set[f]:
			c.report(property.Offset, property.End, diag.Diagnostic{
				Message: fmt.Sprintf("field %q is set twice, as %q and as %q", join(path, f.name), f.name, f.jsonName),
			})
		}
		set[f] = true
		c.field(f, property.Output, join(path, f.name))
	}
	return set
}

func unknownMessage(m *message, name, path string) string {
	text := fmt.Sprintf("message %q has no field %q", m.name, name)
	if path != "" {
		text = fmt.Sprintf("%s (at %q)", text, path)
	}
	return text
}

// field checks what is made for a field. Lists are transparent: what is made for a list is what is made for its elements.
func (c *messageCheck) field(f *field, o *mapping.Output, path string) {
	if f.isMap {
		for i := range o.Fields {
			c.field(f.value, o.Fields[i].Output, path+"."+o.Fields[i].Name)
		}
		return
	}
	if f.message != nil {
		c.message(f.message, o, path)
		return
	}
	if o.Object && !o.Scalar && !o.Unknown && !o.Null {
		c.errorf(o, "%s is a scalar, and the mapping makes an object", place(path))
		return
	}
	c.literal(f, o, path)
}

// literal checks a literal by encoding it.
func (c *messageCheck) literal(f *field, o *mapping.Output, path string) {
	if o.Unknown || o.Const.IsMissing() || o.Const.IsNull() {
		return
	}
	e := encoder{contract: c.binding.source.contract}
	if err := e.element(f, o.Const); err != nil {
		c.report(o.Offset, o.End, diag.Diagnostic{Message: place(path) + ": " + err.reason, Nearest: err.nearest})
	}
}

// wellKnown checks what is made for a message whose JSON has a form of its own.
func (c *messageCheck) wellKnown(m *message, o *mapping.Output, path string) {
	switch m.form {
	case formWrapper:
		c.field(m.fields[0], o, path)
	case formTimestamp, formDuration, formFieldMask:
		if o.Object && !o.Scalar && !o.Unknown && !o.Null {
			c.errorf(o, "%s is %s, and the mapping makes an object", place(path), m.form.example())
			return
		}
		if o.Unknown || o.Const.IsMissing() || o.Const.IsNull() {
			return
		}
		e := encoder{contract: c.binding.source.contract}
		if err := e.message(m, o.Const); err != nil {
			c.errorf(o, "%s: %s", place(path), err.reason)
		}
	}
}

func (c *messageCheck) errorf(o *mapping.Output, format string, args ...any) {
	c.report(o.Offset, o.End, diag.Diagnostic{Message: fmt.Sprintf(format, args...)})
}

func (c *messageCheck) report(offset, end int, d diag.Diagnostic) {
	d.Code, d.Span = codeMessage, c.binding.connector.Place(c.mapping, offset, end)
	c.found.Add(d)
}

// place names a part of the request for messages to people.
func place(path string) string {
	if path == "" {
		return "the method's input"
	}
	return fmt.Sprintf("field %q", path)
}

func join(path, name string) string { return strings.TrimPrefix(path+"."+name, ".") }
