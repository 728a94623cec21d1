// Package canonical brings XML into one form, so that tests compare what messages mean and not how they are spelled. It reads with the standard library: what
// Weft's own writer makes must mean the same to others. It is used by tests alone.
package canonical

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"strings"
)

// Node is an element, or a text where Name is zero. It is not changed after Parse.
type Node struct {
	Name xml.Name
	// Attrs are the attributes without namespace declarations, in the order of their names.
	Attrs []xml.Attr
	// Children are elements and texts, in order. Texts next to each other are one; blanks between elements are none.
	Children []*Node
	// Text is a text's own.
	Text string
}

// SpaceXSI is the namespace of xsi:nil and xsi:type.
const SpaceXSI = "http://www.w3.org/2001/XMLSchema-instance"

var errNotOne = errors.New("there has to be one element")

// Parse reads the one element of a document. Comments, instructions and declarations are left out. Names in text and in values of attributes, such as those of
// xsi:type, become "{namespace}local": a prefix that is declared is taken for what it is, a word without one is left alone.
func Parse(text string) (*Node, error) {
	p := parser{decoder: xml.NewDecoder(strings.NewReader(text)), open: []*Node{{}}, scopes: []map[string]string{{}}}
	for {
		token, err := p.decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("%w in %s", err, text)
		}
		if err := p.token(token); err != nil {
			return nil, fmt.Errorf("%w in %s", err, text)
		}
	}
	if roots := p.open[0].Elements(); len(roots) == 1 {
		return roots[0], nil
	}
	return nil, fmt.Errorf("%w in %q", errNotOne, text)
}

// Elements are the child elements.
func (n *Node) Elements() []*Node {
	var elements []*Node
	for _, c := range n.Children {
		if !c.isText() {
			elements = append(elements, c)
		}
	}
	return elements
}

func (n *Node) isText() bool { return n.Name == xml.Name{} }

// parser reads one document.
type parser struct {
	decoder *xml.Decoder
	// open are the elements that are open, below the document.
	open []*Node
	// scopes has the declared prefixes, by the elements that are open.
	scopes []map[string]string
}

var errUndeclared = errors.New("a prefix is not declared")

func (p *parser) token(token xml.Token) error {
	last := p.open[len(p.open)-1]
	switch token := token.(type) {
	case xml.StartElement:
		scope := p.declare(token.Attr)
		n := &Node{Name: token.Name}
		// The library leaves a prefix that is not declared where the namespace should be.
		if n.Name.Space != "" && !declares(scope, n.Name.Space) {
			return fmt.Errorf("%w: %s", errUndeclared, n.Name.Space)
		}
		for _, a := range token.Attr {
			if a.Name.Space == "xmlns" || a.Name == (xml.Name{Local: "xmlns"}) {
				continue
			}
			if a.Name.Space != "" && !declares(scope, a.Name.Space) {
				return fmt.Errorf("%w: %s", errUndeclared, a.Name.Space)
			}
			n.Attrs = append(n.Attrs, xml.Attr{Name: a.Name, Value: expanded(a.Value, scope)})
		}
		last.Children = append(last.Children, n)
		p.open, p.scopes = append(p.open, n), append(p.scopes, scope)
	case xml.EndElement:
		last.finish(p.scopes[len(p.scopes)-1])
		p.open, p.scopes = p.open[:len(p.open)-1], p.scopes[:len(p.scopes)-1]
	case xml.CharData:
		if i := len(last.Children) - 1; i >= 0 && last.Children[i].isText() {
			last.Children[i].Text += string(token)
			return nil
		}
		last.Children = append(last.Children, &Node{Text: string(token)})
	}
	return nil
}

// declare is the scope inside of an element with attributes.
func (p *parser) declare(attrs []xml.Attr) map[string]string {
	outer := p.scopes[len(p.scopes)-1]
	scope := outer
	for _, a := range attrs {
		prefix := a.Name.Local
		switch {
		case a.Name == xml.Name{Local: "xmlns"}:
			prefix = ""
		case a.Name.Space != "xmlns":
			continue
		}
		if len(scope) == len(outer) {
			scope = make(map[string]string, len(outer)+1)
			maps.Copy(scope, outer)
		}
		scope[prefix] = a.Value
	}
	return scope
}

// declares tells whether some prefix stands for a namespace.
func declares(scope map[string]string, space string) bool {
	if space == "http://www.w3.org/XML/1998/namespace" {
		return true
	}
	for _, s := range scope {
		if s == space {
			return true
		}
	}
	return false
}
