package message

import (
	"fmt"
	"strconv"

	"github.com/weftgraph/weft/datasources/soap/xmltext"
	"github.com/weftgraph/weft/datasources/soap/xsd"
	"github.com/weftgraph/weft/graph/value"
)

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
	path []step
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
	w.enter(e.Name.Local)
	defer w.leave()
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
			return w.errorf("cannot be null", "null, which the schema does not allow")
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
		return w.errorf("expects child elements", "%s, expected an object", describe(v))
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
			return w.errorf("needs a text", "the text (%q) is missing", xsd.TextField)
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
			text := fmt.Sprintf("is abstract: %q must name one of %s", xsd.ElementField, namesOf(head.Substitutes))
			return nil, w.errorf(text, "the element %s", text)
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
	return nil, w.oneOf(xsd.ElementField, name, namesOf(head.Substitutes))
}

// typeOf finds the type that a value says it is, and whether the element has to say so, too.
func (w *Writer) typeOf(e *xsd.Element, v value.Value) (t *xsd.Type, isNamed bool, err error) {
	declared, name := e.Type, v.Get(xsd.TypeField)
	if !declared.IsPolymorphic() || name.IsMissing() || name.Text() == declared.Name.Local && !declared.Abstract {
		if declared.Abstract {
			text := fmt.Sprintf("type %q: %q must name one of %s", declared.Name.Local, xsd.TypeField, typeNames(e.Derived()))
			return nil, false, w.errorf("is of the abstract "+text, "the abstract %s", text)
		}
		return declared, false, nil
	}
	for _, derived := range e.Derived() {
		if derived.Name.Local == name.Text() && !derived.Abstract {
			return derived, true, nil
		}
	}
	return nil, false, w.oneOf(xsd.TypeField, name, typeNames(e.Derived()))
}

// oneOf is the error of a property that names none of those that there are.
// attributes writes the attributes that the type has.
// openAttributes writes the attributes that only a wildcard allows.
// openName is the name of an attribute that only a wildcard of the type allows; false for all other properties.
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
		return w.notFixed(text, *e.Fixed)
	}
	if w.buf, err = xmltext.AppendText(w.buf, text); err != nil {
		return w.errorf("expects a text that XML can have", "%v", err)
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

// What is said of values that are not there, in the log and to clients.
// notFixed is the error of a text that is not what the schema says that it always is.
// describe names a value in messages, with its text if it is short.
// didYouMean suggests one of the names that are near.
