package resolvers

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/traffic"
	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/personal"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/value"
)

// Config is what the configuration says of sources.
type Config struct {
	// Default applies to every source that Sources does not name.
	Default SourceConfig
	// Sources are settings by name: "<document>.<source>", or "<document>.<Type_field_n>" for a connector without a source.
	Sources map[string]SourceConfig
	// Personal are the elements whose values are not for logs.
	Personal *personal.Marks
}

// SourceConfig is what the configuration says of one source. Zero values leave the defaults.
type SourceConfig struct {
	// OverrideURL replaces the base URL; it is a template like that one.
	OverrideURL string
	// Config is `$config`, an object or MISSING.
	Config value.Value
	// MaxRequests bounds the calls of one operation to the source.
	MaxRequests int
	// Timeout, MaxReplyBytes and MaxConcurrent bound its calls, MaxStreams its open streams.
	Timeout       time.Duration
	MaxReplyBytes int64
	MaxConcurrent int
	MaxStreams    int
	// RateLimit bounds how often it is called.
	RateLimit datasources.RateLimit
	// NoShare keeps identical reads in flight from being one call, and operations that call it from being answered together.
	NoShare bool
	// HeaderRules change the headers of its requests.
	HeaderRules datasources.HeaderRules
	// ErrorDetails are the details of gRPC failures that clients see; nil leaves that to the documents.
	ErrorDetails []datasources.DetailType
	// Transport says how connections to it are made.
	Transport datasources.Transport
}

// Sources are the live sources of one generation with its connectors bound to them. They are safe for concurrent use.
type Sources struct {
	graph  *sdl.Graph
	marks  *personal.Marks
	leases []*datasources.Lease
	// settings and maxRequests are by source id, bindings by connector id.
	settings    []datasources.Settings
	maxRequests []int
	bindings    []datasources.Binding
	// traffic is by source id, nil for those that make no calls.
	traffic []*traffic.Source
}

// codeSource: a source cannot be opened, or goes on with an old contract.
const codeSource = "WEFT_SOURCE"

// Open acquires the sources of a graph and binds its connectors. When the diagnostics have errors the Sources are nil and
// nothing is held; otherwise the caller closes them.
func Open(ctx context.Context, g *sdl.Graph, pool *datasources.Pool, cfg Config) (*Sources, diag.List) {
	s := &Sources{
		graph:       g,
		marks:       cfg.Personal,
		settings:    make([]datasources.Settings, len(g.Sources)),
		maxRequests: make([]int, len(g.Sources)),
		bindings:    make([]datasources.Binding, len(g.Connectors)),
		traffic:     make([]*traffic.Source, len(g.Sources)),
	}
	var problems diag.List
	live := make([]datasources.Source, len(g.Sources))
	for id := 1; id < len(g.Sources); id++ {
		src := &g.Sources[id]
		settings, limit, err := cfg.apply(src)
		if err != nil {
			problems.Add(wrongOverride(src, err))
			continue
		}
		s.settings[id], s.maxRequests[id] = settings, limit
		live[id] = s.acquire(ctx, pool, settings, src.Origin, &problems)
		s.traffic[id] = datasources.TrafficOf(live[id])
	}
	for id := 1; id < len(g.Connectors); id++ {
		c := &g.Connectors[id]
		source := live[c.Source]
		if source != nil && c.Call.Kind() == datasources.Virtual && s.settings[c.Source].Kind != datasources.Virtual {
			source = s.computed(ctx, pool, c, &problems)
		}
		if source == nil {
			continue
		}
		binding, found := source.Bind(c.Call)
		problems.Add(found...)
		s.bindings[id] = binding
	}
	if problems.HasErrors() {
		s.Close()
		return nil, problems
	}
	return s, problems
}

// wrongOverride is the problem of a source's override_url that cannot be read.
func wrongOverride(src *sdl.Source, err error) diag.Diagnostic {
	return diag.Diagnostic{Code: "WEFT_CONFIG", Message: src.Settings.Name + ": override_url: " + err.Error(), Span: src.Origin}
}

// computed acquires the source of a virtual connector that names a source with calls: only the `$config` and `$env` of that
// source matter to it (Connectors specification 3.7).
func (s *Sources) computed(ctx context.Context, pool *datasources.Pool, c *sdl.Connector, problems *diag.List) datasources.Source {
	settings := s.settings[c.Source]
	settings.Kind = datasources.Virtual
	return s.acquire(ctx, pool, settings, c.Origin, problems)
}

