package config

import (
	"cmp"
	"crypto/sha256"
	"slices"
	"strings"
	"time"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/cost"
	"github.com/weftgraph/weft/graph/value"
	"github.com/weftgraph/weft/server/auditlog"
	"github.com/weftgraph/weft/server/identity/apikey"
	"github.com/weftgraph/weft/server/identity/certificate"
	"github.com/weftgraph/weft/server/identity/oidc"
	"github.com/weftgraph/weft/server/ratelimit"
)

// Config are the settings of a server. The zero Config has every default.
type Config struct {
	// Listen is the address to listen on (`supergraph.listen`); empty means the default.
	Listen string
	// Path is the path of the GraphQL endpoint (`supergraph.path`); empty means the default.
	Path string
	// IntrospectionOff switches introspection off (`supergraph.introspection: false`).
	IntrospectionOff bool
	// DeferOff takes `@defer` out of the graph (`supergraph.defer_support: false`).
	DeferOff bool
	// StatusProfile says which HTTP statuses answers have (`supergraph.status_profile`).
	StatusProfile StatusProfile
	// Uncompressed leaves answers as they are (`supergraph.compression.enabled: false`).
	Uncompressed bool
	// Batching says whether clients may send several operations at once (`batching`).
	Batching Batching
	// Uploads bound the files of a request (`preview_file_uploads`).
	Uploads Uploads
	// Limits bound query documents (`limits`); zero fields mean the defaults.
	Limits graph.Limits
	// Cost says what operations may cost (`demand_control`).
	Cost cost.Control
	// MaxBodyBytes bounds request bodies (`limits.http_max_request_bytes`); zero means the default.
	MaxBodyBytes int64
	// Timeout bounds the answering of a request (`traffic_shaping.router.timeout`); zero means the default.
	Timeout time.Duration
	// Subscription, WebSocket and EventStream bound what goes on for long.
	Subscription Subscription
	WebSocket    WebSocket
	EventStream  EventStream
	// All applies to every source, Sources to the named ones: "<document>.<source>", or "<document>.<Type_field_n>" for a
	// connector without a source. What a named one leaves zero is taken from All.
	All     Source
	Sources map[string]Source
	// Documents are settings for all sources of a document (the older `connectors.subgraphs` nesting).
	Documents map[string]Source
	// Errors says whose errors clients see (`include_subgraph_errors`).
	Errors Redaction
	// PersonalTags are the names of the tags by which personal data is marked (`redaction.tags`); empty means the default.
	PersonalTags []string
	// Audit is the record of who has asked what (`audit`).
	Audit auditlog.Settings
	// Admin says where the console is (`admin`).
	Admin Admin
	// APQ are automatic persisted queries (`apq`), PersistedQueries trusted documents (`persisted_queries`).
	APQ              APQ
	PersistedQueries PersistedQueries
	// Playground says what the page at `/` is (`playground`).
	Playground Playground
	// ClientAddress says how the address of a client is found (`client_address`).
	ClientAddress ClientAddress
	// RateLimits bound how much clients ask (`rate_limits`), GlobalRate the requests of all together
	// (`traffic_shaping.router.global_rate_limit`). See Limiting.
	RateLimits ratelimit.Settings
	GlobalRate datasources.RateLimit
	// CORS and CSRF say what pages of other sites may do (`cors`, `csrf`).
	CORS CORS
	CSRF CSRF
	// Health says where health checks are answered (`health_check`).
	Health Health
	// Connections bound what clients can do to the listener (`limits`, `traffic_shaping.router`, `supergraph`).
	Connections Connections
	// TLS is what the public listener is encrypted with (`tls.supergraph`); nil leaves it plain.
	TLS *ServerTLS
	// Tokens says which bearer tokens are taken (`authentication`).
	Tokens oidc.Settings
	// KeepsExpired lets subscriptions go on when the credentials of their caller end (`authentication.expired_subscriptions: continue`).
	KeepsExpired bool
	// RequireAuthentication refuses callers that show no credentials (`authorization.require_authentication`).
	RequireAuthentication bool
	// Authorization says what is done about fields that a caller may not read (`authorization.directives`), and Policies are the expressions that
	// `@policy` may name (`authorization.policies`).
	Authorization graph.Authorization
	Policies      map[string]string
	// ClientCertificates say what the certificates of clients tell of them (`authentication.client_certificates`), which the listener asks for
	// (`tls.supergraph.client_authentication`).
	ClientCertificates certificate.Settings
	// APIKeys are keys that this server has given out (`authentication.api_keys`).
	APIKeys apikey.Settings
	// Reload says how changes are found and take over (`reload`).
	Reload Reload
	// Digest is equal for two configurations that were loaded from equal contents of their files. The environment is not in it, and neither
	// are the files of TLS, which listeners look at. It is zero for one that was not loaded from a file.
	Digest [sha256.Size]byte

	// names are those of sources and documents that the file uses, for Check.
	names []usedName
	// rules are where the rules of RateLimits are, for Check.
	rules []*node
	// tokens are where the entries of Tokens are, for their checks.
	tokens tokenPlaces
}

