package xsd

// fillSimple reads a simple type.
func (b *Builder) fillSimple(t *Type, p place) {
	t.Base = builtinTypes[schemaName("anySimpleType")]
	variety := p.child("restriction", "list", "union")
	if variety == nil {
		b.files.Errorf(p.schema.file.Span(p.node), "a simple type needs a restriction, a list or a union")
		return
	}
	at := place{variety, p.schema}
	switch variety.Name.Local {
	case "restriction":
		if base := b.namedOrInner(at, "base"); base != nil {
			t.Base = base
		}
		t.own.facets = facetsOf(at)
	case "list":
		t.Simple.Variety = List
		if item := b.namedOrInner(at, "itemType"); item != nil {
			t.own.item = item
		}
	case "union":
		t.Simple.Variety = Union
		b.fillUnion(t, at)
	}
}

// namedOrInner returns the simple type that an attribute names or a child defines.
func (b *Builder) namedOrInner(p place, attribute string) *Type {
	if p.node.Attr(attribute) != nil {
		return b.simpleOnly(p, b.typeOf(p, attribute))
	}
	if inner := p.child("simpleType"); inner != nil {
		return b.newType(Name{}, place{inner, p.schema})
	}
	b.files.Errorf(p.schema.file.Span(p.node), "%s needs a %s", p.node.Name.Local, attribute)
	return nil
}

// fillUnion reads the members of a union.
func (b *Builder) fillUnion(t *Type, p place) {
	if a := p.node.Attr("memberTypes"); a != nil {
		for _, at := range p.words(a) {
			t.own.members = append(t.own.members, b.simpleOnly(at, b.typeOf(at, "memberTypes")))
		}
	}
	for _, child := range p.node.Children {
		if child.Name == schemaName("simpleType") {
			t.own.members = append(t.own.members, b.newType(Name{}, place{child, p.schema}))
		}
	}
}

// simpleOnly reports a type that is not simple where one has to be.
func (b *Builder) simpleOnly(p place, t *Type) *Type {
	if t.Simple != nil && !t.IsComplex || t == anyType && b.files.Diagnostics.HasErrors() {
		return t
	}
	b.files.Errorf(p.schema.file.Span(p.node), "%q is not a simple type", t.Name.Local)
	return builtinTypes[schemaName("anySimpleType")]
}
