package config

import (
	"strings"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/value"
)

func sources(d *draft) *map[string]Source { return &d.config.Sources }

// connectors is what sources are called with (Connectors specification 9).
func connectors() form[draft] {
	return object[draft]{keys: []key[draft]{
		{
			name: "max_requests_per_operation_per_source",
			form: at(func(d *draft) *int { return &d.config.All.MaxRequests }, integer[int]{}), example: "100", variable: requestLimitVariable,
			doc: "calls that one operation may make to each source; without it, no limit. The environment variable " +
				"`" + requestLimitVariable + "` sets it if the file does not",
		},
		{
			name: "sources", form: at(sources, entries[Source]{sourceName, object[Source]{keys: connectorKeys()}}),
			doc: "Settings of single sources.",
		},
		{
			name: "grpc_error_details", form: at(func(d *draft) *[]datasources.DetailType { return &d.config.All.ErrorDetails }, detailTypes()),
			example: "[BadRequest, RetryInfo]",
			doc: "which details of a failed gRPC call clients see in `extensions.grpc.details`, by their types: names of `google.rpc`, full names " +
				"of a contract's messages, or `*` for all but `DebugInfo`. It wins over the documents; `[]` shows none. Weft's own",
		},
		{
			name: "subgraphs", form: at(func(d *draft) *map[string]subgraph { return &d.subgraphs },
				entries[subgraph]{documentName, oldSubgraph()}),
			state: deprecated, instead: `use "sources" with keys such as "document.source"`,
			doc: "The older nesting of `sources`.",
		},
		{name: "preview_connect_v0_2", form: ignoredFlag[draft](), state: accepted, doc: "needs no switch here"},
		{name: "preview_connect_v0_3", form: ignoredFlag[draft](), state: accepted, doc: "needs no switch here"},
		{name: "preview_connect_v0_4", form: ignoredFlag[draft](), state: accepted, doc: "needs no switch here"},
		{name: "debug_extensions", form: ignoredFlag[draft](), state: lacking, quiet: "false", doc: "`Weft-Explain` tells more"},
		{name: "expose_sources_in_context", form: ignoredFlag[draft](), state: lacking, quiet: "false"},
	}}
}

// ignoredFlag is true or false, and nothing comes of it.
func ignoredFlag[T any]() form[T] { return at(func(*T) *bool { return new(bool) }, flag{}) }

func connectorKeys() []key[Source] {
	return []key[Source]{
		{
			name: "override_url", form: at(func(s *Source) *string { return &s.OverrideURL }, text{}),
			example: "https://staging.internal/v2", doc: "replaces the source's `baseURL` or `address`. A template like these",
		},
		{
			name: "$config", form: at(func(s *Source) *value.Value { return &s.Config }, data{}), standard: "{}",
			example: `{ version: "7", flags: { beta: true } }`, doc: "what mappings see as `$config`",
		},
		{
			name: "max_requests_per_operation", form: at(func(s *Source) *int { return &s.MaxRequests }, integer[int]{}),
			example: "50", doc: "calls that one operation may make to the source; without it, what holds for all sources",
		},
		{
			name: "grpc_error_details", form: at(func(s *Source) *[]datasources.DetailType { return &s.ErrorDetails }, detailTypes()),
			example: "[BadRequest, RetryInfo]", doc: "which details clients see of the source's failures; without it, what holds for all sources. Weft's own",
		},
	}
}

// detailTypes is a list of types of details. Full names may be those of any contract.
func detailTypes() form[[]datasources.DetailType] {
	name := text{
		wanted: `a type such as "BadRequest" or "my.package.Message", or "*"`,
		all:    []string{`^(\*|` + strings.Join(datasources.GoogleDetails(), "|") + `|\w+(\.\w+)+)$`},
	}
	return via(list[string]{name, "a list of types"}, func(names []string) ([]datasources.DetailType, error) {
		types := make([]datasources.DetailType, len(names))
		for i, name := range names {
			types[i].Name = name
		}
		return types, nil
	})
}

// oldSubgraph is the older nesting: settings below the name of a document.
func oldSubgraph() form[subgraph] {
	return object[subgraph]{keys: []key[subgraph]{
		{
			name: "$config", form: at(func(s *subgraph) *value.Value { return &s.config }, data{}),
			example: `{ version: "7" }`, doc: "what mappings of the document see as `$config`",
		},
		{
			name: "sources", form: at(func(s *subgraph) *map[string]Source { return &s.sources },
				entries[Source]{sourceOfDocument, object[Source]{keys: connectorKeys()}}),
			doc: "Settings of the document's sources.",
		},
	}}
}
