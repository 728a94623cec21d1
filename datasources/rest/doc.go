// Package rest calls HTTP/JSON back ends as the Connectors specification tells it.
//
// A call's life, in the order of the files:
//
//	source              Open, Bind, Prepare: whatever does not depend on the call is worked out there
//	address, base, url  templates and mappings to a URL, byte by byte (3.2, 3.3)
//	header              the mappings of both levels, merged (3.5)
//	body, form          the body mapping as JSON or as a form (3.4)
//	request             all of it, once per call
//	transport           the connections of one source
//	do, encoding        send, decompress, read within the limit
//	failure             what went wrong on the wire, in words without addresses
//	content             the body as a value, by its content type (4.1)
//	decode              success or failure (4.2, 4.4), then the selection (4.3), scanned or evaluated
package rest
