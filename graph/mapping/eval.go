package mapping

import (
	"strings"

	"github.com/weftgraph/weft/graph/value"
)

// Eval applies the mapping to a value (Connectors specification 6.3). The
// result shares what it can with the input and the variables. A nil env is an
// empty one. Eval may be called concurrently with different Envs.
func (m *Mapping) Eval(in value.Value, env *Env) value.Value {
	ev := evaluator{env: env, dollar: in, at: in, fuel: maxWork}
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

// maxWork bounds the elements that one evaluation visits. Nested ->map can
// multiply the sizes of its inputs, which come from the network.
const maxWork = 1 << 26

// evaluator is one evaluation in progress. It lives on the stack: everything it
// calls is called directly, methods by a switch.
type evaluator struct {
	env      *Env
	problems *Problems
	locals   []value.Value
	fuel     int

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

// spend counts visited elements and reports whether the evaluation may go on.
// Once it may not, every loop ends at its next element.
func (ev *evaluator) spend(elements int) bool {
	if ev.fuel <= 0 {
		return false
	}
	ev.fuel -= elements
	if ev.fuel <= 0 {
		ev.problem("The mapping visits too many elements")
	}
	return ev.fuel > 0
}

func (ev *evaluator) expr(e expr) value.Value {
	switch e := e.(type) {
	case *constant:
		return e.value
	case *list:
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
			quiet := i+1 < len(p.steps) && p.steps[i+1].kind == stepOptional
			v = ev.key(v, s.name, quiet)
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
		v := ev.key(ev.dollar, s.name, s.quiet)
		ev.push(s.name)
		ev.base = outer
		return v
	case startAt:
		ev.retrace(ev.atTrail)
		return ev.at
	case startVar:
		return ev.variable(s, top)
	case startLocal:
		ev.pushSigned("$", s.name)
		return ev.locals[s.slot]
	case startUnknown:
		ev.noVariable(s.name, top)
		return value.Missing()
	default:
		ev.retrace(ev.atTrail)
		return ev.expr(s.expr)
	}
}

// retrace repeats a stretch of the trail at its top.
func (ev *evaluator) retrace(s stretch) {
	if ev.problems != nil {
		ev.trail = append(ev.trail, ev.trail[s.from:s.to]...)
	}
}

func (ev *evaluator) variable(s *start, top int) value.Value {
	if ev.env == nil || ev.env.Vars[s.v].IsMissing() {
		ev.noVariable(s.name, top)
		return value.Missing()
	}
	ev.pushSigned("$", s.name)
	return ev.env.Vars[s.v]
}

func (ev *evaluator) noVariable(name string, top int) {
	outer := ev.base
	ev.base = top
	ev.pushSigned("$", name)
	ev.problem("Variable $", name, " not found")
	ev.base = outer
}

// key applies a key to an object, or to each element of an array. The caller
// puts the key on the trail afterwards: while the key is applied to elements it
// comes last in their trails.
func (ev *evaluator) key(v value.Value, name string, quiet bool) value.Value {
	switch v.Kind() {
	case value.KindObject:
		if found := v.Get(name); !found.IsMissing() {
			return found
		}
	case value.KindArray:
		elems := make([]value.Value, v.Len())
		ev.push(element)
		for i, elem := range v.Elems() {
			if !ev.spend(1) {
				break
			}
			elems[i] = ev.key(elem, name, quiet)
		}
		ev.pop()
		return value.Array(elems)
	case value.KindMissing:
		return v
	}
	if !quiet && ev.problems != nil {
		ev.push(name)
		ev.problem("Property ", dotted(name), " not found in ", v.Kind().String())
		ev.pop()
	}
	return value.Missing()
}

// chain returns the first operand that counts as a value. Problems of operands
// that were passed over vanish as soon as any value is found, even a last null.
func (ev *evaluator) chain(c *chain) value.Value {
	outer := ev.problems
	if outer != nil {
		ev.problems = &Problems{}
	}
	var v value.Value
	for _, operand := range c.operands {
		var passed *Problems
		if outer != nil {
			passed, ev.problems = ev.problems, &Problems{}
		}
		v = ev.expr(operand)
		if !v.IsMissing() && !(c.nullish && v.IsNull()) {
			break
		}
		if outer != nil && v.IsMissing() {
			passed.merge(ev.problems)
			ev.problems = passed
		}
	}
	if outer != nil {
		outer.merge(ev.problems)
		ev.problems = outer
	}
	return v
}
