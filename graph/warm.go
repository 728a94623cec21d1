package graph

import (
	"errors"

	"github.com/weftgraph/weft/graph/plan"
)

// Warm makes the documents and plans that another generation uses most, at most the given number of them, so that the first requests after a
// change do not pay for all of them at once. What does not fit any more is left out, and so are plans that depend on more than the operation.
func (g *Generation) Warm(from *Generation, first int) {
	for _, used := range from.Plans(first) {
		g.warm(used)
	}
}

// warm makes one plan. A client's query that makes something panic must not keep the graph from being replaced.
func (g *Generation) warm(used CachedPlan) {
	defer func() { _ = recover() }() // the request that wants it is told why, and so for errors
	doc, errs := g.Prepare(used.text)
	if len(errs) > 0 {
		return
	}
	if op, err := doc.Operation(used.Plan.Name); err == nil {
		_ = g.foresee(op)
	}
}

// foresee makes the plans of an operation that depend on nothing but whether the client takes parts, for a caller who may read all of it, and
// what works out their costs where these are wanted. All others are made when they are asked for.
func (g *Generation) foresee(op *Operation) error {
	prepare := func(takesParts bool) error {
		// Most callers may read all that they ask for.
		p, err := op.prepared(g, choice{takesParts: takesParts, met: op.all(true)})
		if err == nil && g.cost.Enabled {
			g.costProgram(p)
		}
		return err
	}
	switch {
	case len(op.conditions) == 0:
		return prepare(false)
	case len(op.conditions) == 1 && op.conditions[0] == plan.TakesParts:
		return errors.Join(prepare(false), prepare(true))
	default:
		return nil
	}
}
