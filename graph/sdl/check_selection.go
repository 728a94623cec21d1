package sdl

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/mapping"
)

// selectionCheck compares what a connector's selection gives with the types of the document.
type selectionCheck struct {
	*builder
	c *readConnector
	// seen are the parts compared already: outputs may be shared.
	seen map[selected]bool
}

// selected is an output in the position of a type.
type selected struct {
	output *mapping.Output
	on     string
}

// checkSelection checks the connector's selection.
func (b *builder) checkSelection(c *readConnector) {
	s := selectionCheck{builder: b, c: c, seen: map[selected]bool{}}
	var parents []string
	if c.d.rootOf(c.on.name) == "" {
		parents = []string{c.on.name}
	}
	if c.field == nil {
		s.object(c.Outputs, c.on, parents)
		return
	}
	if returned := c.d.types[c.field.Type.Name()]; returned != nil && slices.Contains(parents, returned.name) && c.d.Dialect == Public {
		b.errorf(codeCircular, c.position, "field %q returns its own parent type %q", c.field.Name, returned.name)
		return
	}
	if b.specified && c.d.Mode != mapping.V04 && !c.Outputs.Grouped && !c.d.isLeaf(c.field.Type.Name()) {
		return // what a path without a group gives resolves nothing, which is reported for the fields (Connectors specification 8.5)
	}
	s.value(c.Outputs, c.field.Type.Name(), parents)
}

// value compares an output with a type; parents are the types that the path has gone through.
func (s selectionCheck) value(o *mapping.Output, typeName string, parents []string) {
	t := s.c.d.types[typeName]
	switch {
	case t != nil && t.isComposite():
		if slices.Contains(parents, t.name) && s.c.d.Dialect == Public {
			s.errorf(codeCircular, o.Offset, o.End, "%q occurs twice on a path of the selection: %s", t.name, strings.Join(append(parents, t.name), " → "))
			return
		}
		if s.c.d.Mode != mapping.V04 && (s.specified && !o.Grouped || !o.Object && o.Unknown) {
			s.errorf(codeGroupRequired, o.Offset, o.End, "%q is an object type: say in brackets which of its fields the selection gives", t.name)
			return
		}
		s.object(o, t, append(slices.Clip(parents), t.name))
	case s.c.d.isLeaf(typeName):
		if o.Object && !o.Unknown && !o.Scalar {
			s.errorf(codeGroupNotObject, o.Offset, o.End, "the selection gives an object, and %q is not an object type", typeName)
		}
	}
}

// object compares an output's properties with a type that has fields.
func (s selectionCheck) object(o *mapping.Output, t *docType, parents []string) {
	key := selected{o, t.name}
	if s.seen[key] {
		return
	}
	s.seen[key] = true
	if t.kind != ast.Object {
		s.abstract(o, t, parents)
		return
	}
	for i := range o.Fields {
		s.property(&o.Fields[i], []*docType{t}, t, parents)
	}
	for _, arm := range o.Arms {
		if arm.Typename != t.name {
			s.errorf(codeSelection, arm.Offset, arm.End, "__typename is %q where the type is %q", arm.Typename, t.name)
			continue
		}
		s.object(arm.Output, t, parents)
	}
}

// abstract compares an output with an interface or union (Connectors specification 7).
func (s selectionCheck) abstract(o *mapping.Output, t *docType, parents []string) {
	possible := s.c.d.possible(t)
	for i := range o.Fields {
		f := &o.Fields[i]
		if f.Name == "__typename" {
			s.typename(o, f, t, possible)
			continue
		}
		s.property(f, append([]*docType{t}, possible...), t, parents)
	}
	for _, arm := range o.Arms {
		i := slices.IndexFunc(possible, func(p *docType) bool { return p.name == arm.Typename })
		if i < 0 {
			s.errorf(codeSelection, arm.Offset, arm.End, "%q is not one of the types of %q", arm.Typename, t.name)
			s.suggest(arm.Typename, namesOf(possible))
			continue
		}
		s.object(arm.Output, possible[i], parents)
	}
	if o.Object && !o.Unknown && len(o.Arms) == 0 && o.Field("__typename") == nil {
		s.errorf(codeSelection, o.Offset, o.End, "%q is abstract: each object needs a __typename, written as a string", t.name)
	}
}

// typename checks a __typename outside of arms, where it must be one literal.
func (s selectionCheck) typename(o *mapping.Output, f *mapping.OutputField, t *docType, possible []*docType) {
	name := o.Typename()
	switch {
	case name == "" && f.FromBody:
		s.errorf(codeSelection, f.Offset, f.End, "__typename must be written as a string: what the reply has for it cannot be checked")
	case name != "" && !slices.Contains(namesOf(possible), name):
		s.errorf(codeSelection, f.Offset, f.End, "%q is not one of the types of %q", name, t.name)
		s.suggest(name, namesOf(possible))
	}
}

// property compares one property with the field that one of the types has for it. t is the type to name in messages.
func (s selectionCheck) property(f *mapping.OutputField, types []*docType, t *docType, parents []string) {
	if f.Name == "__typename" {
		return
	}
	for _, on := range types {
		if on.isBroken {
			return
		}
		field := on.field(f.Name)
		if field == nil {
			continue
		}
		if len(field.Arguments) > 0 {
			s.errorf(codeFieldWithArguments, f.Offset, f.End, "field %q of %q has arguments, so that a selection cannot give it: connect it", f.Name, on.name)
			return
		}
		s.value(f.Placed(), field.Type.Name(), parents)
		return
	}
	s.errorf(codeSelectedField, f.Offset, f.End, "%q has no field %q", t.name, f.Name)
	s.suggest(f.Name, types[0].fieldNames())
	if f.Output.Object {
		s.note(fmt.Sprintf("if %q only wraps what is wanted, leave its level out: $.%s { … }", f.Name, f.Name), diag.Span{})
	}
}

// errorf reports an error at a range of the selection.
func (s selectionCheck) errorf(code string, start, end int, format string, args ...any) {
	s.diags.Errorf(code, s.c.selection.Span(start, end), format, args...)
}

// isLeaf tells that a type is an enum or a built-in scalar.
func (d *document) isLeaf(typeName string) bool {
	t := d.types[typeName]
	return t != nil && t.kind == ast.Enum || isBuiltInScalar(typeName)
}

// possible are the concrete types of an interface or union in this document.
func (d *document) possible(t *docType) []*docType {
	if t.kind == ast.Union {
		return d.entityTypes(t)
	}
	if d.implementers == nil {
		d.implementers = map[string][]*docType{}
		for _, other := range d.order {
			for _, i := range other.interfaces {
				if other.kind == ast.Object {
					d.implementers[i.name] = append(d.implementers[i.name], other)
				}
			}
		}
	}
	return d.implementers[t.name]
}

func namesOf(types []*docType) []string {
	names := make([]string, len(types))
	for i, t := range types {
		names[i] = t.name
	}
	return names
}
