package permit

import (
	"errors"

	"cel.dev/cel-go/cel"
)

// Budget is what the decisions for one operation may cost together. It is used by one goroutine at a time. The nil Budget is never spent.
type Budget struct{ spent uint64 }

// errSpent is why a policy is not evaluated.
var errSpent = errors.New("the policies of the operation cost more than one operation may")

func (b *Budget) isSpent() bool { return b != nil && b.spent >= maxOperationCost }

// spend notes what an evaluation has cost. One that was cut short does not tell, and has cost as much as it may.
func (b *Budget) spend(details *cel.EvalDetails) {
	if b == nil {
		return
	}
	if details != nil {
		if cost := details.ActualCost(); cost != nil {
			b.spent += *cost
			return
		}
	}
	b.spent += maxDecisionCost
}
