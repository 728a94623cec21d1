package config

import (
	"slices"

	"github.com/weftgraph/weft/graph"
)

func limits() form[Config] {
	limit := func(name string, part func(*graph.Limits) *int, standard, doc string) key[Config] {
		return key[Config]{
			name: name, form: at(func(c *Config) *int { return part(&c.Limits) }, integer[int]{}), standard: standard,
			example: "50", doc: doc,
		}
	}
	return object[Config]{keys: slices.Concat([]key[Config]{
		{
			name: "http_max_request_bytes", form: at(func(c *Config) *int64 { return &c.MaxBodyBytes }, integer[int64]{}),
			standard: "1048576", example: "2000000", doc: "bytes of a request's body (`body_bytes`)",
		},
		limit("max_query_bytes", func(l *graph.Limits) *int { return &l.MaxBytes }, "1048576", "bytes of a query document (`bytes`)"),
		limit("parser_max_tokens", func(l *graph.Limits) *int { return &l.MaxTokens }, "15000", "tokens of a query document (`tokens`)"),
		limit("parser_max_recursion", func(l *graph.Limits) *int { return &l.MaxNesting }, "200", "how deep brackets nest in it (`nesting`)"),
		limit("max_operations", func(l *graph.Limits) *int { return &l.MaxOperations }, "200", "operations of a query document (`operations`)"),
		limit("max_fragments", func(l *graph.Limits) *int { return &l.MaxFragments }, "500", "fragments of a query document (`fragments`)"),
		limit("max_directives", func(l *graph.Limits) *int { return &l.MaxDirectives }, "1000", "directives of a query document (`directives`)"),
		limit("max_directives_per_location", func(l *graph.Limits) *int { return &l.MaxDirectivesPerLocation }, "50",
			"directives of one place in it (`directives_per_location`)"),
		limit("max_depth", func(l *graph.Limits) *int { return &l.MaxDepth }, "100", "how deep fields nest, fragments put in their places (`depth`)"),
		limit("max_height", func(l *graph.Limits) *int { return &l.MaxHeight }, "15000",
			"fields of an operation, likewise, each response name of a selection set counted once (`height`)"),
		limit("max_aliases", func(l *graph.Limits) *int { return &l.MaxAliases }, "1000", "fields with an alias, likewise (`aliases`)"),
		limit("max_root_fields", func(l *graph.Limits) *int { return &l.MaxRootFields }, "200",
			"different response names at an operation's root, likewise (`root_fields`)"),
		limit("max_fields", func(l *graph.Limits) *int { return &l.MaxFields }, "15000", "all fields of an operation, likewise (`fields`)"),
		{
			name: "warn_only", form: at(func(c *Config) *bool { return &c.Limits.WarnOnly }, flag{}), standard: "false", example: "true",
			doc: "operations beyond `max_depth`, `max_height`, `max_aliases` or `max_root_fields` are answered, and the log has a warning",
		},
		limit("max_introspection_fields", func(l *graph.Limits) *int { return &l.MaxIntrospectionFields }, "500",
			"fields at and below `__schema` and `__type` (`introspection_fields`)"),
		{
			name: "introspection_max_depth", form: at(func(c *Config) *bool { return &c.Limits.DeepIntrospection }, opposite()), standard: "true", example: "false",
			doc: "whether lists of fields, types and interfaces nest at most 2 deep there (`introspection_depth`)",
		},
		limit("max_list_size", func(l *graph.Limits) *int { return &l.MaxListSize }, "10000", "items of one list, in the document or in variables (`list_size`)"),
		limit("max_variables", func(l *graph.Limits) *int { return &l.MaxVariables }, "500", "variables that an operation declares (`variables`)"),
		limit("max_variable_values", func(l *graph.Limits) *int { return &l.MaxVariableValues }, "100000",
			"values in the variables of a request, those in lists and objects included (`variable_values`)"),
		limit("max_variable_nesting", func(l *graph.Limits) *int { return &l.MaxVariableNesting }, "100",
			"how deep lists and objects nest in a variable (`variable_nesting`)"),
	}, connectionKeys(), lack[Config]("http2_max_header_list_size", "subgraph_max_response_bytes"))}
}
