// Package xsd is the model of XML Schema 1.0 that messages are written and read by, and its loader.
//
// What a mapping calls the parts of a value is settled here, once for both directions (see Field):
//
//	number        a child element, by its local name
//	"@currency"   an attribute
//	"#text"       the text of an element that has attributes, or mixed content
//	"#type"       the local name of the actual type, where others derive from the declared one (xsi:type)
//	"#element"    the local name of the actual element, where others may substitute the declared one
//
// No name of XML begins with one of these signs, so that nothing collides. An element or attribute whose local name is
// taken by one of another namespace is called "{namespace}name". An element without attributes whose content is text is that text.
//
// Loading goes through these passes, in this order:
//
//	collect    schemas; the global components by name; include: what they include, import and redefine
//	vocabulary which elements there are, and what is XML Schema 1.1
//	component  elements and types, references resolved to pointers
//	particle   content models
//	attribute  attributes and their groups
//	simple     the simple types, with their facets (facet, pattern); encoding: arrays and types of the SOAP encoding
//	derive     what extension and restriction inherit, substitution groups, derived types, and what blocks them
//	name       the names in mappings
//
// The model keeps what decides how a value is written or read. Identity constraints and annotations are passed over: the server checks what it
// has asked for. So are, with a note, assertions and the like of XML Schema 1.1.
package xsd
