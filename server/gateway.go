package server

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/gosource"
	"github.com/weftgraph/weft/datasources/traffic"
	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/cost"
	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/model"
	"github.com/weftgraph/weft/graph/personal"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/resolvers"
	"github.com/weftgraph/weft/resolvers/system"
	"github.com/weftgraph/weft/server/admission"
	"github.com/weftgraph/weft/server/auditlog"
	"github.com/weftgraph/weft/server/config"
	"github.com/weftgraph/weft/server/identity/oidc"
	"github.com/weftgraph/weft/server/persisted"
	"github.com/weftgraph/weft/server/playground"
	"github.com/weftgraph/weft/server/quota"
	"github.com/weftgraph/weft/server/ratelimit"
	"github.com/weftgraph/weft/server/watch"
)

// Definition is what a gateway is made from.
type Definition struct {
	// Documents are the SDL files of the graph.
	Documents []sdl.Input
	// Executables are fields that are written in Go. Each is one more document, called "<name>.graphql".
	Executables []gosource.Executable
	// Config are the settings; nil means the defaults.
	Config *config.Config
	// Unread tells Check that there are settings, with errors, so that Config is nil: what @policy may name is not known then, and is
	// not looked at.
	Unread bool
	// Allow names the codes of errors that are taken as warnings.
	Allow []string
	// Env looks up environment variables for `$env`; nil knows none.
	Env func(name string) (string, bool)
	// Now is the time of loading; zero means now.
	Now time.Time
	// Files are those that the definition was read from, for Watch.
	Files watch.Set
	// Log is told of what happens without a request: changes of API keys, files that cannot be written. Nil leaves it untold. That of the
	// first definition holds.
	Log *zap.Logger

	// trusted are the documents of the manifests that Config names, as they were when it was to take effect.
	trusted trust
	// clock tells the days and months of quotas; nil is that of the machine. That of the first definition holds.
	clock func() time.Time
}

// inputs are the documents, those of the executables among them.
func (d Definition) inputs() []sdl.Input {
	inputs := slices.Clone(d.Documents)
	for _, e := range d.Executables {
		inputs = append(inputs, sdl.Input{File: e.Name + ".graphql", Text: e.Text(), Executable: e.Name})
	}
	return inputs
}

// Limits returns the configured limits of query documents.
func (d Definition) Limits() graph.Limits {
	if d.Config == nil {
		return graph.Limits{}
	}
	return d.Config.Limits
}

// Cost returns what operations may cost.
func (d Definition) Cost() cost.Control {
	if d.Config == nil {
		return cost.Control{}
	}
	return d.Config.Cost
}

// settings are those of the configuration, or of none.
func (d Definition) settings() *config.Config {
	if d.Config == nil {
		return &config.Config{}
	}
	return d.Config
}

// Listen returns the configured address to listen on, empty when there is none.
func (d Definition) Listen() string {
	if d.Config == nil {
		return ""
	}
	return d.Config.Listen
}

// AdminListen returns the configured address of the admin listener, empty when there is none.
func (d Definition) AdminListen() string {
	if d.Config == nil {
		return ""
	}
	return d.Config.Admin.Listen
}

// Gateway is a loaded graph with its live sources. It is safe for concurrent use; whoever opened it closes it after the
// last request has been answered.
type Gateway struct {
	pool *datasources.Pool
	log  *zap.Logger
	// clock tells the days and months of quotas.
	clock func() time.Time
	// started is when the gateway was opened; requests counts those of all its handlers since then.
	started  time.Time
	requests *traffic.Requests
	// tasks are what finding out who asks does beside requests.
	tasks *oidc.Tasks
	// atStart is what the listeners are opened with.
	atStart atStart
	// audit is the audit log, nil if nobody has asked for it yet.
	audit *auditlog.Log
	// schema has the current generation, current everything that belongs to it.
	schema  *graph.Schema
	current atomic.Pointer[served]
	// reloading is held while the gateway is being changed.
	reloading sync.Mutex
	handlers  []exposed
	replaced  *replaced
	// refused is what the last change did not take over for, or nil.
	refused atomic.Pointer[model.RefusedChange]
}

// served is one generation with what it was made from and its sources. It is immutable.
type served struct {
	definition Definition
	generation *graph.Generation
	sources    *resolvers.Sources
	// texts are those of automatic persisted queries, nil if these are off. They are no part of a generation: clients need not send them
	// again after a reload.
	texts *persisted.Texts
	// callers finds out who asks.
	callers callers
	// issued are the API keys.
	issued issued
	// limiter holds the rate limits, nil without any. Its buckets are no part of a generation, either.
	limiter *ratelimit.Limiter
}

// exposed is a handler that has been given out.
type exposed struct {
	handler  *Handler
	log      *zap.Logger
	exposure Exposure
}

