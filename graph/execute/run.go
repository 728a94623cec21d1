package execute

import (
	"context"
	"io"
	"slices"

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
	// Memory is that of the plan's runs; nil for a run that leaves nothing to others.
	Memory *Memory
	// SizeHint is about how many bytes of data the answer will have, 0 if that is not known. It is heeded for short answers; long ones
	// are measured.
	SizeHint int
}

// Parts are the parts of an answer, in order. A plain query is one part. It is used by one goroutine.
type Parts interface {
	// Next returns the next part, or io.EOF. The part is valid until Close.
	Next(ctx context.Context) (*Part, error)
	// Close releases buffers. It may be called at any time, and more than once.
	Close()
}

// Part is one part of an answer.
type Part struct {
	// Data is the JSON of `data`, "null" when a null reached the root.
	Data []byte
	// Whole is the JSON of an answer that has this data and nothing else: `{"data":…}`. Data is a part of it.
	Whole []byte
	// Errors are in response order, but for those of introspection fields, which come last.
	Errors gqlerror.List
	// Calls is the waterfall, in order of start.
	Calls []Call
	// Rows counts the rows of each layer of the plan by their type: Rows[layer][tag-1]. It is nil unless it was asked for.
	Rows [][]int
}

// Run runs a plan. Nothing happens before the first Next, which returns when the answer is complete or the context that it was
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
}

var _ Parts = (*run)(nil)

func (r *run) Next(ctx context.Context) (*Part, error) {
	if r.done {
		return nil, io.EOF
	}
	r.done = true
	c := r.in.Memory.take(r.plan, r.in)
	isComplete := c.work(ctx)
	r.out = takeBuffer(c.size())
	part := &Part{}
	if r.in.CountRows {
		part.Rows = c.countRows()
	}
	w := writer{coordinator: c, ctx: ctx, buf: append(r.out.bytes[:0], head...)}
	if c.hasDoubts() {
		w.dead = newMarks(r.plan, c.layers)
		chk := checker{coordinator: c, dead: w.dead}
		w.isNull = chk.root()
		part.Errors = chk.all()
	}
	w.root()
	w.buf = append(w.buf, tail...)
	part.Whole, part.Data = w.buf, w.buf[len(head):len(w.buf)-len(tail)]
	part.Errors = append(part.Errors, w.errors...)
	r.out.bytes = part.Whole
	slices.SortStableFunc(c.calls, func(a, b Call) int { return a.Start.Compare(b.Start) })
	part.Calls = c.calls
	if isComplete {
		// Answer and errors refer to nothing of the rows. Without this, each run would make garbage of the size of its data.
		r.in.Loads.Release()
		r.in.Memory.keep(c)
	}
	return part, nil
}

func (r *run) Close() {
	r.done = true
	if r.out != nil {
		r.out.release()
		r.out = nil
	}
}
