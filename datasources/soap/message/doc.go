// Package message turns values into the XML of a schema and back. It knows elements and types and nothing of envelopes.
//
//	writer     elements: nil, xsi:type, substitutes
//	attribute  attributes, declared and open ones
//	content    child elements: what the value has for each field
//	particle   child elements, in the order of the content model
//	anything   elements and attributes that no schema describes
//	encoded    messages of the SOAP encoding: arrays
//	misfit     why a value cannot be written, for the log and for clients
//	facet      what else the schema says of text
//	format     text of simple types, checked
//	program    what to read, compiled from an element and the paths that mappings read
//	reader     elements of a reply to values
//	object     elements with attributes or child elements
//	instance   xsi:nil and xsi:type, of today and of old servers
//	misplaced  what is said of elements in a wrong namespace
//	untyped    elements that no schema describes
//	reference  messages of the SOAP encoding: arrays, and elements that refer to others
//	scalar     text to scalars
//	scan*      elements of a reply to cells of tables, where the selection only picks
//
// Both directions use the names of package xsd. Writing is strict: what the schema does not allow is an error that names the
// element. Reading is lenient where nothing can be mistaken: the order of elements is not checked, what is not known is
// passed over.
//
// A scan knows the plain case alone. What is odd or wrong is for the reader, which has the rules and words the errors.
package message
