package graph

import (
	"slices"
	"sync"
	"sync/atomic"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/cost"
	"github.com/weftgraph/weft/graph/execute"
	"github.com/weftgraph/weft/graph/plan"
)

// maxConstant bounds the bytes of an answer that a plan remembers. Documents are bounded by the size of their text, which
// says nothing about the size of their answers.
const maxConstant = 4 << 10

// Prepared is a plan that is bound to its sources, ready to be run any number of times, concurrently.
type Prepared struct {
	Plan  *plan.Plan
	bound Bound
	// costing makes costs when somebody asks.
	costing sync.Once
	costs   *cost.Program
	// counting makes occurrences, the number of fields by coordinate, when somebody asks.
	counting    sync.Once
	occurrences map[string]int
	// introspects tells that answers depend on what the caller sees of the schema.
	introspects bool
	// touching finds out what the plan touches when somebody asks.
	touching sync.Once
	touched  *Touched
	// uses counts the runs.
	uses atomic.Uint64
	// isConstant tells that every run has the same answer: nothing is called, and nothing of the request is read.
	isConstant bool
	// constant is that answer, once there was one that has nothing but data. It is not changed any more.
	constant atomic.Pointer[Answer]
	// size is that of the last answer.
	size atomic.Int64
	// memory is what runs leave to those that follow.
	memory execute.Memory
	// flights are the runs that others may join; nil if each request has to be answered by itself.
	flights *flights
}

// newPrepared prepares a plan; isLimited tells that callers see different parts of the schema.
func newPrepared(op *Operation, p *plan.Plan, bound Bound, isLimited bool) *Prepared {
	prepared := &Prepared{Plan: p, bound: bound, introspects: isLimited && introspects(p.Output)}
	if p.Kind != ast.Query {
		return prepared
	}
	prepared.isConstant = bound.Reads.isConstant() && !prepared.introspects && len(op.def.VariableDefinitions) == 0
	if bound.Reads.Calls && !bound.Reads.Alone {
		prepared.flights = newFlights()
	}
	return prepared
}

// learn remembers of an answer what helps with the next one.
func (p *Prepared) learn(a *Answer) {
	if a == nil || a.Whole == nil {
		return
	}
	if size := int64(len(a.Whole)); size != p.size.Load() {
		p.size.Store(size)
	}
	if p.isConstant && len(a.Whole) <= maxConstant && p.constant.Load() == nil {
		whole := slices.Clone(a.Whole)
		p.constant.Store(&Answer{Data: whole[len(a.Whole)-len(a.Data)-1 : len(whole)-1], Whole: whole})
	}
}
