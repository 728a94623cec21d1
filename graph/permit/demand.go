package permit

import (
	"net/http"

	"github.com/weftgraph/weft/graph/caller"
	"github.com/weftgraph/weft/graph/value"
)

// Demand is what has to hold for whoever reads something. It is immutable and safe for concurrent use.
type Demand struct {
	id             int
	authenticated  bool
	readsArguments bool
	// scopes and policies are conjunctions: each of the choices has to hold. They are kept apart from each other, rather than multiplied to one
	// list of alternatives, which can be exponentially longer.
	scopes   []choice[string]
	policies []choice[*policy]
}

// choice is a list of alternatives: one of them has to hold, which all of its members have to. Without any it never holds.
type choice[T comparable] [][]T

// Input is what a decision can depend on.
type Input struct {
	// Caller is nil for the anonymous one.
	Caller *caller.Caller
	// Header are those of the client's request; nil has none.
	Header http.Header
	// Operation is the name of the operation, Kind is "query", "mutation" or "subscription".
	Operation, Kind string
	// Arguments are those of the field's occurrence, coerced: an object. MISSING has none.
	Arguments value.Value
	// Budget is shared by all decisions for one operation; nil does not bound what they cost together. When it is spent, policies deny that
	// loop or read arguments.
	Budget *Budget
	// Failed, if it is not nil, is told of a policy that could not be evaluated, by its name or expression, each time. Err is an ErrMissing where it
	// has read something that is not there, such as a claim that the caller does not have. It may quote claims and arguments: it is for logs.
	Failed func(policy string, err error)
}

// ID tells the demand from others of the same Rules: they are numbered from 0.
func (d *Demand) ID() int { return d.id }

// ReadsArguments tells that Allows depends on the arguments of the field's occurrence. Without it one decision holds for a whole request.
func (d *Demand) ReadsArguments() bool { return d.readsArguments }

// Allows decides. A policy that fails at run time denies.
func (d *Demand) Allows(in Input) bool {
	return d.allowsCaller(&in) && (len(d.policies) == 0 || d.allowsPolicies(in, (*decision).holds))
}

// MightAllow decides as far as it can be decided without arguments and operation: policies that read them hold.
func (d *Demand) MightAllow(in Input) bool {
	return d.allowsCaller(&in) && (len(d.policies) == 0 || d.allowsPolicies(in, (*decision).mightHold))
}

// allowsCaller decides about all but policies.
func (d *Demand) allowsCaller(in *Input) bool {
	if d.authenticated && in.Caller.IsAnonymous() {
		return false
	}
	for _, c := range d.scopes {
		if !c.holds(in.Caller.HasScope) {
			return false
		}
	}
	return true
}

func (d *Demand) allowsPolicies(in Input, holds func(*decision, *policy) bool) bool {
	under := &decision{variables{in}}
	for _, c := range d.policies {
		if !c.holds(func(p *policy) bool { return holds(under, p) }) {
			return false
		}
	}
	return true
}

// holds tells whether all members of one alternative hold.
func (c choice[T]) holds(member func(T) bool) bool {
	for _, all := range c {
		if allHold(all, member) {
			return true
		}
	}
	return false
}

func allHold[T any](all []T, member func(T) bool) bool {
	for _, m := range all {
		if !member(m) {
			return false
		}
	}
	return true
}
