package server

import (
	"errors"

	"go.uber.org/zap"

	"github.com/weftgraph/weft/graph/caller"
	"github.com/weftgraph/weft/graph/permit"
)

// failedPerMinute bounds the lines about policies that cannot be evaluated: every request may have one.
const failedPerMinute = 20

// failedPolicies logs policies that deny because they cannot be evaluated. It is safe for concurrent use.
type failedPolicies struct{ log *zap.Logger }

func newFailedPolicies(log *zap.Logger) failedPolicies {
	return failedPolicies{sampled(log, failedPerMinute)}
}

// of is told of the failures for one caller. That the anonymous caller has no claims is no failure; that another lacks one may be a slip of whoever
// wrote the policy.
func (f failedPolicies) of(who *caller.Caller) func(policy string, err error) {
	if who.IsAnonymous() {
		return f.anonymous
	}
	return f.known
}

func (f failedPolicies) anonymous(policy string, err error) {
	if !errors.Is(err, permit.ErrMissing) {
		f.known(policy, err)
	}
}

func (f failedPolicies) known(policy string, err error) {
	if errors.Is(err, permit.ErrMissing) {
		f.log.Info("a policy reads what is not there, and denies", zap.String("policy", policy), zap.Error(err))
		return
	}
	f.log.Warn("a policy cannot be evaluated, and denies", zap.String("policy", policy), zap.Error(err))
}
