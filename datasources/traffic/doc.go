// Package traffic counts what goes through a running gateway: the calls to each live source and the requests of clients,
// with their errors, their latencies and the history of the last minutes.
//
// Counting costs a call one reading of the clock and one short lock, and allocates nothing. Everything has a fixed size: a
// histogram and a few numbers per connector, a ring of seconds per source.
//
//	histogram.go   latencies: where percentiles come from, and how exact they are
//	history.go     the last minutes, second by second
//	connector.go   the calls of one connector: what the policies around calls tell
//	source.go      the calls of one source: the sum of its connectors
//	state.go       whether a source works
//	requests.go    the requests of clients
package traffic
