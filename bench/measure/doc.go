// Package measure starts the upstream and one peer after the other, checks that answers
// are right, loads the peers, and takes down what that has cost.
//
//	check          one request alone: its answer, its calls, its time
//	cell, sample   a load, and what was seen of it
//	run, upstream  all peers, round by round, before one upstream
package measure
