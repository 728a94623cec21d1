// Package admission is the form in which the HTTP edge asks whether a caller may have now what it asks for, and is told no: rate limits
// and quotas answer.
package admission

import (
	"net/netip"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/caller"
)

// Asked is a request or an operation that is decided on. Policies read it and do not keep it.
type Asked struct {
	// Client is the address of the client, as far as proxies on the way are trusted to tell it; the zero Addr if there is none.
	Client netip.Addr
	// Caller is who asks; nil for the anonymous caller.
	Caller *caller.Caller
	// Operation is what is asked, once it has been planned; nil before the request has been read.
	Operation Operation
}

// Operation is an operation that has been planned.
type Operation interface {
	// Name is the operation's name, empty if it has none.
	Name() string
	// Kind tells queries, mutations and subscriptions apart.
	Kind() ast.Operation
	// Cost is what it is estimated to cost.
	Cost() int64
	// Occurrences is how often it selects a field, given as "Type.field": aliases each count, what is skipped or merged does not.
	Occurrences(coordinate string) int
}

// Policy decides how much is answered. It is safe for concurrent use.
//
// A request is asked about twice: before it is read, and, once its operation is planned, before that is executed. Each operation of a
// batch, and of a WebSocket, is a request. What a policy takes of what a caller has left, it takes only if it does not refuse.
type Policy interface {
	// Request decides before the request is read: Asked has no operation.
	Request(a *Asked, s *Standings) *Refused
	// Operation decides on the operation of a request that Request has let in.
	Operation(a *Asked, s *Standings) *Refused
	// ReadsOperations tells that Operation may refuse something, or counts it. Otherwise it need not be called.
	ReadsOperations() bool
}

// Guard is a Policy that also looks at requests before anybody knows who asks, since to find that out costs something, and at those
// whose credentials turn out to be no good.
//
//nolint:iface // the HTTP edge asks it, and rate limits are one
type Guard interface {
	Policy

	// Unknown decides on a request of which only the address is known, Attempt whether its credentials are looked at, as those of a
	// connection are that asks for nothing yet. They take nothing, and add standings only if they refuse.
	Unknown(a *Asked, s *Standings) *Refused
	Attempt(a *Asked, s *Standings) *Refused
	// Failed counts a request that was refused for its credentials.
	Failed(a *Asked)
}

// Refused says why something is not answered now.
type Refused struct {
	// Rule names the limit. Clients see it.
	Rule string
	// Message tells the client what there is too much of, as a sentence.
	Message string
	// Limit is how much there may be in the rule's own time, and Remaining what of it is left.
	Limit, Remaining int64
	// RetryAfter is how long to wait before it is worth asking again. It is more than 0, unless IsTooMuch.
	RetryAfter time.Duration
	// IsTooMuch tells that waiting does not help: what was asked for is more than there ever is.
	IsTooMuch bool
	// Cost is what the operation was estimated to cost, and MaxCost the most that the rule admits at once, if it IsTooMuch for that.
	Cost, MaxCost int64
	// IsShared tells that the caller was counted together with others, because too many are being counted. It is for the log.
	IsShared bool
}
