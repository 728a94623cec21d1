package wsdl

import (
	"slices"

	"github.com/weftgraph/weft/datasources/soap/xsd"
	"github.com/weftgraph/weft/graph/diag"
)

// Contract is what a WSDL and everything it imports say. It is immutable and safe for concurrent use.
type Contract struct {
	Schemas *xsd.Set
	// Services are in the order of the files. A contract that has bindings and no service gets one without a name, with a port
	// without an address for each binding.
	Services []*Service
	// Notes are warnings about what the schemas say and nothing is done about, in the contract's files.
	Notes diag.List
}

// hasPort tells whether some service has a port.
func (c *Contract) hasPort() bool {
	return slices.ContainsFunc(c.Services, func(s *Service) bool { return len(s.Ports) > 0 })
}

// Service is a service with its ports, in the order of the file.
type Service struct {
	Name  string
	Ports []*Port
}

// Version is a version of SOAP.
type Version uint8

// The versions of SOAP.
const (
	// NoSOAP is that of ports that speak something else.
	NoSOAP Version = iota
	SOAP11
	SOAP12
)

// String returns "SOAP 1.1" or "SOAP 1.2".
func (v Version) String() string {
	switch v {
	case SOAP11:
		return "SOAP 1.1"
	case SOAP12:
		return "SOAP 1.2"
	default:
		return "no SOAP"
	}
}

// Port is one address of a service, with what can be called there.
type Port struct {
	Name string
	// At is where the port is declared, or the binding of a contract without a service.
	At diag.Span
	// Address is as the WSDL has it; it may be empty.
	Address string
	// Version is that of SOAP which the port speaks over HTTP; NoSOAP for others.
	Version Version
	// IsSOAP11 tells that Version is SOAP11.
	IsSOAP11 bool
	// IsPlainHTTP tells that the port has the HTTP binding of WSDL (WSDL 1.1, 4).
	IsPlainHTTP bool
	// Addressing tells what the binding says of WS-Addressing.
	Addressing Addressing
	// UserDemanded is where a policy demands a UsernameToken of WS-Security; zero when none does.
	UserDemanded diag.Span
	// Unsupported says in plain words why the port cannot be called, such as "the HTTP binding of WSDL"; empty when it can.
	Unsupported string
	// Operations are in the order of the binding; a port that cannot be called has none.
	Operations []*Operation
	// Notes are warnings about what the port demands of all callers and nobody does, such as what a policy asks for.
	Notes diag.List

	byName map[string]*Operation
	// inputHeaders are the header blocks of all operations' requests, each once.
	inputHeaders []*xsd.Element
}

// Addressing tells whether messages have headers of WS-Addressing (Web Services Addressing 1.0, WSDL Binding, 3.1).
type Addressing uint8

// What a binding says of WS-Addressing.
const (
	// NoAddressing: nothing is said.
	NoAddressing Addressing = iota
	// OptionalAddressing: messages may have the headers.
	OptionalAddressing
	// RequiredAddressing: they must.
	RequiredAddressing
)

// Operation returns the operation with a name (see Operation.Name), and nil when there is none.
func (p *Port) Operation(name string) *Operation {
	if p.byName != nil {
		return p.byName[name]
	}
	i := slices.IndexFunc(p.Operations, func(o *Operation) bool { return o.Name == name })
	if i < 0 {
		return nil
	}
	return p.Operations[i]
}

// Overloads returns the operations that the WSDL calls by one name, in the order of the binding.
func (p *Port) Overloads(local string) []*Operation {
	var found []*Operation
	for _, o := range p.Operations {
		if o.Local == local {
			found = append(found, o)
		}
	}
	return found
}

// InputHeaders are the header blocks that requests of the port's operations may have, each once, to be read only.
func (p *Port) InputHeaders() []*xsd.Element { return p.inputHeaders }

// Operation is what can be called.
type Operation struct {
	// Name is unique in the port, and what mappings say: the WSDL's name, or "Find(ById)" where the port has several operations of that
	// name, with the name of the input in parentheses.
	Name string
	// Local is the name in the WSDL, and so in messages in rpc style.
	Local string
	// InputName and OutputName are those of the messages in the port type, by default made of the operation's (WSDL 1.1, 2.4.5).
	// OutputName is empty for one-way operations.
	InputName, OutputName string
	// Action is the binding's SOAPAction.
	Action string
	// Input and Output are the elements in the bodies; Output is nil for one-way operations. Either may have a zero Name
	// for a body without an element.
	Input, Output *xsd.Element
	// InputHeaders are the header blocks of requests, OutputHeaders those of replies.
	InputHeaders, OutputHeaders []*xsd.Element
	// FaultHeaders are the header blocks of replies with a Fault (WSDL 1.1, 3.7).
	FaultHeaders []*xsd.Element
	// Faults are what the detail of a Fault may have, in the order of the port type.
	Faults []*Fault
	// IsRPC tells that the bodies' elements come from the operation's name and not from a schema.
	IsRPC bool
	// InputEncoded and OutputEncoded tell that the bodies use the SOAP encoding: values say their types, and may refer to each other.
	InputEncoded, OutputEncoded bool
	// AddressingInput and AddressingOutput are the actions of WS-Addressing: those that the port type gives, or else the default ones
	// (Web Services Addressing 1.0, WSDL Binding, 4.4). AddressingOutput is empty for one-way operations.
	AddressingInput, AddressingOutput string
	// Unsupported says in plain words what of the operation cannot be done, such as "SOAP with attachments"; empty when nothing stands in the
	// way. That it is encoded is not said here.
	Unsupported string
	// Notes are warnings about what the operation demands besides the port.
	Notes diag.List
}

// Fault is one of the faults that an operation declares.
type Fault struct {
	Name string
	// Element is what the detail has.
	Element *xsd.Element
}
