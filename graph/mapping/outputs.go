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
	// Grouped means that a group, braces that select, makes the object. A literal or method makes others, which the checks before v0.4
	// do not look into (Connectors specification 8.5).
	Grouped bool
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
	below    int // number of Outputs in the tree below, shared ones counted each time
}

// The same value may be used many times over, so that a short text can describe a
// result of exponential size. maxBelow bounds the trees of Outputs, and maxJoined
// how many properties are looked at to join alternatives.
const (
	maxBelow  = 1 << 15
	maxJoined = 1 << 18
)

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

// Placed returns the property's Output; one without a place of its own gets that
// of the property's name.
func (f *OutputField) Placed() *Output {
	if f.Output.End > f.Output.Offset {
		return f.Output
	}
	return f.Output.placed(span{f.Offset, f.End})
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

// Outputs returns what the mapping produces. The result is never nil. Parts that
// would need tens of thousands of Outputs are Unknown.
func (m *Mapping) Outputs() *Output {
	body := &Output{Unknown: true, fromBody: true, End: len(m.text)}
	s := shaper{dollar: body, at: body, locals: make([]*Output, m.locals), left: maxJoined}
	if m.root != nil {
		return s.expr(m.root)
	}
	return s.grouped(m.group)
}

// seal counts what is below a finished output, and gives up on too large ones.
func (o *Output) seal() *Output {
	for i := range o.Fields {
		o.below += 1 + o.Fields[i].Output.below
	}
	for i := range o.Arms {
		o.below += 1 + o.Arms[i].Output.below
	}
	if o.below > maxBelow {
		return &Output{Unknown: true, fromBody: o.fromBody, Offset: o.Offset, End: o.End}
	}
	return o
}

// placed returns a copy of the output that stands at another place.
func (o *Output) placed(at span) *Output {
	moved := *o
	moved.Offset, moved.End = at.offset, at.end
	return &moved
}
