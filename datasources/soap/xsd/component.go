package xsd

import (
	"slices"
	"strings"

	"github.com/weftgraph/weft/datasources/soap/xmltext"
)

// globalElement returns the element of a global declaration.
func (b *Builder) globalElement(g *global) *Element {
	if g.element == nil {
		g.element = &Element{Name: g.symbol.name}
		b.later(func() { b.fillElement(g.element, g.place) })
	}
	return g.element
}

// localElement makes the element of a declaration inside of a type or group.
func (b *Builder) localElement(p place) *Element {
	e := &Element{Name: Name{Local: p.node.Value("name")}}
	if !xmltext.IsNCName(e.Name.Local) {
		b.files.Errorf(p.schema.file.Span(p.node), "an element needs a name or a ref")
	}
	switch own := p.node.Attr("targetNamespace"); {
	case own != nil: // XML Schema 1.1
		e.Name.Space = trimmed(own.Value)
	case isQualified(p.node.Value("form"), p.schema.qualifiedElements):
		e.Name.Space = p.schema.target
	}
	b.later(func() { b.fillElement(e, p) })
	return e
}

// isQualified decides between a form and its default.
func isQualified(form string, byDefault bool) bool {
	return form == "qualified" || form == "" && byDefault
}

// fillElement reads a declaration.
func (b *Builder) fillElement(e *Element, p place) {
	b.elements = append(b.elements, e)
	e.Nillable = isTrue(p.node.Value("nillable"))
	e.Abstract = isTrue(p.node.Value("abstract"))
	e.Default, e.Fixed = valueConstraint(p.node)
	e.blocks = blocksOf(p)
	if heads := p.node.Attr("substitutionGroup"); heads != nil {
		for _, at := range p.words(heads) {
			if g := b.reference(at, heads.Name.Local, elementSpace); g != nil {
				e.heads = append(e.heads, b.globalElement(g))
			}
		}
	}
	switch inner := p.child("complexType", "simpleType"); {
	case p.node.Attr("type") != nil:
		e.Type = b.typeOf(p, "type")
	case inner != nil:
		e.Type = b.newType(Name{}, place{inner, p.schema})
	}
	// Without either it has the type of its head, or any: see derive.
}

// typeOf resolves the type that an attribute names. It is xs:anyType when there is none, which has been reported then.
func (b *Builder) typeOf(p place, attribute string) *Type {
	a := p.node.Attr(attribute)
	name, ok := p.resolve(a)
	if !ok {
		b.files.Errorf(p.schema.file.AttrSpan(a), "the prefix of %q is not declared", a.Value)
		return anyType
	}
	if t := builtinTypes[name]; t != nil {
		return t
	}
	if isEncoding(name.Space) && b.globals[symbol{typeSpace, name}] == nil {
		return b.encodedType(name)
	}
	g := b.reference(p, attribute, typeSpace)
	if g == nil {
		return anyType
	}
	return b.globalType(g)
}

// globalType returns the type of a global definition.
func (b *Builder) globalType(g *global) *Type {
	if g.typ == nil {
		g.typ = b.newType(g.symbol.name, g.place)
	}
	return g.typ
}

// newType makes a type, to be filled later: types may refer to themselves.
func (b *Builder) newType(name Name, p place) *Type {
	t := &Type{Name: name, IsComplex: p.node.Name.Local == "complexType"}
	if !t.IsComplex {
		t.Simple = &Simple{}
	}
	b.types = append(b.types, t)
	b.places[t] = p
	b.later(func() {
		if t.IsComplex {
			b.fillComplex(t, p)
		} else {
			b.fillSimple(t, p)
		}
	})
	return t
}

// ownContent is what a type says itself, before it inherits.
type ownContent struct {
	isExtension bool
	// isSimpleContent tells that the base must have text.
	isSimpleContent bool
	particle        *Particle
	mixed           bool
	attributes      attributeSet
	facets          facets
	// narrowed is the simple type inside of a restriction of simple content, nil when there is none.
	narrowed *Type
	// item and members are what a list or union is made of.
	item    *Type
	members []*Type
	// isDerived marks types that have inherited.
	isDerived bool
}

// fillComplex reads a complex type.
func (b *Builder) fillComplex(t *Type, p place) {
	t.Abstract = isTrue(p.node.Value("abstract"))
	t.blocks = blocksOf(p) &^ BySubstitution
	t.Base = anyType
	t.own.mixed = isTrue(p.node.Value("mixed"))
	content := p.child("simpleContent", "complexContent")
	if content == nil {
		b.fillContent(t, p)
		return
	}
	t.own.isSimpleContent = content.Name.Local == "simpleContent"
	t.own.mixed = t.own.mixed || isTrue(content.Value("mixed"))
	derivation := place{content, p.schema}.child("extension", "restriction")
	if derivation == nil || derivation.Attr("base") == nil {
		b.files.Errorf(p.schema.file.Span(content), "%s needs an extension or a restriction of a base", content.Name.Local)
		return
	}
	inner := place{derivation, p.schema}
	t.own.isExtension = derivation.Name.Local == "extension"
	t.Base = b.typeOf(inner, "base")
	if t.own.isSimpleContent {
		t.own.facets = facetsOf(inner)
		if simple := inner.child("simpleType"); simple != nil {
			t.own.narrowed = b.newType(Name{}, place{simple, p.schema})
		}
	}
	b.fillContent(t, inner)
	if !t.own.isExtension && isEncoding(t.Base.Name.Space) && t.Base.Array != nil {
		b.array(t, inner)
	}
}

// fillContent reads particles and attributes, which stand in the type itself or in its derivation.
func (b *Builder) fillContent(t *Type, p place) {
	if !t.own.isSimpleContent {
		if model := p.child("sequence", "choice", "all", "group"); model != nil {
			t.own.particle = b.particle(place{model, p.schema})
		}
	}
	t.own.attributes = b.attributesIn(p)
}

func (b *Builder) later(f func()) { b.work = append(b.work, f) }

func (b *Builder) finally(f func()) { b.last = append(b.last, f) }

// words are places at which an attribute that lists names has one of them each, so that each resolves and reports as a single one does.
func (p place) words(list *xmltext.Attr) []place {
	var places []place
	for word := range strings.FieldsSeq(list.Value) {
		named := *list
		named.Value = word
		node := *p.node
		node.Attrs = []xmltext.Attr{named}
		places = append(places, place{&node, p.schema})
	}
	return places
}

// child returns the first child with one of these names in the schema namespace.
func (p place) child(names ...string) *xmltext.Node {
	for _, child := range p.node.Children {
		if child.Name.Space != xmltext.SpaceSchema {
			continue
		}
		if slices.Contains(names, child.Name.Local) {
			return child
		}
	}
	return nil
}

// valueConstraint reads default and fixed.
func valueConstraint(n *xmltext.Node) (byDefault, fixed *string) {
	if a := n.Attr("default"); a != nil {
		byDefault = &a.Value
	}
	if a := n.Attr("fixed"); a != nil {
		fixed = &a.Value
	}
	return byDefault, fixed
}

func isTrue(text string) bool { return text == "true" || text == "1" }

func trimmed(text string) string { return strings.Trim(text, " \t\r\n") }
