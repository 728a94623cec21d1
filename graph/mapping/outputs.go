package mapping

import "github.com/weftgraph/weft/graph/value"

// Output describes statically what a mapping, or a part of it, can produce
// (Connectors specification 5.2 and 7). Lists are transparent: the Output of a
// list is that of its elements. Several of the flags may be set at once,
// where `??` or ->match chooses at run time. Outputs are immutable and may be
// shared inside a tree.
type Output struct {
	// Unknown means that data is passed on as it is: a scalar, or an object
	// with any fields besides those listed.
	Unknown bool
	// Object means that an object with Fields and Arms can be made.
	Object bool
	// Scalar means that a string, number or boolean can be made.
	Scalar bool
	// Null means that a literal null can be made.
	Null bool
	// Const is the value of a literal string, number, boolean or null, and
	// MISSING for everything else.
	Const value.Value
	// Fields are the properties that are made whatever the concrete type, in
	// order.
	Fields []OutputField
	// Arms are the properties that come with a literal __typename, chosen at
	// run time.
	Arms []Arm
	// Offset and End enclose the expression in the mapping's text.
	Offset, End int

	fromBody bool
}

// OutputField is one property that a mapping produces.
type OutputField struct {
	Name string
	// Output tells what the property's value can be.
	Output *Output
	// FromBody means that the value is computed from the mapping's input, at
	// least in part, and not only from variables and literals.
	FromBody bool
	// Offset and End enclose the name in the mapping's text, that of the alias
	// where there is one.
	Offset, End int
}

// Arm is what is produced for one concrete type.
type Arm struct {
	Typename string
	// Output is an object whose Fields include __typename.
	Output *Output
	// Offset and End enclose the literal type name in the mapping's text.
	Offset, End int
}

// Field returns the property with that name, without looking into the arms,
// and nil when there is none.
func (o *Output) Field(name string) *OutputField {
	for i := range o.Fields {
		if o.Fields[i].Name == name {
			return &o.Fields[i]
		}
	}
	return nil
}

// Typename returns the literal __typename that the object itself carries, and
// the empty string without one. Those of the arms are not meant.
func (o *Output) Typename() string {
	f := o.Field(typenameField)
	if f == nil || f.Output.Const.Kind() != value.KindString {
		return ""
	}
	return f.Output.Const.Text()
}

// Outputs returns what the mapping produces. The result is never nil.
func (m *Mapping) Outputs() *Output {
	body := &Output{Unknown: true, fromBody: true, End: len(m.text)}
	s := shaper{dollar: body, at: body, locals: make([]*Output, m.locals)}
	if m.root != nil {
		return s.expr(m.root)
	}
	return s.entries(m.group)
}

// placed returns a copy of the output that stands at another place.
func (o *Output) placed(at span) *Output {
	moved := *o
	moved.Offset, moved.End = at.offset, at.end
	return &moved
}

// addField adds what a property can be; a second entry for it widens it.
func (o *Output) addField(f OutputField) {
	if old := o.Field(f.Name); old != nil {
		old.Output = union(old.Output, f.Output)
		old.FromBody = old.FromBody || f.FromBody
	} else {
		o.Fields = append(o.Fields, f)
	}
	o.fromBody = o.fromBody || f.FromBody
}

// addArm adds what a concrete type can be; a second arm for it widens it.
func (o *Output) addArm(a Arm) {
	o.fromBody = o.fromBody || a.Output.fromBody
	for i := range o.Arms {
		if old := &o.Arms[i]; old.Typename == a.Typename {
			old.Output = union(old.Output, a.Output)
			return
		}
	}
	o.Arms = append(o.Arms, a)
}

// absorb merges the properties of a value that is spread into the object.
func (o *Output) absorb(v *Output) {
	o.Unknown = o.Unknown || v.Unknown
	o.Null = o.Null || v.Null
	o.fromBody = o.fromBody || v.fromBody
	for _, f := range v.Fields {
		o.addField(f)
	}
	for _, a := range v.Arms {
		o.addArm(a)
	}
}

// union is what either of two alternatives can be, at the place of the first.
// It keeps the common fields of plain objects together; see alternatives for
// what ->match chooses from.
func union(a, b *Output) *Output {
	if a == b {
		return a
	}
	joined := &Output{
		Unknown: a.Unknown || b.Unknown,
		Object:  a.Object || b.Object,
		Scalar:  a.Scalar || b.Scalar,
		Null:    a.Null || b.Null,
		Offset:  a.Offset, End: a.End,
		fromBody: a.fromBody || b.fromBody,
	}
	if value.Equal(a.Const, b.Const) {
		joined.Const = a.Const
	}
	for _, side := range []*Output{a, b} {
		for _, f := range side.Fields {
			joined.addField(f)
		}
		for _, arm := range side.Arms {
			joined.addArm(arm)
		}
	}
	return joined
}

// alternatives is what a choice between several values can be: objects with a
// literal __typename become arms, everything else is common.
func alternatives(choices []*Output, at span) *Output {
	if len(choices) == 1 {
		return choices[0].placed(at)
	}
	joined := &Output{}
	for i, choice := range choices {
		if name := choice.Typename(); name != "" {
			f := choice.Field(typenameField)
			choice = &Output{
				Object: true, fromBody: choice.fromBody,
				Arms: append([]Arm{{Typename: name, Output: choice, Offset: f.Output.Offset, End: f.Output.End}}, choice.Arms...),
			}
		}
		if i == 0 {
			joined = choice
		} else {
			joined = union(joined, choice)
		}
	}
	return joined.placed(at)
}
