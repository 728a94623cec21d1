package plan

// tagSet is a set of concrete types of one position, by tag-1.
type tagSet []bool

func allTags(n int) tagSet {
	s := make(tagSet, n)
	for i := range s {
		s[i] = true
	}
	return s
}

func oneTag(n, i int) tagSet {
	s := make(tagSet, n)
	s[i] = true
	return s
}

func (s tagSet) isEmpty() bool {
	for _, in := range s {
		if in {
			return false
		}
	}
	return true
}

func (s tagSet) isFull() bool {
	for _, in := range s {
		if !in {
			return false
		}
	}
	return true
}

func (s tagSet) and(t tagSet) tagSet {
	out := make(tagSet, len(s))
	for i := range s {
		out[i] = s[i] && t[i]
	}
	return out
}

func (s tagSet) minus(t tagSet) tagSet {
	out := make(tagSet, len(s))
	for i := range s {
		out[i] = s[i] && !t[i]
	}
	return out
}

func (s tagSet) or(t tagSet) tagSet {
	out := make(tagSet, len(s))
	for i := range s {
		out[i] = s[i] || t[i]
	}
	return out
}

// orNil returns nil for the full set: what plans say where a restriction is not one.
func (s tagSet) orNil() Tags {
	if s.isFull() {
		return nil
	}
	return Tags(s)
}
