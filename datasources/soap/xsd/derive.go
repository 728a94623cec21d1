package xsd

import (
	"slices"

	"github.com/weftgraph/weft/datasources/soap/xmltext"
)

// Limits of schemas. Real ones are far below; they keep nested groups from growing beyond measure.
const (
	// maxDerivations bounds how many types may stand between a type and xs:anyType.
	maxDerivations = 100
	// maxGlobals bounds the global components of all schemas: a schema without a namespace counts for each that it is included in.
	maxGlobals = 200_000
	// maxAllParts bounds the parts of all types together: what a type inherits counts for each heir.
	maxAllParts = 5_000_000
	// maxParts bounds the attributes of a type, and its particles after all groups were put in their places.
	maxParts = 10_000
)

// derive lets types inherit from their bases, base first, and works out what may stand for what.
func (b *Builder) derive() {
	for _, t := range b.types {
		t.linkSimple()
	}
	for _, t := range b.types {
		b.deriveChain(t)
	}
	b.checkSimple()
	for _, a := range b.attributes {
		if a.typ != nil {
			a.Simple = a.typ.Simple
		}
		if a.Simple == nil {
			a.Simple = &Simple{}
		}
	}
	b.completeElements()
	for _, t := range b.types {
		if !t.IsComplex || t.Name.IsZero() {
			continue
		}
		// Built-in types are shared by all contracts: they do not get to know what derives from them.
		for base := t.Base; base != nil && b.isOwn(base); base = base.Base {
			if t.steps(base)&base.blocks == 0 {
				base.Derived = append(base.Derived, t)
			}
		}
	}
}

// deriveChain lets a type inherit, after all of its bases.
func (b *Builder) deriveChain(t *Type) {
	var chain []*Type
	for at := t; at != nil && b.isOwn(at) && !at.own.isDerived; at = at.Base {
		if slices.Contains(chain, at) || len(chain) >= maxDerivations {
			p := b.places[at]
			b.files.Errorf(p.schema.file.Span(p.node), "the type %q derives from itself, or too many times", at.Name.Local)
			at.Base = anyType
			at.own.isDerived = true
			break
		}
		chain = append(chain, at)
	}
	for _, next := range slices.Backward(chain) {
		next.own.isDerived = true
		if next.IsComplex {
			b.inherit(next)
		} else {
			restrict(next)
		}
	}
}

// isOwn tells types of the schemas from built-in ones.
func (b *Builder) isOwn(t *Type) bool {
	_, ok := b.places[t]
	return ok
}

// restrict gives a restriction what its base has. Lists and unions are made anew.
func restrict(t *Type) {
	if t.Simple.Variety == Atomic && t.Base.Simple != nil {
		*t.Simple = *t.Base.Simple
	}
	t.own.facets.apply(t.Simple)
}

// inherit works out a complex type's text, content and attributes.
func (b *Builder) inherit(t *Type) {
	base := t.Base
	if base.Unsupported != "" {
		t.Unsupported = base.Unsupported
		if t.Array == nil {
			t.Array = base.Array
		}
		return
	}
	t.Mixed = t.own.mixed
	switch {
	case t.own.isSimpleContent:
		b.inheritText(t)
	case t.own.isExtension && base.Content != nil && t.own.particle != nil:
		t.Content = &Particle{Kind: Sequence, Min: 1, Max: 1, Children: []*Particle{base.Content, t.own.particle}}
		t.Mixed = t.Mixed || base.Mixed
	case t.own.isExtension && t.own.particle == nil:
		t.Content, t.Mixed, t.Simple = base.Content, t.Mixed || base.Mixed, base.Simple
	default:
		t.Content = t.own.particle
		t.Mixed = t.Mixed || t.own.isExtension && base.Mixed
	}
	if base != anyType {
		t.Attributes, t.OpenAttributes = base.Attributes, base.OpenAttributes
	}
	if !t.own.isExtension {
		t.OpenAttributes = nil
	}
	if t.own.attributes.open != nil {
		t.OpenAttributes = t.own.attributes.open
	}
	t.Attributes = override(t.Attributes, t.own.attributes.uses)
	if len(t.Attributes) > maxParts {
		p := b.places[t]
		b.files.Errorf(p.schema.file.Span(p.node), "the type %q has more than %d attributes", t.Name.Local, maxParts)
	}
}

// inheritText gives a complex type the text of its base.
func (b *Builder) inheritText(t *Type) {
	switch {
	case t.own.narrowed != nil:
		b.deriveChain(t.own.narrowed)
		t.Simple = t.own.narrowed.Simple
	case t.Base.Simple != nil:
		t.Simple = t.Base.Simple
	default:
		p := b.places[t]
		b.files.Errorf(p.schema.file.Span(p.node), "the base %q of simple content has no text", t.Base.Name.Local)
		t.Simple = &Simple{}
	}
	if !t.own.facets.isEmpty() {
		narrowed := *t.Simple
		t.own.facets.apply(&narrowed)
		t.Simple = &narrowed
	}
}

// override returns a base's attributes with the type's own in their places.
func override(base, own []*Attribute) []*Attribute {
	if len(own) == 0 {
		return base
	}
	at := make(map[Name]int, len(base)+len(own))
	out := make([]*Attribute, 0, len(base)+len(own))
	for _, a := range append(base[:len(base):len(base)], own...) {
		i, exists := at[a.Name]
		if !exists {
			at[a.Name] = len(out)
			out = append(out, a)
		} else {
			out[i] = a
		}
	}
	return slices.DeleteFunc(out, func(a *Attribute) bool { return a.isExcluded })
}

// completeElements gives elements without a type that of their head, and heads their substitutes.
func (b *Builder) completeElements() {
	for _, e := range b.elements {
		b.completeType(e, 0)
	}
	for _, e := range b.elements {
		if e.Abstract || len(e.heads) == 0 {
			continue
		}
		for _, head := range headsOf(e) {
			if e.maySubstitute(head) {
				head.Substitutes = append(head.Substitutes, e)
			}
		}
	}
	for _, e := range b.elements {
		slices.SortFunc(e.Substitutes, func(a, b *Element) int { return compareNames(a.Name, b.Name) })
	}
}

// completeType gives an element without a type that of its first head, or else any.
func (b *Builder) completeType(e *Element, depth int) {
	if e.Type != nil {
		return
	}
	if len(e.heads) > 0 && e.heads[0] != e && depth < maxDerivations {
		b.completeType(e.heads[0], depth+1)
		e.Type = e.heads[0].Type
	}
	if e.Type == nil {
		e.Type = anyType
	}
}

// headsOf are the elements whose place an element may take: its heads, and theirs.
func headsOf(e *Element) []*Element {
	seen := map[*Element]bool{e: true}
	found := slices.Clone(e.heads)
	for i := 0; i < len(found); i++ {
		if seen[found[i]] || i >= maxDerivations {
			found = slices.Delete(found, i, i+1)
			i--
			continue
		}
		seen[found[i]] = true
		found = append(found, found[i].heads...)
	}
	return found
}

func compareNames(a, b xmltext.Name) int {
	switch {
	case a.Local < b.Local || a.Local == b.Local && a.Space < b.Space:
		return -1
	case a == b:
		return 0
	default:
		return 1
	}
}
