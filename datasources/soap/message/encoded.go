package message

import (
	"strconv"

	"github.com/weftgraph/weft/datasources/soap/xmltext"
	"github.com/weftgraph/weft/datasources/soap/xsd"
	"github.com/weftgraph/weft/graph/value"
)

// Encoding is how messages of the SOAP encoding are written (SOAP 1.1, section 5; SOAP 1.2 Adjuncts, section 3).
type Encoding struct {
	// Space is the namespace of its types and attributes.
	Space string
	// Style is the attribute that says that an element is encoded.
	Style xmltext.Name
	// IsSOAP12 tells the newer one.
	IsSOAP12 bool
}

// Encoded writes the element of an encoded message: its values say their types, arrays are those of the encoding, and everything may be
// null. Values that are equal are written each time; no element refers to another. Errors are those of Element.
func (w *Writer) Encoded(e *xsd.Element, v value.Value, encoding Encoding) error {
	if err := w.Mark(encoding.Style, encoding.Space); err != nil {
		return err
	}
	w.encoding = &encoding
	defer func() { w.encoding = nil }()
	return w.Element(e, v)
}

// isArray tells whether values of a type are written as arrays of the encoding.
func (w *Writer) isArray(t *xsd.Type) bool { return w.encoding != nil && t.Array != nil }

// array writes the attributes and the items of an array.
func (w *Writer) array(a *xsd.Array, v value.Value) error {
	if a.Dimensions > 1 {
		return w.errorf("is an array of several dimensions, which cannot be written", "an array of %d dimensions, which cannot be written", a.Dimensions)
	}
	items := listOf(v)
	w.attribute(xmltext.Name{Space: xmltext.SpaceXSI, Local: "type"}, w.qualified(w.encoded("Array")))
	size := strconv.Itoa(len(items))
	if w.encoding.IsSOAP12 {
		w.attribute(w.encoded("itemType"), w.itemType(a.Item))
		w.attribute(w.encoded("arraySize"), size)
	} else {
		w.attribute(w.encoded("arrayType"), w.itemType(a.Item)+"["+size+"]")
	}
	w.buf = append(w.buf, '>')
	item := &xsd.Element{Name: a.Name, Type: a.Item, Nillable: true}
	if item.Name.IsZero() {
		item.Name.Local = "item"
	}
	for i, v := range items {
		w.enter(item.Name.Local + "[" + strconv.Itoa(i) + "]")
		if err := w.element(item, v); err != nil {
			return err
		}
		w.leave()
	}
	return nil
}

// itemType is how an array says what it holds. Arrays of arrays have more brackets.
func (w *Writer) itemType(t *xsd.Type) string {
	switch {
	case t.Array != nil && w.encoding.IsSOAP12:
		return w.qualified(w.encoded("Array"))
	case t.Array != nil:
		return w.itemType(t.Array.Item) + "[]"
	case t.Name.IsZero():
		return w.qualified(xmltext.Name{Space: xmltext.SpaceSchema, Local: "anyType"})
	default:
		return w.qualified(t.Name)
	}
}

// encoded is a name of the encoding.
func (w *Writer) encoded(local string) xmltext.Name {
	return xmltext.Name{Space: w.encoding.Space, Local: local}
}
