// Package execute runs plans. One coordinator goroutine per request owns all state: it starts every fetch the moment its
// inputs exist, with all of its parents at once, turns the tables that come back into the rows of layers, and, when nothing is
// left to do, writes the answer.
//
// It knows no protocol and no schema: a plan says everything, and an implementation of Loads makes the calls.
//
//	run.go          Run, Parts: the one entry
//	loads.go        what the calls are made through, and what comes back
//	coordinator.go  which fetch starts when
//	layer.go        rows: from tables to positions of the answer
//	join.go         further providers of the same rows
//	collect.go      keys: from rows to what a fetch asks for
//	output.go       the answer's bytes, for rows without doubts
//	size.go         about how many these will be
//	complete.go     nulls and errors, only where there are doubts
//	cause.go        why a value is not there
//	marks.go        what a null has been propagated to
//	errors.go       the errors that clients see
package execute
