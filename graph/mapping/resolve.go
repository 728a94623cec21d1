package mapping

// resolver turns names into numbers. Every ->as gets a slot of its own: the
// language has no recursion, so that one slot per place in the text is enough
// for an evaluation.
type resolver struct {
	slots int
	// visible holds the slots of each local that can be seen, innermost last.
	visible map[string][]int
}

// resolve fills in what the parser left open and returns the number of slots.
func resolve(m *Mapping) int {
	r := resolver{visible: make(map[string][]int)}
	if m.root != nil {
		r.expr(m.root)
	} else {
		r.group(m.group)
	}
	return r.slots
}

func (r *resolver) expr(e expr) {
	switch e := e.(type) {
	case *list:
		r.exprs(e.elems)
	case *object:
		r.group(e.group)
	case *chain:
		r.exprs(e.operands)
	case *path:
		r.path(e)
	}
}

func (r *resolver) exprs(list []expr) {
	for _, e := range list {
		r.expr(e)
	}
}

func (r *resolver) group(g *group) {
	for i := range g.entries {
		r.expr(g.entries[i].value)
	}
}

func (r *resolver) path(p *path) {
	switch p.start.kind {
	case startUnknown:
		r.variable(&p.start)
	case startParens, startLiteral:
		r.expr(p.start.expr)
	}
	var bound []string
	for i := range p.steps {
		st := &p.steps[i]
		if st.kind != stepMethod {
			continue
		}
		st.method = lookupMethod(st.name)
		if name, ok := boundName(st); ok {
			// The value that is bound does not see the new name.
			r.exprs(st.args[1:])
			bound = append(bound, name)
			st.slot = r.bind(name)
			continue
		}
		r.exprs(st.args)
	}
	if p.group != nil {
		r.group(p.group)
	}
	for _, name := range bound {
		r.visible[name] = r.visible[name][:len(r.visible[name])-1]
	}
}

// bind makes a local visible and returns its slot.
func (r *resolver) bind(name string) int {
	slot := r.slots
	r.slots++
	r.visible[name] = append(r.visible[name], slot)
	return slot
}

func (r *resolver) variable(at *start) {
	if slots := r.visible[at.name]; len(slots) > 0 {
		at.kind, at.slot = startLocal, slots[len(slots)-1]
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
