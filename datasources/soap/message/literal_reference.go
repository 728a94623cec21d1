package message

import (
	"bytes"
	"strings"

	"github.com/weftgraph/weft/datasources/soap/xmltext"
)

// Some servers write a value once that is there several times, and refer to it, as if the message were encoded: PHP's and gSOAP's, of objects and arrays.
// Where no schema says that elements have an attribute href, they would be read as empty values.

// href and identifier are the attributes of such references, as in SOAP 1.1, 5.4.1.
//
//nolint:gochecknoglobals // constants in all but name
var href, identifier = xmltext.Name{Local: "href"}, xmltext.Name{Local: "id"}

// MayRefer tells whether the text of a reply has what looks like references of SOAP 1.1, so that it cannot be scanned.
func MayRefer(reply []byte) bool {
	// Most replies have no such sign, and this search is the fastest.
	return bytes.IndexByte(reply, '#') >= 0 && (bytes.Contains(reply, []byte(`href="#`)) || bytes.Contains(reply, []byte(`href='#`)))
}

// literalReference tells what the element at hand of a literal message refers to. It is read by a program, which must not know the attribute.
func (r *reader) literalReference(by any) (id string, ok bool) {
	p, isTyped := by.(*typeProgram)
	if !isTyped || p.typ.IsText() || p.typ.IsAny() || p.typ.AttributeField(href) != nil || p.typ.OpenAttributes != nil {
		return "", false
	}
	text, ok := r.x.Attr(href)
	if !ok || !strings.HasPrefix(text, "#") {
		return "", false
	}
	if r.literal == nil {
		r.literal = newReferences(r.x, Encoding{})
		// Ids that are there twice are not those of references.
		if r.literal.marks, _ = r.x.Marks(identifier); r.literal.marks == nil {
			r.literal.marks = map[string]xmltext.Mark{}
		}
	}
	_, ok = r.literal.marks[text[1:]]
	return text[1:], ok
}
