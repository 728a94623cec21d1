package graph

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/cost"
	"github.com/weftgraph/weft/graph/execute"
)

// flights are the runs of one prepared query that are under way: whoever asks the same meanwhile joins one of them. They are
// found by all that their answers depend on (see Run.appendKey), byte by byte.
type flights struct {
	mu    sync.Mutex
	byKey map[string]*flight
}

func newFlights() *flights { return &flights{byKey: map[string]*flight{}} }

// flight is one run that several requests wait for. The request that began it runs it; its time is that request's, but it goes
// on when that request's client has gone away, as long as anybody waits for it.
type flight struct {
	flights *flights
	key     string
	// ctx is that of the run. It is set by the leader before it can be the last to leave.
	ctx *datasources.Detached

	// The lock guards waiting, the requests whose clients still want the answer; open, the runs that have not been closed and so
	// may read it; and done until the flight has landed. done is nil until the flight is joined.
	waiting, open int
	done          chan struct{}

	// What follows is written before done is closed, and read after that. answer is nil when the time was over before there was
	// one. calls and rows are those of the leader's run. parts holds the memory of the answer, until the last run is closed.
	answer *Answer
	calls  []execute.Call
	rows   cost.Rows
	// measured is what the leader counts, or nil.
	measured *measurements
	parts    execute.Parts
	// isCutShort tells that the leader's time was over before the run was.
	isCutShort bool
}

// board returns a flight for a run: one that it joins, or one that it leads and that others can join from now on.
func (fs *flights) board(r *Run) (f *flight, leads bool) {
	var scratch [512]byte
	key := r.appendKey(scratch[:0])
	fs.mu.Lock()
	defer fs.mu.Unlock()
	if f = fs.byKey[string(key)]; f == nil {
		f = &flight{flights: fs, key: string(key), waiting: 1, open: 1}
		fs.byKey[f.key] = f
		return f, true
	}
	f.waiting++
	f.open++
	if f.done == nil {
		f.done = make(chan struct{})
	}
	return f, false
}

// lead runs the flight in this goroutine and lands it, whatever happens.
func (f *flight) lead(
	ctx context.Context, r *Run, end time.Time, execute func(context.Context) *Answer,
) (answer *Answer) {
	// The run keeps the leader's values, but not its end.
	f.ctx = datasources.Detach(ctx, time.Until(end))
	defer f.ctx.End(context.Canceled)
	stay := context.AfterFunc(ctx, f.leave)
	defer stay()
	hasPanicked := true
	defer func() {
		landed := answer
		if hasPanicked { // the panic goes on, and is the leader's
			landed = &Answer{Data: []byte("null"), Errors: gqlerror.List{codedError(CodeInternal, "Internal server error")}}
		}
		f.land(r, landed)
	}()
	answer = execute(f.ctx) //nolint:contextcheck // the flight has a context of its own
	hasPanicked = false
	return answer
}

// land lets nobody join the flight any more, and gives the answer to those who have.
func (f *flight) land(r *Run, answer *Answer) {
	fs := f.flights
	fs.mu.Lock()
	f.end()
	fs.mu.Unlock()
	f.answer, f.parts, f.measured = answer, r.parts, r.measured
	f.isCutShort = errors.Is(f.ctx.Err(), context.DeadlineExceeded)
	if r.part != nil {
		f.calls, f.rows = r.part.Calls, r.part.Rows
	}
	if f.done != nil { // nobody can join any more, so it does not change
		close(f.done)
	}
}

// follow waits for the answer of a flight that was joined. Nil means that the time was over before there was one.
func (f *flight) follow(ctx context.Context, r *Run) *Answer {
	select {
	case <-f.done:
	case <-ctx.Done():
		f.leave()
		return &Answer{Data: []byte("null"), Errors: gqlerror.List{executionError(ctx, ctx.Err())}}
	}
	r.measured.share(f)
	if f.answer == nil || f.answer.Extensions[ExplainExtension] == nil {
		return f.answer // there is nothing to explain
	}
	answer := *f.answer
	answer.Extensions = r.explainShared(answer.Extensions, f.calls, f.rows)
	return &answer
}

// leave takes out a request whose client has gone away. The last one ends the run.
func (f *flight) leave() {
	f.flights.mu.Lock()
	f.waiting--
	isLast := f.waiting == 0
	if isLast {
		f.end()
	}
	f.flights.mu.Unlock()
	if isLast {
		f.ctx.End(context.Canceled) // it is there: the leader is among those that have left
	}
}

// end takes the flight out of those that can be joined. The lock is held.
func (f *flight) end() {
	if f.flights.byKey[f.key] == f {
		delete(f.flights.byKey, f.key)
	}
}

// close says that a run does not read the answer any more. The last one gives its memory back. The leader's comes after the
// landing, so that there is nothing more to come then.
func (f *flight) close() {
	f.flights.mu.Lock()
	f.open--
	isLast := f.open == 0
	f.flights.mu.Unlock()
	if isLast && f.parts != nil {
		f.parts.Close()
	}
}
