package datasources

import (
	"time"

	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/value"
)

// Kind is a kind of source.
type Kind uint8

// The kinds of sources.
const (
	// Virtual connectors make no call: their value is computed from the selection alone.
	Virtual Kind = iota
	HTTP
	GRPC
	SOAP
)

// Settings are everything that a live source is made from: the `@source` of a document and what the configuration says of it.
// They are immutable.
type Settings struct {
	Kind Kind
	// Name is "<document>.<source>", or "<document>.<Type_field_n>" for a connector that has no source. The configuration uses it.
	Name string
	// HTTP is set for Kind HTTP.
	HTTP *HTTPSource
	// IsSuccess, ErrorsMessage and ErrorsExtensions are defaults for the source's connectors; nil when not given.
	IsSuccess, ErrorsMessage, ErrorsExtensions *mapping.Mapping
	// Config is `$config`, an object.
	Config value.Value
	// Env is `$env`, an object of the environment variables that the source's texts mention.
	Env value.Value
	// OverrideURL replaces HTTP.BaseURL when it is not empty. It is a template like the base URL.
	OverrideURL *mapping.Template
	// Timeout bounds one call; 0 means DefaultTimeout.
	Timeout time.Duration
	// MaxReplyBytes bounds one reply; 0 means DefaultMaxReplyBytes.
	MaxReplyBytes int64
	// MaxConcurrent bounds the calls in flight; 0 means DefaultMaxConcurrent.
	MaxConcurrent int
}

// Defaults of a source's limits.
const (
	DefaultTimeout       = 30 * time.Second
	DefaultMaxReplyBytes = 16 << 20
	DefaultMaxConcurrent = 64
)

// HTTPSource is the `http` argument of a `@source`.
type HTTPSource struct {
	// BaseURL is nil for the implied source of a connector with an absolute URL.
	BaseURL           *mapping.Template
	Headers           []Header
	Path, QueryParams *mapping.Mapping
}

// Header is one header mapping: exactly one of From and Value is set.
type Header struct {
	Name  string
	From  string
	Value *mapping.Template
}

// Connector is what a source needs to know of one `@connect`. It is immutable.
type Connector struct {
	// Coordinate is "<document>:Type.field[n]" or "<document>:Type[n]".
	Coordinate string
	// HTTP is the request of an HTTP connector, nil for a virtual one.
	HTTP *HTTPConnector
	// Selection maps the reply.
	Selection *mapping.Mapping
	// IsSuccess, ErrorsMessage and ErrorsExtensions override or add to the source's; nil when not given.
	IsSuccess, ErrorsMessage, ErrorsExtensions *mapping.Mapping
	// By gives the key object of a mapped item, for `$batch` on fields; nil elsewhere.
	By *mapping.Mapping
	// Batch tells that a call serves several keys, so that its mapped value must be an array.
	Batch bool
	// NeedsBody tells that the selection reads the reply, so that a successful reply which has no body that can be read is
	// invalid, and not null: our dialect's rule.
	NeedsBody bool
	// Origin is where the connector stands.
	Origin diag.Span
}

// HTTPConnector is the `http` argument of a `@connect`.
type HTTPConnector struct {
	// Method is upper-case.
	Method                  string
	URL                     *mapping.Template
	Headers                 []Header
	Body, Path, QueryParams *mapping.Mapping
}
