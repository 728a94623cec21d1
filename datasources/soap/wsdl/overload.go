package wsdl

import "github.com/weftgraph/weft/datasources/soap/xmltext"

// declarations are the operations of a port type. Several may have one name (WSDL 1.1, 2.5): the names of their inputs and outputs tell
// them apart.
type declarations struct {
	byName map[string][]*declaration
	names  []string
}

// declaration is one operation of a port type.
type declaration struct {
	node *xmltext.Node
	// isBound tells that a bound operation was found to be about it.
	isBound bool
}

func newDeclarations(portType *component) *declarations {
	d := &declarations{byName: map[string][]*declaration{}}
	for _, node := range portType.node.Children {
		if node.Name == wsdlName("operation") {
			name := node.Value("name")
			d.byName[name] = append(d.byName[name], &declaration{node: node})
			d.names = append(d.names, name)
		}
	}
	return d
}

// find returns the operation that a bound one is about; nil when there is none. Of several with its name it is the first that is not bound
// yet and whose messages have the names that the bound one gives; most tools give none and keep the order.
func (d *declarations) find(bound *xmltext.Node) *xmltext.Node {
	same := d.byName[bound.Value("name")]
	if len(same) == 1 {
		// Nothing to choose from: the names of messages, which some tools get wrong, do not matter.
		return same[0].node
	}
	var found *declaration
	for _, candidate := range same {
		if !candidate.fits(bound) || found != nil && (!found.isBound || candidate.isBound) {
			continue
		}
		found = candidate
	}
	if found == nil {
		return nil
	}
	found.isBound = true
	return found.node
}

// fits tells whether the messages have the names that a bound operation gives.
func (d *declaration) fits(bound *xmltext.Node) bool {
	input, output := nameOf(child(bound, "input")), nameOf(child(bound, "output"))
	return (input == "" || input == inputName(d.node)) && (output == "" || output == outputName(d.node))
}

// inputName is the name of an operation's input, given or by default (WSDL 1.1, 2.4.5); empty when there is none.
func inputName(operation *xmltext.Node) string {
	input, output := child(operation, "input"), child(operation, "output")
	switch {
	case input == nil:
		return ""
	case nameOf(input) != "":
		return nameOf(input)
	case output == nil:
		return operation.Value("name")
	case output.Offset < input.Offset:
		return operation.Value("name") + "Response" // of a question that the server asks
	default:
		return operation.Value("name") + "Request"
	}
}

// outputName is the same for the output.
func outputName(operation *xmltext.Node) string {
	input, output := child(operation, "input"), child(operation, "output")
	switch {
	case output == nil:
		return ""
	case nameOf(output) != "":
		return nameOf(output)
	case input == nil:
		return operation.Value("name")
	case output.Offset < input.Offset:
		return operation.Value("name") + "Solicit"
	default:
		return operation.Value("name") + "Response"
	}
}

func nameOf(n *xmltext.Node) string {
	if n == nil {
		return ""
	}
	return n.Value("name")
}

// child returns the first WSDL child with a name.
func child(n *xmltext.Node, local string) *xmltext.Node {
	if n == nil {
		return nil
	}
	for _, c := range n.Children {
		if c.Name == wsdlName(local) {
			return c
		}
	}
	return nil
}
