// Package plan turns an operation into a Plan: which connectors are called, in which order, with which keys, into which
// tables, and how the answer is written from them. It is a row of passes over one builder:
//
//	collect   the fields of one position, merged by response key, per concrete type     collect.go
//	supply    the cheapest suppliers of what the position does not have yet             obtain.go, climb.go
//	type      where rows of an interface have their concrete types from, if they matter typeless.go
//	fuse      fetches of one connector with equal arguments into one loader             loader.go
//	key       where the parents of a fetch have the fields of its key                   key.go
//	lay out   members of shapes, layers and providers, and the nodes of the output      position.go, shape.go
//	predict   how many calls each fetch makes                                           predict.go
//	schedule  what waits for what; stages; the order of fetches                         schedule.go
//
// The result is data. It touches no network, and the executor decides nothing that could have been decided here.
package plan
