package mapping

import (
	"strings"

	"github.com/weftgraph/weft/graph/value"
)

// Eval applies the mapping to a value (Connectors specification 6.3). The
// result shares what it can with the input and the variables. A nil env is an
// empty one. Eval may be called concurrently with different Envs.
func (m *Mapping) Eval(in value.Value, env *Env) value.Value {
	ev := evaluator{env: env, input: in, dollar: in, at: in, fuel: baseFuel}
	if env != nil {
		ev.problems = env.Problems
	}
	if m.locals > 0 {
		ev.locals = make([]value.Value, m.locals)
	}
	if m.root != nil {
		return ev.expr(m.root)
	}
	return ev.group(m.group, in)
}

// evaluator is one evaluation in progress. It lives on the stack: everything it
// calls is called directly, methods by a switch.
type evaluator struct {
	env      *Env
	problems *Problems
	input    value.Value
	locals   []value.Value

	fuel      int // see spend
	refuelled bool

	dollar, at           value.Value
	dollarTrail, atTrail stretch

	// trail holds the names on the way to the values in hand, as a stack; it is
	// kept only while problems are recorded. The current path's are those
	// from base on.
	trail []string
	base  int
}

// stretch is the part of the trail that leads to `$` or `@`.
type stretch struct{ from, to int }

// element is what stands for an array index in the path of a problem.
const element = "@"

func (ev *evaluator) push(name string) {
	if ev.problems != nil {
		ev.trail = append(ev.trail, name)
	}
}

// pushSigned spares the concatenation while nobody keeps the trail.
func (ev *evaluator) pushSigned(sign, name string) {
	if ev.problems != nil {
		ev.trail = append(ev.trail, sign+name)
	}
}

func (ev *evaluator) pop() {
	if ev.problems != nil {
		ev.trail = ev.trail[:len(ev.trail)-1]
	}
}

func (ev *evaluator) problem(parts ...string) {
	if ev.problems != nil {
		ev.problems.Add(strings.Join(parts, ""), strings.Join(ev.trail[ev.base:], "."))
	}
}

func (ev *evaluator) expr(e expr) value.Value {
	switch e := e.(type) {
	case *constant:
		return e.value
	case *list:
		if !ev.spend(len(e.elems)) {
			return value.Missing()
		}
		elems := make([]value.Value, len(e.elems))
		for i, elem := range e.elems {
			elems[i] = ev.expr(elem)
		}
		return value.Array(elems)
	case *object:
		return ev.literalObject(e.group)
	case *chain:
		return ev.chain(e)
	case *path:
		return ev.path(e)
	}
	return value.Missing()
}

func (ev *evaluator) path(p *path) value.Value {
	base, top := ev.base, len(ev.trail)
	v := ev.start(&p.start, top)
	ev.base = top
	for i := range p.steps {
		if v.IsMissing() {
			break
		}
		s := &p.steps[i]
		switch s.kind {
		case stepKey:
			v = ev.key(v, s.name, s.key)
			ev.push(s.name)
		case stepMethod:
			ev.pushSigned("->", s.name)
			v = ev.method(s, v)
		case stepOptional:
			if v.IsNull() {
				v = value.Missing()
			}
		}
	}
	if p.group != nil && !v.IsMissing() {
		v = ev.group(p.group, v)
	}
	ev.base, ev.trail = base, ev.trail[:top]
	return v
}

// start returns the value that a path begins with, and puts the names that
// lead to it on the trail from top on.
func (ev *evaluator) start(s *start, top int) value.Value {
	switch s.kind {
	case startHere, startDollar:
		ev.retrace(ev.dollarTrail)
		return ev.dollar
	case startKey:
		ev.retrace(ev.dollarTrail)
		outer := ev.base
		ev.base = top
		v := ev.key(ev.dollar, s.name, s.key)
		ev.push(s.name)
		ev.base = outer
		return v
	case startAt:
		ev.retrace(ev.atTrail)
		return ev.at
	case startVar:
		if ev.env == nil {
			return ev.variable(s.name, value.Missing(), top)
		}
		return ev.variable(s.name, ev.env.Vars[s.v], top)
	case startLocal:
		return ev.variable(s.name, ev.locals[s.slot], top)
	case startUnknown:
		if ev.env == nil {
			return ev.variable(s.name, value.Missing(), top)
		}
		return ev.variable(s.name, ev.env.Others[s.name], top)
	default:
		ev.retrace(ev.atTrail)
		outer := ev.base
		ev.base = top
		v := ev.expr(s.expr)
		ev.base = outer
		return v
	}
}

// retrace repeats a stretch of the trail at its top.
func (ev *evaluator) retrace(s stretch) {
	if ev.problems != nil {
		ev.trail = append(ev.trail, ev.trail[s.from:s.to]...)
	}
}

// variable puts a variable's name on the trail and returns its value v.
func (ev *evaluator) variable(name string, v value.Value, top int) value.Value {
	ev.pushSigned("$", name)
	if v.IsMissing() {
		outer := ev.base
		ev.base = top
		ev.problem("Variable $", name, " not found")
		ev.base = outer
	}
	return v
}

// key applies a key to an object, or to each element of an array. The caller
// puts the key on the trail afterwards: while the key is applied to elements it
// comes last in their trails.
//
// A `?` behind the key excuses an object without the property, but neither the
// elements of an array, to which the key is applied without the `?`, nor values
// that have no properties at all.
func (ev *evaluator) key(v value.Value, name string, form keyForm) value.Value {
	switch v.Kind() {
	case value.KindObject:
		if found := v.Get(name); !found.IsMissing() || form.quiet {
			return found
		}
	case value.KindArray:
		elems := make([]value.Value, v.Len())
		form.quiet = false
		ev.push(element)
		for i, elem := range v.Elems() {
			if !ev.spend(1) {
				break
			}
			elems[i] = ev.key(elem, name, form)
		}
		ev.pop()
		return value.Array(elems)
	case value.KindMissing:
		return v
	}
	if ev.problems != nil {
		ev.push(name)
		ev.problem("Property ", dotted(name, form), " not found in ", v.Kind().String())
		ev.pop()
	}
	return value.Missing()
}
