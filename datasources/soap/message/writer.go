package message

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/weftgraph/weft/datasources/soap/xmltext"
	"github.com/weftgraph/weft/datasources/soap/xsd"
	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/value"
)

// Error tells why a value cannot be written, and where.
type Error struct {
	// Path leads to the element or attribute: "GetInvoice/lines[2]/@sku".
	Path    string
	Message string
}

// Error implements error.
func (e *Error) Error() string { return e.Path + ": " + e.Message }

// Writer writes elements one behind the other and collects the namespaces that they use. It is used by one goroutine; the
// zero Writer is not ready.
type Writer struct {
	schemas *xsd.Set
	buf     []byte
	// spaces are the namespaces with a prefix: that of spaces[i] is "n" and i+1, but for those of schemas. Callers can name as many as they like:
	// spacePlaces finds them.
	spaces      []string
	spacePlaces places
	// outer is the namespace whose prefix is declared around what is written; empty for none.
	outer string
	// path are the names of the open elements and attributes.
	path []string
	// marks are attributes of the next element, as they are written.
	marks []byte
	// encoding is set while an encoded message is written.
	encoding *Encoding
}

// NewWriter returns a writer for elements of the schemas.
func NewWriter(schemas *xsd.Set) *Writer { return &Writer{schemas: schemas} }

// outerPrefix is the prefix of the namespace that is declared around.
const outerPrefix = "soap"

// Around says which namespace the prefix "soap" stands for around what is written, so that it gets no other one. It is called before anything is
// written.
func (w *Writer) Around(space string) { w.outer = space }

// Bytes returns what was written. Prefixes in it are those that AppendDeclarations declares.
func (w *Writer) Bytes() []byte { return w.buf }

// AppendDeclarations appends the namespace declarations of all prefixes, each behind a blank.
func (w *Writer) AppendDeclarations(dst []byte) []byte {
	for i, space := range w.spaces {
		if space == xmltext.SpaceXML || space == w.outer {
			continue // its prefix is built in, or declared around
		}
		dst = append(dst, " xmlns:"...)
		dst = append(dst, w.prefix(i)...)
		dst = append(dst, `="`...)
		// Namespaces come from contracts, which were well-formed.
		dst, _ = xmltext.AppendAttribute(dst, space)
		dst = append(dst, '"')
	}
	return dst
}

// Element writes an element with a value. An error is an *Error; what is written then is of no use.
func (w *Writer) Element(e *xsd.Element, v value.Value) error {
	w.path = append(w.path, e.Name.Local)
	defer func() { w.path = w.path[:len(w.path)-1] }()
	return w.element(e, v)
}

// Mark adds an attribute to the next element, besides those that its type has. An error tells that XML cannot have the text.
func (w *Writer) Mark(name xmltext.Name, text string) error {
	escaped, err := xmltext.AppendAttribute(nil, text)
	if err == nil {
		w.marks = append(append(append(w.marks, ' '), w.qualified(name)...), `="`...)
		w.marks = append(append(w.marks, escaped...), '"')
	}
	return err
}

// element writes an element whose name is on the path.
func (w *Writer) element(e *xsd.Element, v value.Value) error {
	if e.HasSubstitutes() {
		actual, err := w.substitute(e, v)
		if err != nil {
			return err
		}
		e = actual
	}
	if v.IsNull() {
		if !e.Nillable && w.encoding == nil {
			return w.errorf("null, which the schema does not allow")
		}
		w.startTag(e.Name)
		w.attribute(xmltext.Name{Space: xmltext.SpaceXSI, Local: "nil"}, "true")
		w.buf = append(w.buf, "/>"...)
		return nil
	}
	t, isNamed, err := w.typeOf(e, v)
	if err != nil {
		return err
	}
	w.startTag(e.Name)
	if isNamed || w.encoding != nil && !t.Name.IsZero() && !t.IsAny() && !w.isArray(t) {
		w.attribute(xmltext.Name{Space: xmltext.SpaceXSI, Local: "type"}, w.qualified(t.Name))
	}
	mark := len(w.buf)
	if err := w.inside(e, t, v); err != nil {
		return err
	}
	w.endTag(e.Name, mark)
	return nil
}