// Open builds the graph, acquires its sources and binds them. The diagnostics are complete; when they have errors there is
// no gateway and nothing is held.
func Open(ctx context.Context, d Definition) (*Gateway, diag.List) {
	d = d.withDefaults()
	gw := &Gateway{
		pool:     datasources.NewPool(kinds(d.Executables)),
		log:      d.Log,
		clock:    d.clock,
		started:  d.Now,
		requests: traffic.NewRequests(),
		atStart:  d.atStart(),
		replaced: newReplaced(),
		tasks:    oidc.NewTasks(),
	}
	s, diags := gw.load(ctx, d, 1)
	if s == nil {
		gw.replaced.end()
		gw.tasks.Close()
		_ = gw.pool.Close() // nothing was called
		return nil, diags
	}
	gw.pool.Settled()
	gw.schema = graph.NewSchema(s.generation)
	gw.current.Store(s)
	return gw, diags
}

func (d Definition) withDefaults() Definition {
	if d.Config == nil {
		d.Config = &config.Config{}
	}
	if d.Now.IsZero() {
		d.Now = time.Now()
	}
	if d.Log == nil {
		d.Log = zap.NewNop()
	}
	if d.clock == nil {
		d.clock = time.Now
	}
	d.trusted = readTrust(d.Config)
	return d
}

// load makes a generation with live sources. It returns nil, and holds nothing, when the diagnostics have errors.
func (g *Gateway) load(ctx context.Context, d Definition, number int) (*served, diag.List) {
	loaded, rules, diags := build(d)
	if loaded == nil {
		return nil, diags
	}
	marks := personal.Find(loaded, d.Config.PersonalTags)
	settings := sourceConfig(loaded, d.Config)
	settings.Personal = marks
	sources, found := resolvers.Open(ctx, loaded, g.pool, settings)
	found.Downgrade(d.Allow...)
	diags.Add(found...)
	if sources == nil {
		return nil, diags
	}
	params := graph.Params{Number: number, Graph: loaded, Bind: sources.Bind, Limits: d.Config.Limits, Cost: d.Config.Cost, Personal: marks, Now: d.Now}
	if !d.Config.IntrospectionOff {
		params.System = system.Introspection
	}
	params.Trust = d.trusted.policy
	params.Rules, params.Authorization = rules, d.Config.Authorization
	generation, err := graph.NewGeneration(params)
	if err != nil {
		sources.Close()
		diags.Errorf(codeGateway, diag.Span{}, "%v", err)
		return nil, diags
	}
	diags.Add(d.trusted.check(generation)...)
	var texts *persisted.Texts
	if !d.Config.APQ.Off && !d.Config.PersistedQueries.Refuses() {
		if texts, err = g.texts(d.Config); err != nil {
			diags.Errorf(codeGateway, diag.Span{}, "%v", err)
		}
	}
	checkAudit(d, &diags)
	who, err := g.callers(d.Config)
	if err != nil {
		diags.Errorf(codeGateway, diag.Span{}, "%v", err)
	}
	if diags.HasErrors() {
		sources.Close()
		return nil, diags
	}
	next, found := g.issued(d.Config) //nolint:contextcheck // keys are looked at as long as the gateway lives
	diags.Add(found...)
	if diags.HasErrors() {
		sources.Close()
		return nil, diags
	}
	// The last that can fail: the lines of requests go by the settings from here on.
	if err := g.adoptAudit(d.Config.Audit); err != nil {
		sources.Close()
		next.closeUnlessIn(g.issuedNow(), g.log)
		diags.Errorf(codeGateway, diag.Span{}, "%v", err)
		return nil, diags
	}
	return &served{definition: d, generation: generation, sources: sources, texts: texts, callers: who, issued: next, limiter: g.limiter(d.Config)}, diags
}

// texts returns what keeps the texts of automatic persisted queries by some settings: what does it now, if the settings are as now.
func (g *Gateway) texts(c *config.Config) (*persisted.Texts, error) {
	if now := g.current.Load(); now != nil && now.texts != nil && now.definition.Config.APQ == c.APQ {
		return now.texts, nil
	}
	return persisted.NewTexts(c.APQ.Limit, c.APQ.MaxBytes)
}

// limiter returns what holds the rate limits of some settings. Limits that are as they were go on with what clients have used.
func (g *Gateway) limiter(c *config.Config) *ratelimit.Limiter {
	settings := c.Limiting()
	if len(settings.Rules) == 0 {
		return nil
	}
	var before *ratelimit.Limiter
	if now := g.current.Load(); now != nil {
		before = now.limiter
	}
	return ratelimit.New(settings, before, nil)
}

// admission are the policies that say how much is answered.
func (s *served) admission() []admission.Policy {
	var policies []admission.Policy
	if s.limiter != nil {
		policies = append(policies, s.limiter)
	}
	if s.issued.keys != nil {
		// The last, so that what others refuse does not count.
		policies = append(policies, quota.Policy{Ledger: s.issued.ledger, Of: s.issued.keys.Quota})
	}
	return policies
}

// Schema returns what is served.
func (g *Gateway) Schema() *graph.Schema { return g.schema }

// config returns the settings that hold now.
func (g *Gateway) config() *config.Config { return g.current.Load().definition.Config }