// acquire leases a source until Close. It returns nil, and adds a problem, when the source cannot be opened.
func (s *Sources) acquire(
	ctx context.Context, pool *datasources.Pool, settings datasources.Settings, origin diag.Span, problems *diag.List,
) datasources.Source {
	lease, err := pool.Acquire(ctx, settings)
	if wrong := (*datasources.ContractError)(nil); errors.As(err, &wrong) {
		for _, d := range wrong.Diagnostics {
			problems.Add(placed(d, origin))
		}
		return nil
	}
	if err != nil {
		if reason := errors.Unwrap(err); reason != nil {
			err = reason // without the name, which the pool puts in front
		}
		problems.Add(diag.Diagnostic{
			Code: codeSource, Message: "source " + settings.Name + " cannot be opened: " + err.Error(), Span: origin,
		})
		return nil
	}
	if reason := lease.Outdated(); reason != nil {
		problems.Add(diag.Diagnostic{
			Code: codeSource, Severity: diag.Warning, Span: origin,
			Message: "source " + settings.Name + " goes on with the contract that it has: " + reason.Error(),
		})
	}
	for _, d := range datasources.NotesOf(lease.Source()) {
		problems.Add(placed(d, origin))
	}
	s.leases = append(s.leases, lease)
	return lease.Source()
}

// placed puts what is about a file as a whole, or about none, to what names it: that is what can be changed.
func placed(d diag.Diagnostic, origin diag.Span) diag.Diagnostic {
	if d.Span.Line > 0 {
		return d
	}
	if d.Span.File != "" && !strings.Contains(d.Message, d.Span.File) {
		d.Message = d.Span.File + ": " + d.Message
	}
	d.Span = origin
	return d
}

// Close releases the sources. Requests that still run on them may fail.
func (s *Sources) Close() {
	for _, l := range s.leases {
		l.Release()
	}
	s.leases = nil
}

// Settings are those of a source: what the document says, and what the configuration says of it.
func (c Config) Settings(src *sdl.Source) (datasources.Settings, diag.List) {
	settings, _, err := c.apply(src)
	if err != nil {
		return settings, diag.List{wrongOverride(src, err)}
	}
	return settings, nil
}

// apply merges what the document and the configuration say of a source.
func (c Config) apply(src *sdl.Source) (datasources.Settings, int, error) {
	settings := src.Settings
	given, ok := c.Sources[settings.Name]
	if !ok {
		given = c.Default
	}
	given = given.or(c.Default)
	if given.OverrideURL != "" && settings.Kind != datasources.Virtual {
		t, err := mapping.ParseTemplate(given.OverrideURL, src.Document.Mode)
		if err != nil {
			return settings, 0, err
		}
		settings.OverrideURL = t
	}
	settings.Config = given.Config
	if settings.Config.IsMissing() {
		settings.Config = value.Object(nil)
	}
	settings.Timeout, settings.MaxReplyBytes, settings.MaxConcurrent = given.Timeout, given.MaxReplyBytes, given.MaxConcurrent
	settings.MaxStreams = given.MaxStreams
	settings.RateLimit, settings.HeaderRules, settings.Transport = given.RateLimit, given.HeaderRules, given.Transport
	settings.NoShare, settings.ErrorDetails = given.NoShare, given.ErrorDetails
	return settings, given.MaxRequests, nil
}

// or fills the bounds that are not given from a default. A URL, `$config`, rules and connections belong to one source, and are
// not inherited.
func (s SourceConfig) or(d SourceConfig) SourceConfig {
	if s.MaxRequests == 0 {
		s.MaxRequests = d.MaxRequests
	}
	if s.Timeout == 0 {
		s.Timeout = d.Timeout
	}
	if s.MaxReplyBytes == 0 {
		s.MaxReplyBytes = d.MaxReplyBytes
	}
	if s.MaxConcurrent == 0 {
		s.MaxConcurrent = d.MaxConcurrent
	}
	if s.MaxStreams == 0 {
		s.MaxStreams = d.MaxStreams
	}
	if s.RateLimit.IsZero() {
		s.RateLimit = d.RateLimit
	}
	return s
}