// endTag writes the end of an element whose name, and perhaps type, end at the mark.
func (w *Writer) endTag(name xmltext.Name, mark int) {
	if len(w.buf) == mark+len(">") {
		w.buf = append(w.buf[:mark], "/>"...)
		return
	}
	w.buf = append(w.buf, "</"...)
	w.name(name)
	w.buf = append(w.buf, '>')
}

// inside writes the attributes, the end of the start tag and the content.
func (w *Writer) inside(e *xsd.Element, t *xsd.Type, v value.Value) error {
	switch {
	case t.IsAny():
		return w.anything(e, v)
	case w.isArray(t):
		return w.array(t.Array, v)
	case t.IsText():
		w.buf = append(w.buf, '>')
		return w.text(t.Simple, e, v)
	}
	if t.Simple != nil && v.Kind() != value.KindObject {
		// The text alone, where attributes may be left out.
		v = value.Object([]value.Field{{Name: xsd.TextField, Value: v}})
	}
	if v.Kind() != value.KindObject {
		return w.errorf("%s, expected an object", describe(v))
	}
	if err := w.attributes(t, v); err != nil {
		return err
	}
	w.buf = append(w.buf, '>')
	if text := v.Get(xsd.TextField); t.Simple != nil || t.Mixed && !text.IsMissing() {
		simple := t.Simple
		if simple == nil {
			simple = &xsd.Simple{}
		}
		if text.IsMissing() && e.Default == nil && e.Fixed == nil {
			return w.errorf("the text (%q) is missing", xsd.TextField)
		}
		if err := w.text(simple, e, text); err != nil {
			return err
		}
	}
	return w.content(t, v)
}

// substitute finds the element that a value says it is.
func (w *Writer) substitute(head *xsd.Element, v value.Value) (*xsd.Element, error) {
	name := v.Get(xsd.ElementField)
	if name.IsMissing() {
		if head.Abstract {
			return nil, w.errorf("the element is abstract: %q must name one of %s", xsd.ElementField, namesOf(head.Substitutes))
		}
		return head, nil
	}
	if name.Text() == head.Name.Local && !head.Abstract {
		return head, nil
	}
	for _, s := range head.Substitutes {
		if s.Name.Local == name.Text() {
			return s, nil
		}
	}
	return nil, w.errorf("%q is %s, expected one of %s", xsd.ElementField, name, namesOf(head.Substitutes))
}

// typeOf finds the type that a value says it is, and whether the element has to say so, too.
func (w *Writer) typeOf(e *xsd.Element, v value.Value) (t *xsd.Type, isNamed bool, err error) {
	declared, name := e.Type, v.Get(xsd.TypeField)
	if !declared.IsPolymorphic() || name.IsMissing() || name.Text() == declared.Name.Local && !declared.Abstract {
		if declared.Abstract {
			return nil, false, w.errorf("the type %q is abstract: %q must name one of %s", declared.Name.Local, xsd.TypeField, typeNames(e.Derived()))
		}
		return declared, false, nil
	}
	for _, derived := range e.Derived() {
		if derived.Name.Local == name.Text() && !derived.Abstract {
			return derived, true, nil
		}
	}
	return nil, false, w.errorf("%q is %s, expected one of %s", xsd.TypeField, name, typeNames(e.Derived()))
}

// attributes writes the attributes that the type has.
func (w *Writer) attributes(t *xsd.Type, v value.Value) error {
	fields := t.Fields()
	for i := range fields {
		a := fields[i].Attribute
		if a == nil {
			continue
		}
		w.path = append(w.path, "@"+a.Name.Local)
		if err := w.declaredAttribute(a, v.Get(fields[i].Name)); err != nil {
			return err
		}
		w.path = w.path[:len(w.path)-1]
	}
	return w.openAttributes(t, v)
}

// openAttributes writes the attributes that only a wildcard allows.
func (w *Writer) openAttributes(t *xsd.Type, v value.Value) error {
	if t.OpenAttributes == nil {
		return nil
	}
	written := map[xmltext.Name]bool{}
	for _, a := range t.Attributes {
		written[a.Name] = true
	}
	for _, f := range v.Fields() {
		if name, ok := openName(t, f.Name); ok {
			if err := w.openAttribute(name, f.Value, written); err != nil {
				return err
			}
		}
	}
	return nil
}

