package mapping

import "github.com/weftgraph/weft/graph/value"

// method applies a method; the second result sees what ->as binds.
func (o oracle) method(s *step, in placed) (found, oracle) {
	switch s.method {
	case methodAs:
		if s.slot >= 0 {
			return o.as(s, in)
		}
	case methodEcho:
		if len(s.args) > 0 {
			return o.arg(s.args[0], in), o
		}
	case methodMap:
		if len(s.args) > 0 {
			return o.each(s, in), o
		}
	case methodFilter, methodFind:
		if len(s.args) > 0 {
			return o.search(s, in), o
		}
	case methodMatch:
		return o.match(s, in), o
	case methodAnd, methodOr:
		if in.v.Kind() == value.KindBool && len(s.args) > 0 {
			return o.junction(s, in), o
		}
	}
	return o.plain(s, in), o
}

// arg evaluates an argument: `@` is the input, `$` stays.
func (o oracle) arg(e expr, in placed) found {
	o.at = in
	return o.expr(e)
}

func (o oracle) as(s *step, in placed) (found, oracle) {
	p, ok := s.args[0].(*path)
	if !ok {
		return found{}, o
	}
	name := "$" + p.start.name
	f := found{v: in.v}
	bound := in.v
	if len(s.args) == 2 {
		bound = f.take(o.arg(s.args[1], in))
	}
	if bound.IsMissing() {
		hidden := o.with(name, placed{})
		delete(hidden.vars, name)
		return f, hidden
	}
	return f, o.with(name, placed{bound, []string{name}})
}

// items are the elements of an array with their places, or the value itself.
func items(in placed) []placed {
	if in.v.Kind() != value.KindArray {
		return []placed{in}
	}
	var all []placed
	for _, elem := range in.v.Elems() {
		all = append(all, placed{elem, in.step(element)})
	}
	return all
}

func (o oracle) each(s *step, in placed) (f found) {
	var elems []value.Value
	for _, item := range items(in) {
		elems = append(elems, f.take(o.arg(s.args[0], item)))
	}
	f.v = value.Array(elems)
	return f
}

func (o oracle) search(s *step, in placed) (f found) {
	var kept []value.Value
	failed := false
	for _, item := range items(in) {
		holds := f.take(o.arg(s.args[0], item))
		if holds.Kind() != value.KindBool {
			failed = true
			f.problem(item.path, "->", s.name, " condition must return a boolean value")
			if s.method == methodFind {
				return f
			}
		}
		if holds.AsBool() {
			kept = append(kept, item.v)
			if s.method == methodFind {
				f.v = item.v
				return f
			}
		}
	}
	if !failed && s.method == methodFilter {
		f.v = value.Array(kept)
	}
	return f
}

func (o oracle) match(s *step, in placed) (f found) {
	for _, arg := range s.args {
		if pair, ok := arg.(*list); ok && len(pair.elems) == 2 {
			if value.Equal(f.take(o.arg(pair.elems[0], in)), in.v) {
				f.v = f.take(o.arg(pair.elems[1], in))
				return f
			}
		}
	}
	f.problem(in.path, "Method ->match did not match any [candidate, value] pair")
	return f
}

func (o oracle) junction(s *step, in placed) (f found) {
	result := in.v.AsBool()
	for _, arg := range s.args {
		if result == (s.method == methodOr) {
			break
		}
		switch v := f.take(o.arg(arg, in)); v.Kind() {
		case value.KindMissing:
			return f
		case value.KindBool:
			result = v.AsBool()
		default:
			f.problem(in.path, "Method ->", s.name, " can only accept boolean arguments.")
		}
	}
	f.v = value.Bool(result)
	return f
}

// plain evaluates the arguments here, and leaves the method itself to the
// evaluator under test, which gets them as constants. What is MISSING becomes a
// variable that nobody binds.
func (o oracle) plain(s *step, in placed) (f found) {
	constants := *s
	constants.args = nil
	for i, arg := range s.args {
		// Methods that have failed already do not look at what follows.
		if i >= argumentsSeen(s, in.v) || i > 0 && s.method != methodSlice && runAlone(constants, in.v, nil).IsMissing() {
			constants.args = append(constants.args, &constant{value: value.Null()})
			continue
		}
		v := f.take(o.arg(arg, in))
		if v.IsMissing() {
			constants.args = append(constants.args, &path{start: start{kind: startUnknown, name: "missing"}})
			continue
		}
		constants.args = append(constants.args, &constant{value: v})
	}
	var problems Problems
	f.v = runAlone(constants, in.v, &problems)
	for _, p := range problems.List() {
		if p.Path == "->"+s.name { // not the ones of the unbound variable
			f.problem(in.path, p.Message)
		}
	}
	return f
}

// runAlone applies one method to a value.
func runAlone(s step, in value.Value, problems *Problems) value.Value {
	m := &Mapping{root: &path{start: start{kind: startAt}, steps: []step{s}}}
	return m.Eval(in, &Env{Problems: problems})
}

// argumentsSeen is how many arguments a method looks at, if there are so many.
func argumentsSeen(s *step, in value.Value) int {
	isText := in.Kind() == value.KindString
	switch s.method {
	case methodAdd, methodSub, methodMul, methodDiv, methodMod:
		if in.IsNumber() {
			return len(s.args)
		}
	case methodSlice:
		if isText || in.Kind() == value.KindArray {
			return 2
		}
	case methodSplit:
		if isText && len(s.args) <= 2 {
			return 2
		}
	case methodEq, methodNe, methodGt, methodGte, methodLt, methodLte, methodIn, methodContains:
		if len(s.args) == 1 {
			return 1
		}
	case methodGet, methodJoinNotNull, methodParseInt:
		return 1
	}
	return 0
}
