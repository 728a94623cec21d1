package resolvers

import (
	"context"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/graph-gophers/dataloader/v7"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/execute"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/plan"
	"github.com/weftgraph/weft/graph/table"
	"github.com/weftgraph/weft/graph/value"
)

// loads makes the calls of one request. Load and Flush are called by the coordinator. Where fetches may share calls, what they ask for
// meets in a dataloader; a loader that one fetch uses has no need of that.
//
// Batches run in goroutines of their own, but for one that is all the request waits for: that runs in the coordinator's, since
// another goroutine costs some microseconds to start, most of them for a larger stack. They end when their calls do, which is when
// ctx is over at the latest, unless other requests wait for the replies, too, or Go code takes its time: the coordinator has to be able
// to leave that behind.
type loads struct {
	ctx       context.Context //nolint:containedctx // a loads lives for one request, and its batches outlive the call that starts them
	bound     *Bound
	variables map[string]value.Value
	env       mapping.Env
	// loaders are by id; those that nothing was asked of yet have no bound.
	loaders []loader
	// meeting are the loaders whose dataloader has to be flushed, sole the batches of loaders without one; begun are all of those.
	meeting     []*loader
	sole, begun []*soleBatch
	done        chan execute.Loaded
	budget      *budget
	explain     bool
	// made counts calls by loader; nil if nobody wants to know.
	made []atomic.Int64
	// event is the loader of a subscription's stream, which has the event for its reply; nil for other operations.
	event *boundLoader
	// reader lets calls be shared with those of other requests: it is the loads itself, and nil for a mutation.
	reader any
}

var _ execute.Loads = (*loads)(nil)

// contribution is what one fetch asks for: the key of a dataloader.
type contribution struct {
	fetch plan.FetchID
	keys  *table.Keys
}

// loader is one loader of the plan during one request.
type loader struct {
	*loads
	bound *boundLoader
	// queue is nil for a loader that only one fetch uses.
	queue *dataloader.Loader[*contribution, struct{}]
	asked asked
	// args is `$args` of a field's connector, the same for all of its calls; argsErr is why there is none.
	args    value.Value
	argsErr error
}

// The dataloader never waits: it is flushed. The window only has to be longer than a request.
const neverByTime = time.Hour

// queued is the room for contributions that are made before the batch's goroutine runs; more than that waits for it.
const queued = 8

// Load implements execute.Loads.
func (l *loads) Load(fetch plan.FetchID, keys *table.Keys) {
	ld := l.loader(l.bound.plan.Fetches[fetch].Loader)
	c := contribution{fetch: fetch, keys: keys}
	if ld.queue == nil {
		b := ld.bound.takeBatch()
		b.contribution, b.loader = c, ld
		l.sole, l.begun = append(l.sole, b), append(l.begun, b)
		return
	}
	// The thunk is not waited for: the batch itself delivers to done.
	ld.queue.Load(l.ctx, &c)
	l.meeting = append(l.meeting, ld)
}

func (l *loads) loader(id plan.LoaderID) *loader {
	ld := &l.loaders[id]
	if ld.bound != nil {
		return ld
	}
	ld.loads, ld.bound = l, &l.bound.loaders[id]
	if l.event != nil && id == l.bound.streamLoader() {
		ld.bound = l.event
	}
	if !ld.bound.plan.Entity {
		ld.args, ld.argsErr = arguments(l.bound.sources.graph, ld.bound.plan, l.variables)
	}
	if ld.bound.shared {
		ld.queue = dataloader.NewBatchedLoader(ld.batch,
			dataloader.WithCache[*contribution, struct{}](&dataloader.NoCache[*contribution, struct{}]{}),
			dataloader.WithWait[*contribution, struct{}](neverByTime),
			dataloader.WithInputCapacity[*contribution, struct{}](queued),
		)
	}
	return ld
}

// Flush implements execute.Loads.
func (l *loads) Flush(isSole bool) {
	for _, ld := range l.meeting {
		ld.queue.Flush()
	}
	l.meeting = l.meeting[:0]
	for _, b := range l.sole {
		// Here, in the order of the plan, and not where calls are made at once: which of them are too many is always the same.
		calls, _ := b.loader.cut(b.keys)
		b.admitted = b.loader.admit(calls)
		// What makes no call does not wait for anything.
		if bound := b.loader.bound; isSole && !bound.isGo || !bound.isCall {
			b.deliver()
			continue
		}
		go b.deliver()
	}
	clear(l.sole)
	l.sole = l.sole[:0]
}

// Done implements execute.Loads.
func (l *loads) Done() <-chan execute.Loaded { return l.done }

// Release implements execute.Loads.
func (l *loads) Release() {
	for _, b := range l.begun {
		b.release()
	}
	l.bound.release(l)
}

// batch is the batch function of the dataloader, which gets nothing: deliver has done all.
func (ld *loader) batch(_ context.Context, cs []*contribution) []*dataloader.Result[struct{}] {
	ld.deliver(cs)
	out := make([]*dataloader.Result[struct{}], len(cs))
	for i := range out {
		out[i] = &dataloader.Result[struct{}]{}
	}
	return out
}

// deliver loads what the fetches that became ready on one event contribute, and delivers it.
func (ld *loader) deliver(cs []*contribution) {
	results := make([]*execute.Result, len(cs))
	func() {
		defer func() {
			if r := recover(); r != nil {
				f := ld.failure(panicError(r)) // one failure, so that clients see one error
				for i, c := range cs {
					results[i] = execute.FailedResult(c.keys.Len(), f)
				}
			}
		}()
		ld.load(cs, results)
	}()
	for i, c := range cs {
		ld.done <- execute.Loaded{Fetch: c.fetch, Result: results[i]}
	}
}

func panicError(r any) *datasources.Error {
	return &datasources.Error{
		Code: datasources.CodeInternal, Message: "Internal server error", Cause: &datasources.PanicError{Value: r, Stack: debug.Stack()},
	}
}

// failure says which connector failed.
func (ld *loader) failure(err *datasources.Error) *execute.Failure {
	if ld.bound.isDiscreet {
		err = err.Discreet()
	}
	return &execute.Failure{
		Err:        err,
		Service:    ld.bound.connector.Document.Name,
		Coordinate: ld.bound.connector.Call.Coordinate,
	}
}
