// Package soap calls SOAP 1.1 and 1.2 services by their WSDL: document/literal, wrapped or bare, rpc/literal and rpc/encoded, over HTTP.
//
// A source's life, in the order of the files:
//
//	source     Open, Bind, Prepare: whatever does not depend on the call is worked out there
//	files      the contract's files, next to the document
//	fetch      the same, over HTTP
//	port       which port is called, and where
//	check_*    connectors held against the contract
//	request    one call: its HTTP headers and its action
//	version    what differs between the versions of SOAP
//	envelope   header blocks and a body, written by the schema
//	stamp      what no two messages have alike, when they are sent: security, addressing
//	reply*     an envelope to the value of `$` and the header blocks
//	fault      a Fault of either version
//	decode     success or failure, then the selection
//	scan       the same for a reply that is scanned straight into the table
//
// The folders below are the contract (contract, xsd, wsdl), XML as text (xmltext), and values to XML and back (message).
//
// # Names in mappings
//
// The message mapping gives, and the selection reads, the content of the body's element: for a wrapped operation the
// wrapper's children, for a bare one the content of its element, for rpc the parts.
//
//	in the schema                                  in mappings
//	child element "number"                         number
//	attribute "currency"                           "@currency", read as $."@currency"
//	text of an element that has attributes         "#text", read as $."#text"
//	actual type (xsi:type) of a type that others   "#type", its local name
//	derive from
//	actual element of one that others substitute   "#element", its local name
//	element that may occur more than once          a list, also with one item and with none
//	element that is absent                         nothing: the property is missing
//	xsi:nil="true"                                 null
//	xs:boolean, numbers, list types                booleans, numbers with all digits, lists
//	NaN, INF, all other types                      strings; xs:QName as "{namespace}name"
//
// Two elements of one local name in different namespaces are told apart by "{namespace}name" for the second one. An element
// without attributes whose content is text is a scalar. On a Fault `$` is {faultcode, faultsubcodes, faultstring,
// faultreasons, faultactor, faultnode, detail}, of which SOAP 1.1 has four. Header blocks of replies are `$response.soapHeaders`.
package soap
