package wsdl

import (
	"github.com/weftgraph/weft/datasources/soap/xsd"
)

// Contract is what a WSDL and everything it imports say. It is immutable and safe for concurrent use.
type Contract struct {
	Schemas  *xsd.Set
	Services []*Service
}

// Service is a service with its ports, in the order of the file.
type Service struct {
	Name  string
	Ports []*Port
}

// Port is one address of a service, with what can be called there.
type Port struct {
	Name string
	// Address is as the WSDL has it; it may be empty.
	Address string
	// IsSOAP11 tells that it speaks SOAP 1.1 over HTTP.
	IsSOAP11 bool
	// Unsupported says in plain words why the port cannot be called, such as "SOAP 1.2"; empty when it can.
	Unsupported string
	// Operations are in the order of the binding; a port that cannot be called has none.
	Operations []*Operation
}

// Operation returns the operation with a name, and nil when there is none.
func (p *Port) Operation(name string) *Operation {
	for _, o := range p.Operations {
		if o.Name == name {
			return o
		}
	}
	return nil
}

// Operation is what can be called.
type Operation struct {
	Name string
	// Action is the binding's SOAPAction.
	Action string
	// Input and Output are the elements in the bodies; Output is nil for one-way operations. Either may have a zero Name
	// for a body without an element.
	Input, Output *xsd.Element
	// InputHeaders are the header blocks of requests.
	InputHeaders []*xsd.Element
	// IsRPC tells that the bodies' elements come from the operation's name and not from a schema.
	IsRPC bool
	// Unsupported says in plain words what of the operation cannot be done, such as "rpc/encoded"; empty when nothing stands in the way.
	Unsupported string
}
