package config

import (
	"slices"
	"strings"

	"github.com/weftgraph/weft/graph/value"
)

// root reads the sections.
func (r *reader) root(n *node) {
	known := keys{
		"connectors":              r.connectors,
		"include_subgraph_errors": r.subgraphErrors,
		"limits":                  r.limits,
		"supergraph":              r.supergraph,
		"traffic_shaping":         r.trafficShaping,
	}
	for _, name := range []string{
		"apq", "authentication", "authorization", "batching", "coprocessor", "cors", "csrf", "demand_control",
		"enhanced_client_awareness", "fleet_detector", "forbid_mutation_operations", "headers", "health_check", "homepage",
		"license_enforcement", "override_subgraph_url", "persisted_queries", "plugins", "progressive_override", "response_cache",
		"rhai", "sandbox", "subscription", "telemetry", "tls",
	} {
		known[name] = nil
	}
	r.object(n, known)
}

func (r *reader) supergraph(n *node) {
	introspection := true
	r.object(n, keys{
		"listen":                                 r.textInto(&r.config.Listen),
		"path":                                   r.path,
		"introspection":                          r.boolInto(&introspection),
		"query_planning":                         nil,
		"defer_support":                          nil,
		"early_cancel":                           nil,
		"generate_query_fragments":               nil,
		"connection_shutdown_timeout":            nil,
		"reuse_query_fragments":                  nil,
		"strict_variable_validation":             nil,
		"redact_query_validation_errors":         nil,
		"experimental_log_on_broken_pipe":        nil,
		"experimental_reuse_query_plans":         nil,
		"enable_result_coercion_errors":          nil,
		"experimental_plans_limit":               nil,
		"experimental_paths_limit":               nil,
		"experimental_type_conditioned_fetching": nil,
	})
	r.config.IntrospectionOff = !introspection
}

func (r *reader) path(n *node) {
	r.textInto(&r.config.Path)(n)
	if n.kind != value.KindString {
		return
	}
	if !strings.HasPrefix(n.text, "/") || n.text == "/" || strings.ContainsAny(n.text, "{}*: ") || strings.HasPrefix(n.text, "/health") {
		r.errorf(n.span, `expected a path such as "/graphql" but got %q`, n.text)
	}
}

func (r *reader) limits(n *node) {
	l := &r.config.Limits
	r.object(n, keys{
		"http_max_request_bytes":         intInto(r, &r.config.MaxBodyBytes),
		"parser_max_tokens":              intInto(r, &l.MaxTokens),
		"parser_max_recursion":           intInto(r, &l.MaxNesting),
		"max_depth":                      intInto(r, &l.MaxDepth),
		"max_fields":                     intInto(r, &l.MaxFields),
		"max_introspection_fields":       intInto(r, &l.MaxIntrospectionFields),
		"max_query_bytes":                intInto(r, &l.MaxBytes),
		"max_height":                     nil,
		"max_aliases":                    nil,
		"max_root_fields":                nil,
		"warn_only":                      nil,
		"http1_max_request_headers":      nil,
		"http1_max_request_buf_size":     nil,
		"http2_max_headers_list_bytes":   nil,
		"http2_max_header_list_size":     nil,
		"introspection_max_depth":        nil,
		"subgraph_max_response_bytes":    nil,
		"connection_idle_timeout":        nil,
		"connection_header_read_timeout": nil,
	})
}

func (r *reader) connectors(n *node) {
	var deprecated bool
	r.object(n, keys{
		"max_requests_per_operation_per_source": intInto(r, &r.config.All.MaxRequests),
		"preview_connect_v0_4":                  func(*node) {}, // accepted: v0.4 needs no switch here
		"preview_connect_v0_3":                  func(*node) {},
		"debug_extensions":                      nil,
		"expose_sources_in_context":             nil,
		"sources": func(n *node) {
			r.each(n, func(name string, n *node) { r.source(name, n) })
		},
		"subgraphs": func(n *node) {
			deprecated = true
			r.each(n, r.subgraph)
		},
	})
	if deprecated {
		r.deprecatedSubgraphs(n)
	}
}

func (r *reader) deprecatedSubgraphs(n *node) {
	for _, f := range n.fields {
		if f.name == "subgraphs" {
			r.diags.Warnf(Code, f.span, `"subgraphs" is deprecated, use "sources" with keys such as "document.source"`)
		}
	}
}

// source reads what connectors.sources says of one source.
func (r *reader) source(name string, n *node) {
	r.update(name, func(s *Source) { r.object(n, r.sourceKeys(s)) })
}

func (r *reader) sourceKeys(s *Source) keys {
	return keys{
		"override_url":               r.textInto(&s.OverrideURL),
		"max_requests_per_operation": intInto(r, &s.MaxRequests),
		"$config":                    r.configInto(&s.Config),
	}
}

// subgraph reads the older nesting of connectors.subgraphs.
func (r *reader) subgraph(document string, n *node) {
	var s Source
	r.object(n, keys{
		"$config": r.configInto(&s.Config),
		"sources": func(n *node) {
			r.each(n, func(name string, n *node) { r.source(document+"."+name, n) })
		},
	})
	r.config.Documents[document] = s
}

func (r *reader) configInto(dst *value.Value) func(*node) {
	return func(n *node) {
		if n.kind != value.KindObject {
			r.wrong(n, "a mapping")
			return
		}
		*dst = n.value()
	}
}

func (r *reader) trafficShaping(n *node) {
	shape := func(timeout func(*node)) keys {
		return keys{
			"timeout":                 timeout,
			"compression":             nil,
			"global_rate_limit":       nil,
			"experimental_http2":      nil,
			"dns_resolution_strategy": nil,
			"pool_idle_timeout":       nil,
			"concurrency_limit":       nil,
		}
	}
	r.object(n, keys{
		"router": func(n *node) { r.object(n, shape(r.durationInto(&r.config.Timeout))) },
		"connector": func(n *node) {
			r.object(n, keys{
				"all": func(n *node) { r.object(n, shape(r.durationInto(&r.config.All.Timeout))) },
				"sources": func(n *node) {
					r.each(n, func(name string, n *node) {
						r.update(name, func(s *Source) { r.object(n, shape(r.durationInto(&s.Timeout))) })
					})
				},
			})
		},
		"all":                   nil,
		"subgraphs":             nil,
		"deduplicate_variables": nil,
	})
}

// update changes the settings of a named source.
func (r *reader) update(name string, change func(*Source)) {
	s := r.config.Sources[name]
	change(&s)
	r.config.Sources[name] = s
}

func (r *reader) subgraphErrors(n *node) {
	e := &r.config.Errors
	e.Configured, e.Documents = true, map[string]bool{}
	r.object(n, keys{
		"all": r.boolInto(&e.Shown),
		"subgraphs": func(n *node) {
			r.each(n, func(document string, n *node) {
				var shown bool
				r.boolInto(&shown)(n)
				e.Documents[document] = shown
			})
		},
	})
}

// Unknown returns the sorted names of configured sources and documents that a graph does not have, for a warning: a misspelled name
// would silently have no effect.
func (c *Config) Unknown(sources []string) []string {
	known := make(map[string]bool, 2*len(sources))
	for _, name := range sources {
		document, _, _ := strings.Cut(name, ".")
		known[name], known[document] = true, true
	}
	var unknown []string
	for name := range c.Sources {
		if !known[name] {
			unknown = append(unknown, "connectors.sources."+name)
		}
	}
	for name := range c.Documents {
		if !known[name] {
			unknown = append(unknown, "connectors.subgraphs."+name)
		}
	}
	slices.Sort(unknown)
	return unknown
}
