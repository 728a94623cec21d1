package graph

import (
	"errors"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/weftgraph/weft/graph/cost"
	"github.com/weftgraph/weft/graph/value"
)

// costProgram returns what works out the costs of the plan. It is made when somebody asks for the first time.
func (g *Generation) costProgram(p *Prepared) *cost.Program {
	p.costing.Do(func() { p.costs = cost.New(g.graph, p.Plan, g.cost.ListSize) })
	return p.costs
}

// estimate returns what an operation is estimated to cost, -1 when nobody asks, and an error when that is more than it may cost.
func (g *Generation) estimate(p *Prepared, vars map[string]value.Value, explain Explain) (int64, *gqlerror.Error) {
	if !g.cost.Enabled && !explain.asksCost() {
		return -1, nil
	}
	estimated, err := g.costProgram(p).Estimate(vars)
	if !g.cost.Enabled || !g.cost.Enforce {
		return estimated, nil
	}
	if slicing := (*cost.SlicingError)(nil); errors.As(err, &slicing) {
		return 0, codedError(CodeBadUserInput, "%s", slicing)
	}
	if g.cost.Max > 0 && estimated > g.cost.Max {
		refused := codedError(CodeCostExceeded, "The operation costs %d, the limit is %d.", estimated, g.cost.Max)
		refused.Extensions["limit"] = limitCost
		refused.Extensions["cost"] = map[string]any{"estimated": estimated, "max": g.cost.Max}
		return 0, refused
	}
	return estimated, nil
}

// ExceedsCost tells what the operation is estimated to cost if that is more than it may, and costs are measured and not enforced.
func (r *Run) ExceedsCost() (estimated, most int64, exceeds bool) {
	c := &r.generation.cost
	return r.cost, c.Max, c.Enabled && c.Max > 0 && r.cost > c.Max
}

// Cost estimates what the operation costs.
func (r *Run) Cost() int64 {
	if r.cost < 0 {
		r.cost, _ = r.generation.costProgram(r.prepared).Estimate(r.variables)
	}
	return r.cost
}

func (r *Run) explainCost(rows cost.Rows) *explainedCost {
	program := r.generation.costProgram(r.prepared)
	return &explainedCost{Estimated: r.Cost(), Actual: program.Actual(rows, r.variables), Max: r.generation.cost.Max}
}