// openName is the name of an attribute that only a wildcard of the type allows; false for all other properties.
func openName(t *xsd.Type, field string) (string, bool) {
	text, ok := strings.CutPrefix(field, "@")
	if !ok || t.OpenAttributes == nil || t.Field(field) != nil {
		return "", false
	}
	name, _ := ParseName(text)
	return text, t.OpenAttributes.Allows(name.Space)
}

func (w *Writer) declaredAttribute(a *xsd.Attribute, v value.Value) error {
	if v.IsNull() || v.IsMissing() {
		switch {
		case !a.Required:
			return nil
		case a.Fixed != nil:
			v = value.String(*a.Fixed)
		case a.Default != nil:
			v = value.String(*a.Default)
		default:
			return w.errorf("missing, and the schema requires it")
		}
	}
	text, err := w.format(a.Simple, v)
	if err != nil {
		return err
	}
	if a.Fixed != nil && text != *a.Fixed {
		return w.errorf("%q, expected the fixed value %q", text, *a.Fixed)
	}
	escaped, err := xmltext.AppendAttribute(nil, text)
	if err != nil {
		return w.errorf("%v", err)
	}
	w.rawAttribute(a.Name, escaped)
	return nil
}

// text writes the text of an element.
func (w *Writer) text(s *xsd.Simple, e *xsd.Element, v value.Value) error {
	if v.IsMissing() {
		switch {
		case e.Fixed != nil:
			v = value.String(*e.Fixed)
		case e.Default != nil:
			v = value.String(*e.Default)
		}
	}
	text, err := w.format(s, v)
	if err != nil {
		return err
	}
	if e.Fixed != nil && text != *e.Fixed {
		return w.errorf("%q, expected the fixed value %q", text, *e.Fixed)
	}
	if w.buf, err = xmltext.AppendText(w.buf, text); err != nil {
		return w.errorf("%v", err)
	}
	return nil
}

// startTag writes the beginning of a start tag.
func (w *Writer) startTag(name xmltext.Name) {
	w.buf = append(w.buf, '<')
	w.name(name)
	w.buf = append(w.buf, w.marks...)
	w.marks = w.marks[:0]
}

// attribute writes an attribute whose value needs no escaping.
func (w *Writer) attribute(name xmltext.Name, text string) { w.rawAttribute(name, []byte(text)) }

func (w *Writer) rawAttribute(name xmltext.Name, escaped []byte) {
	w.buf = append(w.buf, ' ')
	w.name(name)
	w.buf = append(w.buf, `="`...)
	w.buf = append(append(w.buf, escaped...), '"')
}

func (w *Writer) name(name xmltext.Name) { w.buf = append(w.buf, w.qualified(name)...) }

// qualified returns a name with the prefix of its namespace.
func (w *Writer) qualified(name xmltext.Name) string {
	if name.Space == "" {
		return name.Local
	}
	i := w.spacePlaces.of(name.Space, w.spaces)
	if i == len(w.spaces) {
		w.spaces = append(w.spaces, name.Space)
	}
	return w.prefix(i) + ":" + name.Local
}

func (w *Writer) prefix(i int) string {
	switch w.spaces[i] {
	case w.outer:
		return outerPrefix
	case xmltext.SpaceXSI:
		return "xsi"
	case xmltext.SpaceSchema:
		return "xsd"
	case xmltext.SpaceXML:
		return "xml"
	default:
		return "n" + strconv.Itoa(i+1)
	}
}

func (w *Writer) errorf(format string, args ...any) error {
	return &Error{Path: strings.Join(w.path, "/"), Message: fmt.Sprintf(format, args...)}
}

// describe names a value in messages, with its text if it is short.
func describe(v value.Value) string {
	const short = 60
	if text := v.String(); len(text) <= short {
		return text
	}
	return "a long " + v.Kind().String()
}

func namesOf(elements []*xsd.Element) string {
	names := make([]string, len(elements))
	for i, e := range elements {
		names[i] = e.Name.Local
	}
	return strings.Join(names, ", ")
}

func typeNames(types []*xsd.Type) string {
	names := make([]string, len(types))
	for i, t := range types {
		names[i] = t.Name.Local
	}
	return strings.Join(names, ", ")
}

// didYouMean suggests one of the names that are near.
func didYouMean(name string, among []string) string {
	if near := diag.Nearest(name, among); near != "" {
		return "; did you mean " + strconv.Quote(near) + "?"
	}
	return ""
}
