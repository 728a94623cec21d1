package wsdl

import (
	"github.com/weftgraph/weft/datasources/soap/contract"
	"github.com/weftgraph/weft/datasources/soap/xmltext"
	"github.com/weftgraph/weft/datasources/soap/xsd"
	"github.com/weftgraph/weft/graph/diag"
)

// operations reads the operations of a binding.
func (l *loader) operations(p *Port, binding *component, style string, set *xsd.Set) {
	portType := l.reference(binding, binding.node, "type", "portType")
	if portType == nil {
		return
	}
	declared := newDeclarations(portType)
	count := map[string]int{}
	for _, node := range binding.node.Children {
		if node.Name == wsdlName("operation") {
			count[node.Value("name")]++
		}
	}
	seen := map[string]*Operation{}
	for _, node := range binding.node.Children {
		if node.Name != wsdlName("operation") {
			continue
		}
		abstract := declared.find(node)
		if abstract == nil {
			l.noDeclaration(binding, portType, declared, node)
			continue
		}
		r := operationReader{loader: l, set: set, version: p.Version, binding: binding, portType: portType, bound: node, abstract: abstract}
		o := r.read(style)
		if count[o.Local] > 1 {
			o.Name += "(" + o.InputName + ")"
		}
		if first := seen[o.Name]; first != nil {
			// It is no reason not to call the others.
			first.Unsupported = "operations of one name to be told apart whose inputs have one name"
			continue
		}
		seen[o.Name] = o
		p.Operations = append(p.Operations, o)
		for _, attached := range []*xmltext.Node{node, child(node, "input"), child(node, "output")} {
			if attached != nil {
				o.Notes = append(o.Notes, l.policies(p, binding.file, attached)...)
			}
		}
	}
}

// noDeclaration reports a bound operation that the port type does not have.
func (l *loader) noDeclaration(binding, portType *component, declared *declarations, node *xmltext.Node) {
	name := node.Value("name")
	wrong := diag.Diagnostic{Code: contract.Code, Span: binding.file.Span(node)}
	if same := declared.byName[name]; len(same) > 0 {
		wrong.Message = "the port type \"" + portType.node.Value("name") + "\" has several operations \"" + name +
			"\", and none whose input and output are named as here"
		for _, d := range same {
			wrong.Notes = append(wrong.Notes, diag.Note{
				Message: "input \"" + inputName(d.node) + "\", output \"" + outputName(d.node) + "\"", Span: portType.file.Span(d.node),
			})
		}
	} else {
		wrong.Message = "the port type \"" + portType.node.Value("name") + "\" has no operation \"" + name + "\""
		wrong.Nearest = diag.Nearest(name, declared.names)
	}
	l.files.Add(wrong)
}

// operationReader reads one operation, from where it is bound and where it is declared.
type operationReader struct {
	*loader

	set               *xsd.Set
	version           Version
	binding, portType *component
	bound, abstract   *xmltext.Node
	isRPC             bool
	// reason is why the operation cannot be called; empty when it can.
	reason string
}

// read reads the operation. What cannot be done is noted, and the rest left out.
func (r *operationReader) read(style string) *Operation {
	local := r.bound.Value("name")
	o := &Operation{Name: local, Local: local, InputName: inputName(r.abstract), OutputName: outputName(r.abstract)}
	if soap := extension(r.bound, "operation"); soap != nil {
		o.Action = soap.Value("soapAction")
		if own := soap.Attr("style"); own != nil {
			r.checkStyle(r.binding, own)
			style = trimmed(own.Value)
		}
	}
	o.IsRPC = style == "rpc"
	r.isRPC = o.IsRPC
	abstractInput, abstractOutput := child(r.abstract, "input"), child(r.abstract, "output")
	if abstractInput == nil || abstractOutput != nil && abstractOutput.Offset < abstractInput.Offset {
		o.Unsupported = "an operation that the server begins"
		return o
	}
	boundInput, boundOutput := child(r.bound, "input"), child(r.bound, "output")
	o.Input, o.InputEncoded = r.body(boundInput, abstractInput, local)
	o.AddressingInput = r.addressingAction(abstractInput, o.InputName)
	if abstractOutput != nil {
		o.Output, o.OutputEncoded = r.body(boundOutput, abstractOutput, local+"Response")
		o.AddressingOutput = r.addressingAction(abstractOutput, o.OutputName)
	}
	o.InputHeaders, o.FaultHeaders = r.headers(boundInput)
	var more []*xsd.Element
	o.OutputHeaders, more = r.headers(boundOutput)
	o.FaultHeaders = append(o.FaultHeaders, more...)
	o.Faults = r.faults()
	o.Unsupported = r.reason
	return o
}

// refuse notes the first thing that stands in the way.
func (r *operationReader) refuse(reason string) {
	if r.reason == "" {
		r.reason = reason
	}
}
