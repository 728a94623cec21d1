package shop

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// element is a parsed XML element. Comments are gone; text is the element's own,
// whatever stands between its children included.
type element struct {
	name     xml.Name
	attrs    []xml.Attr // without namespace declarations
	children []*element
	text     string
}

// spelled writes a name with its namespace: {http://…}local.
func (e *element) spelled() string {
	if e.name.Space == "" {
		return e.name.Local
	}
	return "{" + e.name.Space + "}" + e.name.Local
}

// attr returns an attribute's value.
func (e *element) attr(space, local string) (string, bool) {
	for _, a := range e.attrs {
		if a.Name.Space == space && a.Name.Local == local {
			return a.Value, true
		}
	}
	return "", false
}

// maxDepth bounds how deeply elements may be nested.
const maxDepth = 32

// parseXML reads a whole document. SOAP 1.1, section 3: a message must contain
// neither a document type declaration nor processing instructions.
func parseXML(r io.Reader) (*element, error) {
	decoder := xml.NewDecoder(r)
	var root *element
	var open []*element
	for {
		token, err := decoder.Token()
		switch {
		case errors.Is(err, io.EOF) && root == nil:
			return nil, errors.New("it is empty")
		case errors.Is(err, io.EOF):
			return root, nil
		case err != nil:
			return nil, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			e := &element{name: t.Name, attrs: ownAttributes(t.Attr)}
			switch {
			case len(open) > 0:
				parent := open[len(open)-1]
				parent.children = append(parent.children, e)
			case root != nil:
				return nil, fmt.Errorf("%s follows the end of the document", e.spelled())
			default:
				root = e
			}
			if open = append(open, e); len(open) > maxDepth {
				return nil, fmt.Errorf("it is nested more than %d deep", maxDepth)
			}
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) > 0 {
				open[len(open)-1].text += string(t)
			} else if strings.TrimSpace(string(t)) != "" {
				return nil, errors.New("there is text outside of the document")
			}
		case xml.Directive:
			return nil, errors.New("a document type declaration is not allowed")
		case xml.ProcInst:
			if t.Target != "xml" {
				return nil, errors.New("a processing instruction is not allowed")
			}
		}
	}
}

// ownAttributes leaves out the declarations of namespaces, which the decoder has
// applied already.
func ownAttributes(attrs []xml.Attr) []xml.Attr {
	var own []xml.Attr
	for _, a := range attrs {
		if a.Name.Space != "xmlns" && a.Name != (xml.Name{Local: "xmlns"}) {
			own = append(own, a)
		}
	}
	return own
}
