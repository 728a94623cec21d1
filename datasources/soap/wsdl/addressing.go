package wsdl

import (
	"strings"

	"github.com/weftgraph/weft/datasources/soap/xmltext"
)

// Namespaces by which WSDLs speak about WS-Addressing: the recommendation's two, and that of the submission before it.
const (
	spaceAddressingMetadata = "http://www.w3.org/2007/05/addressing/metadata"
	spaceAddressingWSDL     = "http://www.w3.org/2006/05/addressing/wsdl"
	spaceAddressing2004     = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
)

// addressing reads the element UsingAddressing of a binding. That of a policy is read with it.
func (l *loader) addressing(p *Port, binding *component) {
	for _, child := range binding.node.Children {
		if child.Name.Local != "UsingAddressing" || child.Name.Space != spaceAddressingWSDL {
			continue
		}
		p.Addressing = OptionalAddressing
		if a := child.AttrNS(wsdlName("required")); a != nil && isTrue(a.Value) {
			p.Addressing = RequiredAddressing
		}
	}
}

// addressingAction is the action of an input or output of a port type: the attribute, or the default (WSDL Binding, 4.4.4).
func (r *operationReader) addressingAction(message *xmltext.Node, name string) string {
	for _, space := range []string{spaceAddressingMetadata, spaceAddressingWSDL, spaceAddressing2004} {
		if a := message.AttrNS(xmltext.Name{Space: space, Local: "Action"}); a != nil && trimmed(a.Value) != "" {
			return trimmed(a.Value)
		}
	}
	target, delimiter := r.portType.target, "/"
	if strings.HasPrefix(strings.ToLower(target), "urn:") {
		delimiter = ":"
	}
	return strings.TrimSuffix(target, delimiter) + delimiter + r.portType.node.Value("name") + delimiter + name
}
