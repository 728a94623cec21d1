package execute

import (
	"time"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/plan"
	"github.com/weftgraph/weft/graph/table"
)

// Loads makes the calls of one request. The coordinator alone calls Load and Flush, from one goroutine; it receives from
// Done until every contribution that it loaded has come back, or the request is over.
type Loads interface {
	// Load contributes the keys of a fetch that became ready. It is called once per fetch, with at least one key.
	Load(fetch plan.FetchID, keys *table.Keys)
	// Flush says that nothing else becomes ready on this event: calls are to be made. When one fetch is all that the request waits
	// for, isSole is set: then nobody minds if the calls are made before Flush returns.
	Flush(isSole bool)
	// Done delivers one Loaded for each Load. Sending never blocks for longer than the request lives; what Flush itself loads can be
	// received when it has returned.
	Done() <-chan Loaded
	// Release takes everything back that was delivered, and the Loads itself. It is called once, at the end of a request all of whose
	// contributions have come back; a request that was given up leaves its memory to the collector.
	Release()
}

// Loaded is what came back for one fetch.
type Loaded struct {
	Fetch  plan.FetchID
	Result *Result
}

// Result joins the keys of one fetch to the tables of its calls. It is read-only.
type Result struct {
	// Tables are the calls' tables; Rows has one entry for each of them: the rows that Joins refer to, or nil when a join's range is
	// one of rows itself.
	Tables []*table.Table
	Rows   [][]int32
	// Joins has one entry per key.
	Joins []Join
	// Failures are the failed calls that Joins refer to.
	Failures []*Failure
	// Calls are the calls that were made for this contribution, for the waterfall: those that several fetches share appear in
	// one of them.
	Calls []Call
}

// FailedResult is the result of a fetch all of whose keys, of the given number, belong to one failed call.
func FailedResult(keys int, f *Failure) *Result {
	r := &Result{Joins: make([]Join, keys), Failures: []*Failure{f}}
	for i := range r.Joins {
		r.Joins[i].State = Failed
	}
	return r
}

// JoinState tells what a key's call gave.
type JoinState uint8

// The states.
const (
	// Absent keys have no value, without an error.
	Absent JoinState = iota
	// Found keys have rows Lo to Hi-1.
	Found
	// Failed keys belong to a call that failed.
	Failed
	// Mismatched keys got a value of the wrong type.
	Mismatched
)

// Join says where the value of one key is.
type Join struct {
	State  JoinState
	Table  uint32
	Lo, Hi uint32
	// Failure is an index into Result.Failures.
	Failure uint32
}

// Failure is a failed call. It causes one error, at the first position that it feeds.
type Failure struct {
	// Err is never nil.
	Err *datasources.Error
	// Service is the document, Coordinate the connector.
	Service, Coordinate string
}

// Call is one line of the waterfall.
type Call struct {
	// Fetch is the first fetch that asked for the call.
	Fetch plan.FetchID
	// Source and Coordinate name the source and the connector, Kind the source's protocol. Line says what was sent.
	Source, Coordinate, Line string
	Kind                     datasources.Kind
	// Start and Duration include the time that the call waited for a free slot.
	Start    time.Time
	Duration time.Duration
	// Status is that of HTTP or the number of the gRPC code; 0 when no reply came, too.
	Status int
	Bytes  int
	Keys   int
	Rows   int
	// Code is empty for a success.
	Code     string
	Problems int
	// Shared tells that the reply was that of another request's call, for which this one waited; Cached that it was remembered, which
	// does not happen yet. Nothing was sent then.
	Shared, Cached bool
}

// row returns the i-th row of a range of a join's table.
func (r *Result) row(j Join, i uint32) uint32 {
	if rows := r.Rows[j.Table]; rows != nil {
		return uint32(rows[i])
	}
	return i
}

// rowsAt counts the rows that the tables have at a level.
func (r *Result) rowsAt(level int) int {
	n := 0
	for _, t := range r.Tables {
		n += t.Levels[level].Len()
	}
	return n
}
