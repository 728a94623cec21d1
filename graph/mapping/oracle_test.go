package mapping

import (
	"maps"
	"strings"

	"github.com/weftgraph/weft/graph/value"
)

// oracle is a second, slow and obvious evaluator, written from the text of the
// Connectors specification (6.3) alone: every value travels with its path,
// variables are a map, problems are a list, and nothing is shared or saved. The
// methods that compute one value from others without looking further are
// taken from the evaluator under test.
type oracle struct {
	vars map[string]placed
	// at is `@`; vars["$"] is `$`.
	at placed
	// left is how many expressions, entries and elements may still be looked at.
	left *int
}

// spent counts one more and reports whether there are too many.
func (o oracle) spent() bool {
	*o.left--
	return *o.left < 0
}

// placed is a value and the names that lead to it.
type placed struct {
	v    value.Value
	path []string
}

func (p placed) step(name string) []string { return append(p.path[:len(p.path):len(p.path)], name) }

// found is what something evaluates to.
type found struct {
	v        value.Value
	problems []Problem
}

func (f *found) problem(path []string, parts ...string) {
	f.problems = append(f.problems, Problem{Message: strings.Join(parts, ""), Path: strings.Join(path, "."), Count: 1})
}

// take adds the problems of a part and returns its value.
func (f *found) take(part found) value.Value {
	f.problems = append(f.problems, part.problems...)
	return part.v
}

// runOracle evaluates a mapping, unless that takes too long.
func runOracle(m *Mapping, in value.Value, vars map[string]value.Value) (v value.Value, problems []Problem, ok bool) {
	left := 200_000
	o := oracle{vars: map[string]placed{"$": {v: in}}, at: placed{v: in}, left: &left}
	for name, v := range vars {
		o.vars[name] = placed{v, []string{name}}
	}
	f := o.mapping(m)
	var grouped Problems
	for _, p := range f.problems {
		grouped.Add(p.Message, p.Path)
	}
	return f.v, grouped.List(), left >= 0
}

func (o oracle) mapping(m *Mapping) found {
	if m.root != nil {
		return o.expr(m.root)
	}
	return o.group(m.group, o.at)
}

func (o oracle) with(name string, p placed) oracle {
	vars := make(map[string]placed, len(o.vars)+1)
	maps.Copy(vars, o.vars)
	vars[name] = p
	o.vars = vars
	return o
}

func (o oracle) expr(e expr) (f found) {
	if o.spent() {
		return f
	}
	switch e := e.(type) {
	case *constant:
		f.v = e.value
	case *list:
		var elems []value.Value
		for _, elem := range e.elems {
			elems = append(elems, f.take(o.expr(elem)))
		}
		f.v = value.Array(elems)
	case *object:
		f, _ = o.entries(e.group)
	case *chain:
		return o.chain(e)
	case *path:
		return o.path(e)
	}
	return f
}

func (o oracle) chain(c *chain) found {
	var all found
	var last found
	for _, operand := range c.operands {
		last = o.expr(operand)
		if !last.v.IsMissing() && (!c.nullish || !last.v.IsNull()) {
			return last
		}
		all.take(last)
	}
	if last.v.IsNull() {
		return last
	}
	return all
}

func (o oracle) path(p *path) (f found) {
	s := &p.start
	switch s.kind {
	case startHere, startDollar:
		return o.steps(p, p.steps, o.vars["$"])
	case startAt:
		return o.steps(p, p.steps, o.at)
	case startKey:
		key := step{kind: stepKey, name: s.name, key: s.key}
		return o.steps(p, append([]step{key}, p.steps...), o.vars["$"])
	case startParens, startLiteral:
		v := f.take(o.expr(s.expr))
		f.v = f.take(o.steps(p, p.steps, placed{v, o.at.path}))
		return f
	}
	bound, ok := o.vars["$"+s.name]
	if !ok {
		f.problem([]string{"$" + s.name}, "Variable $", s.name, " not found")
		return f
	}
	return o.steps(p, p.steps, bound)
}

