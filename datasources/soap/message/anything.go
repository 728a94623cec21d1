package message

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/weftgraph/weft/datasources/soap/xmltext"
	"github.com/weftgraph/weft/datasources/soap/xsd"
	"github.com/weftgraph/weft/graph/value"
)

// ParseName reads a name in Clark's notation, "{namespace}name" or "{}name". It is false for all others.
func ParseName(text string) (name xmltext.Name, ok bool) {
	rest, isWhole := strings.CutPrefix(text, "{")
	if !isWhole {
		return xmltext.Name{}, false
	}
	name.Space, name.Local, ok = strings.Cut(rest, "}")
	return name, ok && xmltext.IsNCName(name.Local) && isSpace(name.Space)
}

// isSpace tells that a text can be declared as a namespace, or is none.
func isSpace(text string) bool {
	return text != xmltext.SpaceXMLNS && utf8.ValidString(text) && !strings.ContainsFunc(text, func(c rune) bool { return !xmltext.IsChar(c) })
}

// AppendUntyped appends an element that no schema describes, with the namespaces that it uses: what ReadUntyped reads. Its name, like those inside, may
// be "{namespace}name"; children whose names have no namespace are in that of the element around them. An error is an *Error; it has names and no
// values, so that clients may see it.
func AppendUntyped(dst []byte, name string, v value.Value) ([]byte, error) {
	w := NewWriter(nil)
	root, isWhole := ParseName(name)
	if !isWhole {
		root.Local = name
	}
	switch {
	case !xmltext.IsNCName(root.Local):
		return dst, &Error{Path: name, Message: "that cannot be the name of an element"}
	case v.Kind() == value.KindArray:
		return dst, &Error{Path: root.Local, Message: "a list, and a document has one root element"}
	}
	if err := w.untyped(root, v); err != nil {
		return dst, err
	}
	end := bytes.IndexAny(w.buf, " />") // of the name
	dst = w.AppendDeclarations(append(dst, w.buf[:end]...))
	return append(dst, w.buf[end:]...), nil
}

// anything writes the attributes and the content of an element of xs:anyType. A scalar says what it is; an object says it if it has a type of
// the contract, and else is written as untyped does.
func (w *Writer) anything(e *xsd.Element, v value.Value) error {
	var name xmltext.Name
	switch v.Kind() {
	case value.KindString:
		name.Local = "string"
	case value.KindBool:
		name.Local = "boolean"
	case value.KindInt:
		name.Local = "integer"
	case value.KindFloat:
		// A decimal has the digits that are written; only a double has an exponent.
		if name.Local = "decimal"; strings.ContainsAny(v.Text(), "eE") {
			name.Local = "double"
		}
	case value.KindObject:
		if v.Get(xsd.TypeField).IsMissing() {
			return w.untypedContent(e.Name, v)
		}
		return w.named(e, v)
	case value.KindArray:
		if w.encoding != nil {
			return w.array(&xsd.Array{Item: e.Type, Dimensions: 1}, v)
		}
		fallthrough
	default:
		return w.errorf("expects an object, string, number or boolean", "%s, which cannot be written where the schema allows anything: expected an object, string, number or boolean", describe(v))
	}
	name.Space = xmltext.SpaceSchema
	t := w.schemas.Type(name)
	w.attribute(xmltext.Name{Space: xmltext.SpaceXSI, Local: "type"}, w.qualified(t.Name))
	w.buf = append(w.buf, '>')
	return w.text(t.Simple, &xsd.Element{}, v)
}

// named writes an object that says of which type of the contract it is.
func (w *Writer) named(e *xsd.Element, v value.Value) error {
	text := v.Get(xsd.TypeField).Text()
	name, isWhole := ParseName(text)
	t := w.schemas.Type(name)
	if !isWhole {
		t = w.schemas.TypeNamed(text)
	}
	switch {
	case t == nil || t.IsAny():
		return w.errorf(fmt.Sprintf("expects %q to name a type of the contract", xsd.TypeField), "%q is %q, expected the name of a type of the contract, such as %q", xsd.TypeField, text, "{namespace}name")
	case t.Abstract:
		return w.errorf(fmt.Sprintf("expects %q to name a type that is not abstract", xsd.TypeField), "the type %q is abstract", text)
	}
	if !w.isArray(t) {
		w.attribute(xmltext.Name{Space: xmltext.SpaceXSI, Local: "type"}, w.qualified(t.Name))
	}
	if t.IsText() {
		v = v.Get(xsd.TextField)
	}
	return w.inside(e, t, v)
}

