// Package websocket is the server's half of graphql-transport-ws, the protocol of the library graphql-ws: GraphQL operations of all
// kinds over one WebSocket, many at a time. It knows the protocol and nothing of GraphQL: a Caller runs the operations.
//
//	server.go      options, the handshake, and how many connections there may be
//	conn.go        one connection: reading and writing
//	guard.go       keep-alive, and closing when nothing runs
//	operation.go   one operation of a connection
//	message.go     messages: reading and checking, writing
//	code.go        why connections are closed
//
// # How a connection lives
//
// A connection has one goroutine that reads, one that guards it (the time for `connection_init`, pings, closing), and one for each
// operation. What is sent is written by whoever has it: there is no queue, so an operation whose client is slow waits, and with it what
// it reads from. A write that takes too long ends the connection.
//
// When the server stops, or an operation says so, the connection takes no more operations, lets those that are running end, and is closed
// with a code that makes clients connect again.
package websocket
