// Package server is the HTTP edge of Weft: it listens, reads GraphQL requests, and writes answers.
//
// `/graphql` is served by an endpoint and transports of our own: gqlgen's would parse variables by laxer rules and marshal the
// ready-made answer again. gqlgen's executor is asked where an extension is installed. `/health/live`, `/health/ready` and `/`, a page for whoever finds the address, share
// the listener.
//
//	handler.go endpoint.go     routes, and the transports behind the GraphQL endpoint
//	post.go get.go refuse.go   transports: how a request is read
//	body.go params.go          the body of a request, and its members
//	known.go       what is known of a body by its bytes
//	operation.go   from a request to an answer; panics end here
//	answer.go      how an answer is written
//	gather.go      connections: long answers in one write, and the time for writing
//	accept.go      content negotiation
//	listen.go drain.go         listening, and stopping without cutting anyone off
//	gateway.go check.go        from documents and configuration to what is served
//	redact.go      errors of documents that are kept from clients
//	admin.go admin_host.go     the listener for operators: the console and the system schema
package server
