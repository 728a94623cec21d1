package mapping

import "github.com/weftgraph/weft/graph/value"

// shaper walks a mapping as the evaluator does, with Outputs for values.
type shaper struct {
	dollar, at *Output
	locals     []*Output
	left       int // see maxJoined
}

func (s *shaper) expr(e expr) *Output {
	at := e.where()
	switch e := e.(type) {
	case *constant:
		return constantOutput(e)
	case *list:
		elems := make([]*Output, len(e.elems))
		for i, elem := range e.elems {
			elems[i] = s.expr(elem)
		}
		return s.alternatives(elems, at)
	case *object:
		return s.entries(e.group)
	case *chain:
		operands := make([]*Output, len(e.operands))
		for i, operand := range e.operands {
			operands[i] = s.expr(operand)
		}
		return s.alternatives(operands, at)
	case *path:
		return s.path(e).placed(at)
	}
	return &Output{}
}

func constantOutput(c *constant) *Output {
	isNull := c.value.IsNull()
	return &Output{Scalar: !isNull, Null: isNull, Const: c.value, Offset: c.offset, End: c.end}
}

func (s *shaper) entries(g *group) *Output {
	if only := g.only(); only != nil {
		return s.expr(only)
	}
	made := &Output{Object: true, Offset: g.offset, End: g.end}
	for i := range g.entries {
		e := &g.entries[i]
		v := s.expr(e.value)
		if !e.hasKey() {
			s.absorb(made, v)
			continue
		}
		s.addField(made, OutputField{
			Name: e.key, Output: v, FromBody: v.fromBody, Offset: e.keyAt.offset, End: e.keyAt.end,
		})
	}
	return made.seal()
}

// grouped is what a group makes.
func (s *shaper) grouped(g *group) *Output {
	made := *s.entries(g)
	made.Grouped = made.Object && g.only() == nil
	return &made
}

func (s *shaper) path(p *path) *Output {
	v := s.start(&p.start)
	for i := range p.steps {
		switch st := &p.steps[i]; st.kind {
		case stepKey:
			v = s.property(v, st.name)
		case stepMethod:
			v = s.method(st, v)
		}
	}
	if p.group == nil {
		return v.ungrouped()
	}
	dollar, at := s.dollar, s.at
	s.dollar, s.at = v, v
	made := s.grouped(p.group)
	s.dollar, s.at = dollar, at
	return made
}

func (s *shaper) start(st *start) *Output {
	switch st.kind {
	case startHere, startDollar:
		return s.dollar
	case startKey:
		return s.property(s.dollar, st.name)
	case startAt:
		return s.at
	case startVar:
		return &Output{Unknown: true}
	case startLocal:
		return s.locals[st.slot]
	case startParens, startLiteral:
		return s.expr(st.expr)
	}
	return &Output{} // an unknown variable is MISSING
}

// property is what a key step gives: the field if it is known, in whichever
// arm, and anything if the object can have more fields than the known ones.
func (s *shaper) property(o *Output, name string) *Output {
	var found []*Output
	if f := o.Field(name); f != nil {
		found = append(found, f.Output)
	}
	for i := range o.Arms {
		if f := o.Arms[i].Output.Field(name); f != nil {
			found = append(found, f.Output)
		}
	}
	if o.Unknown {
		found = append(found, &Output{Unknown: true, fromBody: o.fromBody})
	}
	return s.alternatives(found, span{o.Offset, o.End})
}

// ungrouped is the output of a path that does not end in a group.
func (o *Output) ungrouped() *Output {
	if !o.Grouped {
		return o
	}
	plain := *o
	plain.Grouped = false
	return &plain
}

// arg shapes an argument with `@` bound to the method's input.
func (s *shaper) arg(e expr, in *Output) *Output {
	at := s.at
	s.at = in
	v := s.expr(e)
	s.at = at
	return v
}

func (s *shaper) method(st *step, in *Output) *Output {
	switch st.method {
	case methodFirst, methodLast, methodSlice, methodFilter, methodFind:
		return in
	case methodEcho, methodMap:
		if len(st.args) == 1 {
			return s.arg(st.args[0], in)
		}
		return &Output{}
	case methodAs:
		return s.as(st, in)
	case methodMatch:
		return s.match(st, in)
	case methodGet:
		if len(st.args) == 1 {
			if c, ok := st.args[0].(*constant); ok && c.value.Kind() == value.KindString {
				return s.property(in, c.value.Text())
			}
		}
		return in
	case methodEntries:
		return keyValueOutput(st.span, in)
	case methodJSONParse, methodKeysToCamelCase, methodKeysToCamelCaseDeep:
		return &Output{Unknown: true, fromBody: in.fromBody}
	case methodUnknown:
		return &Output{}
	default:
		return s.scalar(st, in)
	}
}

// scalar is what methods make that compute a string, number or boolean.
func (s *shaper) scalar(st *step, in *Output) *Output {
	made := &Output{Scalar: true, fromBody: in.fromBody}
	for _, arg := range st.args {
		if s.arg(arg, in).fromBody {
			made.fromBody = true
		}
	}
	return made
}

func (s *shaper) as(st *step, in *Output) *Output {
	switch {
	case st.slot < 0:
	case len(st.args) == 2:
		s.locals[st.slot] = s.arg(st.args[1], in)
	default:
		s.locals[st.slot] = in
	}
	return in
}

// match chooses by its input, but what it makes are the values of its pairs.
func (s *shaper) match(st *step, in *Output) *Output {
	var values []*Output
	for _, arg := range st.args {
		if pair, ok := arg.(*list); ok && len(pair.elems) == 2 {
			values = append(values, s.arg(pair.elems[1], in))
		}
	}
	return s.matched(values, st.span)
}

// matched makes arms even of a single pair: unlike an object that is always
// made, it may not be chosen.
func (s *shaper) matched(values []*Output, at span) *Output {
	if len(values) == 1 && values[0].Typename() != "" {
		values = append(values, &Output{})
	}
	return s.alternatives(values, at)
}

// keyValueOutput is what ->entries makes.
func keyValueOutput(at span, in *Output) *Output {
	field := func(name string, v *Output) OutputField {
		return OutputField{Name: name, Output: v, FromBody: in.fromBody, Offset: at.offset, End: at.end}
	}
	pair := &Output{
		Object: true, fromBody: in.fromBody, Offset: at.offset, End: at.end,
		Fields: []OutputField{
			field("key", &Output{Scalar: true, fromBody: in.fromBody}),
			field("value", &Output{Unknown: true, fromBody: in.fromBody}),
		},
	}
	return pair.seal()
}
