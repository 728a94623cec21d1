package datasources

import (
	"context"

	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/table"
)

// Limits are the live state of the policies around the calls to one source. They are shared by all of its bindings, and so
// by all generations that use the source, and safe for concurrent use.
type Limits struct {
	// policies are in order, the outermost first.
	policies []policy
}

// send sends a request and reads its reply: Fetcher.Do, or a policy around it.
type send func(ctx context.Context, r *Request) (*Reply, error)

// policy is one rule around every call to a source. Its state is safe for concurrent use.
type policy interface {
	// around returns next with the rule applied. It runs once per prepared fetcher.
	around(next send) send
}

// NewLimits returns fresh limits by the settings, with the defaults where these are silent.
func NewLimits(s Settings) *Limits {
	return &Limits{policies: []policy{
		// The deadline is outside, so that the time spent waiting for a slot counts.
		deadline(s.CallTimeout()),
		newConcurrency(s.ConcurrencyLimit()),
	}}
}

// Guard returns a fetcher that behaves as f within the limits, and turns a panic in any of its methods into an *Error with
// CodeInternal whose cause is a *PanicError. The result is no Streamer, whatever f is: a stream neither ends at the
// deadline of a call nor holds a slot, so it needs limits of its own.
func Guard(f Fetcher, l *Limits) Fetcher {
	do := f.Do
	for i := len(l.policies) - 1; i >= 0; i-- {
		do = l.policies[i].around(do)
	}
	return &guarded{fetcher: f, do: do}
}

// guarded is a fetcher with its policies.
type guarded struct {
	fetcher Fetcher
	do      send
}

var _ Fetcher = (*guarded)(nil)

// Request implements Fetcher.
func (g *guarded) Request(env *mapping.Env) (r *Request, err error) {
	defer containPanic(&err)
	return g.fetcher.Request(env)
}

// Do implements Fetcher.
func (g *guarded) Do(ctx context.Context, r *Request) (reply *Reply, err error) {
	defer containPanic(&err)
	return g.do(ctx, r)
}

// Decode implements Fetcher.
func (g *guarded) Decode(r *Reply, env *mapping.Env, dst *table.Builder) (o Outcome, err error) {
	defer containPanic(&err)
	return g.fetcher.Decode(r, env, dst)
}

// guardedSource is a source all of whose fetchers are guarded by the same limits.
type guardedSource struct {
	Source
	limits *Limits
}

// Bind implements Source.
func (s guardedSource) Bind(c Connector) (Binding, []diag.Diagnostic) {
	b, diagnostics := s.Source.Bind(c)
	if b == nil {
		return nil, diagnostics
	}
	return guardedBinding{b, s.limits}, diagnostics
}

type guardedBinding struct {
	binding Binding
	limits  *Limits
}

// Prepare implements Binding.
func (b guardedBinding) Prepare(want *table.Shape) (Fetcher, error) {
	f, err := b.binding.Prepare(want)
	if err != nil {
		return nil, err
	}
	return Guard(f, b.limits), nil
}
