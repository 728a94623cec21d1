package graph

import (
	"context"
	"net/http"
	"sync/atomic"

	"github.com/weftgraph/weft/graph/execute"
	"github.com/weftgraph/weft/graph/plan"
	"github.com/weftgraph/weft/graph/value"
)

// Bind prepares every loader of a plan. It is called once per plan, possibly by several goroutines for different plans.
type Bind func(p *plan.Plan) (Bound, error)

// Bound is a plan whose loaders are prepared. It is immutable.
type Bound struct {
	// Begin starts the loads of one request. It is safe for concurrent use.
	Begin func(ctx context.Context, env Environment) execute.Loads
	// Subscribe opens the stream of a subscription's events, which lives as long as ctx. It is safe for concurrent use, and nil for a plan
	// without a stream.
	Subscribe func(ctx context.Context, env Environment) (SourceStream, *execute.Failure)
	// Reads says what the loads depend on.
	Reads Reads
}

// SourceStream is a source event stream (specification 6.2.3.1). It is used by one goroutine at a time, but for Close.
type SourceStream interface {
	// Next waits for the next event and returns the beginning of its loads, in which the stream's fetch has the event for its reply. When the
	// stream breaks, the last event is one whose fetch has failed. The error is io.EOF after the last event, and that of ctx when it is over.
	Next(ctx context.Context) (Event, error)
	// Close ends the stream and releases it. It may be called more than once.
	Close()
}

// Event starts the loads of one event. It is called once.
type Event func(ctx context.Context) execute.Loads

// Environment is what mappings may know of the request that is being answered.
type Environment struct {
	// Variables are the coerced variables.
	Variables map[string]value.Value
	// Header are the client's request headers (`$request.headers`).
	Header http.Header
	// Context is `$context`, an object or MISSING.
	Context value.Value
	// Explain asks for the waterfall in the results.
	Explain bool
	// Made counts the calls that are made, by loader of the plan; nil if nobody wants to know. Those that were made for another request at the
	// same time are not counted.
	Made []atomic.Int64
}

// Reads says what the loads of a plan depend on, besides the variables of the operation. Two requests that agree in all of it
// get the same answer at the same time.
type Reads struct {
	// Headers are the client's headers that some connector reads, by canonical name, sorted. All of them are read when
	// EveryHeader is set.
	Headers     []string
	EveryHeader bool
	// Context tells that `$context` is read.
	Context bool
	// Calls tells that some back end is called. Without calls the loads depend on what is named above and on nothing else.
	Calls bool
	// Alone tells that some source wants each of its calls to be made, or depends on more than can be named: what is asked of
	// it may not be answered by what somebody else has asked.
	Alone bool
}

// AnyHeader tells that some of the client's headers is read.
func (r *Reads) AnyHeader() bool { return r.EveryHeader || len(r.Headers) > 0 }

// isConstant tells that the loads depend on nothing, but for variables.
func (r *Reads) isConstant() bool { return !r.Calls && !r.Alone && !r.Context && !r.AnyHeader() }
