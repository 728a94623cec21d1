package ratelimit

import (
	"net/netip"
	"reflect"
	"slices"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/caller"
	"github.com/weftgraph/weft/server/admission"
)

// DefaultMaxBuckets is how many a rule counts apart where nothing else is configured.
const DefaultMaxBuckets = 100_000

// Settings are what a Limiter is made from. The zero Settings limit nothing.
type Settings struct {
	// Rules have different names.
	Rules []Rule
	// HeadersOff leaves RateLimit and RateLimit-Policy out of answers.
	HeadersOff bool
	// MaxBuckets bounds the buckets of each rule; 0 means DefaultMaxBuckets.
	MaxBuckets int
}

// Rule is one limit. It is immutable.
type Rule struct {
	// Name is what clients and operators call it.
	Name string
	// Per says who has a bucket: each combination of its dimensions. Everyone has one together if it is empty.
	Per []Dimension
	// Match are the requests that the rule is for, Except those of them that it is not for.
	Match, Except Match
	// Unit is what is counted, and Fields are the fields whose occurrences are, as "Type.field".
	Unit   Unit
	Fields []string
	// Limit is how much there may be in each Interval, Burst how much at once; 0 means Limit.
	Limit    int64
	Interval time.Duration
	Burst    int64
}

// Unit is what a rule counts.
type Unit uint8

// The units.
const (
	// Requests are operations, those that are refused later among them.
	Requests Unit = iota
	// Cost is what operations are estimated to cost.
	Cost
	// Fields are occurrences of fields in operations.
	Fields
	// Failures are requests that were refused for their credentials. No request is let in when there are too many.
	Failures
)

// String is what a quota counts in RateLimit-Policy, empty for requests.
func (u Unit) String() string {
	switch u {
	case Cost:
		return "cost"
	case Fields:
		return "fields"
	case Failures:
		return "failures"
	default:
		return ""
	}
}

// Dimension is something that buckets are told apart by.
type Dimension uint8

// The dimensions.
const (
	// Everyone is no dimension: it tells nobody apart.
	Everyone Dimension = iota
	// Caller is who asks. Anonymous callers are told apart by their addresses.
	Caller
	// Key is the API key, Owner whom a key was given to. Requests that have none are not limited by the rule.
	Key
	Owner
	// IP is the address of the client: in IPv6 its network of 64 bits.
	IP
	// Operation is the name of the operation. Clients choose it.
	Operation
	// Field is each of the rule's fields.
	Field
)

// Match describes requests. Each member that is not empty has to fit. The zero Match fits every request.
type Match struct {
	// Authenticated tells whether the caller has said who it is; nil if that does not matter.
	Authenticated *bool
	// Methods are how callers have shown who they are, Callers their names, Owners whom their keys were given to.
	Methods         []caller.Method
	Callers, Owners []string
	// Scopes are scopes of which the caller has one.
	Scopes []string
	// Addresses are networks of clients.
	Addresses []netip.Prefix
	// Operations are names of operations, Kinds their kinds.
	Operations []string
	Kinds      []ast.Operation
}

// isEmpty tells that nothing is described.
func (m *Match) isEmpty() bool { return reflect.ValueOf(m).Elem().IsZero() }

// readsCaller and readsOperation tell what has to be known of a request.
func (m *Match) readsCaller() bool {
	return m.Authenticated != nil || len(m.Methods)+len(m.Callers)+len(m.Owners)+len(m.Scopes) > 0
}

func (m *Match) readsOperation() bool { return len(m.Operations)+len(m.Kinds) > 0 }

// fits tells whether the description fits. What it says of operations does not fit where there is none.
func (m *Match) fits(a *admission.Asked) bool {
	return m.fitsCaller(a.Caller) && m.fitsAddress(a.Client) && m.fitsOperation(a.Operation)
}

func (m *Match) fitsCaller(c *caller.Caller) bool {
	if !m.readsCaller() {
		return true
	}
	i := c.Identity()
	return (m.Authenticated == nil || *m.Authenticated == !c.IsAnonymous()) &&
		(len(m.Methods) == 0 || slices.Contains(m.Methods, i.Method)) &&
		(len(m.Callers) == 0 || slices.Contains(m.Callers, c.Name())) &&
		(len(m.Owners) == 0 || i.Owner != "" && slices.Contains(m.Owners, i.Owner)) &&
		(len(m.Scopes) == 0 || slices.ContainsFunc(m.Scopes, c.HasScope))
}

func (m *Match) fitsAddress(client netip.Addr) bool {
	return len(m.Addresses) == 0 || slices.ContainsFunc(m.Addresses, func(p netip.Prefix) bool { return p.Contains(client) })
}

func (m *Match) fitsOperation(o admission.Operation) bool {
	if !m.readsOperation() {
		return true
	}
	return o != nil && (len(m.Operations) == 0 || slices.Contains(m.Operations, o.Name())) &&
		(len(m.Kinds) == 0 || slices.Contains(m.Kinds, o.Kind()))
}

// readsOperation tells that the rule cannot be held before a request is read.
func (r *Rule) readsOperation() bool {
	return r.Unit == Cost || r.Unit == Fields || slices.Contains(r.Per, Operation) || slices.Contains(r.Per, Field) ||
		r.Match.readsOperation() || r.Except.readsOperation()
}

// readsCaller tells that the rule cannot be held before it is known who asks.
func (r *Rule) readsCaller() bool {
	return r.Match.readsCaller() || r.Except.readsCaller() ||
		slices.ContainsFunc(r.Per, func(d Dimension) bool { return d == Caller || d == Key || d == Owner })
}

// isFor tells whether the rule is for a request.
func (r *Rule) isFor(a *admission.Asked) bool {
	return r.Match.fits(a) && (r.Except.isEmpty() || !r.Except.fits(a))
}

// equals tells that two rules say the same.
func (r *Rule) equals(o *Rule) bool { return reflect.DeepEqual(r, o) }

// IsForAll tells that the rule is for every request: nothing is said of those that it is for.
func (r *Rule) IsForAll() bool { return r.Match.isEmpty() && r.Except.isEmpty() }
