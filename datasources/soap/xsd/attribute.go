package xsd

import "github.com/weftgraph/weft/datasources/soap/xmltext"

// attributeSet is the attributes that one place declares.
type attributeSet struct {
	uses []*Attribute
	open *Wildcard
}

// attributesIn reads the attributes below a type, a derivation or an attribute group.
func (b *Builder) attributesIn(p place) attributeSet {
	var set attributeSet
	for _, child := range p.node.Children {
		at := place{child, p.schema}
		switch child.Name {
		case schemaName("attribute"):
			if a := b.attributeOf(at); a != nil {
				set.uses = append(set.uses, a)
			}
		case schemaName("attributeGroup"):
			b.addGroup(&set, at)
		case schemaName("anyAttribute"):
			set.open = wildcard(at)
		}
	}
	return set
}

// addGroup adds what a reference to an attribute group stands for.
func (b *Builder) addGroup(set *attributeSet, p place) {
	if p.node.Attr("ref") == nil {
		b.files.Errorf(p.schema.file.Span(p.node), "an attribute group inside of a type needs a ref")
		return
	}
	g := b.reference(p, "ref", attributeGroupSpace)
	if g == nil {
		return
	}
	if g.isOpen {
		b.files.Errorf(p.schema.file.Span(p.node), "the attribute group %q contains itself", g.symbol.name.Local)
		return
	}
	group := b.attributeGroup(g)
	if len(set.uses)+len(group.uses) > maxParts {
		b.files.Errorf(p.schema.file.Span(p.node), "more than %d attributes", maxParts)
		return
	}
	set.uses = append(set.uses, group.uses...)
	if group.open != nil {
		set.open = group.open
	}
}

// attributeGroup returns the attributes of a global group.
func (b *Builder) attributeGroup(g *global) *attributeSet {
	if g.attributes == nil {
		g.isOpen = true
		set := b.attributesIn(g.place)
		g.isOpen = false
		g.attributes = &set
	}
	return g.attributes
}

// attributeOf reads the use of an attribute; nil when it refers to nothing.
func (b *Builder) attributeOf(p place) *Attribute {
	a := &Attribute{Name: Name{Local: p.node.Value("name")}}
	if ref := p.node.Attr("ref"); ref != nil {
		name, ok := p.resolve(ref)
		switch {
		case ok && isXMLAttribute(name):
			a = &Attribute{Name: name, Simple: &Simple{Builtin: Token}}
		case ok && isEncoding(name.Space):
			return nil // hints of the SOAP encoding, which say nothing about literal messages
		default:
			g := b.reference(p, "ref", attributeSpace)
			if g == nil {
				return nil
			}
			copied := *b.globalAttribute(g)
			a = &copied
			b.attributes = append(b.attributes, a)
		}
	} else {
		switch own := p.node.Attr("targetNamespace"); {
		case own != nil: // XML Schema 1.1
			a.Name.Space = trimmed(own.Value)
		case isQualified(p.node.Value("form"), p.schema.qualifiedAttributes):
			a.Name.Space = p.schema.target
		}
		b.declareAttribute(a, p)
	}
	a.Required = p.node.Value("use") == "required"
	a.isExcluded = p.node.Value("use") == "prohibited"
	if byDefault, fixed := valueConstraint(p.node); byDefault != nil || fixed != nil {
		a.Default, a.Fixed = byDefault, fixed
	}
	return a
}

// globalAttribute returns the attribute of a global declaration.
func (b *Builder) globalAttribute(g *global) *Attribute {
	if g.attribute == nil {
		g.attribute = &Attribute{Name: g.symbol.name}
		b.declareAttribute(g.attribute, g.place)
	}
	return g.attribute
}

// declareAttribute reads the type of an attribute and its value constraint.
func (b *Builder) declareAttribute(a *Attribute, p place) {
	if !xmltext.IsNCName(a.Name.Local) {
		b.files.Errorf(p.schema.file.Span(p.node), "an attribute needs a name or a ref")
	}
	a.Default, a.Fixed = valueConstraint(p.node)
	a.typ = builtinTypes[schemaName("anySimpleType")]
	switch inner := p.child("simpleType"); {
	case p.node.Attr("type") != nil:
		a.typ = b.typeOf(p, "type")
	case inner != nil:
		a.typ = b.newType(Name{}, place{inner, p.schema})
	}
	if a.typ.Simple == nil && a.typ.Unsupported == "" {
		b.files.Errorf(p.schema.file.Span(p.node), "the type of the attribute %q is not a simple type", a.Name.Local)
		a.typ = builtinTypes[schemaName("anySimpleType")]
	}
	b.attributes = append(b.attributes, a)
}
