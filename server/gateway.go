package server

import (
	"cmp"
	"context"
	"time"

	"go.uber.org/zap"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/resolvers"
	"github.com/weftgraph/weft/resolvers/system"
	"github.com/weftgraph/weft/server/config"
)

// Definition is what a gateway is made from.
type Definition struct {
	// Documents are the SDL files of the graph.
	Documents []sdl.Input
	// Config are the settings; nil means the defaults.
	Config *config.Config
	// Allow names the codes of errors that are taken as warnings.
	Allow []string
	// Env looks up environment variables for `$env`; nil knows none.
	Env func(name string) (string, bool)
	// Now is the time of loading.
	Now time.Time
}

// Limits returns the configured limits of query documents.
func (d Definition) Limits() graph.Limits {
	if d.Config == nil {
		return graph.Limits{}
	}
	return d.Config.Limits
}

// Listen returns the configured address to listen on, empty when there is none.
func (d Definition) Listen() string {
	if d.Config == nil {
		return ""
	}
	return d.Config.Listen
}

// Gateway is a loaded graph with its live sources. It is safe for concurrent use; whoever opened it closes it after the
// last request has been answered.
type Gateway struct {
	schema  *graph.Schema
	config  *config.Config
	sources *resolvers.Sources
	pool    *datasources.Pool
}

// Open builds the graph, acquires its sources and binds them. The diagnostics are complete; when they have errors there is
// no gateway and nothing is held.
func Open(ctx context.Context, d Definition) (*Gateway, diag.List) {
	if d.Config == nil {
		d.Config = &config.Config{}
	}
	g, diags := build(d)
	if g == nil {
		return nil, diags
	}
	gw := &Gateway{
		config: d.Config,
		pool: datasources.NewPool(kinds()),
	}
	sources, found := resolvers.Open(ctx, g, gw.pool, sourceConfig(g, d.Config))
	found.Downgrade(d.Allow...)
	diags.Add(found...)
	if sources == nil {
		gw.Close()
		return nil, diags
	}
	gw.sources = sources
	params := graph.Params{Number: 1, Graph: g, Bind: sources.Bind, Limits: d.Config.Limits, Now: d.Now}
	if !d.Config.IntrospectionOff {
		params.System = system.Introspection
	}
	generation, err := graph.NewGeneration(params)
	if err != nil {
		gw.Close()
		diags.Errorf(codeGateway, diag.Span{}, "%v", err)
		return nil, diags
	}
	gw.schema = graph.NewSchema(generation)
	return gw, diags
}

// Schema returns what is served.
func (g *Gateway) Schema() *graph.Schema { return g.schema }

// Exposure says what a handler shows of the inside. The zero Exposure shows nothing.
type Exposure struct {
	// Explain allows clients to ask for plans and calls.
	Explain bool
	// System opens SystemPath.
	System bool
	// Version is the program's, for the system schema.
	Version string
}

// Handler returns a handler for the gateway, with the configured settings.
func (g *Gateway) Handler(log *zap.Logger, e Exposure) *Handler {
	o := Options{
		Schema:       g.schema,
		Log:          log,
		Path:         g.config.Path,
		MaxBodyBytes: g.config.MaxBodyBytes,
		Timeout:      g.config.Timeout,
		Explain:      e.Explain,
		Hides:        g.config.Errors.Hides,
	}
	if e.System {
		o.System = (&system.Resolver{ProgramVersion: e.Version, Current: g.schema.Generation}).Executor()
	}
	return New(o)
}

// Path returns the path of the GraphQL endpoint.
func (g *Gateway) Path() string { return cmp.Or(g.config.Path, DefaultPath) }

// Timeout returns what bounds the answering of a request.
func (g *Gateway) Timeout() time.Duration { return cmp.Or(g.config.Timeout, DefaultTimeout) }

// Close releases the sources.
func (g *Gateway) Close() {
	if g.sources != nil {
		g.sources.Close()
	}
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
			OverrideURL: given.OverrideURL,
			Config:      given.Config,
			MaxRequests: given.MaxRequests,
			Timeout:     given.Timeout,
		}
	}
	return out
}
