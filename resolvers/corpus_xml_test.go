package resolvers_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"
)

// spaceInstance is the namespace of xsi:nil and xsi:type.
const spaceInstance = "http://www.w3.org/2001/XMLSchema-instance"

// xmlNode is an element, read by the standard library: what Weft's own writer made must mean the same to others.
type xmlNode struct {
	name       xml.Name
	attributes []xml.Attr
	children   []*xmlNode
	text       string
}

// readXML reads one element.
func readXML(text string) (*xmlNode, error) {
	d := xml.NewDecoder(strings.NewReader(text))
	root := &xmlNode{}
	open := []*xmlNode{root}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		last := open[len(open)-1]
		switch token := token.(type) {
		case xml.StartElement:
			n := &xmlNode{name: token.Name}
			for _, a := range token.Attr {
				if a.Name.Space != "xmlns" && a.Name.Local != "xmlns" {
					n.attributes = append(n.attributes, a)
				}
			}
			last.children = append(last.children, n)
			open = append(open, n)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			last.text += string(token)
		}
	}
	if len(root.children) != 1 {
		return nil, fmt.Errorf("%q has %d elements, expected one", text, len(root.children))
	}
	return root.children[0], nil
}

// canonicalXML brings what an entry says of a body into the form that requests are compared in.
func canonicalXML(text string) (string, error) {
	n, err := readXML(text)
	if err != nil {
		return "", err
	}
	return n.canonical(), nil
}

// canonical writes an element without its namespaces, so that entries need not repeat them; calls.txt shows those.
func (n *xmlNode) canonical() string {
	var attributes []string
	for _, a := range n.attributes {
		attributes = append(attributes, fmt.Sprintf(" %s=%q", a.Name.Local, a.Value))
	}
	sort.Strings(attributes)
	var b strings.Builder
	b.WriteString("<" + n.name.Local + strings.Join(attributes, "") + ">" + escapedXML(n.ownText()))
	for _, c := range n.children {
		b.WriteString(c.canonical())
	}
	b.WriteString("</" + n.name.Local + ">")
	return b.String()
}

// folded writes an element for people, below one of the given namespace: namespaces where they change, one line if it fits.
func (n *xmlNode) folded(space, indent string) string {
	line := n.line(space)
	if len(n.children) == 0 || utf8.RuneCountInString(indent+line) <= foldWidth {
		return line
	}
	lines := []string{"<" + n.start(space) + ">"}
	deeper := indent + "  "
	for _, c := range n.children {
		lines = append(lines, deeper+c.folded(n.name.Space, deeper))
	}
	return strings.Join(append(lines, indent+"</"+n.name.Local+">"), "\n")
}

func (n *xmlNode) line(space string) string {
	content := escapedXML(n.ownText())
	for _, c := range n.children {
		content += c.line(n.name.Space)
	}
	if content == "" {
		return "<" + n.start(space) + "/>"
	}
	return "<" + n.start(space) + ">" + content + "</" + n.name.Local + ">"
}

// start is what stands in the element's start tag.
func (n *xmlNode) start(space string) string {
	var b strings.Builder
	b.WriteString(n.name.Local)
	if n.name.Space != space {
		fmt.Fprintf(&b, " xmlns=%q", n.name.Space)
	}
	attributes := slices.Clone(n.attributes)
	slices.SortFunc(attributes, func(a, b xml.Attr) int { return strings.Compare(a.Name.Local, b.Name.Local) })
	for _, a := range attributes {
		name := a.Name.Local
		switch a.Name.Space {
		case "":
		case spaceInstance:
			name = "xsi:" + name
		default:
			name = "{" + a.Name.Space + "}" + name
		}
		b.WriteString(" " + name + `="` + escapedXML(a.Value) + `"`)
	}
	return b.String()
}

// ownText is the element's text; blanks between children are none.
func (n *xmlNode) ownText() string {
	if len(n.children) > 0 {
		return strings.TrimSpace(n.text)
	}
	return n.text
}

func escapedXML(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a strings.Builder takes everything
	return b.String()
}
