package message

import (
	"fmt"

	"github.com/weftgraph/weft/datasources/soap/xmltext"
	"github.com/weftgraph/weft/datasources/soap/xsd"
	"github.com/weftgraph/weft/graph/value"
)

type object struct {
	*reader

	program *typeProgram
	// hasType tells that the value says which type it is.
	hasType bool
	// isCall tells that it is the element of rpc style; count is how many children it had so far.
	isCall bool
	count  int
	// open are the attributes that only a wildcard allows.
	open []value.Field
	// values are by slot, MISSING where nothing was read.
	values []value.Value
	// lists has the elements of list slots, by slot; nil as long as there are none.
	lists map[int][]value.Value
	// others are the elements that only a wildcard allows; their names are in otherNames, too.
	others      []unnamed
	otherNames  []string
	otherPlaces places
	text        textRuns
}

type unnamed struct {
	name   string
	values []value.Value
}

func (o *object) attributes() error {
	for i, s := range o.program.slots {
		a := s.field.Attribute
		if a == nil {
			continue
		}
		text, ok, err := attributeText(o.x, a)
		if err != nil {
			return fmt.Errorf("@%s: %w", a.Name.Local, err)
		}
		if !ok {
			o.misplaced.attribute(o.x, a.Name)
			continue
		}
		o.values[i] = scalar(a.Simple, text)
	}
	return nil
}

func attributeText(x *xmltext.Reader, a *xsd.Attribute) (text string, ok bool, err error) {
	text, ok = x.Attr(a.Name)
	switch {
	case ok:
	case a.Fixed != nil:
		text = *a.Fixed
	case a.Default != nil:
		text = *a.Default
	default:
		return "", false, nil
	}
	if namesIn(a.Simple) {
		text, err = x.Expand(text)
	}
	return text, true, err
}

func (o *object) openAttributes() {
	w := o.program.typ.OpenAttributes
	if w == nil {
		return
	}
	for _, a := range o.x.Attrs() {
		name := "@" + a.Name.Local
		if xmltext.IsInstance(a.Name.Space) || o.program.typ.AttributeField(a.Name) != nil || !w.Allows(a.Name.Space) {
			continue
		}
		if o.program.typ.Field(name) == nil && below(o.program.want, name) != nil {
			o.open = append(o.open, value.Field{Name: name, Value: value.String(a.Value)})
		}
	}
}

func (o *object) children() error {
	for {
		token, err := o.x.Next()
		if err != nil {
			return err
		}
		switch token {
		case xmltext.Start:
			if err := o.child(); err != nil {
				return err
			}
		case xmltext.Text:
			if o.program.text >= 0 {
				o.text.add(o.x.Text())
			}
		default:
			return nil
		}
	}
}

func (o *object) child() error {
	name := o.x.Name()
	i := o.program.slotOf(name)
	if i < 0 && o.isCall {
		i = o.program.part(name, o.count)
	}
	o.count++
	if i < 0 {
		return o.other(name)
	}
	s := &o.program.slots[i]
	v, err := o.occurrence(s.element, name)
	switch {
	case err != nil:
		return fmt.Errorf("%s: %w", name.Local, err)
	case s.field.List:
		if o.lists == nil {
			o.lists = map[int][]value.Value{}
		}
		o.lists[i] = append(o.lists[i], v)
	case !o.values[i].IsMissing():
		return fmt.Errorf("%s: %w", name.Local, errRepeated)
	default:
		o.values[i] = v
	}
	return nil
}

func (o *object) occurrence(p *elementProgram, name xmltext.Name) (value.Value, error) {
	actual := p
	if s := p.substitutes[name]; s != nil {
		actual = s
	}
	v, err := o.element(actual.declared, actual.typ)
	if err != nil || p.substitutes == nil || v.IsNull() {
		return v, err
	}
	fields := []value.Field{{Name: xsd.ElementField, Value: value.String(name.Local)}}
	if v.Kind() == value.KindObject {
		fields = append(fields, v.Fields()...)
	} else {
		fields = append(fields, value.Field{Name: xsd.TextField, Value: v})
	}
	return value.DistinctObject(fields), nil
}

func (o *object) other(name xmltext.Name) error {
	w := o.program.typ.Wildcard()
	want := below(o.program.want, name.Local)
	if w == nil || !w.Allows(name.Space) {
		o.misplaced.element(o.x, o.program)
		return o.x.Skip()
	}
	if want == nil || o.program.typ.Field(name.Local) != nil {
		return o.x.Skip()
	}
	v, err := o.byName(name, want)
	if err != nil {
		return err
	}
	i := o.otherPlaces.of(name.Local, o.otherNames)
	if i == len(o.others) {
		o.others, o.otherNames = append(o.others, unnamed{name: name.Local}), append(o.otherNames, name.Local)
	}
	o.others[i].values = append(o.others[i].values, v)
	return nil
}

func (o *object) value(text string) value.Value {
	fields := make([]value.Field, 0, len(o.program.slots)+len(o.open)+len(o.others)+1)
	if o.hasType {
		fields = append(fields, value.Field{Name: xsd.TypeField, Value: value.String(o.program.typ.Name.Local)})
	}
	for i, s := range o.program.slots {
		v := o.values[i]
		switch {
		case s.field.List:
			v = value.Array(o.lists[i])
		case i == o.program.text:
			v = scalar(textOf(o.program.typ), text)
		}
		if !v.IsMissing() {
			fields = append(fields, value.Field{Name: s.field.Name, Value: v})
		}
	}
	fields = append(fields, o.open...)
	for _, other := range o.others {
		v := other.values[0]
		if len(other.values) > 1 {
			v = value.Array(other.values)
		}
		fields = append(fields, value.Field{Name: other.name, Value: v})
	}
	if len(o.open) > 0 {
		return value.Object(fields) // two of one local name, in different namespaces
	}
	return value.DistinctObject(fields)
}

func textOf(t *xsd.Type) *xsd.Simple {
	if t.Simple != nil {
		return t.Simple
	}
	return &xsd.Simple{} // any text, of mixed content
}
