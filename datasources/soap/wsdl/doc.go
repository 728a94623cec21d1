// Package wsdl reads WSDL 1.1 with its imports: services, ports, and the operations of SOAP bindings with the elements
// that their messages are made of. What cannot be done is no error of the contract: it is noted with the port or the
// operation, in plain words, for whoever wants to use it. What the contract demands and nobody does is among its notes.
//
//	load        files, imports, schemas; the components by name
//	service     services, ports, bindings
//	operation   operations with their styles and actions
//	overload    which declared operation a bound one is about
//	message     the elements of bodies
//	header      the elements of header blocks and of faults
//	addressing  what is said of WS-Addressing
//	policy      what policies demand that is not done
package wsdl
