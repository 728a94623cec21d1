package server

import (
	"net/http"
	"time"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"go.uber.org/zap"

	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/caller"
	"github.com/weftgraph/weft/server/admission"
)

// limitRate is what `extensions.limit` says of what is more than a rate limit or quota ever admits.
const limitRate = "rate_limit"

// crowdedPerMinute bounds the lines about limits that count others together.
const crowdedPerMinute = 1

// admitted is what the policies have said of one request, and what its answer tells of that.
type admitted struct {
	asked     admission.Asked
	standings admission.Standings
	// retryAfter is when to ask again, 0 if the request is not refused for a while only.
	retryAfter time.Duration
}

// newAdmitted is for what the policies say of a request, nil if there are none.
func (o *operations) newAdmitted(r *http.Request) *admitted {
	if len(o.policies) == 0 {
		return nil
	}
	return &admitted{asked: admission.Asked{Client: o.clients.of(r)}}
}

// admit finds out who asks, and whether a request may be answered by what is known before it is read. w is nil where the answer has no
// header.
func (o *operations) admit(w http.ResponseWriter, r *http.Request, a *admitted) (*http.Request, *refusal) {
	r, refused := o.admitCaller(w, r, a)
	if refused == nil && a != nil {
		refused = o.admitRequest(a)
	}
	return r, refused
}

// admitCaller finds out who asks, unless there were too many requests from the same address, or too many that have failed to say so.
func (o *operations) admitCaller(w http.ResponseWriter, r *http.Request, a *admitted) (*http.Request, *refusal) {
	if a == nil {
		return o.identify(w, r)
	}
	if refused := o.admitUnknown(a); refused != nil {
		return r, refused
	}
	r, refused := o.identify(w, r)
	if refused == nil {
		a.asked.Caller = caller.From(r.Context())
		return r, nil
	}
	if refused.status == http.StatusUnauthorized {
		for _, g := range o.guards {
			g.Failed(&a.asked)
		}
	}
	return r, refused
}

// admitUnknown asks about a request before its caller is known: to find that out may take longer than all the rest.
func (o *operations) admitUnknown(a *admitted) *refusal {
	if o.identifies != nil { // otherwise nothing is to be spared
		for _, g := range o.guards {
			if refused := g.Unknown(&a.asked, &a.standings); refused != nil {
				return o.refuseAdmission(refused, a)
			}
		}
	}
	for _, g := range o.guards {
		if refused := g.Attempt(&a.asked, &a.standings); refused != nil {
			return o.refuseAdmission(refused, a)
		}
	}
	return nil
}

// admitRequest asks the policies about a request, or another operation of a batch.
func (o *operations) admitRequest(a *admitted) *refusal {
	for _, p := range o.policies {
		if refused := p.Request(&a.asked, &a.standings); refused != nil {
			return o.refuseAdmission(refused, a)
		}
	}
	return nil
}

// admitBatch asks about the operations of a batch but for the first: what was asked about before the batch was read was for that one.
func (o *operations) admitBatch(a *admitted, batch []entry) {
	if a == nil {
		return
	}
	for i := range batch {
		own := &admitted{asked: a.asked}
		if i > 0 {
			if refused := o.admitRequest(own); refused != nil {
				batch[i].refused = refused
			}
		}
		batch[i].admitted = own
	}
}

// gather adds what the answers to a batch's operations tell of limits. When one of them is worth asking again is said in its error.
func (a *admitted) gather(batch []entry) {
	if a == nil {
		return
	}
	for i := range batch {
		a.standings.AddAll(&batch[i].admitted.standings)
	}
}

// admitOperation asks the policies about an operation that has been planned.
func (o *operations) admitOperation(run *graph.Run, a *admitted) gqlerror.List {
	if a == nil || !o.readsOperations {
		return nil
	}
	a.asked.Operation = planned{run}
	defer func() { a.asked.Operation = nil }()
	for _, p := range o.policies {
		if refused := p.Operation(&a.asked, &a.standings); refused != nil {
			return gqlerror.List{o.refuseAdmission(refused, a).err}
		}
	}
	return nil
}

// planned is a run as policies see it.
type planned struct{ *graph.Run }

var _ admission.Operation = planned{}

// Name implements admission.Operation.
func (p planned) Name() string { return p.Operation().Definition().Name }

// Kind implements admission.Operation.
func (p planned) Kind() ast.Operation { return p.Operation().Definition().Operation }

// refuseAdmission makes a refusal of what a policy says.
func (o *operations) refuseAdmission(r *admission.Refused, a *admitted) *refusal {
	if r.IsShared {
		o.crowded.Warn("a rate limit counts as many as it may, so that others share what is left", zap.String("rule", r.Rule))
	}
	if r.IsTooMuch {
		return refuseTooMuch(r)
	}
	a.retryAfter = r.RetryAfter
	seconds := admission.Seconds(r.RetryAfter)
	refused := refuse(http.StatusTooManyRequests, codeRateLimited, "%s Try again in %d s.", r.Message, seconds)
	refused.err.Extensions["rateLimit"] = map[string]any{
		"rule": r.Rule, "limit": r.Limit, "remaining": max(r.Remaining, 0), "retryAfter": seconds,
	}
	return refused
}

// refuseTooMuch refuses what no waiting helps with.
func refuseTooMuch(r *admission.Refused) *refusal {
	code := codeLimitExceeded
	if r.MaxCost > 0 {
		code = graph.CodeCostExceeded
	}
	refused := refuse(http.StatusBadRequest, code, "%s", r.Message)
	refused.err.Extensions["limit"] = limitRate
	refused.err.Extensions["rateLimit"] = map[string]any{"rule": r.Rule, "limit": r.Limit}
	if r.MaxCost > 0 {
		refused.err.Extensions["cost"] = map[string]any{"estimated": r.Cost, "max": r.MaxCost}
	}
	return refused
}

// tell sets the fields that an answer has for limits.
func (a *admitted) tell(h http.Header, tellsLimits bool) {
	if a.retryAfter > 0 {
		h["Retry-After"] = secondsOf(a.retryAfter)
	}
	if tellsLimits && !a.standings.IsEmpty() {
		h["Ratelimit-Policy"], h["Ratelimit"] = []string{a.standings.Policies()}, []string{a.standings.Limits()}
	}
}

// isForAWhile tells that the request was refused, and is worth asking again.
func (a *admitted) isForAWhile() bool { return a != nil && a.retryAfter > 0 }

// guardsOf are those of the policies that look at requests whose caller is not known yet.
func guardsOf(policies []admission.Policy) []admission.Guard {
	var guards []admission.Guard
	for _, p := range policies {
		if g, ok := p.(admission.Guard); ok {
			guards = append(guards, g)
		}
	}
	return guards
}

// readOperations tells that some policy looks at operations.
func readOperations(policies []admission.Policy) bool {
	for _, p := range policies {
		if p.ReadsOperations() {
			return true
		}
	}
	return false
}
