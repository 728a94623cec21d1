package xsd

import "slices"

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

// ElementNames returns the local names of the global elements in a namespace, sorted; for suggesting the nearest spelling.
func (s *Set) ElementNames(space string) []string { return namesIn(s.elements, space) }

// TypeNames returns the local names of the global types in a namespace, sorted.
func (s *Set) TypeNames(space string) []string { return namesIn(s.types, space) }

func namesIn[T any](components map[Name]T, space string) []string {
	var names []string
	for name := range components {
		if name.Space == space {
			names = append(names, name.Local)
		}
	}
	slices.Sort(names)
	return names
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
