package config

import (
	"path/filepath"
	"slices"

	"github.com/weftgraph/weft/graph/diag"
)

// APQ are the settings of automatic persisted queries (`apq`). Zero fields mean the defaults.
type APQ struct {
	// Off answers requests that have a hash and no text with PERSISTED_QUERY_NOT_SUPPORTED.
	Off bool
	// Limit bounds the number of texts that are kept, MaxBytes what they have together.
	Limit    int
	MaxBytes int64
}

// PersistedQueries are the settings of trusted documents (`persisted_queries`).
type PersistedQueries struct {
	// Enabled tells that the manifests are read; without it nothing else here has an effect.
	Enabled bool
	// LogUnknown logs documents that no manifest has.
	LogUnknown bool
	// Only refuses them (`safelist.enabled`), and ByID also refuses the texts of those that are there (`safelist.require_id`).
	Only, ByID bool
	// Manifests are the paths of files and folders.
	Manifests []string
}

// Refuses tells that documents that no manifest has are refused.
func (p PersistedQueries) Refuses() bool { return p.Enabled && (p.Only || p.ByID) }

// With returns settings under which the documents of more manifests have to fit the graph, like those of p if these are read.
func (p PersistedQueries) With(manifests []string) PersistedQueries {
	if p.Enabled {
		manifests = slices.Concat(p.Manifests, manifests)
	}
	return PersistedQueries{Enabled: true, Only: true, Manifests: manifests}
}

func apq() form[draft] {
	return object[draft]{keys: append([]key[draft]{
		{
			name: "enabled", form: switchedOff(func(c *Config) *bool { return &c.APQ.Off }), standard: "true", example: "false",
			doc: "whether clients may send the hash of a document instead of its text",
		},
		{name: "router", doc: "Where the texts are kept.", form: object[draft]{keys: []key[draft]{
			{name: "cache", doc: "Where the texts are kept.", form: object[draft]{keys: append([]key[draft]{
				{name: "in_memory", doc: "Where the texts are kept.", form: at(config, at(func(c *Config) *APQ { return &c.APQ }, apqMemory()))},
			}, lack[draft]("redis")...)}},
		}}},
	}, lack[draft]("subgraph")...)}
}

func apqMemory() form[APQ] {
	return object[APQ]{keys: []key[APQ]{
		{
			name: "limit", form: at(func(a *APQ) *int { return &a.Limit }, integer[int]{}), standard: "512", example: "2000",
			doc: "how many texts are kept",
		},
		{
			name: "max_bytes", form: at(func(a *APQ) *int64 { return &a.MaxBytes }, integer[int64]{}), standard: "8388608", example: "33554432",
			doc: "how many bytes they have together; a text with more than 1/16 of that is answered and not kept. Weft's own",
		},
	}}
}

func persistedQueries() form[draft] {
	part := func(f form[PersistedQueries]) form[draft] {
		return at(config, at(func(c *Config) *PersistedQueries { return &c.PersistedQueries }, f))
	}
	return part(object[PersistedQueries]{keys: []key[PersistedQueries]{
		{
			name: "enabled", form: at(func(p *PersistedQueries) *bool { return &p.Enabled }, flag{}), standard: "false", example: "true",
			doc: "whether the documents of the manifests are known",
		},
		{
			name: "local_manifests", form: at(func(p *PersistedQueries) *[]string { return &p.Manifests }, list[string]{text{
				wanted: `a path such as "./manifest.json"`, all: []string{"."},
			}, "a list of paths"}),
			standard: "[]", example: "[./manifest.json]",
			doc: "the manifests: files, and folders whose `.json` files are manifests; relative to the folder of this file",
		},
		{
			name: "log_unknown", form: at(func(p *PersistedQueries) *bool { return &p.LogUnknown }, flag{}), standard: "false", example: "true",
			doc: "whether documents that no manifest has are logged, with name and hash",
		},
		{name: "safelist", doc: "Whether other documents run.", form: object[PersistedQueries]{keys: []key[PersistedQueries]{
			{
				name: "enabled", form: at(func(p *PersistedQueries) *bool { return &p.Only }, flag{}), standard: "false", example: "true",
				doc: "whether documents that no manifest has are refused; needs `apq.enabled: false`",
			},
			{
				name: "require_id", form: at(func(p *PersistedQueries) *bool { return &p.ByID }, flag{}), standard: "false", example: "true",
				doc: "whether also the texts of those that are there are refused, so that everything is asked for by id",
			},
		}}},
		// Manifests are looked at like the other files; see reload.
		{name: "hot_reload", form: anything[PersistedQueries]{}, state: accepted},
	}})
}

// finishKnown turns what was read of known operations into the Config.
func (d *draft) finishKnown(r *reader) {
	manifests := d.config.PersistedQueries.Manifests
	for i, path := range manifests {
		if path != "" && !filepath.IsAbs(path) {
			manifests[i] = filepath.Join(filepath.Dir(r.file), path)
		}
	}
}

// conflicts reports settings that contradict each other although each is right for itself, which the JSON Schema does not know.
func (c *Config) conflicts(file string) (found diag.List) {
	p, at := &c.PersistedQueries, diag.Span{File: file}
	if c.Cost.Enabled && c.Cost.Enforce && c.Cost.Max == 0 {
		found.Warnf(Code, at, "demand_control.mode: enforce refuses nothing for its cost without demand_control.strategy.static_estimated.max")
	}
	if !c.ClientCertificates.IsZero() && !c.AsksForCertificates() {
		found.Errorf(Code, at, "authentication.client_certificates needs tls.supergraph.client_authentication: nobody is asked for a certificate")
	}
	if c.Audit.Synced && c.Audit.LossAllowed {
		found.Errorf(Code, at, "audit.sync needs audit.on_failure: refuse: where lines may be lost, no answer waits for its line")
	}
	found.Add(c.checkTokens()...)
	if c.RequireAuthentication && !c.authenticates() {
		found.Errorf(Code, at, "authorization.require_authentication refuses everybody as long as authentication has no way to show who one is")
	}
	found.Add(c.checkRules()...)
	if !p.Enabled {
		if p.Only || p.ByID {
			found.Warnf(Code, at, "persisted_queries.safelist has no effect without persisted_queries.enabled: true: every document runs")
		}
		return found
	}
	if len(p.Manifests) == 0 {
		found.Errorf(Code, at, "persisted_queries.enabled needs persisted_queries.local_manifests, the files that have the documents")
	}
	if p.ByID && !p.Only {
		found.Errorf(Code, at, "persisted_queries.safelist.require_id needs persisted_queries.safelist.enabled: true")
	}
	if p.Only && !c.APQ.Off {
		found.Errorf(Code, at, "persisted_queries.safelist.enabled needs apq.enabled: false, or clients could register what they like")
	}
	return found
}
