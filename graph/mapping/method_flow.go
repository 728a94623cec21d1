package mapping

import "github.com/weftgraph/weft/graph/value"

func (ev *evaluator) echo(s *step, in value.Value) value.Value {
	if len(s.args) == 0 {
		return ev.refuse(s, " requires one argument")
	}
	return ev.arg(s.args[0], in)
}

// as binds the input, or what the second argument makes of it, and returns the
// input even when the arguments are wrong.
func (ev *evaluator) as(s *step, in value.Value) value.Value {
	switch {
	case s.slot < 0:
		ev.refuse(s, " requires a $variable and at most one more argument")
	case len(s.args) == 2:
		ev.locals[s.slot] = ev.arg(s.args[1], in)
	default:
		ev.locals[s.slot] = in
	}
	return in
}

// mapElements is ->map. Something that is no array behaves like an array of
// one.
func (ev *evaluator) mapElements(s *step, in value.Value) value.Value {
	if len(s.args) == 0 {
		return ev.refuse(s, " requires one argument")
	}
	if in.Kind() != value.KindArray {
		return value.Array([]value.Value{ev.arg(s.args[0], in)})
	}
	elems := make([]value.Value, in.Len())
	ev.push(element)
	for i, elem := range in.Elems() {
		if !ev.spend(1) {
			break
		}
		elems[i] = ev.arg(s.args[0], elem)
	}
	ev.pop()
	return value.Array(elems)
}

// match evaluates candidates until one equals the input, and only that one's
// value.
func (ev *evaluator) match(s *step, in value.Value) value.Value {
	for _, arg := range s.args {
		pair, ok := arg.(*list)
		if !ok || len(pair.elems) != 2 {
			continue
		}
		if ev.strictEqual(ev.arg(pair.elems[0], in), in) {
			return ev.arg(pair.elems[1], in)
		}
	}
	return ev.refuse(s, " did not match any [candidate, value] pair")
}
