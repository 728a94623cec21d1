package grpc

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/mapping/form"
	"github.com/weftgraph/weft/graph/value"
)

// messageCheck holds what the message mapping can give against the method's input: literals, shapes, and the GraphQL types of variables.
// What may fit is checked by every call.
type messageCheck struct {
	binding *binding
	mapping *mapping.Mapping
	found   diag.List
	// seen are the GraphQL types that were held against messages as a whole: both may contain themselves.
	seen map[[2]string]bool
}

func (c *messageCheck) run() {
	c.mapping, c.seen = c.binding.connector.GRPC.Message, map[[2]string]bool{}
	input := c.binding.request.input
	if c.mapping == nil {
		if _, err := c.binding.source.contract.encodeMessage(input, value.Object(nil)); input.form == formObject && err != nil {
			c.found.Errorf(codeMessage, c.binding.connector.GRPC.MethodAt, "the method needs a message: %v", err)
		}
		return
	}
	variable := c.binding.connector.Variable
	if variable == nil {
		variable = func(string) form.Form { return form.Of(form.Unknown) }
	}
	gives, _ := form.Read(c.mapping, form.Inputs{Input: form.Of(form.Unknown), Variable: variable})
	c.message(input, part{c.mapping.Outputs(), gives, ""})
}

// part is what is given for one place of the request.
type part struct {
	// output tells what is made, and where that is written. Lists are transparent.
	output *mapping.Output
	// form tells of which kinds it can be.
	form form.Form
	// path leads to the place by proto names, from the input, which is "".
	path string
}

// property is what is given for a field of a message, by one property of the mapping.
func (p part) property(o *mapping.OutputField, name string) part {
	output := o.Output
	if output.End <= output.Offset { // without a place of its own
		moved := *output
		moved.Offset, moved.End = o.Offset, o.End
		output = &moved
	}
	return part{output, p.form.Property(o.Name), join(p.path, name)}
}

// message checks what is given for a message.
func (c *messageCheck) message(m *message, p part) {
	switch {
	case m.form != formObject:
		c.wellKnown(m, p)
	case p.form.IsNever(form.Object):
		c.errorf(p.output, "%s is a message (%s), and the mapping gives %s", place(p.path), m.name, given(p.form))
	default:
		c.object(m, p)
	}
}

// object checks the fields that are given for a message.
func (c *messageCheck) object(m *message, p part) {
	set := c.properties(m, p)
	for i := range p.output.Arms {
		c.properties(m, part{p.output.Arms[i].Output, p.form, p.path})
	}
	switch {
	case p.output.Unknown:
		c.passed(m, p)
	case p.output.Object && len(p.output.Arms) == 0:
		for _, f := range m.fields {
			if f.isRequired && !set[f] {
				c.errorf(p.output, "field %q is required and not set", join(p.path, f.name))
			}
		}
	}
}

// properties checks the properties of one object and returns the fields that they set.
func (c *messageCheck) properties(m *message, p part) map[*field]bool {
	set := map[*field]bool{}
	oneofs := map[int]*field{}
	for i := range p.output.Fields {
		o := &p.output.Fields[i]
		f := m.byName[o.Name]
		if f == nil {
			c.report(o.Offset, o.End, unknown(m, o.Name, p.path))
			continue
		}
		if set[f] {
			c.reportf(o, "field %q is set twice, as %q and as %q", join(p.path, f.name), f.name, f.jsonName)
		}
		set[f] = true
		of := p.property(o, f.name)
		if f.oneof != 0 && isAlwaysSet(of.form) {
			if other := oneofs[f.oneof]; other != nil {
				c.reportf(o, "only one of %q and %q can be set, and the mapping sets both", join(p.path, other.name), join(p.path, f.name))
			}
			oneofs[f.oneof] = f
		}
		c.field(f, of)
	}
	return set
}

// isAlwaysSet tells that a value is never null and never missing.
func isAlwaysSet(f form.Form) bool {
	return f.Kinds != 0 && f.Kinds&(form.Null|form.None|form.Unknown) == 0
}

