// Package httpcall makes calls over HTTP, whatever stands in their bodies: what the kinds of sources have in common that speak it.
//
//	address    URLs taken apart and put on the wire as they are
//	header     the mappings of both levels, merged (Connectors specification 3.5)
//	transport  the connections of one source
//	client     send and read within the limit
//	compress   the bodies of requests
//	encoding   decompress
//	whole      a body into memory of its own
//	stream     replies that are read as they come
//	failure    what went wrong on the wire, in words without addresses
//
// Plain HTTP/1.1 is spoken without net/http, in the goroutine of the caller (docs/adr/0009-http-client.md):
//
//	route      which requests these are
//	wire       a request as bytes
//	exchange   one request and its reply over a connection
//	pool       connections that are not in use
//	conn       a connection; quiet_*: whether it can still be used
//	input      a buffer to read through
//	head       status line and header fields
//	framing    where the body ends
//	body       bytes that were counted, or up to the end; chunked: or in chunks
package httpcall
