package wsdl

import (
	"slices"

	"github.com/weftgraph/weft/datasources/soap/xmltext"
	"github.com/weftgraph/weft/datasources/soap/xsd"
)

// transportHTTP is the transport of SOAP 1.1 bindings that is called, and what tools write for SOAP 1.2, too; transportHTTP12 is what
// they should write there.
const (
	transportHTTP   = "http://schemas.xmlsoap.org/soap/http"
	transportHTTP12 = "http://www.w3.org/2003/05/soap/bindings/HTTP/"
)

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

// bindingsOnly makes the service of a contract that has none: somebody else knows the address.
func (l *loader) bindingsOnly(set *xsd.Set) *Service {
	s := &Service{}
	for _, binding := range l.bindings {
		p := &Port{Name: binding.node.Value("name"), At: binding.file.Span(binding.node)}
		l.bound(p, binding, set)
		s.Ports = append(s.Ports, p)
	}
	return s
}

// port reads a port and its binding; nil when the binding does not exist.
func (l *loader) port(c *component, node *xmltext.Node, set *xsd.Set) *Port {
	p := &Port{Name: node.Value("name"), At: c.file.Span(node)}
	for _, child := range node.Children {
		if child.Name.Local == "address" {
			p.Address = child.Value("location")
		}
	}
	binding := l.reference(c, node, "binding", "binding")
	if binding == nil {
		return nil
	}
	l.bound(p, binding, set)
	if p.Version != NoSOAP {
		p.Notes = append(p.Notes, l.policies(p, c.file, node)...)
	}
	return p
}

// bound fills a port with what its binding says.
func (l *loader) bound(p *Port, binding *component, set *xsd.Set) {
	soap := extension(binding.node, "binding")
	switch {
	case soap == nil:
		p.Unsupported = "a binding other than SOAP"
	case soap.Name.Space == spaceHTTP:
		p.Unsupported, p.IsPlainHTTP = "the HTTP binding of WSDL", true
	case soap.Name.Space != spaceSOAP && soap.Name.Space != spaceSOAP12:
		p.Unsupported = "a binding other than SOAP"
	case soap.Value("transport") != transportHTTP && soap.Value("transport") != transportHTTP12:
		p.Unsupported = "SOAP over a transport other than HTTP"
	case soap.Name.Space == spaceSOAP12:
		p.Version = SOAP12
	default:
		p.Version, p.IsSOAP11 = SOAP11, true
	}
	if p.Version == NoSOAP {
		return
	}
	l.addressing(p, binding)
	p.Notes = append(p.Notes, l.policies(p, binding.file, binding.node)...)
	if style := soap.Attr("style"); style != nil {
		l.checkStyle(binding, style)
	}
	l.operations(p, binding, soap.Value("style"), set)
	p.index()
}

// checkStyle reports a style that is none.
func (l *loader) checkStyle(c *component, style *xmltext.Attr) {
	switch trimmed(style.Value) {
	case "", "document", "rpc":
	default:
		l.files.Errorf(c.file.AttrSpan(style), "the style must be document or rpc, not %q", style.Value)
	}
}

// index makes what is looked up by name, and the header blocks of all operations.
func (p *Port) index() {
	p.byName = make(map[string]*Operation, len(p.Operations))
	seen := map[*xsd.Element]bool{}
	for _, o := range p.Operations {
		p.byName[o.Name] = o
		for _, e := range o.InputHeaders {
			if !seen[e] {
				seen[e] = true
				p.inputHeaders = append(p.inputHeaders, e)
			}
		}
	}
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
