package config

import (
	"time"

	"github.com/weftgraph/weft/graph/cost"
)

// root is the whole file. Its order is that of the reference.
func root() form[draft] {
	sections := []key[draft]{
		{name: "supergraph", form: supergraph(), doc: "The endpoint that clients use."},
		{name: "admin", form: admin(), doc: "The console. Weft's own."},
		{name: "playground", form: playground(), doc: "The page at `/`, and explanations. Weft's own."},
		{name: "reload", form: reload(), doc: "How changes take over without a restart. Weft's own."},
		{name: "connectors", form: connectors(), doc: "What sources are called with."},
		{name: "traffic_shaping", form: trafficShaping(), doc: "Times, rates and connections."},
		{name: "tls", form: encryption(), doc: "Whom encrypted connections to sources trust, and who Weft is on them."},
		{name: "headers", form: headers(), doc: "Changes of the headers that sources get."},
		{name: "limits", form: at(config, limits()), doc: "Bounds of requests and query documents."},
		{name: "subscription", form: subscription(), doc: "Subscriptions."},
		{name: "websocket", form: webSocket(), doc: "GraphQL over WebSockets. Weft's own."},
		{name: "event_stream", form: eventStream(), doc: "Answers as server-sent events. Weft's own."},
		{name: "authentication", form: authentication(), doc: "How callers show who they are."},
		{name: "authorization", form: authorization(), doc: "Who gets an answer."},
		{name: "rate_limits", form: rateLimits(), doc: "How much clients may ask. Weft's own."},
		{name: "client_address", form: clientAddress(), doc: "How the address of a client is found behind proxies. Weft's own."},
		{name: "cors", form: cors(), doc: "Which pages of other origins may use the endpoint."},
		{name: "csrf", form: csrf(), doc: "Which requests are refused because a page of any site could have made them."},
		{name: "health_check", form: health(), doc: "Where health checks are answered."},
		{
			name: "demand_control", form: at(config, at(func(c *Config) *cost.Control { return &c.Cost }, demandControl())),
			doc: "What operations may cost.",
		},
		{name: "batching", form: at(config, at(func(c *Config) *Batching { return &c.Batching }, batching())), doc: "Several operations in one request."},
		{name: "preview_file_uploads", form: uploads(), doc: "Files that clients send."},
		{name: "apq", form: apq(), doc: "Automatic persisted queries: clients send hashes instead of texts."},
		{name: "persisted_queries", form: persistedQueries(), doc: "Trusted documents: those that operators have registered."},
		{name: "redaction", form: redactionSection(), doc: "Which values are shown nowhere but in answers. Weft's own."},
		{name: "audit", form: audit(), doc: "A record of who has asked what. Weft's own."},
		{name: "include_subgraph_errors", form: subgraphErrors(), isOptIn: true, doc: "Whose errors clients see."},
	}
	return object[draft]{tolerates: true, keys: append(sections, lack[draft](
		"coprocessor",
		"enhanced_client_awareness", "fleet_detector", "forbid_mutation_operations", "homepage",
		"license_enforcement", "override_subgraph_url", "plugins", "progressive_override", "response_cache",
		"rhai", "sandbox", "telemetry",
	)...)}
}

func config(d *draft) *Config { return &d.config }

func supergraph() form[draft] {
	return object[draft]{keys: append([]key[draft]{
		{
			name: "listen", form: at(config, at(func(c *Config) *string { return &c.Listen }, address())),
			standard: "127.0.0.1:4000", example: ":4000",
			doc: "host and port; `--listen` wins. Port 0 takes a free one",
		},
		{
			name: "path", form: at(config, at(func(c *Config) *string { return &c.Path }, text{
				wanted: `a path such as "/graphql"`, all: []string{"^/[^{}*: ]+$"}, none: []string{"^/health"},
			})),
			standard: "/graphql", example: "/api", doc: "the path of the endpoint",
		},
		{
			name: "introspection", form: switchedOff(func(c *Config) *bool { return &c.IntrospectionOff }), standard: "true", example: "false",
			doc: "whether `__schema` and `__type` are answered",
		},
		{
			name: "defer_support", form: switchedOff(func(c *Config) *bool { return &c.DeferOff }), standard: "true", example: "false",
			doc: "whether there is [`@defer`](defer.md)",
		},
		statusProfile(),
		compressionSection(),
		{
			name:     "connection_shutdown_timeout",
			form:     at(config, at(connections, at(func(c *Connections) *time.Duration { return &c.ShutdownTimeout }, duration()))),
			standard: "30s", example: "60s", doc: "how long requests that are being answered may take when the server stops",
		},
	}, lack[draft](
		"early_cancel", "enable_result_coercion_errors",
		"experimental_log_on_broken_pipe", "experimental_paths_limit", "experimental_plans_limit", "experimental_reuse_query_plans",
		"experimental_type_conditioned_fetching", "generate_query_fragments", "query_planning", "redact_query_validation_errors",
		"reuse_query_fragments", "strict_variable_validation",
	)...)}
}

// address is where to listen.
func address() form[string] {
	return text{wanted: `an address such as "127.0.0.1:4000"`, all: []string{`^[^ ]*:[0-9]{1,5}$`}}
}

func admin() form[draft] {
	return at(config, at(func(c *Config) *Admin { return &c.Admin }, object[Admin]{keys: []key[Admin]{
		{
			name: "listen", form: at(func(a *Admin) *string { return &a.Listen }, address()), example: "127.0.0.1:4001",
			doc: "host and port of the console, which is off without; `--admin` wins. Port 0 takes a free one",
		},
		{
			name: "hosts", form: at(func(a *Admin) *[]string { return &a.Hosts }, list[string]{text{}, "a list of strings"}),
			standard: "[]", example: "[weft.internal]",
			doc: "names by which it may be opened, besides IP addresses, `localhost`, and the host in `listen` or `--admin`",
		},
	}}))
}

func playground() form[draft] {
	return object[draft]{keys: []key[draft]{
		{
			name: "enabled", form: switchedOff(func(c *Config) *bool { return &c.Playground.Off }), standard: "true", example: "false",
			doc: "whether the page is served",
		},
		{
			name: "explain", form: at(config, at(func(c *Config) *bool { return &c.Playground.Explain }, flag{})),
			standard: "false", example: "true",
			doc: "whether clients may ask for plans and calls, which tell about the inside of the graph; `--explain` does the same",
		},
	}}
}

func subgraphErrors() form[draft] {
	return at((*draft).redaction, object[Redaction]{keys: []key[Redaction]{
		{
			name: "all", form: at(func(e *Redaction) *bool { return &e.Shown }, flag{}), standard: "false", example: "true",
			doc: "whether clients see the errors of documents that are not named below. Without the section they do",
		},
		{
			name: "subgraphs", form: at(func(e *Redaction) *map[string]bool { return &e.Documents },
				entries[bool]{of: documentName, entry: flag{}}),
			doc: "the same for single documents",
		},
	}})
}
