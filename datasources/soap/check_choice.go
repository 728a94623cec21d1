package soap

import (
	"slices"
	"strconv"
	"strings"

	"github.com/weftgraph/weft/datasources/soap/xsd"
	"github.com/weftgraph/weft/graph/mapping/form"
)

// choices compares what an object is always given, and what it is never given, with the alternatives of the type: two that are always there
// can never be sent, and neither can an object that has none.
func (k *messageCheck) choices(p part, t *xsd.Type) {
	if t.Content == nil {
		return
	}
	m := contentModel{typ: t, seen: map[seenParticle]bool{}, alternatives: map[xsd.Name]bool{}}
	if m.visit(t.Content, false); len(m.alternatives) == 0 {
		return
	}
	k.rivals(p, &m)
	k.noAlternative(p, &m)
}

// rivals reports each field that is always given together with another one of which there can only be either.
func (k *messageCheck) rivals(p part, m *contentModel) {
	var given []*xsd.Field
	for _, name := range givenNames(p) {
		f := m.typ.Field(name)
		if f == nil || f.Element == nil || !m.alternatives[f.Element.Name] || !isAlways(p.form.Property(name), f.Element) || slices.Contains(given, f) {
			continue
		}
		i := slices.IndexFunc(given, func(other *xsd.Field) bool { return !m.together(other.Element.Name, f.Element.Name) })
		if i >= 0 {
			at := p.output
			if own := p.output.Field(name); own != nil {
				at = own.Placed()
			}
			k.heref(at, "element %q has either %q or %q, and the message always gives both%s",
				p.path, given[i].Name, f.Name, ofInput(p.form, ": make both optional in the input type %s"))
			continue
		}
		given = append(given, f)
	}
}

// givenNames are the properties of what is given, in the order of the mapping.
func givenNames(p part) []string {
	var names []string
	for i := range p.output.Fields {
		names = append(names, p.output.Fields[i].Name)
	}
	if p.output.Unknown {
		passed, _ := p.form.Names()
		names = append(names, passed...)
	}
	return names
}

// isAlways tells that an element is written for every value of a form. Null is written where the schema has it, and a list may be empty.
func isAlways(f form.Form, e *xsd.Element) bool {
	never := form.None | form.Unknown | form.List
	if !e.Nillable {
		never |= form.Null
	}
	return f.Kinds != 0 && f.Kinds&never == 0
}

// noAlternative reports choices that have to be made, and of which the message never gives an alternative.
func (k *messageCheck) noAlternative(p part, m *contentModel) {
	names, isWhole := wholeObject(p)
	if !isWhole {
		return
	}
	u := unmetChoices{typ: m.typ, seen: map[*xsd.Particle]bool{}, mayGive: func(name string) bool {
		return p.output.Field(name) != nil || slices.Contains(names, name)
	}}
	u.visit(m.typ.Content)
	for _, choice := range u.found {
		var alternatives []string
		for _, part := range choice.Children {
			if e := firstElement(part); e != nil {
				alternatives = append(alternatives, strconv.Quote(e.Name.Local))
			}
		}
		k.heref(p.output, "element %q needs one of %s, and the message gives none%s",
			p.path, strings.Join(alternatives, ", "), ofInput(p.form, ": the input type %s does not have them"))
	}
}

// firstElement is the first element of a particle; nil when there is none.
func firstElement(p *xsd.Particle) *xsd.Element {
	for len(p.Children) > 0 {
		p = p.Children[0]
	}
	return p.Element
}

// contentModel is the particles of a type, as far as they are alternatives. Particles may be shared: each is looked at once.
type contentModel struct {
	typ  *xsd.Type
	seen map[seenParticle]bool
	// alternatives are the elements that are in a choice anywhere.
	alternatives map[xsd.Name]bool
}

type seenParticle struct {
	particle   *xsd.Particle
	isInChoice bool
}

// visit collects the elements of choices.
func (m *contentModel) visit(p *xsd.Particle, isInChoice bool) {
	key := seenParticle{p, isInChoice || p.Kind == xsd.Choice}
	if m.seen[key] {
		return
	}
	m.seen[key] = true
	if p.Kind == xsd.Single && isInChoice {
		m.alternatives[p.Element.Name] = true
	}
	for _, part := range p.Children {
		m.visit(part, key.isInChoice)
	}
}

// together tells whether one object can have two elements at once.
func (m *contentModel) together(a, b xsd.Name) bool {
	return pair{a, b, map[*xsd.Particle]pairFound{}}.in(m.typ.Content).together
}

// pair looks for two elements in particles.
type pair struct {
	a, b  xsd.Name
	found map[*xsd.Particle]pairFound
}

// pairFound tells which of two elements a particle has, and whether one occurrence of it may have both.
type pairFound struct{ a, b, together bool }

func (e pair) in(p *xsd.Particle) pairFound {
	if f, ok := e.found[p]; ok {
		return f
	}
	var f pairFound
	if p.Kind == xsd.Single {
		f.a, f.b = p.Element.Name == e.a, p.Element.Name == e.b
	}
	for _, part := range p.Children {
		g := e.in(part)
		f.together = f.together || g.together || p.Kind != xsd.Choice && (f.a && g.b || f.b && g.a)
		f.a, f.b = f.a || g.a, f.b || g.b
	}
	f.together = f.together || p.Max > 1 && f.a && f.b
	e.found[p] = f
	return f
}

// unmetChoices finds the choices that have to be made, and cannot.
type unmetChoices struct {
	typ *xsd.Type
	// mayGive tells whether a field may be given.
	mayGive func(name string) bool
	seen    map[*xsd.Particle]bool
	found   []*xsd.Particle
}

func (u *unmetChoices) visit(p *xsd.Particle) {
	if p.Min == 0 || u.seen[p] {
		return
	}
	u.seen[p] = true
	switch {
	case p.Kind != xsd.Choice:
		for _, part := range p.Children {
			u.visit(part)
		}
	case len(p.Children) > 0 && !mayBeEmpty(p, map[*xsd.Particle]bool{}) && !u.gives(p, map[*xsd.Particle]bool{}):
		u.found = append(u.found, p)
	}
}

// gives tells whether anything may be given of a particle. Those that were seen gave nothing.
func (u *unmetChoices) gives(p *xsd.Particle, seen map[*xsd.Particle]bool) bool {
	if seen[p] {
		return false
	}
	seen[p] = true
	switch p.Kind {
	case xsd.Any:
		return true
	case xsd.Single:
		i := u.typ.ElementFieldIndex(p.Element.Name)
		return i < 0 || u.mayGive(u.typ.Fields()[i].Name)
	default:
		return slices.ContainsFunc(p.Children, func(part *xsd.Particle) bool { return u.gives(part, seen) })
	}
}

// mayBeEmpty tells whether a particle needs no element at all. The answers so far are in known.
func mayBeEmpty(p *xsd.Particle, known map[*xsd.Particle]bool) bool {
	isEmpty, ok := known[p]
	if ok {
		return isEmpty
	}
	mayBe := func(part *xsd.Particle) bool { return mayBeEmpty(part, known) }
	switch {
	case p.Min == 0:
		isEmpty = true
	case p.Kind == xsd.Choice:
		isEmpty = len(p.Children) == 0 || slices.ContainsFunc(p.Children, mayBe)
	case p.Kind == xsd.Sequence, p.Kind == xsd.All:
		isEmpty = !slices.ContainsFunc(p.Children, func(part *xsd.Particle) bool { return !mayBe(part) })
	}
	known[p] = isEmpty
	return isEmpty
}
