package xsd

// nameFields names the fields of all types, and of the sets that are made of them.
func (b *Builder) nameFields() {
	left := maxAllParts
	for _, t := range b.types {
		if !t.IsComplex || t.IsText() {
			continue
		}
		p := b.places[t]
		parts := t.nameFields()
		if parts > maxParts {
			b.files.Errorf(p.schema.file.Span(p.node), "the content of the type %q is too big, after all groups were put in their places", t.Name.Local)
		}
		if left -= parts + len(t.Attributes); left < 0 {
			b.files.Errorf(p.schema.file.Span(p.node),
				"the types of the contract have more than %d parts, those that they inherit and those of their groups included", maxAllParts)
			return
		}
	}
}

// nameFields fills the type's table. It returns how many parts the content model has, after all groups were put in their places; beyond
// maxParts they are not counted.
func (t *Type) nameFields() int {
	f := &t.fields
	c := counter{budget: maxParts}
	found := c.count(t.Content)
	f.byName = make(map[string]int, len(found.list)+len(t.Attributes)+1)
	f.byElement, f.byAttribute = make(map[Name]int, len(found.list)), make(map[Name]int, len(t.Attributes))
	f.list = make([]Field, 0, len(found.list)+len(t.Attributes)+1)
	for _, o := range found.list {
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
	return maxParts - c.budget
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

// tally is what may occur, in the order of first mention: each element once, by its name, and one for all wildcards.
type tally struct {
	list []occurrence
	// at has the elements' places once there are many; the zero Name is that of wildcards.
	at map[Name]int
}

// fewOccurrences are looked through faster than looked up.
const fewOccurrences = 16

func (o *occurrence) name() Name {
	if o.element == nil {
		return Name{}
	}
	return o.element.Name
}

// find returns the place of the same element, or of wildcards; -1 when there is none.
func (t *tally) find(name Name) int {
	if t.at != nil {
		if i, ok := t.at[name]; ok {
			return i
		}
		return -1
	}
	for i := range t.list {
		if t.list[i].name() == name {
			return i
		}
	}
	return -1
}

// add adds what is not there yet.
func (t *tally) add(o occurrence) {
	t.list = append(t.list, o)
	switch {
	case t.at != nil:
		t.at[o.name()] = len(t.list) - 1
	case len(t.list) > fewOccurrences:
		t.at = make(map[Name]int, len(t.list))
		for i := range t.list {
			t.at[t.list[i].name()] = i
		}
	}
}

// counter counts occurrences in a content model.
type counter struct{ budget int }

// count returns how often what may occur in a particle.
func (c *counter) count(p *Particle) tally {
	if c.budget--; p == nil || c.budget < 0 || p.Max == 0 {
		return tally{}
	}
	var found tally
	switch p.Kind {
	case Single:
		found.add(occurrence{element: p.Element, least: 1, most: 1})
	case Any:
		found.add(occurrence{wildcard: p.Wildcard, least: 1, most: 1})
	case Choice:
		found = c.alternatives(p.Children)
	case Sequence, All:
		found = c.sum(p.Children)
	}
	for i := range found.list {
		found.list[i].least *= min(p.Min, 1)
		found.list[i].most = times(found.list[i].most, p.Max)
	}
	return found
}

// sum adds up what stands one behind the other.
func (c *counter) sum(parts []*Particle) tally {
	var out tally
	for n, part := range parts {
		found := c.count(part)
		if n == 0 {
			out = found
			continue
		}
		for _, o := range found.list {
			i := out.find(o.name())
			if i < 0 {
				out.add(o)
				continue
			}
			out.list[i].least = min(out.list[i].least+o.least, Unbounded)
			out.list[i].most = min(out.list[i].most+o.most, Unbounded)
		}
	}
	return out
}

// alternatives takes the least and the most of what stands side by side.
func (c *counter) alternatives(parts []*Particle) tally {
	var out tally
	// met is how many parts an element was met in: one that is not in all of them may be absent.
	var met []int
	for _, part := range parts {
		for _, o := range c.count(part).list {
			i := out.find(o.name())
			if i < 0 {
				out.add(o)
				met = append(met, 1)
				continue
			}
			out.list[i].least, out.list[i].most = min(out.list[i].least, o.least), max(out.list[i].most, o.most)
			met[i]++
		}
	}
	for i := range out.list {
		if met[i] < len(parts) {
			out.list[i].least = 0
		}
	}
	return out
}

// times multiplies up to Unbounded. Both are at most that, so that nothing overflows.
func times(a, b int) int { return int(min(int64(a)*int64(b), Unbounded)) }
