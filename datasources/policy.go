package datasources

import (
	"context"
	"time"

	"github.com/weftgraph/weft/datasources/traffic"
	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/table"
)

// Limits are the live state of the policies around the calls to one source. They are shared by all of its bindings, and so
// by all generations that use the source, and safe for concurrent use.
type Limits struct {
	// policies are in order, the outermost first.
	policies []policy
	// What follows is for streams: the time to open one, the rate, which calls share and which is nil without one, and how many may be
	// open.
	timeout time.Duration
	rate    *rate
	streams *streams
}

// send sends a request and reads its reply: Fetcher.Do, or a policy around it.
type send func(ctx context.Context, r *Request) (*Reply, error)

// policy is one rule around every call to a source. Its state is safe for concurrent use.
type policy interface {
	// around returns next with the rule applied, and tells the meter what it does with calls. It runs once per prepared
	// fetcher.
	around(next send, meter *meter) send
}

// NewLimits returns fresh limits by the settings, with the defaults where these are silent.
func NewLimits(s Settings) *Limits {
	// The deadline is outside, so that the time spent waiting for a slot counts. So is sharing, which has a deadline of its own:
	// who joins a call takes no slot and is not counted by the rate.
	policies := []policy{deadline(s.CallTimeout())}
	if CanShare(s) {
		policies[0] = newShare(s)
	}
	l := &Limits{timeout: s.CallTimeout(), streams: &streams{limit: int64(s.StreamLimit())}}
	if s.Kind != Virtual && !s.RateLimit.IsZero() {
		// Before the slots, so that what is refused does not wait first.
		l.rate = newRate(s.RateLimit)
		policies = append(policies, l.rate)
	}
	// Innermost: what is measured is the call itself.
	policies = append(policies, newConcurrency(s.ConcurrencyLimit()), measured{})
	l.policies = policies
	return l
}

// Guard returns a fetcher that behaves as f within the limits, and turns a panic in any of its methods into an *Error with
// CodeInternal whose cause is a *PanicError. Its calls are counted as those of a connector, unless that is nil. The result is a
// Streamer if f is one. A stream neither ends at the deadline of a call nor holds a slot: it has limits of its own.
func Guard(f Fetcher, l *Limits, c *traffic.Connector) Fetcher {
	g := &guarded{fetcher: f, meter: meter{c}}
	g.do = g.send
	for i := len(l.policies) - 1; i >= 0; i-- {
		g.do = l.policies[i].around(g.do, &g.meter)
	}
	if s, isStreamer := f.(Streamer); isStreamer {
		return &streamer{guarded: g, streamer: s, limits: l}
	}
	return g
}

// guarded is a fetcher with its policies.
type guarded struct {
	fetcher Fetcher
	do      send
	meter   meter
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

// send is the call itself. Its panics end here, so that the policies see them as errors.
func (g *guarded) send(ctx context.Context, r *Request) (reply *Reply, err error) {
	defer containPanic(&err)
	return g.fetcher.Do(ctx, r)
}

// Decode implements Fetcher.
func (g *guarded) Decode(r *Reply, env *mapping.Env, dst *table.Builder) (Outcome, error) {
	o, err := g.decode(r, env, dst)
	g.meter.judged(r, err)
	return o, err
}

func (g *guarded) decode(r *Reply, env *mapping.Env, dst *table.Builder) (o Outcome, err error) {
	defer containPanic(&err)
	return g.fetcher.Decode(r, env, dst)
}

// guardedSource is a source all of whose fetchers are guarded by the same limits, and whose calls are counted.
type guardedSource struct {
	Source
	limits *Limits
	// headers change the header of every request, besides what the mappings of the source make.
	headers  HeaderRules
	mappings []Header
	// traffic is nil for a source that makes no calls.
	traffic *traffic.Source
}

// guardSource puts the policies around a source that has been opened with the settings.
func guardSource(source Source, s Settings) *guardedSource {
	g := &guardedSource{Source: source, limits: NewLimits(s)}
	if s.Kind == HTTP || s.Kind == SOAP {
		g.headers, g.mappings = s.HeaderRules, s.Headers() // gRPC's metadata has rules of its own, so it applies these itself
	}
	if s.Kind != Virtual {
		g.traffic = traffic.NewSource()
	}
	return g
}

// Bind implements Source.
func (s *guardedSource) Bind(c Connector) (Binding, []diag.Diagnostic) {
	b, diagnostics := s.Source.Bind(c)
	if b == nil {
		return nil, diagnostics
	}
	guarded := guardedBinding{binding: b, limits: s.limits, headers: s.headers.Beside(s.mappings, c.Headers())}
	if s.traffic != nil {
		guarded.connector = s.traffic.Connector(c.Coordinate)
	}
	return guarded, diagnostics
}

// TrafficOf returns what is counted of the calls to a pooled source, by all generations that use it, since it was opened. It is
// nil for a source that makes no calls.
func TrafficOf(s Source) *traffic.Source {
	g, ok := s.(*guardedSource)
	if !ok {
		return nil
	}
	return g.traffic
}

type guardedBinding struct {
	binding   Binding
	limits    *Limits
	headers   HeaderRules
	connector *traffic.Connector
}

// Prepare implements Binding.
func (b guardedBinding) Prepare(want *table.Shape) (Fetcher, error) {
	f, err := b.binding.Prepare(want)
	if err != nil {
		return nil, err
	}
	if len(b.headers) > 0 {
		f = b.headers.around(f)
	}
	return Guard(f, b.limits, b.connector), nil
}
