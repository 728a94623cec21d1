// Package server is the HTTP edge of Weft: it listens, reads GraphQL requests, and writes answers.
//
// Every request of the public listener passes the door, which decides whether it is answered at all. `/graphql` is served by an endpoint
// and transports of our own: gqlgen's would parse variables by laxer rules and marshal the ready-made answer again. gqlgen's executor is asked where
// an extension is installed. Health checks and `/`, a page for whoever finds the address, share the listener.
//
//	listen.go drain.go             listening, and stopping without cutting anyone off
//	connections.go certificates.go how many connections there are, and what encrypts them
//	gather.go                      connections: long answers in one write, and the time for writing
//	door.go cors.go csrf.go overload.go
//	                               which requests are answered at all
//	handler.go endpoint.go         routes, and the transports behind the GraphQL endpoint
//	post.go get.go refuse.go       transports: how a request is read
//	body.go decompress.go form.go params.go
//	                               the body of a request, and its members
//	upload.go upload_place.go spool.go
//	                               files
//	known.go recall.go unknown.go  what is known of a body by its bytes, and of a document by its hash or id
//	operation.go begin.go batch.go from a request to an answer, or to several; panics end here
//	tracking.go cause.go           what is remembered of an answer, and what is logged of its errors
//	status.go answer.go            the status of every answer, and how it is written
//	accept.go coding.go compress.go
//	                               content negotiation
//	stream.go streams.go           answers with many parts, and what outlives the options
//	event_stream.go socket.go socket_params.go
//	                               server-sent events, and operations over WebSockets
//	parts.go part_format.go part_text.go part_json.go part_stream.go
//	                               answers in parts, by multipart/mixed
//	audit.go, record.go            what the audit log is told of each operation
//	redact.go                      errors of documents that are kept from clients
//	gateway.go check.go trust.go   from documents and configuration to what is served
//	reload.go reload_watch.go replaced.go
//	                               another definition takes over
//	admin.go admin_host.go         the listener for operators: the console and the system schema
package server
