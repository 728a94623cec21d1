package execute

import (
	"context"
	"io"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/weftgraph/weft/graph/plan"
	"github.com/weftgraph/weft/graph/value"
)

// Input is what a run needs besides its plan.
type Input struct {
	// Variables are the coerced variables; one that has no value is absent.
	Variables map[string]value.Value
	// Loads makes the calls. It belongs to this run.
	Loads Loads
	// System answers introspection fields: the JSON of the field's value. It may be nil when the plan has none.
	System func(ctx context.Context, f *ast.Field) ([]byte, error)
	// Explain asks for the waterfall in Part.Calls.
	Explain bool
	// CountRows asks for Part.Rows.
	CountRows bool
	// HidesDenied leaves out the errors of what the caller may not read (Plan.Denied).
	HidesDenied bool
	// Memory is that of the plan's runs; nil for a run that leaves nothing to others.
	Memory *Memory
	// SizeHint is about how many bytes of data the answer will have, 0 if that is not known. It is heeded for short answers; long ones
	// are measured.
	SizeHint int
}

// Parts are the parts of an answer, in order. A plain query is one part. It is used by one goroutine.
type Parts interface {
	// Next returns the next part, or io.EOF. The part is valid until the next call, or Close. The context is the same in all calls.
	Next(ctx context.Context) (*Part, error)
	// Close releases buffers. It may be called at any time, and more than once.
	Close()
}

// Part is one part of an answer. The first one has data; those that follow have patches.
type Part struct {
	// Data is the JSON of `data`, "null" when a null reached the root. It is nil in all parts but the first.
	Data []byte
	// Whole is the JSON of an answer that has this data and nothing else: `{"data":…}`. Data is a part of it.
	Whole []byte
	// Errors are those of the data, in response order, but for those of what the caller may not read, which come first, and those of
	// introspection fields, which come last.
	Errors gqlerror.List
	// Denied are the errors of what the caller may not read, where Errors must not have them (Input.HidesDenied).
	Denied gqlerror.List
	// Calls is the waterfall so far, in order of start.
	Calls []Call
	// Rows counts the rows so far of each layer of the plan by their type: Rows[layer][tag-1]. It is nil unless it was asked for.
	Rows [][]int
	// Pending are the fragments that will be answered later, or by this part.
	Pending []Pending
	// Patches are what fragments add to the data. Those of one fragment are next to each other.
	Patches []Patch
	// Completed are the fragments that this part has answered.
	Completed []Completed
	// HasNext tells that another part will follow.
	HasNext bool
}

// Pending is one deferred fragment at one place of the answer.
type Pending struct {
	// ID numbers the fragments of an answer, from 0.
	ID int
	// Label is what the client calls it, or empty.
	Label string
	// Path leads from the root to the object that the fragment is in.
	Path ast.Path
}

// Patch is an object whose members are added to one that has been answered before. Nothing is answered twice.
type Patch struct {
	// ID is the fragment's; SubPath leads from the fragment's object to the one that is added to.
	ID      int
	SubPath ast.Path
	// Data is the JSON of the object.
	Data []byte
	// Errors are those of the fragment, with paths from the root; in the first of its patches.
	Errors gqlerror.List
}

// Completed tells that a fragment has been answered.
type Completed struct {
	ID int
	// HasFailed tells that a null where none may be has reached the fragment, so that it has no patches. Errors tell why.
	HasFailed bool
	Errors    gqlerror.List
}

// Run runs a plan. Nothing happens before the first Next. Each returns when its part is complete or the context that it was
// given is over; then what has arrived is answered, and what has not is an error at the first position that waited for it. The
// context of Run itself is not kept.
func Run(_ context.Context, p *plan.Plan, in Input) Parts {
	return &run{plan: p, in: in}
}

// What stands around the data of an answer without errors.
const (
	head = `{"data":`
	tail = `}`
)

type run struct {
	plan *plan.Plan
	in   Input
	done bool
	out  *buffer
	// divided is the state between the parts of an answer that has several.
	divided *divided
}

var _ Parts = (*run)(nil)

func (r *run) Next(ctx context.Context) (*Part, error) {
	if r.done {
		return nil, io.EOF
	}
	if len(r.plan.Deferrals) > 0 {
		return r.nextPart(ctx), nil
	}
	r.done = true
	c := r.in.Memory.take(r.plan, r.in)
	c.work(ctx)
	part, _ := r.first(ctx, c)
	r.finish(c)
	return part, nil
}

// first writes the data of the first part. It returns what a null has been propagated to, too, nil if there were no doubts.
func (r *run) first(ctx context.Context, c *coordinator) (*Part, *marks) {
	r.out = takeBuffer(c.size())
	part := &Part{}
	if r.in.CountRows {
		part.Rows = c.countRows()
	}
	w := writer{coordinator: c, ctx: ctx, buf: append(r.out.bytes[:0], head...), parts: plan.FirstPart.Only()}
	if c.hasDoubts() {
		w.dead = newMarks(r.plan, c.layers)
		chk := checker{coordinator: c, dead: w.dead, parts: plan.FirstPart.Only()}
		w.isNull = chk.root()
		part.Errors = chk.all()
	}
	if denied := c.denied(plan.FirstPart); r.in.HidesDenied {
		part.Denied = denied
	} else {
		part.Errors = append(denied, part.Errors...)
	}
	w.root()
	w.buf = append(w.buf, tail...)
	part.Whole, part.Data = w.buf, w.buf[len(head):len(w.buf)-len(tail)]
	part.Errors = append(part.Errors, w.errors...)
	r.out.bytes = part.Whole
	part.Calls = c.waterfall()
	return part, w.dead
}

// finish gives back what the run has used, unless calls may still use it.
func (r *run) finish(c *coordinator) {
	r.done = true
	if c.isOver || c.inFlight > 0 {
		return
	}
	// Answer and errors refer to nothing of the rows. Without this, each run would make garbage of the size of its data.
	r.in.Loads.Release()
	r.in.Memory.keep(c)
}

func (r *run) Close() {
	r.done, r.divided = true, nil
	r.release()
}

// release gives back the memory of the last part.
func (r *run) release() {
	if r.out != nil {
		r.out.release()
		r.out = nil
	}
}
