package server

import (
	"context"
	"fmt"
	"slices"

	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/execute"
	"github.com/weftgraph/weft/graph/permit"
	"github.com/weftgraph/weft/graph/plan"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/supply"
	"github.com/weftgraph/weft/resolvers"
	"github.com/weftgraph/weft/resolvers/system"
)

// codeGateway is the code of what is wrong with a graph as a whole.
const codeGateway = "WEFT_GATEWAY"

// Check builds the graph of a definition and checks the definition's configuration and the contracts against it. It touches no
// network. The graph is nil when the diagnostics have errors.
func Check(ctx context.Context, d Definition) (*sdl.Graph, diag.List) {
	return check(d, func(g *sdl.Graph) diag.List {
		return resolvers.Verify(ctx, g, kinds(d.Executables), sourceConfig(g, d.settings()))
	})
}

// CheckOnline is Check with the contracts that come from the network, which are fetched as Open does: from where the configuration says,
// with the headers and the connection settings of their sources. A contract that cannot be fetched is an error. So are issuers of tokens
// that are not to be reached, or that are not what the configuration says.
func CheckOnline(ctx context.Context, d Definition) (*sdl.Graph, diag.List) {
	settings := d.settings()
	g, diags := check(d, func(g *sdl.Graph) diag.List {
		return resolvers.VerifyOnline(ctx, g, kinds(d.Executables), sourceConfig(g, settings))
	})
	for _, p := range settings.Tokens.CheckOnline(ctx) {
		diags.Errorf(codeGateway, settings.TokenSpan(p.Entry), "%v", p.Err)
		g = nil
	}
	return g, diags
}

// check checks a definition; verify holds its graph against the contracts, also if it has mistakes already: those in what is asked of a
// back end and those in what is made of its reply are found in one run.
func check(d Definition, verify func(*sdl.Graph) diag.List) (*sdl.Graph, diag.List) {
	g, _, diags := sketch(d)
	isWhole := !diags.HasErrors()
	found := verify(g).Filter(func(f diag.Diagnostic) bool { return isWhole || !slices.ContainsFunc(diags, isAt(f.Span)) })
	found.Downgrade(d.Allow...)
	diags.Add(found...)
	if isWhole {
		diags.Add(checkTrusted(g, d)...)
	}
	if diags.HasErrors() {
		return nil, diags
	}
	return g, diags
}

// isAt tells that an error is reported at a place: what else is found there follows from it.
func isAt(place diag.Span) func(diag.Diagnostic) bool {
	return func(d diag.Diagnostic) bool { return d.Severity == diag.Error && d.Span == place }
}

// checkTrusted holds the trusted documents against a graph.
func checkTrusted(g *sdl.Graph, d Definition) diag.List {
	d = d.withDefaults()
	if len(d.trusted.documents) == 0 {
		return d.trusted.found
	}
	params := graph.Params{Number: 1, Graph: g, Limits: d.Limits(), Bind: bindNothing, Trust: d.trusted.policy, Now: d.Now}
	if !d.Config.IntrospectionOff {
		params.System = system.Introspection
	}
	generation, err := graph.NewGeneration(params)
	if err != nil {
		return diag.List{{Code: codeGateway, Message: err.Error()}}
	}
	return d.trusted.check(generation)
}

// build is Check without the contracts, which sources read themselves when they are opened.
func build(d Definition) (*sdl.Graph, *permit.Rules, diag.List) {
	g, rules, diags := sketch(d)
	if diags.HasErrors() {
		return nil, nil, diags
	}
	return g, rules, diags
}

// sketch makes the graph of a definition. Where the diagnostics have errors, it may have holes (sdl.Sketch).
func sketch(d Definition) (*sdl.Graph, *permit.Rules, diag.List) {
	g, diags := sdl.Sketch(d.inputs(), sdl.Options{Env: d.Env, Allow: d.Allow, NoDefer: d.Config != nil && d.Config.DeferOff})
	if diags.HasErrors() {
		return g, nil, diags
	}
	if d.Config != nil {
		diags.Add(d.Config.Check(g)...)
	}
	rules, found := d.rules(g)
	diags.Add(found...)
	unsupplied := supply.NewIndex(g, 0).Check()
	unsupplied.Downgrade(d.Allow...)
	diags.Add(unsupplied...)
	return g, rules, diags
}

// rules are what the graph of a definition demands of its callers; nil if the definition does not ask.
func (d Definition) rules(g *sdl.Graph) (*permit.Rules, diag.List) {
	var policies map[string]string
	if d.Unread {
		return nil, nil
	}
	if d.Config != nil {
		if d.Config.Authorization.Off {
			return nil, nil
		}
		policies = d.Config.Policies
	}
	rules, found := permit.Compile(g, policies)
	found.Downgrade(d.Allow...)
	return rules, found
}

// Plan prepares an operation of a definition's graph without sources, for looking at its plan and at what it is estimated to cost,
// which may be more than the definition allows. What the query's caller may not read is left out, also where the definition refuses such an
// operation as a whole. The error is a gqlerror.List or tells why there is no plan.
func Plan(g *sdl.Graph, d Definition, q graph.Query) (p *plan.Plan, estimated int64, err error) {
	control := d.Cost()
	control.Enforce = false
	rules, _ := d.rules(g) // what is wrong with them, Check has told
	var authorization graph.Authorization
	if d.Config != nil {
		authorization = d.Config.Authorization
	}
	authorization.RejectUnauthorized = false
	generation, err := graph.NewGeneration(graph.Params{
		Number: 1,
		Graph:  g,
		Limits: d.Limits(),
		Cost:   control,
		Bind:   bindNothing,
		Rules:  rules,

		Authorization: authorization,
	})
	if err != nil {
		return nil, 0, fmt.Errorf("plan: %w", err)
	}
	run, errs := generation.Begin(q)
	if len(errs) > 0 {
		return nil, 0, errs
	}
	defer run.Close()
	return run.Prepared().Plan, run.Cost(), nil
}

// bindNothing makes plans that can be looked at and not be run.
func bindNothing(*plan.Plan) (graph.Bound, error) {
	return graph.Bound{Begin: func(context.Context, graph.Environment) execute.Loads { return nil }}, nil
}
