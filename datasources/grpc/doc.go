// Package grpc calls methods of gRPC back ends, unary ones and those that answer with a stream, without generated code: messages are written and read by the
// descriptors of a contract, as protobuf's JSON mapping tells it.
//
// The files, in the order in which a source and then a call pass through them:
//
//	source                    Open, Close
//	address, connection       where the back end is, and the connection to it
//	contract*, bundled        the contract: from .proto files, a descriptor set, or the server's reflection
//	message, enum, wellknown  the contract's message types, as encoding and decoding need them
//	bind, method              a connector's method, looked up in the contract
//	check_*, reply_form       its mappings, held against the contract
//	request, metadata         what a call sends
//	encode*, misfit           a value as a message, or why it does not fit
//	codec, do, failure        the call, and what goes wrong on the way
//	stream                    replies that come one after the other
//	collect                   a stream as one reply: the list of its messages
//	reader                    what is read of a reply, worked out from the mappings
//	decode*                   a message as a value
//	scan_*                    a message straight into a table: what the program is, compile, then record, rows, cell and text
//	fetcher, status           success or failure, then the selection
//	refusal, details          what clients and the log get of a failure
package grpc
