package mapping

// scope is the chain of locals visible at a place, innermost first.
type scope struct {
	name  string
	slot  int
	outer *scope
}

func (s *scope) find(name string) (int, bool) {
	for ; s != nil; s = s.outer {
		if s.name == name {
			return s.slot, true
		}
	}
	return 0, false
}

// resolver turns names into numbers. Every ->as gets a slot of its own: the
// language has no recursion, so that one slot per place in the text is enough
// for an evaluation.
type resolver struct{ slots int }

// resolve fills in what the parser left open and returns the number of slots.
func resolve(m *Mapping) int {
	var r resolver
	if m.root != nil {
		r.expr(m.root, nil)
	} else {
		r.group(m.group, nil)
	}
	return r.slots
}

func (r *resolver) expr(e expr, s *scope) {
	switch e := e.(type) {
	case *list:
		r.exprs(e.elems, s)
	case *object:
		r.group(e.group, s)
	case *chain:
		r.exprs(e.operands, s)
	case *path:
		r.path(e, s)
	}
}

func (r *resolver) exprs(list []expr, s *scope) {
	for _, e := range list {
		r.expr(e, s)
	}
}

func (r *resolver) group(g *group, s *scope) {
	for i := range g.entries {
		r.expr(g.entries[i].value, s)
	}
}

func (r *resolver) path(p *path, s *scope) {
	switch p.start.kind {
	case startUnknown:
		resolveVariable(&p.start, s)
	case startParens, startLiteral:
		r.expr(p.start.expr, s)
	}
	for i := range p.steps {
		st := &p.steps[i]
		if st.kind != stepMethod {
			continue
		}
		st.method = lookupMethod(st.name)
		if name, ok := boundName(st); ok {
			// The value that is bound does not see the new name.
			r.exprs(st.args[1:], s)
			st.slot = r.slots
			r.slots++
			s = &scope{name: name, slot: st.slot, outer: s}
			continue
		}
		r.exprs(st.args, s)
	}
	if p.group != nil {
		r.group(p.group, s)
	}
}

func resolveVariable(at *start, s *scope) {
	if slot, ok := s.find(at.name); ok {
		at.kind, at.slot = startLocal, slot
	} else if v, ok := lookupVar(at.name); ok {
		at.kind, at.v = startVar, v
	}
}

// boundName returns the name that a well-formed ->as($name[, value]) binds.
func boundName(s *step) (string, bool) {
	if s.method != methodAs || len(s.args) < 1 || len(s.args) > 2 {
		return "", false
	}
	p, ok := s.args[0].(*path)
	if !ok || !p.isBare() || p.start.kind != startUnknown {
		return "", false
	}
	return p.start.name, true
}
