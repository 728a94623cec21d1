// Package httpcall makes calls over HTTP, whatever stands in their bodies: what the kinds of sources have in common that speak it.
//
//	address    URLs taken apart and put on the wire as they are
//	header     the mappings of both levels, merged (Connectors specification 3.5)
//	transport  the connections of one source
//	client     send and read within the limit
//	encoding   decompress
//	failure    what went wrong on the wire, in words without addresses
package httpcall