// steps applies what remains of a path.
func (o oracle) steps(p *path, rest []step, from placed) (f found) {
	if from.v.IsMissing() {
		return found{}
	}
	if len(rest) == 0 {
		if p.group != nil {
			return o.group(p.group, from)
		}
		f.v = from.v
		return f
	}
	s := &rest[0]
	next := placed{path: from.path}
	switch s.kind {
	case stepOptional:
		if !from.v.IsNull() {
			next.v = from.v
		}
	case stepKey:
		next.path = from.step(s.name)
		next.v = f.take(o.key(s, from))
	case stepMethod:
		next.path = from.step("->" + s.name)
		var after oracle
		var made found
		made, after = o.method(s, placed{from.v, next.path})
		next.v = f.take(made)
		o = after
	}
	f.v = f.take(o.steps(p, rest[1:], next))
	return f
}

func (o oracle) key(s *step, from placed) (f found) {
	if o.spent() {
		return f
	}
	if from.v.Kind() == value.KindArray {
		bare := *s
		bare.key.quiet = false
		var elems []value.Value
		for _, elem := range from.v.Elems() {
			elems = append(elems, f.take(o.key(&bare, placed{elem, from.step(element)})))
		}
		f.v = value.Array(elems)
		return f
	}
	if f.v = from.v.Get(s.name); f.v.IsMissing() && (!s.key.quiet || from.v.Kind() != value.KindObject) {
		f.problem(from.step(s.name), "Property ", dotted(s.name, s.key), " not found in ", from.v.Kind().String())
	}
	return f
}

func (o oracle) group(g *group, from placed) (f found) {
	if o.spent() {
		return f
	}
	if from.v.Kind() == value.KindArray {
		var elems []value.Value
		for _, elem := range from.v.Elems() {
			elems = append(elems, f.take(o.group(g, placed{elem, from.step(element)})))
		}
		f.v = value.Array(elems)
		return f
	}
	inside := o.with("$", from)
	inside.at = from
	f, made := inside.entries(g)
	if !made && from.v.Kind() != value.KindObject {
		f.v = from.v
	}
	return f
}

func (o oracle) entries(g *group) (f found, made bool) {
	if only := g.only(); only != nil {
		f = o.expr(only)
		if f.v.IsMissing() {
			f.v = value.Object(nil)
			return f, false
		}
		return f, true
	}
	path := o.at.path
	f.v = value.Object(nil)
	for i := range g.entries {
		e := &g.entries[i]
		v := f.take(o.expr(e.value))
		switch {
		case e.hasKey() && v.IsMissing():
			continue
		case e.hasKey():
			v = value.Object([]value.Field{{Name: e.key, Value: v}})
		case v.IsMissing():
			f.problem(path, "Inlined path produced no value")
			continue
		case !v.IsNull() && v.Kind() != value.KindObject:
			f.problem(path, "Expected object or null, not ", v.Kind().String())
			continue
		}
		f.v = f.merge(path, f.v, v)
	}
	return f, f.v.Kind() != value.KindObject || f.v.Len() > 0
}

func (f *found) merge(path []string, a, b value.Value) value.Value {
	switch {
	case a.IsMissing():
		return b
	case b.IsMissing():
		return a
	case a.IsNull() || b.IsNull() || a.SizeUpTo(1<<16)+b.SizeUpTo(1<<16) >= 1<<16:
		return value.Null() // nor are huge values compared
	case a.Kind() == value.KindObject && b.Kind() == value.KindObject:
		var fields []value.Field
		for _, field := range a.Fields() {
			fields = append(fields, value.Field{Name: field.Name, Value: f.merge(path, field.Value, b.Get(field.Name))})
		}
		for _, field := range b.Fields() {
			if a.Get(field.Name).IsMissing() {
				fields = append(fields, field)
			}
		}
		return value.Object(fields)
	case a.Kind() == value.KindArray && b.Kind() == value.KindArray:
		var elems []value.Value
		for i := range max(a.Len(), b.Len()) {
			var x, y value.Value
			if i < a.Len() {
				x = a.Elems()[i]
			}
			if i < b.Len() {
				y = b.Elems()[i]
			}
			elems = append(elems, f.merge(path, x, y))
		}
		return value.Array(elems)
	}
	if a.Kind().String() != b.Kind().String() {
		f.problem(path, "Lossy merge replacing ", a.Kind().String(), " with ", b.Kind().String())
	}
	return b
}
