// Package rest calls HTTP back ends as the Connectors specification tells it. What it shares with other protocols
// over HTTP (headers, connections, limits, failures) is in httpcall.
//
// A call's life, in the order of the files:
//
//	source      Open, Bind, Prepare: whatever does not depend on the call is worked out there
//	base, url   templates and mappings to a URL, byte by byte (3.2, 3.3)
//	body, form  the body mapping as JSON or as a form (3.4)
//	request     all of it, once per call
//	content     the body as a value, by its content type (4.1)
//	text         a text body as a value, by its charset
//	stream      replies that come one after the other; retry: taken up again after a connection broke
//	xml         XML bodies, both ways and without a schema
//	decode      success or failure (4.2, 4.4), then the selection (4.3), scanned or evaluated
package rest