// passed checks the fields of an object that is passed on as it is, such as an argument of an input type.
func (c *messageCheck) passed(m *message, p part) {
	key := [2]string{string(m.name), p.form.Type()}
	if key[1] != "" && c.seen[key] {
		return
	}
	c.seen[key] = true
	names, _ := p.form.Names()
	for _, name := range names {
		if p.output.Field(name) != nil {
			continue
		}
		f := m.byName[name]
		if f == nil {
			d := unknown(m, name, p.path)
			if t := p.form.Type(); t != "" {
				d.Message += fmt.Sprintf(", which the input type %s has", t)
			}
			c.report(p.output.Offset, p.output.End, d)
			continue
		}
		c.field(f, part{&mapping.Output{Unknown: true, Offset: p.output.Offset, End: p.output.End}, p.form.Property(name), join(p.path, f.name)})
	}
}

// unknown tells that the message at a path has no such field.
func unknown(m *message, name, path string) diag.Diagnostic {
	d := diag.Diagnostic{Message: fmt.Sprintf("message %q has no field %q", m.name, name), Nearest: m.nearest(name)}
	if path != "" {
		d.Message = fmt.Sprintf("%s (at %q)", d.Message, path)
	}
	if number := slices.Index(m.oneofs, name) + 1; number > 0 {
		var names []string
		for _, f := range m.fields {
			if f.oneof == number {
				names = append(names, strconv.Quote(f.name))
			}
		}
		d.Notes = []diag.Note{{Message: fmt.Sprintf("%q is a oneof: its fields are in the message itself: %s", name, strings.Join(names, ", "))}}
	}
	return d
}

// field checks what is given for a field.
func (c *messageCheck) field(f *field, p part) {
	switch {
	case f.isMap:
		c.entries(f, p)
		return
	case f.isList && p.form.IsNever(form.List):
		c.errorf(p.output, "%s is repeated, and the mapping gives %s", place(p.path), given(p.form))
		return
	case f.isList:
		p.form = elementsOf(p.form)
	case f.message != nil && (f.message.form == formList || f.message.form == formValue):
	case p.form.IsNever(form.Scalar | form.Object):
		c.errorf(p.output, "%s is not repeated, and the mapping gives %s", place(p.path), given(p.form))
		return
	}
	if f.message != nil {
		c.message(f.message, p)
		return
	}
	c.scalar(f, p)
}

// elementsOf are the elements of what may be a list.
func elementsOf(f form.Form) form.Form {
	if f.Kinds&form.Unknown != 0 || f.Kinds&form.List == 0 {
		return form.Of(form.Unknown)
	}
	return f.Elem()
}

// entries checks what is given for a map.
func (c *messageCheck) entries(f *field, p part) {
	if p.form.IsNever(form.Object) {
		c.errorf(p.output, "%s is a map, and the mapping gives %s", place(p.path), given(p.form))
		return
	}
	for i := range p.output.Fields {
		o := &p.output.Fields[i]
		e := encoder{contract: c.binding.source.contract}
		if err := e.key(f.key, o.Name); err != nil {
			c.reportf(o, "%s has keys of another type: %s", place(p.path), err.reason)
			continue
		}
		c.field(f.value, p.property(o, o.Name))
	}
}

func (c *messageCheck) errorf(o *mapping.Output, format string, args ...any) {
	c.report(o.Offset, o.End, diag.Diagnostic{Message: fmt.Sprintf(format, args...)})
}

// reportf reports an error at the name of a property.
func (c *messageCheck) reportf(o *mapping.OutputField, format string, args ...any) {
	c.report(o.Offset, o.End, diag.Diagnostic{Message: fmt.Sprintf(format, args...)})
}

func (c *messageCheck) report(offset, end int, d diag.Diagnostic) {
	d.Code, d.Span = codeMessage, c.binding.connector.Place(c.mapping, offset, end)
	c.found.Add(d)
}

// given names what a mapping gives, with its GraphQL type where it has one.
func given(f form.Form) string {
	if t := f.Type(); t != "" {
		return fmt.Sprintf("%s (%s)", f.Describe(), t)
	}
	return f.Describe()
}

// place names a part of the request for messages to people.
func place(path string) string {
	if path == "" {
		return "the method's input"
	}
	return fmt.Sprintf("field %q", path)
}

func join(path, name string) string { return strings.TrimPrefix(path+"."+name, ".") }
