package graph

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/weftgraph/weft/graph/caller"
	"github.com/weftgraph/weft/graph/execute"
	"github.com/weftgraph/weft/graph/input"
	"github.com/weftgraph/weft/graph/permit"
	"github.com/weftgraph/weft/graph/value"
)

// Query is what a client asks for.
type Query struct {
	// Text is the query document.
	Text string
	// ID asks for a registered document, instead of Text: its id in a manifest, or "sha256:" and the hash of its text.
	ID string
	// Hash is what the document is called by automatic persisted queries, instead of Text or beside it. Registered documents are found
	// by it as by ID; whoever knows other documents by hashes gives their Text.
	Hash string
	// Operation names the operation; it may be empty when there is only one.
	Operation string
	// Variables is the object that the client sent, or MISSING or null.
	Variables value.Value
	// Header are the client's request headers.
	Header http.Header
	// Caller is who asks; nil for the anonymous caller.
	Caller *caller.Caller
	// PolicyFailed is told of a policy that cannot be evaluated, each time; nil is nobody. See permit.Input.
	PolicyFailed func(policy string, err error)
	// Started is when the query was given; zero means now.
	Started time.Time
	// EventTimeout bounds the execution of one event of a subscription, from when it has come; 0 leaves that to the timeouts of its calls.
	EventTimeout time.Duration
	// Explain asks for parts of the explanation; the caller has checked that the client may have it.
	Explain Explain
	// Alone asks for an answer of its own, whoever else asks the same: it depends on more than the run knows of.
	Alone bool
	// Measured asks for Run.Usage.
	Measured bool
	// TakesParts tells that the client takes an answer in parts, so that @defer is heeded. The answer of a run that HasParts is given by
	// Next alone.
	TakesParts bool
}

// Run is one query that is ready to be run on the generation that it was begun with. It is used by one goroutine at a time.
type Run struct {
	generation *Generation
	operation  *Operation
	prepared   *Prepared
	variables  map[string]value.Value
	header     http.Header
	who        *caller.Caller
	explain    Explain
	alone      bool
	parts      execute.Parts
	// part is the last one; nil before the first.
	part *execute.Part
	// flight is the one that the run leads or has joined, nil if it is alone.
	flight *flight
	// seen is what the caller sees of the schema, empty before anybody has asked.
	seen permit.Sight
	// measured is what the run uses, nil if nobody wants to know.
	measured *measurements
	// cost is what the operation is estimated to cost, -1 if nobody has asked.
	cost int64
	// started is when the query was given: times of the explanation count from it.
	started time.Time
	// ended tells that respond has returned the last part, closed that Close has been called.
	ended, closed bool
	// eventTimeout bounds the execution of an event; events are those that respond answers, nil before the first.
	eventTimeout time.Duration
	events       *Events
}

// Begin prepares a query: it finds the document, chooses the operation, coerces the variables, and finds or makes the plan.
// The errors are request errors: nothing was executed, the answer has no data. Whoever gets a Run closes it. Where Begin returns neither a
// run nor errors the generation is over (see End): the current one is to be asked.
func (g *Generation) Begin(q Query) (*Run, gqlerror.List) {
	if !g.life.enter() {
		return nil, nil
	}
	var run *Run
	defer func() {
		if run == nil { // for whatever reason: a panic is one
			g.life.leave()
		}
	}()
	begun, errs := g.begin(q)
	if len(errs) > 0 {
		return nil, errs
	}
	run = begun
	return run, nil
}

