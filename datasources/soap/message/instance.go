package message

import (
	"strings"

	"github.com/weftgraph/weft/datasources/soap/xmltext"
)

// instanceAttribute returns an attribute that elements of any type may have, such as xsi:type. Servers older than the standard write those of its
// drafts.
func instanceAttribute(x *xmltext.Reader, local string) (string, bool) {
	attrs := x.Attrs()
	for i := range attrs {
		if attrs[i].Name.Local == local && xmltext.IsInstance(attrs[i].Name.Space) {
			return attrs[i].Value, true
		}
	}
	return "", false
}

// isNil tells whether the element at hand is null: by xsi:nil, which the drafts call xsi:null.
func isNil(x *xmltext.Reader) bool {
	if len(x.Attrs()) == 0 {
		return false
	}
	text, ok := instanceAttribute(x, "nil")
	if !ok {
		text, ok = instanceAttribute(x, "null")
	}
	return ok && isTrue(text)
}

// namedType is what xsi:type says of the element at hand. The types of the drafts are those of the standard, as far as they are called alike.
func namedType(x *xmltext.Reader) (xmltext.Name, bool) {
	text, ok := instanceAttribute(x, "type")
	if !ok {
		return xmltext.Name{}, false
	}
	name, ok := x.Resolve(strings.Trim(text, " \t\r\n"))
	return standard(name), ok
}

// standard is a name of XML Schema's drafts in the standard, and any other as it is.
func standard(name xmltext.Name) xmltext.Name {
	if xmltext.IsSchema(name.Space) {
		name.Space = xmltext.SpaceSchema
	}
	return name
}

func isTrue(text string) bool {
	text = strings.Trim(text, " \t\r\n")
	return text == "true" || text == "1"
}
