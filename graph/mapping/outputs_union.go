package mapping

import "github.com/weftgraph/weft/graph/value"

// addField adds what a property of o can be; a second entry for it widens it.
func (s *shaper) addField(o *Output, f OutputField) {
	s.left--
	if old := o.Field(f.Name); old != nil {
		old.Output = s.union(old.Output, f.Output)
		old.FromBody = old.FromBody || f.FromBody
	} else {
		o.Fields = append(o.Fields, f)
	}
	o.fromBody = o.fromBody || f.FromBody
}

// addArm adds what a concrete type can be; a second arm for it widens it.
func (s *shaper) addArm(o *Output, a Arm) {
	s.left--
	o.fromBody = o.fromBody || a.Output.fromBody
	for i := range o.Arms {
		if old := &o.Arms[i]; old.Typename == a.Typename {
			old.Output = s.union(old.Output, a.Output)
			return
		}
	}
	o.Arms = append(o.Arms, a)
}

// absorb merges the properties of a value that is spread into the object o.
func (s *shaper) absorb(o, v *Output) {
	o.Unknown = o.Unknown || v.Unknown
	o.Null = o.Null || v.Null
	o.fromBody = o.fromBody || v.fromBody
	for _, f := range v.Fields {
		s.addField(o, f)
	}
	for _, a := range v.Arms {
		s.addArm(o, a)
	}
}

// union is what any of several alternatives can be, at the place of the first.
// It keeps the common fields of plain objects together; see alternatives for
// what ->match chooses from.
func (s *shaper) union(all ...*Output) *Output {
	first := all[0]
	if len(all) == 1 || len(all) == 2 && first == all[1] {
		return first
	}
	joined := &Output{Const: first.Const, Offset: first.Offset, End: first.End}
	for _, o := range all {
		if s.left <= 0 {
			return &Output{Unknown: true, fromBody: true, Offset: first.Offset, End: first.End}
		}
		joined.Object = joined.Object || o.Object
		joined.Grouped = joined.Grouped || o.Grouped
		joined.Scalar = joined.Scalar || o.Scalar
		if !value.Equal(joined.Const, o.Const) {
			joined.Const = value.Missing()
		}
		s.absorb(joined, o)
	}
	return joined.seal()
}

// alternatives is what a choice between several values can be: objects with a
// literal __typename become arms, everything else is common.
func (s *shaper) alternatives(choices []*Output, at span) *Output {
	switch len(choices) {
	case 0:
		return (&Output{}).placed(at)
	case 1:
		return choices[0].placed(at)
	}
	joined := make([]*Output, len(choices))
	for i, choice := range choices {
		joined[i] = choice
		if name := choice.Typename(); name != "" {
			f := choice.Field(typenameField)
			joined[i] = (&Output{
				Object: true, fromBody: choice.fromBody,
				Arms: append([]Arm{{Typename: name, Output: choice, Offset: f.Output.Offset, End: f.Output.End}}, choice.Arms...),
			}).seal()
		}
	}
	return s.union(joined...).placed(at)
}
