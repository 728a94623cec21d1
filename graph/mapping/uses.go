package mapping

import (
	"slices"

	"github.com/weftgraph/weft/graph/value"
)

// Uses returns the union of all paths that the mapping reads below a variable
// (Connectors specification 5.3), wherever they stand. Values are followed
// through `@`, `$`, groups, `->as` and the methods that pass elements on
// (first, last, get, slice, filter, find, map, echo, match). The result is
// never nil.
func (m *Mapping) Uses(v Var) *Paths {
	root := &Paths{}
	t := tracer{variable: v, root: root}
	t.trace(m)
	return root
}

// Reads returns the paths that the mapping reads below its input: by `$`, by
// `@` outside of methods, and by keys. It follows values like Uses. That a
// group is applied to the input, once for each element if that is an array,
// does not count as reading it. The result is never nil.
func (m *Mapping) Reads() *Paths {
	root := &Paths{}
	t := tracer{variable: NumVars, root: root, dollar: flow{root}, at: flow{root}}
	t.trace(m)
	return root
}

// Uses returns the union of what the template's holes read below a variable.
func (t *Template) Uses(v Var) *Paths {
	all := &Paths{}
	for i := range t.parts {
		if hole := t.parts[i].Hole; hole != nil {
			all.add(hole.Uses(v))
		}
	}
	return all
}

// EnvNames returns the environment variables that are read by name
// (`$env.NAME`), in the order of their first mention.
func (m *Mapping) EnvNames() []string { return m.Uses(EnvVars).Names() }

// EnvNames returns the environment variables that the holes read by name.
func (t *Template) EnvNames() []string { return t.Uses(EnvVars).Names() }

// flow is what a value may be while a tracer follows it: any of these places
// below the variable, or, without any, something that was made of other data.
type flow []*Paths

// tracer walks a mapping as the evaluator does, with places for values.
type tracer struct {
	// variable is the one whose value is root; NumVars if root is the input.
	variable   Var
	root       *Paths
	dollar, at flow
	locals     []flow
}

func (t *tracer) trace(m *Mapping) {
	t.locals = make([]flow, m.locals)
	if m.root != nil {
		t.consume(t.expr(m.root))
	} else {
		t.entries(m.group)
	}
}

// consume notes that a value is used as it is.
func (t *tracer) consume(f flow) {
	for _, p := range f {
		p.Whole = true
	}
}

func (t *tracer) consumeAll(exprs []expr) {
	for _, e := range exprs {
		t.consume(t.expr(e))
	}
}

func (t *tracer) expr(e expr) flow {
	switch e := e.(type) {
	case *list:
		t.consumeAll(e.elems)
	case *object:
		t.entries(e.group)
	case *chain:
		var all flow
		for _, operand := range e.operands {
			all = all.join(t.expr(operand))
		}
		return all
	case *path:
		return t.path(e)
	}
	return nil
}

func (t *tracer) path(p *path) flow {
	f := t.start(&p.start)
	for i := range p.steps {
		s := &p.steps[i]
		switch s.kind {
		case stepKey:
			f = f.child(s.name, s.nameAt)
		case stepMethod:
			f = t.method(s, f)
		}
	}
	if p.group == nil {
		return f
	}
	dollar, at := t.dollar, t.at
	t.dollar, t.at = f, f
	t.entries(p.group)
	t.dollar, t.at = dollar, at
	return nil
}

func (t *tracer) start(s *start) flow {
	switch s.kind {
	case startHere:
		return t.dollar
	case startDollar:
		return t.dollar.use(s.span)
	case startKey:
		return t.dollar.use(s.span).child(s.name, s.span)
	case startAt:
		return t.at.use(s.span)
	case startVar:
		if s.v != t.variable {
			return nil
		}
		return flow{t.root}.use(s.span)
	case startLocal:
		return t.locals[s.slot]
	case startParens, startLiteral:
		return t.expr(s.expr)
	}
	return nil
}

// maxFlow is how many places a value is followed to. A row of choices between
// two properties of a value doubles them each time.
const maxFlow = 128

// join adds the other's places. What would be too many places counts as used
// whole, which is never too little. Without looking for doubles, a row of
// choices between a value and itself would grow exponentially.
func (f flow) join(other flow) flow {
	for _, p := range other {
		switch {
		case slices.Contains(f, p):
		case len(f) >= maxFlow:
			p.Whole = true
		default:
			f = append(f[:len(f):len(f)], p)
		}
	}
	return f
}

// use notes that the value is mentioned.
func (f flow) use(at span) flow {
	for _, p := range f {
		p.use(at)
	}
	return f
}

func (f flow) child(name string, at span) flow {
	if len(f) == 0 {
		return nil
	}
	below := make(flow, len(f))
	for i, p := range f {
		below[i] = p.grow(name, at)
	}
	return below
}

// entries makes an object, so that every entry's value is used as it is.
func (t *tracer) entries(g *group) {
	for i := range g.entries {
		t.consume(t.expr(g.entries[i].value))
	}
}

// arg follows an argument with `@` bound to the method's input.
func (t *tracer) arg(e expr, in flow) flow {
	at := t.at
	t.at = in
	f := t.expr(e)
	t.at = at
	return f
}

func (t *tracer) method(s *step, in flow) flow {
	switch s.method {
	case methodFirst, methodLast:
		return in
	case methodSlice, methodFilter, methodFind:
		t.consumeArgs(s, in)
		return in
	case methodGet:
		return t.get(s, in)
	case methodEcho, methodMap:
		if len(s.args) == 1 {
			return t.arg(s.args[0], in)
		}
	case methodAs:
		return t.as(s, in)
	case methodMatch:
		return t.match(s, in)
	default:
		t.consume(in)
		t.consumeArgs(s, in)
	}
	return nil
}

func (t *tracer) consumeArgs(s *step, in flow) {
	for _, arg := range s.args {
		t.consume(t.arg(arg, in))
	}
}

// get reads a property when its name is written out, else some element, or,
// where nobody can tell, perhaps some property.
func (t *tracer) get(s *step, in flow) flow {
	isConstant := false
	if len(s.args) == 1 {
		var c *constant
		if c, isConstant = s.args[0].(*constant); isConstant && c.value.Kind() == value.KindString {
			return in.child(c.value.Text(), c.span)
		}
	}
	for _, p := range in {
		p.Any = p.Any || !isConstant
	}
	t.consumeArgs(s, in)
	return in
}

func (t *tracer) as(s *step, in flow) flow {
	switch {
	case s.slot < 0:
	case len(s.args) == 2:
		t.locals[s.slot] = t.arg(s.args[1], in)
	default:
		t.locals[s.slot] = in
	}
	return in
}

// match compares the input and passes one of the values on.
func (t *tracer) match(s *step, in flow) flow {
	var all flow
	for _, arg := range s.args {
		pair, ok := arg.(*list)
		if !ok || len(pair.elems) != 2 {
			continue
		}
		if !isAt(pair.elems[0]) {
			t.consume(in)
			t.consume(t.arg(pair.elems[0], in))
		}
		all = all.join(t.arg(pair.elems[1], in))
	}
	return all
}

// isAt recognises the candidate of a default pair.
func isAt(e expr) bool {
	p, ok := e.(*path)
	return ok && p.isBare() && p.start.kind == startAt
}
