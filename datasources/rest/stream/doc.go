// Package stream reads messages out of a body that goes on: each is the text of one reply. It knows nothing of HTTP and nothing of what
// stands in a message.
//
//	reader   which formats there are, and what they have in common
//	lines    a text in lines, within a limit
//	events   text/event-stream (WHATWG HTML, 9.2)
//	json     JSON by lines, and JSON text sequences (RFC 7464)
package stream
