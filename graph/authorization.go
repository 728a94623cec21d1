package graph

import (
	"errors"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/weftgraph/weft/graph/execute"
	"github.com/weftgraph/weft/graph/input"
	"github.com/weftgraph/weft/graph/permit"
	"github.com/weftgraph/weft/graph/personal"
	"github.com/weftgraph/weft/graph/plan"
	"github.com/weftgraph/weft/graph/value"
)

// Authorization says what is done about fields that a caller may not read. The zero Authorization answers them with null and tells so in
// `errors`.
type Authorization struct {
	// Off reads nothing of @authenticated, @requiresScopes and @policy: everybody may read everything.
	Off bool
	// RejectUnauthorized refuses an operation as a whole that has a field which the caller may not read.
	RejectUnauthorized bool
	// DryRun answers everything, and only tells of what would have been denied.
	DryRun bool
	// NoLog keeps whoever begins runs from logging what is denied.
	NoLog bool
	// Response says where answers tell of what is denied.
	Response DeniedResponse
	// VisibleOnly limits introspection to what the caller may see. Documents that name anything else are not valid.
	VisibleOnly bool
}

// DeniedResponse says where answers tell of what the caller may not read. Requests that are refused as a whole have errors in any case.
type DeniedResponse uint8

// The places.
const (
	// DeniedInErrors is `errors`.
	DeniedInErrors DeniedResponse = iota
	// DeniedInExtensions is `extensions.authorizationErrors`.
	DeniedInExtensions
	// DeniedNowhere is nowhere.
	DeniedNowhere
)

// DeniedExtension is the name of the list in the answer's `extensions`, as the public router calls it.
const DeniedExtension = "authorizationErrors"

// judge tells of each demand of an operation whether the caller meets it, one byte each, which it appends.
func (g *Generation) judge(dst []byte, op *Operation, q *Query, vars map[string]value.Value) []byte {
	if op.demands == nil {
		return dst
	}
	in := permit.Input{Caller: q.Caller, Header: q.Header, Operation: op.def.Name, Kind: string(op.def.Operation), Failed: q.PolicyFailed}
	for i := range op.demands.List {
		if op.demands.List[i].Field != 0 && in.Budget == nil {
			in.Budget = &permit.Budget{} // of those that read arguments there may be any number
		}
		dst = append(dst, '0'+bit(g.meets(&op.demands.List[i], in, vars)))
	}
	return dst
}

// demands are what an operation demands of its caller. Their texts, which plans show, have no arguments that are not for logs.
func (g *Generation) demands(op *ast.OperationDefinition) *plan.Demands {
	found := plan.NewDemands(g.graph, g.access, op)
	if found == nil || g.personal == nil {
		return found
	}
	for i := range found.List {
		if d := &found.List[i]; d.Field != 0 && g.personal.Arguments(d.Field) {
			coordinate, _, _ := strings.Cut(d.Text, "(")
			d.Text = coordinate + "(" + personal.Redacted + ")"
		}
	}
	return found
}

// errPersonal is why a policy has failed whose arguments are not for logs: what it says may quote them.
var errPersonal = errors.New(personal.Redacted + ", as the policy reads arguments that are tagged as personal")

// meets decides one demand. Arguments that cannot be coerced are an error where the field is executed; nobody may read it by them.
func (g *Generation) meets(d *plan.Demand, in permit.Input, vars map[string]value.Value) bool {
	if d.Field == 0 {
		return d.Allows(in)
	}
	if failed := in.Failed; failed != nil && g.personal.Arguments(d.Field) {
		in.Failed = func(policy string, _ error) { failed(policy, errPersonal) }
	}
	fields := make([]value.Field, 0, len(d.Arguments))
	for i := range d.Arguments {
		a := &d.Arguments[i]
		v, err := input.Argument(g.graph, a.Value, a.Default, a.Type, vars)
		if err != nil {
			return false
		}
		if !v.IsMissing() {
			fields = append(fields, value.Field{Name: a.Name, Value: forPolicy(g.graph, v, a.Type)})
		}
	}
	in.Arguments = value.DistinctObject(fields)
	return d.Allows(in)
}

// denials are what the plan is made without, by what judge has told.
func (o *Operation) denials(met []byte) *plan.Denials {
	return o.demands.Unmet(func(i int) bool { return met[i] == '1' })
}

// all is what judge tells of a caller who may, or may not, read everything.
func (o *Operation) all(isMet bool) []byte {
	if o.demands == nil {
		return nil
	}
	return slices.Repeat([]byte{'0' + bit(isMet)}, len(o.demands.List))
}

// refusal returns the errors of an operation that is refused because of what the caller may not read, none if it is not.
func (g *Generation) refusal(p *plan.Plan) gqlerror.List {
	if len(p.Denied) == 0 || g.authorization.DryRun {
		return nil
	}
	if g.authorization.RejectUnauthorized || p.Kind == ast.Subscription && p.Output[0].Kind == plan.Withheld {
		return execute.AllDenied(p)
	}
	return nil
}

// Denied returns what the caller may not read of the operation, in response order, and how many more paths there are. Nothing of it was fetched,
// unless the plan IsDry. It is what was decided when the operation was planned, whatever the data is: the errors of the answer are about those paths
// at which something was withheld, which may be fewer where only some types of a position are denied.
func (r *Run) Denied() (paths []plan.Denial, more int) {
	return r.prepared.Plan.Denied, r.prepared.Plan.MoreDenied
}

// deniedExtension is what the `extensions` of a part tell of denied paths, nil if that is nothing.
func (r *Run) deniedExtension(part *execute.Part) gqlerror.List {
	if r.generation.authorization.Response != DeniedInExtensions {
		return nil
	}
	return part.Denied
}
