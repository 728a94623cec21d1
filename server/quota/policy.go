package quota

import (
	"time"

	"github.com/weftgraph/weft/graph/caller"
	"github.com/weftgraph/weft/server/admission"
)

// Policy holds the quotas of API keys. Operations count once they are planned, and before they are executed: what is no valid operation, or
// is refused by this or an earlier policy, does not. It is immutable and safe for concurrent use.
type Policy struct {
	// Ledger counts.
	Ledger *Ledger
	// Of returns how much a key may use.
	Of func(id string) Quota
}

var _ admission.Policy = Policy{}

// Request implements admission.Policy: whoever has nothing left is refused before anything is read.
func (p Policy) Request(a *admission.Asked, s *admission.Standings) *admission.Refused {
	id := keyOf(a)
	if id == "" {
		return nil
	}
	q := p.Of(id)
	if q.IsZero() {
		return nil
	}
	exceeded := p.Ledger.check(id, q, Amount{Requests: 1}, s)
	return exceeded.refused(Amount{})
}

// Operation implements admission.Policy.
func (p Policy) Operation(a *admission.Asked, s *admission.Standings) *admission.Refused {
	id := keyOf(a)
	if id == "" {
		return nil
	}
	// Cost is counted without a quota of it, too: it is what an operator chooses one by.
	q, n := p.Of(id), Amount{Requests: 1, Cost: max(0, a.Operation.Cost())}
	exceeded := p.Ledger.Admit(id, q, n)
	if !q.IsZero() {
		asked := Amount{}
		if exceeded != nil {
			asked = n
		}
		_ = p.Ledger.check(id, q, asked, s) // what is left now is told, and what refuses
	}
	return exceeded.refused(n)
}

// ReadsOperations implements admission.Policy.
func (p Policy) ReadsOperations() bool { return true }

// keyOf returns the id of the API key that somebody asks with, empty for others.
func keyOf(a *admission.Asked) string {
	if i := a.Caller.Identity(); i.Method == caller.APIKey {
		return i.Subject
	}
	return ""
}

// check returns the limit that n more would exceed, or nil, and notes how the limits stand. Nothing is counted.
func (l *Ledger) check(key string, q Quota, n Amount, s *admission.Standings) *Exceeded {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	a := l.account(key, now)
	exceeded := a.fits(q, n, now)
	a.month.stand(months(), q.Month, now, exceeded, s)
	a.day.stand(days(), q.Day, now, exceeded, s)
	return exceeded
}

// stand notes how the limits of a period stand, of which one may be exceeded.
func (c *count) stand(cal calendar, limit Amount, now time.Time, exceeded *Exceeded, s *admission.Standings) {
	begins, ends := cal.begins(c.number), cal.begins(c.number+1)
	note := func(rule, unit string, limit, used int64) {
		if limit > 0 {
			s.Add(admission.Standing{
				Rule: rule, Policy: admission.PolicyItem(rule, unit, limit, ends.Sub(begins)), Remaining: max(0, limit-used), Reset: ends.Sub(now),
				IsRefusing: exceeded != nil && rule == ruleOf(exceeded.Period, exceeded.IsCost),
			})
		}
	}
	note(ruleOf(cal.period, false), "", limit.Requests, c.used.Requests)
	note(ruleOf(cal.period, true), "cost", limit.Cost, c.used.Cost)
}

// Rules are what the limits of quotas are called in headers and errors, beside rate limits.
func Rules() []string {
	return []string{ruleOf(Day, false), ruleOf(Day, true), ruleOf(Month, false), ruleOf(Month, true)}
}

// ruleOf names a limit.
func ruleOf(p Period, isCost bool) string {
	if isCost {
		return "quota-" + string(p) + "-cost"
	}
	return "quota-" + string(p)
}

// refused says to a client that n is more than there is, or nothing if it is not.
func (e *Exceeded) refused(n Amount) *admission.Refused {
	if e == nil {
		return nil
	}
	r := &admission.Refused{
		Rule: ruleOf(e.Period, e.IsCost), Message: e.Error(), Limit: e.Limit, Remaining: e.Left, RetryAfter: e.Wait,
	}
	if e.IsCost && n.Cost > e.Limit {
		r.IsTooMuch, r.Cost, r.MaxCost = true, n.Cost, e.Limit
	}
	return r
}
