package message

import (
	"github.com/weftgraph/weft/datasources/soap/xmltext"
	"github.com/weftgraph/weft/datasources/soap/xsd"
	"github.com/weftgraph/weft/graph/mapping"
)

// Program reads one element by its declaration, and of it only what mappings look at. It is immutable and safe for
// concurrent use.
type Program struct {
	element *elementProgram
	schemas *xsd.Set
}

// elementProgram reads the occurrences of one field.
type elementProgram struct {
	declared *xsd.Element
	typ      *typeProgram
	// substitutes has the programs of the elements that may occur instead, by name; nil when there are none.
	substitutes map[xmltext.Name]*elementProgram
}

// typeProgram reads values of one type.
type typeProgram struct {
	typ  *xsd.Type
	want *mapping.Paths
	// slots are the fields that are read.
	slots []slot
	// hasType tells that values say which type they are.
	hasType bool
	// text is the slot of the text, or -1.
	text int
	// item reads the items of an array of the SOAP encoding; nil for other types.
	item *elementProgram
	// derived has the programs of the types that xsi:type may name.
	derived map[xmltext.Name]*typeProgram
}

// slot is one field that is read.
type slot struct {
	field *xsd.Field
	// element is nil for attributes and text.
	element *elementProgram
}

// everything reads all below a value.
//
//nolint:gochecknoglobals // a constant in all but name: identical wants are found by their pointer
var everything = &mapping.Paths{Used: true, Whole: true}

// Compile returns the program that reads what is wanted of an element; nil wants everything.
func Compile(schemas *xsd.Set, e *xsd.Element, want *mapping.Paths) *Program {
	if want == nil {
		want = everything
	}
	c := newCompiler()
	p := &Program{schemas: schemas}
	if e != nil && e.Type != nil {
		p.element = c.element(e, want)
	}
	return p
}

// compiler makes each program once, so that recursive types come to an end.
type compiler struct {
	types    map[typeKey]*typeProgram
	elements map[elementKey]*elementProgram
}

func newCompiler() *compiler {
	return &compiler{types: map[typeKey]*typeProgram{}, elements: map[elementKey]*elementProgram{}}
}

type typeKey struct {
	typ  *xsd.Type
	want *mapping.Paths
}

type elementKey struct {
	element *xsd.Element
	want    *mapping.Paths
}

func (c *compiler) element(e *xsd.Element, want *mapping.Paths) *elementProgram {
	key := elementKey{e, want}
	if p := c.elements[key]; p != nil {
		return p
	}
	p := &elementProgram{declared: e}
	c.elements[key] = p
	p.typ = c.typeOf(e.Type, want)
	if e.HasSubstitutes() {
		p.substitutes = make(map[xmltext.Name]*elementProgram, len(e.Substitutes))
		for _, s := range e.Substitutes {
			p.substitutes[s.Name] = &elementProgram{declared: s, typ: c.typeOf(s.Type, want)}
		}
	}
	return p
}

func (c *compiler) typeOf(t *xsd.Type, want *mapping.Paths) *typeProgram {
	key := typeKey{t, want}
	if p := c.types[key]; p != nil {
		return p
	}
	p := &typeProgram{typ: t, want: want, text: -1}
	c.types[key] = p
	switch {
	case t.IsText() || t.IsAny():
		return p
	case t.Array != nil:
		p.item = c.element(&xsd.Element{Type: t.Array.Item}, want)
		return p
	}
	p.hasType = t.IsPolymorphic() && below(want, xsd.TypeField) != nil
	fields := t.Fields()
	for i := range fields {
		f := &fields[i]
		wanted := below(want, f.Name)
		if wanted == nil {
			continue
		}
		s := slot{field: f}
		switch {
		case f.Element != nil:
			s.element = c.element(f.Element, wanted)
		case f.Attribute == nil:
			p.text = len(p.slots)
		}
		p.slots = append(p.slots, s)
	}
	if len(t.Derived) > 0 {
		p.derived = make(map[xmltext.Name]*typeProgram, len(t.Derived))
		for _, derived := range t.Derived {
			p.derived[derived.Name] = c.typeOf(derived, want)
		}
	}
	return p
}

// below returns what is wanted of a property, and nil when it is not wanted at all.
func below(want *mapping.Paths, name string) *mapping.Paths {
	if want.Whole {
		return everything
	}
	return want.Child(name)
}

// slotOf returns the slot of the element with a name, or -1.
func (p *typeProgram) slotOf(name xmltext.Name) int {
	for i := range p.slots {
		e := p.slots[i].element
		if e == nil {
			continue
		}
		if e.declared.Name.Local == name.Local && e.declared.Name.Space == name.Space {
			return i
		}
		if _, ok := e.substitutes[name]; ok {
			return i
		}
	}
	return -1
}

// part is the slot of a part of rpc style whose element is not named as it should be, or -1: in a namespace, or, for the first one (count is how many
// there were before), in any way.
func (p *typeProgram) part(name xmltext.Name, count int) int {
	fields := p.typ.Fields()
	for i := range fields {
		if fields[i].Name == name.Local || i == 0 && count == 0 && p.typ.Field(name.Local) == nil {
			return p.slotOf(fields[i].Element.Name)
		}
	}
	return -1
}
