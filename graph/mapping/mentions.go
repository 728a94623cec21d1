package mapping

// Mention is a variable or a method where a mapping names it.
type Mention struct {
	// Name is the name as it is written: "$args" of a variable, "first" of a
	// method.
	Name string
	// IsMethod tells methods from variables.
	IsMethod bool
	// IsKnown reports whether the name means something.
	IsKnown bool
	// Var is the variable that the name means, if it is a known one's.
	Var Var
	// Offset and End enclose the name in the mapping's text, that of a
	// variable with its dollar sign, that of a method without its arrow.
	Offset, End int
}

// Mentions returns every variable and method that the mapping names, in the
// order of the text. What ->as binds is left out.
func (m *Mapping) Mentions() []Mention {
	var f finder
	if m.root != nil {
		f.expr(m.root)
	} else {
		f.group(m.group)
	}
	return f.found
}

// finder collects mentions.
type finder struct{ found []Mention }

func (f *finder) expr(e expr) {
	switch e := e.(type) {
	case *list:
		f.exprs(e.elems)
	case *object:
		f.group(e.group)
	case *chain:
		f.exprs(e.operands)
	case *path:
		f.path(e)
	}
}

func (f *finder) exprs(list []expr) {
	for _, e := range list {
		f.expr(e)
	}
}

func (f *finder) group(g *group) {
	for i := range g.entries {
		f.expr(g.entries[i].value)
	}
}

func (f *finder) path(p *path) {
	switch s := &p.start; s.kind {
	case startVar, startUnknown:
		f.found = append(f.found, Mention{
			Name: "$" + s.name, IsKnown: s.kind == startVar, Var: s.v, Offset: s.offset, End: s.end,
		})
	case startParens, startLiteral:
		f.expr(s.expr)
	}
	for i := range p.steps {
		s := &p.steps[i]
		if s.kind != stepMethod {
			continue
		}
		f.found = append(f.found, Mention{
			Name: s.name, IsMethod: true, IsKnown: s.method != methodUnknown, Offset: s.nameAt.offset, End: s.nameAt.end,
		})
		if s.slot >= 0 {
			f.exprs(s.args[1:]) // the first one is the name that is bound
			continue
		}
		f.exprs(s.args)
	}
	if p.group != nil {
		f.group(p.group)
	}
}
