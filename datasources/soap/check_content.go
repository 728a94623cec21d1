package soap

import (
	"fmt"
	"slices"

	"github.com/weftgraph/weft/datasources/soap/message"
	"github.com/weftgraph/weft/datasources/soap/xsd"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/mapping/form"
)

// value compares what is given with the element that it is written as.
func (k *messageCheck) value(p part, e *xsd.Element) {
	if k.hasSeen(comparedPart{output: p.output, element: e, given: p.form.Type()}) {
		return
	}
	t := e.Type
	switch {
	case t.IsAny():
	case t.Array != nil:
		p.form = itemsOf(p.form)
		k.value(p, itemOf(e, t.Array))
	case t.IsText() && !e.HasSubstitutes():
		k.text(p, t.Simple, e.Fixed)
	case t.Simple != nil && !e.HasSubstitutes() && p.form.IsNever(form.Object):
		k.text(p, t.Simple, e.Fixed) // the text alone, without attributes
	case p.form.IsNever(form.Object) && !e.HasSubstitutes():
		k.heref(p.output, "element %q has child elements, and the message gives %s", p.path, given(p.form))
	default:
		k.object(p, e)
	}
}

// object compares the properties of an object with the fields of the types that the element may have.
func (k *messageCheck) object(p part, e *xsd.Element) {
	types := typesOf(e)
	k.concrete(p, e)
	var meant []string
	for i := range p.output.Fields {
		if name := k.property(&p.output.Fields[i], p, e, types); name != "" {
			meant = append(meant, name)
		}
	}
	for i := range p.output.Arms {
		for j := range p.output.Arms[i].Output.Fields {
			k.property(&p.output.Arms[i].Output.Fields[j], p, e, types)
		}
	}
	if p.output.Unknown {
		k.passed(p, e, types)
	}
	if len(types) == 1 {
		k.required(p, e.Type, meant)
		k.choices(p, e.Type)
	}
}

// property compares one property. Of one that the element does not have it returns the name that was probably meant.
func (k *messageCheck) property(f *mapping.OutputField, p part, e *xsd.Element, types []*xsd.Type) string {
	at := part{f.Placed(), p.form.Property(f.Name), p.path + "/" + f.Name}
	field := fieldIn(types, f.Name)
	switch {
	case field != nil:
		k.field(field, at, types)
	case isOneOf(e, types, f.Name), f.Name == "__typename":
	case !slices.ContainsFunc(types, func(t *xsd.Type) bool { return message.IsOpen(k.schemas, t, f.Name) }):
		return k.noField(f, p, types)
	}
	return ""
}

// noField reports a property that no type has, and returns the name that was probably meant.
func (k *messageCheck) noField(f *mapping.OutputField, p part, types []*xsd.Type) string {
	for _, t := range types {
		if head := message.HeadOf(t, f.Name); head != "" {
			k.atf(k.mapping, f.Offset, f.End, "element %q has no field %q: write %q with %q: %q", p.path, f.Name, head, xsd.ElementField, f.Name)
			return head
		}
	}
	k.atf(k.mapping, f.Offset, f.End, "element %q has no field %q", p.path, f.Name)
	hint(k.found, types, p.path, f.Name)
	return (*k.found)[len(*k.found)-1].Nearest
}

// passed compares an object that is passed on as it is, such as an argument of an input type.
func (k *messageCheck) passed(p part, e *xsd.Element, types []*xsd.Type) {
	names, isClosed := p.form.Names()
	if !isClosed || p.form.Type() != "" && k.hasSeen(comparedPart{typ: e.Type, given: p.form.Type()}) {
		return
	}
	for _, name := range names {
		field := fieldIn(types, name)
		switch {
		case p.output.Field(name) != nil:
		case field != nil:
			k.field(field, part{&mapping.Output{Unknown: true, Offset: p.output.Offset, End: p.output.End}, p.form.Property(name), p.path + "/" + name}, types)
		case !slices.ContainsFunc(types, func(t *xsd.Type) bool { return message.IsOpen(k.schemas, t, name) }):
			k.heref(p.output, "element %q has no field %q%s", p.path, name, ofInput(p.form, ", which the input type %s has"))
			hint(k.found, types, p.path, name)
		}
	}
}

