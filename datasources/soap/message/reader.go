package message

import (
	"errors"
	"fmt"
	"strings"

	"github.com/weftgraph/weft/datasources/soap/xmltext"
	"github.com/weftgraph/weft/datasources/soap/xsd"
	"github.com/weftgraph/weft/graph/value"
)

// errRepeated and errNoText are how a reply can break its contract so that values could be mistaken.
var (
	errRepeated = errors.New("the element occurs more than once, and the contract allows one")
	errNoText   = errors.New("the element has child elements, and the contract has text there")
)

// instanceAttribute returns an attribute that elements of any type may have, such as xsi:nil.
func instanceAttribute(x *xmltext.Reader, local string) (string, bool) {
	return x.Attr(xmltext.Name{Space: xmltext.SpaceXSI, Local: local})
}

// Read reads the element whose Start is the token at hand, up to its End. The program's element need not have its name. Without a
// declaration it is read as it is (see ReadUntyped).
func (p *Program) Read(x *xmltext.Reader) (value.Value, error) {
	r := reader{x: x, schemas: p.schemas}
	if p.element == nil {
		return r.untyped(everything)
	}
	return r.element(p.element.declared, p.element.typ)
}

// ReadCall is Read for the element of rpc style, which is named by the operation and no schema: its parts are found by their local names, and
// what the first one is called does not matter (SOAP 1.1, 7.1). encoding is nil unless the message is encoded.
func (p *Program) ReadCall(x *xmltext.Reader, encoding *Encoding) (value.Value, error) {
	r := reader{x: x, schemas: p.schemas}
	if encoding != nil {
		r.refs = newReferences(x, *encoding)
	}
	if p.element == nil || p.element.typ.typ.IsText() || p.element.typ.typ.IsAny() {
		return r.untyped(everything)
	}
	return r.object(p.element.declared, p.element.typ, false, true)
}

// reader reads one message.
type reader struct {
	x       *xmltext.Reader
	schemas *xsd.Set
	// refs is nil unless the message is encoded; literal is nil unless one that is not refers to something nevertheless.
	refs, literal *references
	// compiler makes the programs of what no program foresaw; nil until there is something.
	compiler *compiler
}

// programs compiles what no program foresaw, each once.
func (r *reader) programs() *compiler {
	if r.compiler == nil {
		r.compiler = newCompiler()
	}
	return r.compiler
}

// element reads an element by a declaration.
func (r *reader) element(e *xsd.Element, p *typeProgram) (value.Value, error) {
	if v, ok, err := r.followed(p, func() (value.Value, error) { return r.element(e, p) }); ok {
		return v, err
	}
	if text, ok := instanceAttribute(r.x, "nil"); ok && isTrue(text) {
		return value.Null(), r.x.Skip()
	}
	declared := p
	p = r.actual(p)
	switch {
	case p.typ.IsAny():
		return r.anything(p)
	case r.isArray(p.typ):
		return r.array(p)
	case p.typ.IsText():
		s := r.actualText(p.typ)
		text, err := r.text(s)
		if text == "" && err == nil {
			text = valueOfEmpty(e)
		}
		if err != nil {
			return value.Missing(), err
		}
		return scalar(s, text), nil
	default:
		// The leaf of a hierarchy is not polymorphic by itself, but here it is one of several.
		return r.object(e, p, declared.hasType, false)
	}
}

// actual follows xsi:type to a derived type. One that is not known is taken for the declared type, of which it has to be a kind.
func (r *reader) actual(p *typeProgram) *typeProgram {
	if p.derived == nil {
		return p
	}
	name, ok := r.namedType()
	if derived := p.derived[name]; ok && derived != nil {
		return derived
	}
	return p
}

// actualText is the text of a simple type, or, where the schema allows all of them, that of the type which the element says it has.
func (r *reader) actualText(t *xsd.Type) *xsd.Simple {
	if t.Name != (xmltext.Name{Space: xmltext.SpaceSchema, Local: "anySimpleType"}) {
		return t.Simple
	}
	if name, ok := r.namedType(); ok {
		if actual := r.typeCalled(name); actual != nil && actual.IsText() {
			return actual.Simple
		}
	}
	return t.Simple
}

// valueOfEmpty is the text of an element without any.
func valueOfEmpty(e *xsd.Element) string {
	switch {
	case e.Fixed != nil:
		return *e.Fixed
	case e.Default != nil:
		return *e.Default
	default:
		return ""
	}
}

