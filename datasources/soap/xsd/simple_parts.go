package xsd

// linkSimple fills in the simple types that a list or union is made of.
func (t *Type) linkSimple() {
	if t.IsComplex || t.Simple == nil {
		return
	}
	if t.own.item != nil {
		t.Simple.Item = t.own.item.Simple
	}
	if t.Simple.Variety == List && t.Simple.Item == nil {
		t.Simple.Item = &Simple{}
	}
	for _, member := range t.own.members {
		if member.Simple != nil {
			t.Simple.Members = append(t.Simple.Members, member.Simple)
		}
	}
}

// checkSimple reports simple types that are made of themselves: as an item, a member, or what they restrict.
func (b *Builder) checkSimple() {
	c := simpleCheck{Builder: b, isOpen: map[*Type]bool{}}
	for _, t := range b.types {
		if !t.IsComplex {
			c.visit(t, 0)
		}
	}
}

// simpleCheck visits each simple type once.
type simpleCheck struct {
	*Builder

	// isOpen has the types that were visited: true as long as it is being looked at what they are made of.
	isOpen map[*Type]bool
}

func (c *simpleCheck) visit(t *Type, depth int) {
	if t == nil || t.IsComplex || !c.isOwn(t) {
		return
	}
	isOpen, wasVisited := c.isOpen[t]
	switch {
	case isOpen, depth > maxDerivations:
		p := c.places[t]
		c.files.Errorf(p.schema.file.Span(p.node), "the simple type %q is made of itself, or of too many others", t.Name.Local)
		t.Simple.Members, t.Simple.Item = nil, &Simple{}
		return
	case wasVisited:
		return
	}
	c.isOpen[t] = true
	c.visit(t.Base, depth+1)
	c.visit(t.own.item, depth+1)
	for _, member := range t.own.members {
		c.visit(member, depth+1)
	}
	c.isOpen[t] = false
}
