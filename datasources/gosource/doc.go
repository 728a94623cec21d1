// Package gosource calls fields that are written in Go: an executable schema that gqlgen has generated, with its federation
// plugin, is one more source of the graph. There is no HTTP and no text between them but the JSON of the answers.
//
// An executable is a federation subgraph. Its schema, as its files write it, becomes a document (Executable.Text), from
// which graph/sdl reads connectors: one per root field, one per key of an entity for all fields that need no call of their own,
// one per field of an entity that takes arguments. What is left to do here is what a router does:
//
//	executable.go   what a program brings: a name and an executable schema
//	source.go       the schema as a source; which connectors it can answer
//	operation.go    the text of an operation, once per plan
//	selection.go    what a shape wants, as selection sets
//	variables.go    keys become representations, arguments variables
//	call.go         gqlgen's executor runs the operation
//	stream.go       a subscription: the resolver's channel, one answer for each event
//	failure.go      errors of resolvers: which call or key they fail, and what clients may read of them
//	decode.go       the answer becomes a table: scanned for operations and entities, evaluated for fields with arguments
//
// `_entities` answers in the order of its representations, so that rows belong to keys by their place.
package gosource