// Admin are the settings of the admin listener.
type Admin struct {
	// Listen is the address to listen on; empty means that there is none.
	Listen string
	// Hosts are names by which the listener may be addressed, besides localhost and IP addresses.
	Hosts []string
}

// Playground are the settings of the page at `/`.
type Playground struct {
	// Off leaves "/" without an answer.
	Off bool
	// Explain lets clients ask for plans and calls, with the header Weft-Explain.
	Explain bool
}

// Reload are the settings of reloading. Zero fields mean the defaults.
type Reload struct {
	// Off leaves changes of files unnoticed.
	Off bool
	// Interval is the time between two looks at the files.
	Interval time.Duration
	// Drain is how long streams go on with what has been replaced.
	Drain time.Duration
}

// Source are the settings of one source. Zero fields leave the defaults.
type Source struct {
	// OverrideURL replaces the base URL.
	OverrideURL string
	// Config is `$config`, an object or MISSING.
	Config value.Value
	// MaxRequests bounds the calls of one operation to the source.
	MaxRequests int
	// Timeout bounds one call.
	Timeout time.Duration
	// MaxReplyBytes bounds one reply.
	MaxReplyBytes int64
	// RateLimit bounds how often the source is called.
	RateLimit datasources.RateLimit
	// Share tells whether identical reads in flight are one call; nil means that they are.
	Share *bool
	// HeaderRules change the headers of requests, after the mappings have made them.
	HeaderRules datasources.HeaderRules
	// ErrorDetails are the details of gRPC failures that clients see; nil leaves that to the documents.
	ErrorDetails []datasources.DetailType
	// Transport says how connections are made.
	Transport datasources.Transport
}

// Source returns the settings of a source by its name.
func (c *Config) Source(name string) Source {
	document, _, _ := strings.Cut(name, ".")
	return c.Sources[name].or(c.Documents[document]).or(c.All)
}

// or fills what s leaves open from d. Header rules add up: those for all sources come first, so that the source's win.
func (s Source) or(d Source) Source {
	if s.OverrideURL == "" {
		s.OverrideURL = d.OverrideURL
	}
	if s.Config.IsMissing() {
		s.Config = d.Config
	}
	if s.MaxRequests == 0 {
		s.MaxRequests = d.MaxRequests
	}
	if s.Timeout == 0 {
		s.Timeout = d.Timeout
	}
	s.MaxReplyBytes = cmp.Or(s.MaxReplyBytes, d.MaxReplyBytes)
	if s.RateLimit.IsZero() {
		s.RateLimit = d.RateLimit
	}
	if len(d.HeaderRules) > 0 {
		s.HeaderRules = slices.Concat(d.HeaderRules, s.HeaderRules)
	}
	if s.Share == nil {
		s.Share = d.Share
	}
	if s.ErrorDetails == nil {
		s.ErrorDetails = d.ErrorDetails
	}
	s.Transport = transportOr(s.Transport, d.Transport)
	return s
}

// Redaction says whose errors are replaced by a plain one. The zero Redaction shows all errors, which never contain texts
// from upstream unless the author of a mapping put them there.
type Redaction struct {
	// Configured tells that the section is there; otherwise nothing is redacted.
	Configured bool
	// Shown is what holds for documents that Documents does not name.
	Shown bool
	// Documents says for single documents whether their errors are shown.
	Documents map[string]bool
}

// Hides reports whether the errors of a document are hidden.
func (r Redaction) Hides(document string) bool {
	if !r.Configured {
		return false
	}
	if shown, ok := r.Documents[document]; ok {
		return !shown
	}
	return !r.Shown
}