// ofInput is a text about the input type of what is given; empty when there is none.
func ofInput(f form.Form, format string) string {
	if f.Type() == "" {
		return ""
	}
	return fmt.Sprintf(format, f.Type())
}

// field compares what is given for a field.
func (k *messageCheck) field(f *xsd.Field, p part, types []*xsd.Type) {
	switch {
	case f.Attribute != nil:
		k.text(p, f.Attribute.Simple, f.Attribute.Fixed)
		return
	case f.Element == nil:
		for _, t := range types {
			if t.Simple != nil {
				k.text(p, t.Simple, nil)
				return
			}
		}
		return
	case f.List:
		p.form = itemsOf(p.form)
	case f.Element.Type.Array != nil, f.Element.Type.IsText() && f.Element.Type.Simple.Variety != xsd.Atomic:
	case p.form.IsNever(form.Scalar|form.Object) && wrapperOf(f.Element) != "" && itemsOf(p.form).IsNever(form.Object):
		k.heref(p.output, "element %q has an element for each item of a list, and the message gives the list: write { %s: … }", p.path, wrapperOf(f.Element))
		return
	case p.form.IsNever(form.Scalar | form.Object):
		k.heref(p.output, "element %q may be there once, and the message gives a list: only a list of one can be sent", p.path)
		k.soften()
		p.form = itemsOf(p.form)
	}
	k.value(p, f.Element)
}

// itemsOf are the items of what is a list, or stands for a list of one.
func itemsOf(f form.Form) form.Form {
	switch {
	case f.Kinds&(form.List|form.Unknown) == 0:
		return f
	case f.Kinds&^(form.List|form.Null|form.None) == 0:
		return f.Elem()
	default:
		return form.Of(form.Unknown)
	}
}

// text compares what is given with a text, of which the schema may say what it always is: a literal by writing it, everything else by its
// kinds.
func (k *messageCheck) text(p part, s *xsd.Simple, fixed *string) {
	c := p.output.Const
	switch {
	case !p.output.Unknown && !c.IsMissing():
		if c.IsNull() {
			return
		}
		// An element that is text is written like any other text.
		wrong := message.NewWriter(k.schemas).Element(&xsd.Element{Type: &xsd.Type{Simple: s}, Fixed: fixed}, c)
		if text := messageOf(wrong); text != "" {
			k.heref(p.output, "%s: %s", message.Describe(p.path), text)
		}
	case p.form.IsNever(writableAs(s)) && p.form.Fits(form.Object):
		k.heref(p.output, "%s is text, and the message gives %s", message.Describe(p.path), given(p.form))
	case p.form.IsNever(writableAs(s)):
		k.heref(p.output, "%s is %s, and the message gives %s", message.Describe(p.path), describeText(s), given(p.form))
	default:
		k.enumeration(p, s)
	}
}

// wholeObject returns the names of properties that an object is passed on with, and whether no others can be there than those and the output's.
func wholeObject(p part) (names []string, isWhole bool) {
	names, isClosed := p.form.Names()
	passes := p.output.Unknown && isClosed
	isWhole = (passes || p.output.Object && !p.output.Unknown) && !p.output.Scalar && !p.output.Null && len(p.output.Arms) == 0
	return names, isWhole
}

// required looks for fields that every value of the type needs and that what is given never has. Those that were meant have been reported
// as misspelled.
func (k *messageCheck) required(p part, t *xsd.Type, meant []string) {
	names, isWhole := wholeObject(p)
	if !isWhole {
		return
	}
	fields := t.Fields()
	for i := range fields {
		f := &fields[i]
		if !f.Required || p.output.Field(f.Name) != nil || hasDefault(f) || slices.Contains(meant, f.Name) || slices.Contains(names, f.Name) {
			continue
		}
		k.heref(p.output, "element %q needs %q, which the message does not give%s", p.path, f.Name, ofInput(p.form, ": the input type %s does not have it"))
	}
}

// hasDefault tells that the schema says what a missing field is.
func hasDefault(f *xsd.Field) bool {
	if f.Attribute != nil {
		return f.Attribute.Default != nil || f.Attribute.Fixed != nil
	}
	return f.Element != nil && (f.Element.Default != nil || f.Element.Fixed != nil) && f.Element.Type.Simple != nil
}
