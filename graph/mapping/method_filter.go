package mapping

import "github.com/weftgraph/weft/graph/value"

// filter keeps the elements for which the argument is true. The conditions of
// all elements are evaluated even if one of them is no boolean, so that the
// author learns how many are not.
func (ev *evaluator) filter(s *step, in value.Value) value.Value {
	if len(s.args) == 0 {
		return ev.refuse(s, " requires one argument")
	}
	var kept []value.Value
	allBoolean := true
	for elem, holds := range ev.conditions(s, in) {
		switch {
		case holds.Kind() != value.KindBool:
			allBoolean = false
		case holds.AsBool():
			if kept == nil {
				kept = make([]value.Value, 0, min(max(in.Len(), 1), 8))
			}
			kept = append(kept, elem)
		}
	}
	if !allBoolean {
		return value.Missing()
	}
	return value.Array(kept)
}

// find returns the first element for which the argument is true.
func (ev *evaluator) find(s *step, in value.Value) value.Value {
	if len(s.args) == 0 {
		return ev.refuse(s, " requires one argument")
	}
	for elem, holds := range ev.conditions(s, in) {
		if holds.Kind() != value.KindBool {
			break
		}
		if holds.AsBool() {
			return elem
		}
	}
	return value.Missing()
}

// conditions yields the elements of a value or list, each with what the
// argument makes of it, and records the problem of those that are no booleans.
func (ev *evaluator) conditions(s *step, in value.Value) func(func(elem, holds value.Value) bool) {
	return func(yield func(elem, holds value.Value) bool) {
		if in.Kind() != value.KindArray {
			yield(in, ev.condition(s, in))
			return
		}
		for _, elem := range in.Elems() {
			ev.push(element)
			holds := ev.condition(s, elem)
			ev.pop()
			if !ev.spend(1) || !yield(elem, holds) {
				return
			}
		}
	}
}

func (ev *evaluator) condition(s *step, elem value.Value) value.Value {
	holds := ev.arg(s.args[0], elem)
	if holds.Kind() != value.KindBool && ev.problems != nil {
		ev.problem("->", s.name, " condition must return a boolean value")
	}
	return holds
}
