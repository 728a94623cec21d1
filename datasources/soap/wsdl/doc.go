// Package wsdl reads WSDL 1.1 with its imports: services, ports, and the operations of SOAP 1.1 bindings with the elements
// that their messages are made of. What it cannot do yet is no error of the contract: it is noted with the port or the
// operation, in plain words, for whoever wants to use it.
//
//	load       files, imports, schemas; the components by name
//	service    services, ports, bindings
//	operation  operations with their styles, actions and faults
//	message    the elements of bodies and header blocks
package wsdl