// begin is Begin for a run that has been counted.
func (g *Generation) begin(q Query) (*Run, gqlerror.List) {
	started := q.Started
	if started.IsZero() {
		started = time.Now()
	}
	doc, errs := g.find(&q)
	if len(errs) > 0 {
		return nil, errs
	}
	op, err := doc.Operation(q.Operation)
	if err != nil {
		return nil, gqlerror.List{err}
	}
	if err := checkGiven(q.Variables, g.limits); err != nil {
		return nil, gqlerror.List{err}
	}
	vars, errs := input.Variables(g.graph, op.def, q.Variables, g.personal)
	if len(errs) > 0 {
		return nil, errs
	}
	on := g.drawLabels()
	var scratch [64]byte
	met := g.judge(scratch[:0], op, &q, vars)
	prepared, planErr := op.prepared(g, choice{vars: vars, takesParts: q.TakesParts, on: on, met: met})
	if planErr != nil {
		return nil, gqlerror.List{requestError(planErr)}
	}
	if errs := g.refusal(prepared.Plan); len(errs) > 0 {
		return nil, errs
	}
	estimated, costErr := g.estimate(prepared, vars, q.Explain)
	if costErr != nil {
		return nil, gqlerror.List{costErr}
	}
	prepared.uses.Add(1)
	var measured *measurements
	if q.Measured {
		measured = newMeasurements(prepared.Plan)
	}
	return &Run{
		measured:   measured,
		cost:       estimated,
		generation: g,
		operation:  op,
		prepared:   prepared,
		variables:  vars,
		header:     q.Header,
		who:        q.Caller,
		explain:    q.Explain,
		alone:      q.Alone,
		started:    started,

		eventTimeout: q.EventTimeout,
	}, nil
}

// requestError returns an error about the request as it is, and hides every other one behind an opaque one, whose cause is
// for the log.
func requestError(err error) *gqlerror.Error {
	var shown *gqlerror.Error
	if errors.As(err, &shown) {
		return shown
	}
	hidden := codedError(CodeInternal, "Internal server error")
	hidden.Err = err
	return hidden
}

// Generation returns the generation that the run was begun with.
func (r *Run) Generation() *Generation { return r.generation }

// Operation returns the operation that runs.
func (r *Run) Operation() *Operation { return r.operation }

// Caller returns who asks, nil for the anonymous caller.
func (r *Run) Caller() *caller.Caller { return r.who }

// ReadsHeader tells that some connector reads the client's header.
func (r *Run) ReadsHeader() bool { return r.prepared.bound.Reads.AnyHeader() }

// Prepared returns the plan that runs.
func (r *Run) Prepared() *Prepared { return r.prepared }

// HasParts tells that the answer has several parts: fragments with @defer are answered later. Next gives them; Answer and Execute are
// for the others.
func (r *Run) HasParts() bool { return len(r.prepared.Plan.Deferrals) > 0 }

// Next returns the next part of the answer, io.EOF after the last one, and the context's error when it is over. The first
// call starts the execution; the context is the same in all of them. A part is valid until the next call, or Close.
func (r *Run) Next(ctx context.Context) (*execute.Part, error) {
	if r.parts == nil {
		r.parts = execute.Run(ctx, r.prepared.Plan, r.input(r.prepared.bound.Begin(ctx, r.environment())))
	}
	part, err := r.parts.Next(ctx)
	if err == nil {
		r.part = part
	}
	return part, err
}

func (r *Run) environment() Environment {
	return Environment{Variables: r.variables, Header: r.header, Context: r.who.Context(), Explain: r.explain.Calls, Made: r.measured.counters()}
}

func (r *Run) input(loads execute.Loads) execute.Input {
	in := execute.Input{
		Variables: r.variables,
		Loads:     loads,
		Explain:   r.explain.Calls,
		CountRows: r.countsRows(),
		SizeHint:  int(r.prepared.size.Load()),
		Memory:    &r.prepared.memory,

		HidesDenied: r.generation.authorization.Response != DeniedInErrors,
	}
	if s := r.generation.system; s != nil {
		in.System = func(ctx context.Context, f *ast.Field) ([]byte, error) {
			return s.answer(ctx, r.sight(), f, r.variables)
		}
	}
	return in
}

// Close releases what the run holds: the parts it returned, and the answer, must not be used any more. It may be called more than
// once.
func (r *Run) Close() {
	if r.flight != nil {
		r.flight.close()
		r.flight, r.parts = nil, nil
	}
	if r.parts != nil {
		r.parts.Close()
		r.parts = nil
	}
	if r.events != nil {
		r.events.Close()
		r.events = nil
	}
	if !r.closed {
		r.closed = true
		r.generation.life.leave()
	}
}

// runKey is the context key of a Run.
type runKey struct{}

// WithRun puts a run into a context, where Schema.Exec and the query cache find it. The caller keeps the duty to close it.
func WithRun(ctx context.Context, r *Run) context.Context { return context.WithValue(ctx, runKey{}, r) }

// runFrom returns the run in the context, or nil.
func runFrom(ctx context.Context) *Run {
	r, _ := ctx.Value(runKey{}).(*Run)
	return r
}
