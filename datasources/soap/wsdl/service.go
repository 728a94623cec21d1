package wsdl

import (
	"slices"

	"github.com/weftgraph/weft/datasources/soap/xmltext"
	"github.com/weftgraph/weft/datasources/soap/xsd"
)

// transportHTTP is the only transport of SOAP 1.1 bindings that is called.
const transportHTTP = "http://schemas.xmlsoap.org/soap/http"

// service reads a service with its ports.
func (l *loader) service(c *component, set *xsd.Set) *Service {
	s := &Service{Name: c.node.Value("name")}
	for _, node := range c.node.Children {
		if node.Name == wsdlName("port") {
			if p := l.port(c, node, set); p != nil {
				s.Ports = append(s.Ports, p)
			}
		}
	}
	return s
}

// port reads a port and its binding; nil when the binding does not exist.
func (l *loader) port(c *component, node *xmltext.Node, set *xsd.Set) *Port {
	p := &Port{Name: node.Value("name")}
	for _, child := range node.Children {
		if child.Name.Local == "address" {
			p.Address = child.Value("location")
		}
	}
	binding := l.reference(c, node, "binding", "binding")
	if binding == nil {
		return nil
	}
	soap := extension(binding.node, "binding")
	switch {
	case soap == nil:
		p.Unsupported = "a binding other than SOAP 1.1"
	case soap.Name.Space == spaceSOAP12:
		p.Unsupported = "SOAP 1.2"
	case soap.Name.Space == spaceHTTP:
		p.Unsupported = "the HTTP binding of WSDL"
	case soap.Name.Space != spaceSOAP:
		p.Unsupported = "a binding other than SOAP 1.1"
	case soap.Value("transport") != transportHTTP:
		p.Unsupported = "SOAP over a transport other than HTTP"
	default:
		p.IsSOAP11 = true
	}
	if p.IsSOAP11 {
		l.operations(p, binding, soap.Value("style"), set)
	}
	return p
}

// extension returns the first child with a name that belongs to no WSDL but to a kind of binding.
func extension(n *xmltext.Node, local string) *xmltext.Node {
	for _, child := range n.Children {
		if child.Name.Local == local && child.Name.Space != spaceWSDL {
			return child
		}
	}
	return nil
}

func wsdlName(local string) xmltext.Name { return xmltext.Name{Space: spaceWSDL, Local: local} }

func sorted(names []string) []string {
	slices.Sort(names)
	return names
}
