package soap

import (
	"github.com/weftgraph/weft/datasources/soap/wsdl"
	"github.com/weftgraph/weft/datasources/soap/xsd"
)

// support knows why elements of a contract can be neither written nor read: because of a type that they may contain. It is worked out for all
// operations at once, for each of them may reach all of the contract's types.
type support struct {
	// literal and encoded are the reasons in messages of either use; what is not there is supported.
	literal, encoded map[node]string
}

// node is a type, or an element with what may stand in its place.
type node struct {
	typ     *xsd.Type
	element *xsd.Element
}

// newSupport looks through all that the operations of a port may send and get.
func newSupport(p *wsdl.Port) support {
	g := reachable{of: map[node][]node{}}
	for _, o := range p.Operations {
		g.add(node{element: o.Input})
		g.add(node{element: o.Output})
	}
	g.visit()
	return support{g.blocked(refusedLiteral), g.blocked(refusedEncoded)}
}

// unsupported says what of an operation, or of the types of its messages, cannot be done; empty when nothing is in the way.
func (s support) unsupported(o *wsdl.Operation) string {
	if o.Unsupported != "" {
		return o.Unsupported
	}
	if reason := s.reason(o.Input, o.InputEncoded); reason != "" {
		return reason
	}
	return s.reason(o.Output, o.OutputEncoded)
}

func (s support) reason(e *xsd.Element, isEncoded bool) string {
	if isEncoded {
		return s.encoded[node{element: e}]
	}
	return s.literal[node{element: e}]
}

func refusedLiteral(t *xsd.Type) string { return t.Unsupported }

// refusedEncoded: arrays of the SOAP encoding are supported in encoded messages.
func refusedEncoded(t *xsd.Type) string {
	switch {
	case t.Array == nil:
		return t.Unsupported
	case t.Array.Dimensions > 1:
		return "an array of several dimensions"
	default:
		return ""
	}
}

// reachable is a graph of types and elements, with its edges turned around.
type reachable struct {
	// of are the nodes that contain a node directly. Each node that was met is in it.
	of map[node][]node
	// order are all nodes, in the order in which they were met: the same every time.
	order, todo []node
}

// add adds a node that nothing contains.
func (g *reachable) add(n node) {
	if n.element == nil && n.typ == nil {
		return
	}
	if _, met := g.of[n]; !met {
		g.of[n] = nil
		g.order = append(g.order, n)
		g.todo = append(g.todo, n)
	}
}

// edge says that a node contains another one.
func (g *reachable) edge(from, to node) {
	if to.element == nil && to.typ == nil {
		return
	}
	g.add(to)
	g.of[to] = append(g.of[to], from)
}

// visit follows all that is contained.
func (g *reachable) visit() {
	for len(g.todo) > 0 {
		n := g.todo[len(g.todo)-1]
		g.todo = g.todo[:len(g.todo)-1]
		if e := n.element; e != nil {
			g.edge(n, node{typ: e.Type})
			for _, s := range e.Substitutes {
				g.edge(n, node{typ: s.Type})
			}
			continue
		}
		if n.typ.Array != nil {
			g.edge(n, node{typ: n.typ.Array.Item})
		}
		fields := n.typ.Fields()
		for i := range fields {
			g.edge(n, node{element: fields[i].Element})
		}
		for _, derived := range n.typ.Derived {
			g.edge(n, node{typ: derived})
		}
	}
}

// blocked are the nodes that contain a refused type, each with the reason; nil when there are none.
func (g *reachable) blocked(refused func(*xsd.Type) string) map[node]string {
	var found map[node]string
	var todo []node
	block := func(n node, reason string) {
		if found == nil {
			found = map[node]string{}
		}
		if found[n] == "" {
			found[n] = reason
			todo = append(todo, n)
		}
	}
	for _, n := range g.order {
		if n.typ == nil {
			continue
		}
		if reason := refused(n.typ); reason != "" {
			block(n, reason)
		}
	}
	for len(todo) > 0 {
		n := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, outer := range g.of[n] {
			block(outer, found[n])
		}
	}
	return found
}