// text reads the text of an element up to its End.
func (r *reader) text(s *xsd.Simple) (string, error) {
	var text textRuns
	hasNames := namesIn(s)
	for {
		token, err := r.x.Next()
		if err != nil {
			return "", err
		}
		switch token {
		case xmltext.Text:
			run := r.x.Text()
			if hasNames {
				// Behind the End the element's own prefixes are gone. A name is never in several runs.
				run = expanded(r.x, run)
			}
			text.add(run)
		case xmltext.End:
			return text.String(), nil
		default:
			return "", fmt.Errorf("%w: %s", errNoText, r.x.Name())
		}
	}
}

// namesIn tells whether the text is a qualified name, or a list of them.
func namesIn(s *xsd.Simple) bool {
	switch s.Variety {
	case xsd.List:
		return namesIn(s.Item)
	case xsd.Union:
		return false
	default:
		return s.Builtin == xsd.QName
	}
}

// expanded has the names in a text with their namespaces, as far as their prefixes are declared.
func expanded(x *xmltext.Reader, text string) string {
	words := strings.FieldsFunc(text, isBlank)
	for i, word := range words {
		if name, ok := x.Resolve(word); ok {
			words[i] = name.String()
		}
	}
	return strings.Join(words, " ")
}

// object reads an element with attributes or child elements.
func (r *reader) object(e *xsd.Element, p *typeProgram, hasType, isCall bool) (value.Value, error) {
	o := object{reader: r, program: p, hasType: hasType, isCall: isCall, values: make([]value.Value, len(p.slots))}
	o.attributes()
	o.openAttributes()
	if err := o.children(); err != nil {
		return value.Missing(), err
	}
	text := o.text.String()
	if text == "" && p.typ.Simple != nil {
		text = valueOfEmpty(e)
	}
	return o.value(text), nil
}

// object collects the fields of one element.
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

// unnamed is an element that only a wildcard allows: the first of its name may turn out to be one of several.
type unnamed struct {
	name   string
	values []value.Value
}

// attributes reads the attributes of the Start token at hand.
func (o *object) attributes() {
	for i, s := range o.program.slots {
		a := s.field.Attribute
		if a == nil {
			continue
		}
		text, ok := attributeText(o.x, a)
		if !ok {
			continue
		}
		o.values[i] = scalar(a.Simple, text)
	}
}

// attributeText is the text of an attribute of the Start at hand, as its declaration has it; false when there is none.
func attributeText(x *xmltext.Reader, a *xsd.Attribute) (string, bool) {
	text, ok := x.Attr(a.Name)
	switch {
	case ok:
	case a.Fixed != nil:
		text = *a.Fixed
	case a.Default != nil:
		text = *a.Default
	default:
		return "", false
	}
	if namesIn(a.Simple) {
		text = expanded(x, text)
	}
	return text, true
}

// openAttributes reads the attributes that only a wildcard allows, as far as somebody asks for them.
func (o *object) openAttributes() {
	w := o.program.typ.OpenAttributes
	if w == nil {
		return
	}
	for _, a := range o.x.Attrs() {
		name := "@" + a.Name.Local
		if a.Name.Space == xmltext.SpaceXSI || o.program.typ.AttributeField(a.Name) != nil || !w.Allows(a.Name.Space) {
			continue
		}
		if o.program.typ.Field(name) == nil && below(o.program.want, name) != nil {
			o.open = append(o.open, value.Field{Name: name, Value: value.String(a.Value)})
		}
	}
}

// children reads everything up to the element's End.
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

// child reads one child element.
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

// occurrence reads an element, or one that stands in its place: then the value says which it is.
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

// other reads an element that the content model does not name: if a wildcard allows it and somebody asks for it.
func (o *object) other(name xmltext.Name) error {
	w := o.program.typ.Wildcard()
	want := below(o.program.want, name.Local)
	if w == nil || want == nil || !w.Allows(name.Space) || o.program.typ.Field(name.Local) != nil {
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

// value is the object of what was read.
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

// textOf is the type of an object's text.
func textOf(t *xsd.Type) *xsd.Simple {
	if t.Simple != nil {
		return t.Simple
	}
	return &xsd.Simple{} // any text, of mixed content
}

func isTrue(text string) bool {
	text = strings.Trim(text, " \t\r\n")
	return text == "true" || text == "1"
}