// Exposure says what a handler shows of the inside. The zero Exposure shows nothing.
type Exposure struct {
	// Explain allows clients to ask for plans and calls, whatever the configuration says.
	Explain bool
	// Queries are offered by the playground.
	Queries []playground.Query
}

// Handler returns a handler for the gateway, with the configured settings: those of later definitions, too.
func (g *Gateway) Handler(log *zap.Logger, e Exposure) *Handler {
	g.reloading.Lock()
	defer g.reloading.Unlock()
	given := exposed{log: log, exposure: e}
	g.current.Load().callers.start(log)
	if g.audit != nil && log != nil {
		g.audit.SetReport(log)
	}
	given.handler = New(g.options(given))
	g.handlers = append(g.handlers, given)
	return given.handler
}

// options are those of a handler by the current settings.
func (g *Gateway) options(e exposed) Options {
	c := g.config()
	explain := e.exposure.Explain || c.Playground.Explain
	var page http.Handler
	if !c.Playground.Off {
		page = playground.New(playground.Options{Endpoint: g.Path(), Explain: explain, Queries: e.exposure.Queries})
	}
	return Options{
		Schema:       g.schema,
		Log:          e.log,
		Path:         c.Path,
		MaxBodyBytes: c.MaxBodyBytes,
		Timeout:      c.Timeout,

		StatusProfile: c.StatusProfile,
		Uncompressed:  c.Uncompressed,
		Batching:      c.Batching,
		Uploads:       c.Uploads,

		PersistedTexts: g.current.Load().texts,
		Subscription:   c.Subscription,
		WebSocket:      c.WebSocket,
		EventStream:    c.EventStream,

		Admission:     g.current.Load().admission(),
		HidesLimits:   c.RateLimits.HeadersOff,
		ClientAddress: c.ClientAddress,

		Explain:    explain,
		Hides:      c.Errors.Hides,
		Audit:      g.auditing(),
		Requests:   g.requests,
		Playground: page,

		CORS:            c.CORS,
		CSRF:            c.CSRF,
		Connections:     c.Connections,
		StrictTransport: c.StrictTransport(),
		Health:          c.Health,
		Identifier:      g.current.Load().identifier(c),
		KeepsExpired:    c.KeepsExpired,
	}
}

// Admin returns a handler for the admin listener, which tells what the gateway knows of itself. version is the program's. hosts
// are names by which the listener is addressed, besides those that the configuration gives.
func (g *Gateway) Admin(log *zap.Logger, version string, hosts ...string) *Admin {
	about := &system.Resolver{
		ProgramVersion: version,
		Started:        g.started,
		Current: func() system.Serving {
			s := g.current.Load()
			return system.Serving{Generation: s.generation, Sources: s.sources}
		},
		Refused: g.refused.Load,
		Clients: g.requests,
		Limits:  figures{&g.current, time.Now},
		Tokens:  tokenFigures{&g.current},
		Now:     time.Now,
	}
	return NewAdmin(AdminOptions{System: about.Executor(), Log: log, Hosts: append(hosts, g.config().Admin.Hosts...)})
}

// Path returns the path of the GraphQL endpoint.
func (g *Gateway) Path() string { return cmp.Or(g.config().Path, DefaultPath) }

// Timeout returns what bounds the answering of a request.
func (g *Gateway) Timeout() time.Duration { return cmp.Or(g.config().Timeout, DefaultTimeout) }

// Listening returns the settings of the public listener. A listener that is open keeps those that it began with.
func (g *Gateway) Listening() Listening {
	c := g.config()
	return Listening{Timeout: g.Timeout, Connections: c.Connections, TLS: c.TLS, Health: c.Health}
}

// Close releases the sources, those of definitions that were replaced among them.
func (g *Gateway) Close() {
	g.reloading.Lock()
	defer g.reloading.Unlock()
	g.replaced.end()
	g.tasks.Close()
	g.current.Load().callers.close(callers{})
	g.current.Load().sources.Close()
	g.current.Load().issued.closeUnlessIn(issued{}, g.log)
	g.closeAudit()
	// Sources that fail to close leave nothing behind that the process could still use.
	_ = g.pool.Close()
}

// sourceConfig resolves the configuration for every source of the graph.
func sourceConfig(g *sdl.Graph, c *config.Config) resolvers.Config {
	out := resolvers.Config{Sources: make(map[string]resolvers.SourceConfig, len(g.Sources))}
	for _, s := range g.Sources {
		if s.ID == 0 {
			continue // index 0 is no source
		}
		given := c.Source(s.Settings.Name)
		out.Sources[s.Settings.Name] = resolvers.SourceConfig{
			OverrideURL:   given.OverrideURL,
			Config:        given.Config,
			MaxRequests:   given.MaxRequests,
			Timeout:       given.Timeout,
			MaxReplyBytes: given.MaxReplyBytes,
			RateLimit:     given.RateLimit,
			NoShare:       given.Share != nil && !*given.Share,
			HeaderRules:   given.HeaderRules,
			Transport:     given.Transport,
			ErrorDetails:  given.ErrorDetails,
		}
	}
	return out
}