// untyped writes an element that no schema describes.
func (w *Writer) untyped(name xmltext.Name, v value.Value) error {
	w.enterGiven(name.Local)
	defer w.leave()
	w.startTag(name)
	mark := len(w.buf)
	var err error
	switch v.Kind() {
	case value.KindNull:
		w.attribute(xmltext.Name{Space: xmltext.SpaceXSI, Local: "nil"}, "true")
		w.buf = append(w.buf, "/>"...)
		return nil
	case value.KindObject:
		err = w.untypedContent(name, v)
	case value.KindArray:
		return w.errorf("expects one value and no list", "a list inside of a list, which XML cannot have")
	default:
		w.buf = append(w.buf, '>')
		err = w.text(&xsd.Simple{}, &xsd.Element{}, v)
	}
	if err != nil {
		return err
	}
	w.endTag(name, mark)
	return nil
}

// untypedContent writes the attributes, the end of the start tag and the content of an object: text first, then children, whose names without
// a namespace are in that of the element.
func (w *Writer) untypedContent(name xmltext.Name, v value.Value) error {
	written := map[xmltext.Name]bool{}
	for _, f := range v.Fields() {
		if attribute, ok := strings.CutPrefix(f.Name, "@"); ok {
			if err := w.openAttribute(attribute, f.Value, written); err != nil {
				return err
			}
		}
	}
	w.buf = append(w.buf, '>')
	if text := v.Get(xsd.TextField); !text.IsMissing() && !text.IsNull() {
		if err := w.scalarOnly(text); err != nil {
			return err
		}
		if err := w.text(&xsd.Simple{}, &xsd.Element{}, text); err != nil {
			return err
		}
	}
	for _, f := range v.Fields() {
		if strings.HasPrefix(f.Name, "@") || strings.HasPrefix(f.Name, "#") {
			continue
		}
		child, isWhole := ParseName(f.Name)
		if !isWhole {
			child = xmltext.Name{Space: name.Space, Local: f.Name}
		}
		if !xmltext.IsNCName(child.Local) {
			return w.errorf("is given a name that no element can have", "%q cannot be the name of an element", f.Name)
		}
		for _, item := range listOf(f.Value) {
			if err := w.untyped(child, item); err != nil {
				return err
			}
		}
	}
	return nil
}

// scalarOnly is the error of an object or a list where no schema says that there may be one. It has no value.
func (w *Writer) scalarOnly(v value.Value) error {
	if v.Kind() == value.KindObject || v.Kind() == value.KindArray {
		return w.errorf("expects a text", "%s, expected a text", v.Kind())
	}
	return nil
}

// openAttribute writes an attribute that no schema describes, and notes it among those that are written.
func (w *Writer) openAttribute(text string, v value.Value, written map[xmltext.Name]bool) error {
	if v.IsNull() || v.IsMissing() {
		return nil
	}
	name, isWhole := ParseName(text)
	if !isWhole {
		name.Local = text
	}
	switch {
	case !xmltext.IsNCName(name.Local), name == xmltext.Name{Local: "xmlns"},
		name.Space == xmltext.SpaceXMLNS, name.Space == xmltext.SpaceXSI: // which are the writer's
		return w.errorf("is given a name that no attribute can have", "%s cannot be the name of an attribute", strconv.Quote(text))
	case written[name]:
		return w.errorf("is given an attribute twice", "the attribute %s is there twice", name)
	}
	written[name] = true
	w.enterGiven("@" + text)
	defer w.leave()
	if err := w.scalarOnly(v); err != nil {
		return err
	}
	return w.declaredAttribute(&xsd.Attribute{Name: name, Simple: &xsd.Simple{}}, v)
}
