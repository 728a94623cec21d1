package xmltext

import "strings"

// Node is an element of a document that was read whole. Character data is not kept.
type Node struct {
	Name  Name
	Attrs []Attr
	// Children are the elements inside.
	Children []*Node
	// Offset and End enclose the start tag in the decoded text, up to its name's end.
	Offset, End int

	scope *scope
}

// scope is the namespace declarations of one element, inside of those around it.
type scope struct {
	outer    *scope
	bindings []binding
}

// Tree reads a whole document and returns its root, and the decoded text that offsets count in. On error, which is a
// *SyntaxError, the text is there unless not even the start could be read.
func Tree(document []byte, l Limits) (root *Node, text string, err error) {
	r, err := NewReader(document, "", l)
	if err != nil {
		return nil, "", err
	}
	// The first node stands around the root.
	path := []*Node{{}}
	for {
		token, err := r.Next()
		if err != nil {
			return nil, r.text, err
		}
		switch token {
		case EOF:
			return path[0].Children[0], r.text, nil
		case Start:
			parent := path[len(path)-1]
			n := r.node(parent.scope)
			parent.Children = append(parent.Children, n)
			path = append(path, n)
		case End:
			path = path[:len(path)-1]
		case Text:
		}
	}
}

// node is the element at hand, in the scope around it.
func (r *Reader) node(outer *scope) *Node {
	open := &r.open[len(r.open)-1]
	return &Node{
		Name:   r.name,
		Attrs:  append([]Attr(nil), r.attrs...),
		Offset: r.offset,
		End:    r.offset + len("<") + len(open.tag),
		scope:  r.scopeOfStart(outer),
	}
}

// Attr returns the attribute in no namespace with this name, and nil when there is none.
func (n *Node) Attr(local string) *Attr {
	return n.AttrNS(Name{Local: local})
}

// AttrNS returns an attribute, and nil when there is none.
func (n *Node) AttrNS(name Name) *Attr {
	for i := range n.Attrs {
		if n.Attrs[i].Name == name {
			return &n.Attrs[i]
		}
	}
	return nil
}

// Value returns the value of an attribute in no namespace without blanks around it, and the empty text when there is none.
func (n *Node) Value(local string) string {
	if a := n.Attr(local); a != nil {
		return strings.Trim(a.Value, " \t\r\n")
	}
	return ""
}

// Resolve expands a qualified name in the element's content, as Reader.Resolve does.
func (n *Node) Resolve(qname string) (Name, bool) {
	prefix, local, hasPrefix := strings.Cut(qname, ":")
	if !hasPrefix {
		prefix, local = "", qname
	}
	if !IsNCName(local) {
		return Name{}, false
	}
	for s := n.scope; s != nil; s = s.outer {
		for _, b := range s.bindings {
			if b.prefix == prefix {
				return Name{b.space, local}, true
			}
		}
	}
	if prefix == "xml" {
		return Name{SpaceXML, local}, true
	}
	return Name{Local: local}, prefix == ""
}
