package message

import (
	"strings"

	"github.com/weftgraph/weft/datasources/soap/xmltext"
	"github.com/weftgraph/weft/datasources/soap/xsd"
	"github.com/weftgraph/weft/graph/value"
)

func (w *Writer) attributes(t *xsd.Type, v value.Value) error {
	fields := t.Fields()
	for i := range fields {
		a := fields[i].Attribute
		if a == nil {
			continue
		}
		w.enter("@" + a.Name.Local)
		if err := w.declaredAttribute(a, v.Get(fields[i].Name)); err != nil {
			return err
		}
		w.leave()
	}
	return w.openAttributes(t, v)
}

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
			return w.errorf(notSet, missing)
		}
	}
	text, err := w.format(a.Simple, v)
	if err != nil {
		return err
	}
	if a.Fixed != nil && text != *a.Fixed {
		return w.notFixed(text, *a.Fixed)
	}
	escaped, err := xmltext.AppendAttribute(nil, text)
	if err != nil {
		return w.errorf("expects a text that XML can have", "%v", err)
	}
	w.rawAttribute(a.Name, escaped)
	return nil
}

func (w *Writer) attribute(name xmltext.Name, text string) { w.rawAttribute(name, []byte(text)) }

func (w *Writer) rawAttribute(name xmltext.Name, escaped []byte) {
	w.buf = append(w.buf, ' ')
	w.name(name)
	w.buf = append(w.buf, `="`...)
	w.buf = append(append(w.buf, escaped...), '"')
}
