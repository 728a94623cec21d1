package config

import (
	"time"

	"github.com/weftgraph/weft/datasources"
)

// all is the part for all sources.
func all(d *draft) *Source { return &d.config.All }

// forSources are sections with settings for all sources and for single ones.
func forSources(keys []key[Source]) form[draft] {
	return object[draft]{keys: []key[draft]{
		{name: "all", form: at(all, object[Source]{keys: keys}), doc: "For all sources."},
		{
			name: "sources", form: at(sources, entries[Source]{sourceName, object[Source]{keys: keys}}),
			doc: "For single sources: a key that is there wins over `all`.",
		},
	}}
}

func trafficShaping() form[draft] {
	return object[draft]{keys: append([]key[draft]{
		{name: "router", doc: "Requests of clients.", form: object[draft]{keys: []key[draft]{
			{
				name: "timeout", form: at(config, at(func(c *Config) *time.Duration { return &c.Timeout }, duration())),
				standard: "60s", example: "10s", doc: "the time for one request; then what has come is answered",
			},
			{
				name: "global_rate_limit", form: globalRate(), example: "{ capacity: 1000, interval: 1s }",
				doc: "requests of all clients together; those beyond get `RATE_LIMITED`. `rate_limits` has finer limits",
			},
			{
				name:    "concurrency_limit",
				form:    at(config, at(connections, at(func(c *Connections) *int { return &c.MaxRequests }, integer[int]{}))),
				example: "1000", doc: "requests that are answered at the same time; those beyond get `OVERLOADED`. Without it, no limit",
			},
		}}},
		{name: "connector", form: forSources(trafficKeys()), doc: "Calls to sources."},
	}, lack[draft]("all", "deduplicate_variables", "subgraphs")...)}
}

func trafficKeys() []key[Source] {
	return []key[Source]{
		{
			name: "timeout", form: at(func(s *Source) *time.Duration { return &s.Timeout }, duration()),
			standard: "30s", example: "5s", doc: "the time for one call, waiting for a free slot included",
		},
		{
			name: "global_rate_limit", form: at(func(s *Source) *datasources.RateLimit { return &s.RateLimit }, rateLimit("calls")),
			example: "{ capacity: 100, interval: 1s }",
			doc:     "how often a source may be called; the call after that is not sent, and gives `REQUEST_RATE_LIMITED`",
		},
		{
			name: "deduplicate_query", form: at(func(s *Source) **bool { return &s.Share }, via(flag{}, func(b bool) (*bool, error) { return &b, nil })),
			standard: "true", example: "false",
			doc: "whether identical reads in flight are one call, and identical queries that read the source are answered once",
		},
		{
			name: "compression", form: at(func(s *Source) *datasources.Compression { return &s.Transport.Compression }, compression()),
			standard: "identity", example: "gzip", doc: "how request bodies are compressed. gRPC knows `gzip` alone",
		},
		{
			name: "pool_idle_timeout", form: at(func(s *Source) *time.Duration { return &s.Transport.IdleTimeout }, duration()),
			example: "15s",
			doc:     "how long an unused connection stays open; without it, 90 s, and 30 min for gRPC",
		},
		{
			name: "experimental_http2", form: at(func(s *Source) *datasources.HTTP2 { return &s.Transport.HTTP2 }, http2()),
			standard: "enable", example: "disable",
			doc: "`enable`: HTTP/2 where TLS offers it; `disable`: HTTP/1.1; `http2only`: HTTP/2, also without TLS. gRPC is always HTTP/2",
		},
		{
			name: "dns_resolution_strategy", form: at(func(s *Source) *datasources.AddressFamily { return &s.Transport.Addresses }, families()),
			standard: "ipv4_then_ipv6", example: "ipv4_only",
			doc: "`ipv4_only` and `ipv6_only` work; with the others IPv6 and IPv4 are tried, and what connects first is used",
		},
		{
			name: "max_reply_size", form: at(func(s *Source) *int64 { return &s.MaxReplyBytes }, via(byteSize(), wide)),
			standard: "16mib", example: "64mib", doc: "bytes of a reply, decompressed; those of one message for gRPC",
		},
		{
			name: "grpc", form: at(func(s *Source) *datasources.GRPCTransport { return &s.Transport.GRPC }, connectionsOfGRPC()),
			doc: "Connections to gRPC back ends.",
		},
	}
}

func rateLimit(what string) form[datasources.RateLimit] {
	return object[datasources.RateLimit]{required: []string{"capacity", "interval"}, keys: []key[datasources.RateLimit]{
		{
			name: "capacity", form: at(func(l *datasources.RateLimit) *int { return &l.Capacity }, integer[int]{}), example: "100",
			doc: what + " in each interval",
		},
		{
			name: "interval", form: at(func(l *datasources.RateLimit) *time.Duration { return &l.Interval }, duration()), example: "1s",
			doc: "the interval",
		},
	}}
}

func compression() form[datasources.Compression] {
	return choice[datasources.Compression]{
		{name: "identity", value: datasources.Identity},
		{name: "gzip", value: datasources.Gzip},
		{name: "deflate", value: datasources.Deflate},
		{name: "br", value: datasources.Identity, isLacking: true},
	}
}

func http2() form[datasources.HTTP2] {
	return choice[datasources.HTTP2]{
		{name: "enable", value: datasources.HTTP2Enabled},
		{name: "disable", value: datasources.HTTP2Disabled},
		{name: "http2only", value: datasources.HTTP2Only},
	}
}

func families() form[datasources.AddressFamily] {
	return choice[datasources.AddressFamily]{
		{name: "ipv4_then_ipv6", value: datasources.AnyAddress},
		{name: "ipv6_then_ipv4", value: datasources.AnyAddress},
		{name: "ipv4_and_ipv6", value: datasources.AnyAddress},
		{name: "ipv4_only", value: datasources.IPv4Only},
		{name: "ipv6_only", value: datasources.IPv6Only},
	}
}
