package xsd

import (
	"slices"

	"github.com/weftgraph/weft/graph/diag"
)

// Names of fields that are neither elements nor attributes.
const (
	TextField    = "#text"
	TypeField    = "#type"
	ElementField = "#element"
)

// Field is what one name in a mapping means in the values of a type: exactly one of Element and Attribute is set, or neither for
// the text.
type Field struct {
	// Name is as mappings have it.
	Name      string
	Element   *Element
	Attribute *Attribute
	// List tells that the element may occur more than once: its value is an array, even of one or none.
	List bool
	// Required tells that every value has the field.
	Required bool
}

// fieldTable is the fields of one type, by the names of both sides.
type fieldTable struct {
	list        []Field
	byName      map[string]int
	byElement   map[Name]int
	byAttribute map[Name]int
	// wildcard is that of the content, nil when nothing but the elements may occur.
	wildcard *Wildcard
}

// Fields returns the fields of the type's values, in the order of the schema, to be read only. A type with IsText has none.
func (t *Type) Fields() []Field { return t.fields.list }

// Field returns the field with a name, and nil when there is none.
func (t *Type) Field(name string) *Field {
	if i, ok := t.fields.byName[name]; ok {
		return &t.fields.list[i]
	}
	return nil
}

// ElementFieldIndex returns the index in Fields of the element with a name, or of the one that it substitutes; -1 when there is none.
func (t *Type) ElementFieldIndex(name Name) int {
	if i, ok := t.fields.byElement[name]; ok {
		return i
	}
	return -1
}

// AttributeField returns the field of an attribute, and nil when there is none.
func (t *Type) AttributeField(name Name) *Field {
	if i, ok := t.fields.byAttribute[name]; ok {
		return &t.fields.list[i]
	}
	return nil
}

// Wildcard returns what elements may occur besides the declared ones; nil when none may.
func (t *Type) Wildcard() *Wildcard { return t.fields.wildcard }

// Actual returns the declaration of the element that occurs under a name in the place of e: e itself or a substitute; nil for others.
func (e *Element) Actual(name Name) *Element {
	if e.Name == name {
		return e
	}
	for _, s := range e.Substitutes {
		if s.Name == name {
			return s
		}
	}
	return nil
}

// HasSubstitutes tells that values say which element they are.
func (e *Element) HasSubstitutes() bool { return len(e.Substitutes) > 0 || e.Abstract }

// nameFields names the fields of all types, and of the sets that are made of them.
func (b *Builder) nameFields() {
	for _, t := range b.types {
		if t.IsComplex && !t.IsText() {
			if !t.nameFields() {
				p := b.places[t]
				b.files.Add(diag.Diagnostic{
					Code: "WEFT_CONTRACT", Span: p.schema.file.Span(p.node),
					Message: "the content of the type \"" + t.Name.Local + "\" is too big, after all groups were put in their places",
				})
			}
		}
	}
}

// nameFields fills the type's table. It is false when the content model is too big.
func (t *Type) nameFields() bool {
	f := &t.fields
	f.byName, f.byElement, f.byAttribute = map[string]int{}, map[Name]int{}, map[Name]int{}
	c := counter{budget: maxParts}
	for _, o := range c.count(t.Content) {
		if o.wildcard != nil {
			f.wildcard = o.wildcard
			continue
		}
		i := f.add(Field{Name: o.element.Name.Local, Element: o.element, List: o.most > 1, Required: o.least > 0}, o.element.Name)
		f.byElement[o.element.Name] = i
		for _, s := range o.element.Substitutes {
			if _, taken := f.byElement[s.Name]; !taken {
				f.byElement[s.Name] = i
			}
		}
	}
	for _, a := range t.Attributes {
		f.byAttribute[a.Name] = f.add(Field{Name: "@" + a.Name.Local, Attribute: a, Required: a.Required}, a.Name)
	}
	if t.Simple != nil || t.Mixed {
		f.add(Field{Name: TextField}, Name{})
	}
	return c.budget >= 0
}

// add adds a field, under its full name if the local one is taken.
func (f *fieldTable) add(field Field, name Name) int {
	if _, taken := f.byName[field.Name]; taken {
		field.Name = name.String()
		if field.Attribute != nil {
			field.Name = "@" + field.Name
		}
	}
	f.byName[field.Name] = len(f.list)
	f.list = append(f.list, field)
	return len(f.list) - 1
}

// occurrence is how often an element, or what a wildcard allows, may occur.
type occurrence struct {
	element     *Element
	wildcard    *Wildcard
	least, most int
}

// counter counts occurrences in a content model.
type counter struct{ budget int }

// count returns how often what may occur in a particle, in the order of first mention.
func (c *counter) count(p *Particle) []occurrence {
	if c.budget--; p == nil || c.budget < 0 || p.Max == 0 {
		return nil
	}
	var found []occurrence
	switch p.Kind {
	case Single:
		found = []occurrence{{element: p.Element, least: 1, most: 1}}
	case Any:
		found = []occurrence{{wildcard: p.Wildcard, least: 1, most: 1}}
	case Choice:
		found = c.alternatives(p.Children)
	case Sequence, All:
		found = c.sum(p.Children)
	}
	for i := range found {
		found[i].least *= min(p.Min, 1)
		found[i].most = times(found[i].most, p.Max)
	}
	return found
}

// sum adds up what stands one behind the other.
func (c *counter) sum(parts []*Particle) []occurrence {
	var out []occurrence
	for _, part := range parts {
		for _, o := range c.count(part) {
			if i := indexOf(out, o); i >= 0 {
				out[i].least = min(out[i].least+o.least, Unbounded)
				out[i].most = min(out[i].most+o.most, Unbounded)
			} else {
				out = append(out, o)
			}
		}
	}
	return out
}

// alternatives takes the least and the most of what stands side by side.
func (c *counter) alternatives(parts []*Particle) []occurrence {
	var out []occurrence
	for n, part := range parts {
		found := c.count(part)
		for i := range out {
			if j := indexOf(found, out[i]); j >= 0 {
				out[i].least, out[i].most = min(out[i].least, found[j].least), max(out[i].most, found[j].most)
			} else {
				out[i].least = 0
			}
		}
		for _, o := range found {
			if indexOf(out, o) < 0 {
				if n > 0 {
					o.least = 0
				}
				out = append(out, o)
			}
		}
	}
	return out
}

// indexOf finds the same element, or a wildcard among wildcards.
func indexOf(list []occurrence, o occurrence) int {
	return slices.IndexFunc(list, func(other occurrence) bool {
		if o.element == nil || other.element == nil {
			return o.element == nil && other.element == nil
		}
		return o.element.Name == other.element.Name
	})
}

// times multiplies up to Unbounded. Both are at most that, so that nothing overflows.
func times(a, b int) int { return int(min(int64(a)*int64(b), Unbounded)) }
