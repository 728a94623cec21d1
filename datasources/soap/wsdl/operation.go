package wsdl

import (
	"github.com/weftgraph/weft/datasources/soap/xmltext"
	"github.com/weftgraph/weft/datasources/soap/xsd"
)

// operations reads the operations of a binding.
func (l *loader) operations(p *Port, binding *component, style string, set *xsd.Set) {
	portType := l.reference(binding, binding.node, "type", "portType")
	if portType == nil {
		return
	}
	declared := map[string][]*xmltext.Node{}
	for _, node := range portType.node.Children {
		if node.Name == wsdlName("operation") {
			declared[node.Value("name")] = append(declared[node.Value("name")], node)
		}
	}
	for _, node := range binding.node.Children {
		if node.Name != wsdlName("operation") {
			continue
		}
		abstract := find(declared[node.Value("name")], node)
		if abstract == nil {
			l.files.Errorf(binding.file.Span(node), "the port type %q has no operation %q", portType.node.Value("name"), node.Value("name"))
			continue
		}
		r := operationReader{loader: l, set: set, binding: binding, portType: portType, bound: node, abstract: abstract}
		o := r.read(style)
		if earlier := p.Operation(o.Name); earlier != nil {
			earlier.Unsupported = "an operation that is overloaded"
			continue
		}
		p.Operations = append(p.Operations, o)
	}
}

// find returns the operation that a bound one is about, of those with its name; nil when there is none. Where they are several, the
// names of input and output decide.
func find(declared []*xmltext.Node, bound *xmltext.Node) *xmltext.Node {
	for _, node := range declared {
		if len(declared) == 1 || sameName(node, bound, "input") && sameName(node, bound, "output") {
			return node
		}
	}
	if len(declared) > 0 {
		return declared[0]
	}
	return nil
}

func sameName(a, b *xmltext.Node, local string) bool {
	return nameOf(child(a, local)) == nameOf(child(b, local))
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

// operationReader reads one operation, from where it is bound and where it is declared.
type operationReader struct {
	*loader

	set               *xsd.Set
	binding, portType *component
	bound, abstract   *xmltext.Node
	isRPC             bool
	// reason is why the operation cannot be called; empty when it can.
	reason string
}

// read reads the operation. What cannot be done is noted, and the rest left out.
func (r *operationReader) read(style string) *Operation {
	o := &Operation{Name: r.bound.Value("name")}
	if soap := extension(r.bound, "operation"); soap != nil {
		o.Action = soap.Value("soapAction")
		if own := soap.Value("style"); own != "" {
			style = own
		}
	}
	o.IsRPC = style == "rpc"
	r.isRPC = o.IsRPC
	abstractInput, abstractOutput := child(r.abstract, "input"), child(r.abstract, "output")
	if abstractInput == nil || abstractOutput != nil && abstractOutput.Offset < abstractInput.Offset {
		o.Unsupported = "an operation that the server begins"
		return o
	}
	o.Input = r.body(child(r.bound, "input"), abstractInput, o.Name)
	if abstractOutput != nil {
		o.Output = r.body(child(r.bound, "output"), abstractOutput, o.Name+"Response")
	}
	o.InputHeaders = r.headers(child(r.bound, "input"))
	o.Unsupported = r.reason
	return o
}

// refuse notes the first thing that stands in the way.
func (r *operationReader) refuse(reason string) {
	if r.reason == "" {
		r.reason = reason
	}
}
