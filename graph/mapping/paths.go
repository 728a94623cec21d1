package mapping

// Paths is a tree of the property paths that are read below a value, such as
// a variable. Lists are transparent: `$batch.id` and `$batch->map(@.id)` are
// both the path id. It is immutable once returned.
type Paths struct {
	// Used means that the value is mentioned at all.
	Used bool
	// Whole means that the value is used as it is and not only for some of
	// its properties: at the end of every path, and at the root for a bare
	// variable such as `$this->jsonStringify`.
	Whole bool
	// Any means that a property may be read whose name is not known before the
	// mapping runs, by `->get`.
	Any bool
	// Children are the properties that are read, in the order of their first
	// mention. There may be some although Whole is set.
	Children []PathChild
	// Offset and End enclose the first mention in the mapping's text: of the
	// property's name, or of the variable at the root. Both are 0 where nothing
	// is written, and of no use once paths of several mappings are merged.
	Offset, End int
}

// PathChild is one property of Paths.
type PathChild struct {
	Name  string
	Paths *Paths
}

// Child returns the paths below a property, and nil when it is not read. It
// may be called on nil.
func (p *Paths) Child(name string) *Paths {
	if p == nil {
		return nil
	}
	for i := range p.Children {
		if p.Children[i].Name == name {
			return p.Children[i].Paths
		}
	}
	return nil
}

// Names returns the properties that are read, in the order of their first
// mention. It may be called on nil.
func (p *Paths) Names() []string {
	if p == nil {
		return nil
	}
	names := make([]string, len(p.Children))
	for i := range p.Children {
		names[i] = p.Children[i].Name
	}
	return names
}

// Merge returns the union of both trees: p's children first, then what q adds.
// Neither is changed; either may be nil.
func (p *Paths) Merge(q *Paths) *Paths {
	merged := &Paths{}
	merged.add(p)
	merged.add(q)
	return merged
}

// add makes q's paths part of p, copying what it takes over.
func (p *Paths) add(q *Paths) {
	if q == nil {
		return
	}
	if q.Used {
		p.use(span{q.Offset, q.End})
	}
	p.Whole, p.Any = p.Whole || q.Whole, p.Any || q.Any
	for i := range q.Children {
		below := q.Children[i].Paths
		p.grow(q.Children[i].Name, span{below.Offset, below.End}).add(below)
	}
}

// use notes a mention; the first one's place is kept.
func (p *Paths) use(at span) {
	if !p.Used {
		p.Used, p.Offset, p.End = true, at.offset, at.end
	}
}

// grow returns the paths below a property that is mentioned at a place, and
// adds it when it is new.
func (p *Paths) grow(name string, at span) *Paths {
	child := p.Child(name)
	if child == nil {
		child = &Paths{}
		p.Children = append(p.Children, PathChild{Name: name, Paths: child})
	}
	child.use(at)
	return child
}
