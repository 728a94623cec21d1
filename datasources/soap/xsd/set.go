package xsd

// NewWrapper returns an element that no schema declares: a sequence of the given ones, each of which may be left out. It
// serves operations in rpc style.
func NewWrapper(name Name, children []*Element) *Element {
	content := &Particle{Kind: Sequence, Min: 1, Max: 1}
	for _, e := range children {
		content.Children = append(content.Children, &Particle{Kind: Single, Min: 0, Max: 1, Element: e})
	}
	t := &Type{Base: anyType, IsComplex: true, Content: content}
	t.nameFields()
	return &Element{Name: name, Type: t}
}

// ElementNamed returns the global element with a local name in a namespace that the wildcard allows; nil when there is none, or
// several.
func (s *Set) ElementNamed(local string, w *Wildcard) *Element {
	var found *Element
	for name, e := range s.elements {
		if name.Local != local || !w.Allows(name.Space) {
			continue
		}
		if found != nil {
			return nil
		}
		found = e
	}
	return found
}
