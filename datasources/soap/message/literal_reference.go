package message

import (
	"bytes"
	"strings"

	"github.com/weftgraph/weft/datasources/soap/xmltext"
)

// Some servers write a value once that is there several times, and refer to it, as if the message were encoded: PHP's and gSOAP's, of objects and arrays.
// Where no schema says that elements have an attribute href, they would be read as empty values.

// encoding12 is the namespace of SOAP 1.2's encoding, in which PHP's attributes are there (SOAP 1.2 Adjuncts, 3.1.5); in SOAP 1.1 they are in none.
const encoding12 = "http://www.w3.org/2003/05/soap-encoding"

// literalReferences are the attributes that refer, and those that they refer to.
//
//nolint:gochecknoglobals // a table that is never changed
var literalReferences = []struct{ from, to xmltext.Name }{
	{xmltext.Name{Local: "href"}, xmltext.Name{Local: "id"}},
	{xmltext.Name{Space: encoding12, Local: "ref"}, xmltext.Name{Space: encoding12, Local: "id"}},
}

// MayRefer tells whether the text of a literal reply has what looks like such references, so that it cannot be scanned.
func MayRefer(reply []byte) bool {
	// Most replies have no such sign, and this search is the fastest.
	return bytes.IndexByte(reply, '#') >= 0 && (bytes.Contains(reply, []byte(`ref="#`)) || bytes.Contains(reply, []byte(`ref='#`)))
}

// literalReference tells what the element at hand of a literal message refers to. It is read by a program, which must not know the attribute.
func (r *reader) literalReference(by any) (id string, ok bool) {
	p, isTyped := by.(*typeProgram)
	if !isTyped || p.typ.IsText() || p.typ.IsAny() || p.typ.OpenAttributes != nil {
		return "", false
	}
	for _, reference := range literalReferences {
		text, has := r.x.Attr(reference.from)
		id, isLocal := strings.CutPrefix(text, "#")
		if !has || !isLocal || p.typ.AttributeField(reference.from) != nil {
			continue
		}
		if r.literal == nil {
			r.literal = newReferences(r.x, Encoding{})
			// Ids that are there twice are not those of references.
			if r.literal.marks, _ = r.x.Marks(reference.to); r.literal.marks == nil {
				r.literal.marks = map[string]xmltext.Mark{}
			}
		}
		_, ok = r.literal.marks[id]
		return id, ok
	}
	return "", false
}
