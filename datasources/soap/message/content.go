package message

import (
	"slices"

	"github.com/weftgraph/weft/datasources/soap/xmltext"
	"github.com/weftgraph/weft/datasources/soap/xsd"
	"github.com/weftgraph/weft/graph/value"
)

// content is the child elements of one element while they are written: the schema decides their order, so that each field has
// a queue from which the content model takes.
type content struct {
	*Writer

	typ    *xsd.Type
	queues []queue
	// others are elements that a wildcard allows, and left is how many of them were not written yet. The value is the caller's, who may name
	// very many: looked is how far the wildcards have looked for theirs.
	others []other
	left   int
	looked map[*xsd.Wildcard]int
}

// queue is what is left to be written of a field.
type queue struct {
	items []value.Value
	// taken is how many were written.
	taken  int
	isList bool
}

// other is an element that only a wildcard allows, written by its global declaration, or as it is when there is none.
type other struct {
	name    xmltext.Name
	element *xsd.Element
	value   value.Value
	isTaken bool
}

// content writes the child elements of an object.
func (w *Writer) content(t *xsd.Type, v value.Value) error {
	c := content{Writer: w, typ: t, queues: make([]queue, len(t.Fields()))}
	for _, f := range v.Fields() {
		if err := c.enqueue(f); err != nil {
			return err
		}
	}
	if t.Content == nil {
		return nil
	}
	if err := c.particle(t.Content); err != nil {
		return err
	}
	return c.checkEmpty()
}

// enqueue takes in one property of the value.
func (c *content) enqueue(f value.Field) error {
	if f.Name == xsd.TypeField || f.Name == xsd.ElementField {
		return nil
	}
	field := c.typ.Field(f.Name)
	switch {
	case field == nil:
		return c.unknown(f)
	case field.Element == nil:
		return nil // attributes and text are written already
	}
	i := c.typ.ElementFieldIndex(field.Element.Name)
	q := &c.queues[i]
	switch {
	case f.Value.Kind() == value.KindArray && !field.List && (c.isArray(field.Element.Type) || isListText(field.Element.Type)):
		q.items = []value.Value{f.Value}
	case f.Value.Kind() == value.KindArray && !field.List:
		if f.Value.Len() != 1 {
			return c.at(f.Name).errorf("expects one value and no list", "a list of %d, expected one value", f.Value.Len())
		}
		q.items = f.Value.Elems()
	case f.Value.Kind() == value.KindArray:
		q.items, q.isList = f.Value.Elems(), true
	case f.Value.IsNull() && (field.List || !field.Element.Nillable && c.encoding == nil):
		// Null is how GraphQL says that there is none.
	default:
		q.items = []value.Value{f.Value}
	}
	return nil
}

// isListText tells that an array may be one value of the type: a text of several words.
func isListText(t *xsd.Type) bool { return t.IsText() && mayBeList(t.Simple) }

// unknown takes in a property that is no field: the schema may allow it without naming it.
func (c *content) unknown(f value.Field) error {
	if _, ok := openName(c.typ, f.Name); ok {
		return nil // written already
	}
	if name, e, ok := openElement(c.schemas, c.typ, f.Name); ok {
		for _, v := range listOf(f.Value) {
			c.others = append(c.others, other{name: name, element: e, value: v})
			c.left++
		}
		return nil
	}
	if head := HeadOf(c.typ, f.Name); head != "" {
		return c.errorf(noField, "no field %q: write %q with %q: %q", f.Name, head, xsd.ElementField, f.Name)
	}
	var names []string
	for _, field := range c.typ.Fields() {
		names = append(names, field.Name)
	}
	return c.errorf(noField, "no field %q%s", f.Name, didYouMean(f.Name, names))
}

// noField is what clients see of properties that no field has: the names may be anybody's.
const noField = "is given a field that it does not have"

// HeadOf is the field of a type whose element one of the given name may substitute; empty when there is none.
func HeadOf(t *xsd.Type, element string) string {
	fields := t.Fields()
	for i := range fields {
		if e := fields[i].Element; e != nil && slices.ContainsFunc(e.Substitutes, func(s *xsd.Element) bool { return s.Name.Local == element }) {
			return fields[i].Name
		}
	}
	return ""
}

// IsOpen tells whether a property that is no field of a type may be written all the same, because a wildcard allows it.
func IsOpen(schemas *xsd.Set, t *xsd.Type, property string) bool {
	_, isAttribute := openName(t, property)
	_, _, isElement := openElement(schemas, t, property)
	return t.IsAny() || isAttribute || isElement
}

// openElement is the element that a property of a type means if a wildcard allows it: the schemas' of that name, or, where the name has its
// namespace, any; e is nil then.
func openElement(schemas *xsd.Set, t *xsd.Type, property string) (name xmltext.Name, e *xsd.Element, ok bool) {
	w := t.Wildcard()
	if w == nil {
		return xmltext.Name{}, nil, false
	}
	name, isWhole := ParseName(property)
	if isWhole {
		return name, schemas.Element(name), w.Allows(name.Space)
	}
	if e = schemas.ElementNamed(property, w); e == nil {
		return xmltext.Name{}, nil, false
	}
	return e.Name, e, true
}

func listOf(v value.Value) []value.Value {
	if v.Kind() == value.KindArray {
		return v.Elems()
	}
	return []value.Value{v}
}

// particle writes as many occurrences of a particle as there are values for.
// once writes one occurrence.
// single writes the next value of an element.
// any writes the next element that a wildcard allows.
// nextOther returns the index of the next element that a wildcard allows, or how many there are.
// choice writes the alternative that takes the most of what is there.
// alternatives names the first elements of a choice.
// mayBeEmpty tells whether a particle needs no element at all.
// wants returns how many fields have something left that a particle could take.
// queue is that of an element of the content model, which has a field for each.
func (c *content) queue(e *xsd.Element) *queue {
	return &c.queues[c.typ.ElementFieldIndex(e.Name)]
}

// checkEmpty finds what the content model did not take.
func (c *content) checkEmpty() error {
	for i := range c.queues {
		q := &c.queues[i]
		name := c.typ.Fields()[i].Name
		switch left := len(q.items) - q.taken; {
		case left == 0:
		case q.taken == 0:
			return c.at(name).errorf("cannot be set together with the others that are there", "not allowed together with the others that are there")
		default:
			return c.at(name).errorf("is there more often than the schema allows", "%d more than the schema allows", left)
		}
	}
	if c.left > 0 {
		i := slices.IndexFunc(c.others, func(o other) bool { return !o.isTaken })
		return c.atGiven(c.others[i].name.Local).errorf("is more than the schema allows", "more than the schema allows")
	}
	return nil
}

// at is the writer one element further, for an error.
func (c *content) at(name string) *Writer {
	return &Writer{path: append(c.path[:len(c.path):len(c.path)], step{name: name})}
}

// atGiven is at for a name of the caller's.
func (c *content) atGiven(name string) *Writer {
	return &Writer{path: append(c.path[:len(c.path):len(c.path)], step{name, true})}
}
