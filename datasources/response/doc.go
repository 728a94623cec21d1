// Package response is what a reply means to a connector, whatever the protocol: whether it is a success, what a failure
// tells clients, and how the selection turns the body into a table (Connectors specification 4.2 to 4.4, 5.5, 5.6).
//
//	variables      what the mappings of this phase can see
//	judge          isSuccess, and the errors mappings
//	want           a shape as the fields that a selection is pruned to
//	selection      the pruned selection, evaluated, or as a tree for a scanner
//	mode           whether replies may be scanned
//
// The packages of the protocols decode bytes and own the scanners; they call this one with values.
package response
