package wsdl

import (
	"github.com/weftgraph/weft/datasources/soap/xmltext"
	"github.com/weftgraph/weft/datasources/soap/xsd"
)

// headers are the elements of the header blocks that messages of a direction may have, and of those that replies with a Fault may have
// because of them.
func (r *operationReader) headers(bound *xmltext.Node) (blocks, ofFaults []*xsd.Element) {
	if bound == nil || r.reason != "" {
		return nil, nil
	}
	for _, node := range bound.Children {
		if node.Name != r.soapName("header") {
			continue
		}
		if e := r.block(node); e != nil {
			blocks = append(blocks, e)
		}
		for _, fault := range node.Children {
			if fault.Name != r.soapName("headerfault") {
				continue
			}
			if e := r.block(fault); e != nil {
				ofFaults = append(ofFaults, e)
			}
		}
	}
	return blocks, ofFaults
}

// block is the element of one header block; nil for one that is no element, without which an operation can be called, too.
func (r *operationReader) block(node *xmltext.Node) *xsd.Element {
	message := r.reference(r.binding, node, "message", "message")
	name := node.Attr("part")
	switch {
	case message == nil:
		return nil
	case name == nil:
		r.files.Errorf(r.binding.file.Span(node), "%s needs a part", node.Name.Local)
		return nil
	}
	part := r.part(message, trimmed(name.Value), name)
	if part == nil || part.Attr("element") == nil || node.Value("use") == "encoded" {
		return nil
	}
	return r.elementOf(message, part)
}

// faults are the faults of the port type with their elements. A fault whose message has a type instead, as in rpc/encoded, is not known
// by an element.
func (r *operationReader) faults() []*Fault {
	var faults []*Fault
	for _, node := range r.abstract.Children {
		if node.Name != wsdlName("fault") {
			continue
		}
		message := r.reference(r.portType, node, "message", "message")
		if message == nil {
			continue
		}
		for _, part := range message.node.Children {
			if part.Name == wsdlName("part") && part.Attr("element") != nil {
				faults = append(faults, &Fault{Name: node.Value("name"), Element: r.elementOf(message, part)})
				break
			}
		}
	}
	return faults
}
