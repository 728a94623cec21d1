package grpc

import (
	"strconv"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/mapping/form"
	"github.com/weftgraph/weft/graph/value"
)

// wellKnown checks what is given for a message whose JSON has a form of its own.
func (c *messageCheck) wellKnown(m *message, p part) {
	switch m.form {
	case formWrapper:
		c.field(m.fields[0], p)
	case formTimestamp, formDuration, formFieldMask:
		isLiteral := c.literal(p, func(e *encoder, v value.Value) *misfit { return e.message(m, v) })
		if !isLiteral && p.form.IsNever(form.String) {
			c.notOf(m, p)
		}
	case formList:
		if p.form.IsNever(form.List) {
			c.notOf(m, p)
		}
	case formStruct:
		if p.form.IsNever(form.Object) {
			c.notOf(m, p)
		}
	case formAny:
		c.anyMessage(p)
	}
}

// notOf reports what is not of a form.
func (c *messageCheck) notOf(m *message, p part) {
	c.errorf(p.output, "%s is %s, and the mapping gives %s", place(p.path), m.form.example(), given(p.form))
}

// anyMessage checks what is given for a google.protobuf.Any. Where its type is a literal, the fields are known.
func (c *messageCheck) anyMessage(p part) {
	if p.form.IsNever(form.Object) {
		c.errorf(p.output, "%s is %s, and the mapping gives %s", place(p.path), formAny.example(), given(p.form))
		return
	}
	o := *p.output
	typ := o.Field(anyTypeKey)
	switch {
	case !o.Object || o.Unknown || len(o.Arms) > 0:
		return
	case typ == nil && len(o.Fields) > 0:
		c.errorf(p.output, "%s is %s, and the mapping gives none", place(p.path), formAny.example())
		return
	case typ == nil || typ.Output.Const.Kind() != value.KindString:
		return
	}
	url := typ.Output.Const.Text()
	m := c.binding.source.contract.messageNamed(protoreflect.FullName(url[strings.LastIndexByte(url, '/')+1:]))
	if m == nil {
		c.report(typ.Output.Offset, typ.Output.End, diag.Diagnostic{Message: "the contract has no message " + strconv.Quote(shorten(url))})
		return
	}
	rest := o.Fields
	o.Fields = nil
	for i := range rest {
		if rest[i].Name != anyTypeKey {
			o.Fields = append(o.Fields, rest[i])
		}
	}
	content := part{&o, p.form, p.path}
	isEmpty := m.name == emptyName && o.Field(anyContentKey) != nil
	if m.form == formObject && !isEmpty {
		c.object(m, content)
		return
	}
	for i := range o.Fields {
		if o.Fields[i].Name != anyContentKey {
			c.reportf(&o.Fields[i], "%s is an Any of %s, which has %q and %q and nothing else", place(p.path), m.name, anyTypeKey, anyContentKey)
			continue
		}
		c.message(m, content.property(&o.Fields[i], anyContentKey))
	}
}
