package resolvers

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/execute"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/plan"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/value"
)

// Bound is a plan whose loaders are prepared. It is immutable and safe for concurrent use.
type Bound struct {
	sources *Sources
	plan    *plan.Plan
	loaders []boundLoader
	// reads says what the loads depend on.
	reads graph.Reads
	// memory is that of loads whose requests are over.
	memory sync.Pool
}

// boundLoader is what every call of a loader needs.
type boundLoader struct {
	plan      *plan.Loader
	connector *sdl.Connector
	source    string
	fetcher   datasources.Fetcher
	// env has the variables that no request changes.
	env mapping.Env
	// shared tells that several fetches use the loader, so that keys which were asked are remembered.
	shared bool
	// isCall tells that it calls a back end; a virtual connector does not. isGo tells that this is Go code, whose calls may go on when
	// their context is over.
	isCall, isGo bool
	// isDiscreet tells that what goes wrong is not told in detail, as it may be about personal data.
	isDiscreet bool
	// hasArrived tells that the reply is there: it is the event of a subscription.
	hasArrived bool
	// batches is the memory of batches that are over, for a loader that is not shared.
	batches *sync.Pool
}

var _ graph.Bind = (*Sources)(nil).Bind

// Bind prepares every loader of a plan. It implements graph.Bind.
func (s *Sources) Bind(p *plan.Plan) (graph.Bound, error) {
	b, err := s.Prepare(p)
	if err != nil {
		return graph.Bound{}, err
	}
	bound := graph.Bound{Begin: b.Begin, Reads: b.reads}
	if p.Stream != plan.NoFetch {
		bound.Subscribe = b.Subscribe
	}
	return bound, nil
}

// Prepare prepares every loader of a plan.
func (s *Sources) Prepare(p *plan.Plan) (*Bound, error) {
	b := &Bound{sources: s, plan: p, loaders: make([]boundLoader, len(p.Loaders))}
	uses := make([]int, len(p.Loaders))
	for i := range p.Fetches {
		uses[p.Fetches[i].Loader]++
	}
	for i := range p.Loaders {
		l, err := s.prepareLoader(&p.Loaders[i])
		if err != nil {
			return nil, fmt.Errorf("connector %s: %w", p.Loaders[i].Coordinate, err)
		}
		l.shared = uses[i] > 1
		b.loaders[i] = l
	}
	b.reads = s.reads(b.loaders)
	return b, nil
}

// errNotBound means that the diagnostics of Open were not heeded.
var errNotBound = errors.New("it is not bound to a source")

func (s *Sources) prepareLoader(l *plan.Loader) (boundLoader, error) {
	c := s.graph.Connector(l.Connector)
	binding := s.bindings[l.Connector]
	if binding == nil {
		return boundLoader{}, errNotBound
	}
	fetcher, err := binding.Prepare(l.Shape)
	if err != nil {
		return boundLoader{}, err
	}
	settings := s.settings[c.Source]
	kind := c.Call.Kind()
	out := boundLoader{
		plan: l, connector: c, source: settings.Name, fetcher: fetcher,
		isDiscreet: s.marks.Connector(c.ID),

		isCall: kind != datasources.Virtual, isGo: kind == datasources.Go, batches: &sync.Pool{},
	}
	out.env.Vars[mapping.Config] = settings.Config
	out.env.Vars[mapping.EnvVars] = settings.Env
	return out, nil
}

// Begin starts the loads of one request. It is the Begin of a graph.Bound.
func (b *Bound) Begin(ctx context.Context, env graph.Environment) execute.Loads {
	return b.begin(ctx, env)
}

func (b *Bound) begin(ctx context.Context, env graph.Environment) *loads {
	l, ok := b.memory.Get().(*loads)
	if !ok {
		l = &loads{bound: b, loaders: make([]loader, len(b.loaders)), done: make(chan execute.Loaded, len(b.plan.Fetches))}
	}
	l.ctx, l.variables, l.explain = ctx, env.Variables, env.Explain
	l.made = env.Made
	l.budget = newBudget(b.sources.maxRequests)
	if b.plan.Kind != ast.Mutation {
		l.reader = l
	}
	l.env.Vars[mapping.Request] = value.Object(nil)
	if b.reads.AnyHeader() {
		l.env.Vars[mapping.Request] = requestValue(env.Header)
	}
	l.env.Vars[mapping.Context] = env.Context
	if env.Context.IsMissing() {
		l.env.Vars[mapping.Context] = value.Object(nil)
	}
	return l
}

// release takes loads back whose contributions have all been received.
func (b *Bound) release(l *loads) {
	clear(l.loaders)
	clear(l.begun)
	*l = loads{bound: b, loaders: l.loaders, meeting: l.meeting[:0], sole: l.sole[:0], begun: l.begun[:0], done: l.done}
	b.memory.Put(l)
}
