package datasources

import (
	"strings"
	"time"

	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/mapping/form"
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
	// Go connectors call Go code in this process.
	Go
)

// Settings are everything that a live source is made from: the `@source` of a document and what the configuration says of it.
// They are immutable.
type Settings struct {
	Kind Kind
	// Name is "<document>.<source>", or "<document>.<Type_field_n>" for a connector that has no source. The configuration uses it.
	Name string
	// HTTP is set for Kind HTTP, GRPC for Kind GRPC, SOAP for Kind SOAP, Go for Kind Go.
	HTTP *HTTPSource
	GRPC *GRPCSource
	SOAP *SOAPSource
	Go   *GoSource
	// IsSuccess, ErrorsMessage and ErrorsExtensions are defaults for the source's connectors; nil when not given.
	IsSuccess, ErrorsMessage, ErrorsExtensions *mapping.Mapping
	// Config is `$config`, an object.
	Config value.Value
	// Env is `$env`, an object of the environment variables that the source's texts mention.
	Env value.Value
	// OverrideURL replaces HTTP.BaseURL, GRPC.Address or SOAP.Address when it is not nil. It is a template like these.
	OverrideURL *mapping.Template
	// Timeout bounds one call; 0 means DefaultTimeout.
	Timeout time.Duration
	// MaxReplyBytes bounds one reply; 0 means DefaultMaxReplyBytes.
	MaxReplyBytes int64
	// MaxConcurrent bounds the calls in flight; 0 means DefaultMaxConcurrent.
	MaxConcurrent int
	// MaxStreams bounds the open streams; 0 means DefaultMaxStreams.
	MaxStreams int
	// RateLimit bounds how often the source is called.
	RateLimit RateLimit
	// NoShare keeps identical reads in flight from being one call.
	NoShare bool
	// ErrorDetails are what the configuration says of the details of gRPC failures that clients see, whatever the documents say; nil when
	// it says nothing.
	ErrorDetails []DetailType
	// HeaderRules change the headers that the mappings have made.
	HeaderRules HeaderRules
	// Transport says how connections are made.
	Transport Transport
}

// Defaults of a source's limits.
const (
	DefaultTimeout       = 30 * time.Second
	DefaultMaxReplyBytes = 16 << 20
	DefaultMaxConcurrent = 64
	DefaultMaxStreams    = 1000
	DefaultMaxMessages   = 10000
)

// HTTPSource is the `http` argument of a `@source`.
type HTTPSource struct {
	// BaseURL is nil for the implied source of a connector with an absolute URL.
	BaseURL           *mapping.Template
	Headers           []Header
	Path, QueryParams *mapping.Mapping
}

// GRPCSource is the `grpc` argument of a `@source`.
type GRPCSource struct {
	// Address is "grpc://host:port" for plaintext, "grpcs://host:port" for TLS.
	Address *mapping.Template
	// Proto, ImportPaths and DescriptorSet are paths as Files takes them. When both Proto and DescriptorSet are empty, the
	// server's reflection is asked.
	Proto, ImportPaths []string
	DescriptorSet      string
	// StripEnumPrefixes writes the values of enums without the enum's own name in front: RED for COLOR_RED of an enum Color.
	StripEnumPrefixes bool
	Metadata          []Header
	// ErrorDetails are the details of failures that clients see.
	ErrorDetails []DetailType
	// Files has the contract's files; never nil.
	Files Files
}

// SOAPSource is the `soap` argument of a `@source`.
type SOAPSource struct {
	// WSDL is a path as Files takes it, or an http or https URL.
	WSDL string
	// Service and Port choose a port by the WSDL's names; empty means the first SOAP 1.1 port.
	Service, Port string
	// Address replaces the port's; nil when not given.
	Address     *mapping.Template
	HTTPHeaders []Header
	// Headers maps to the envelope's header blocks; nil when not given.
	Headers *mapping.Mapping
	// Security is the header block of WS-Security that every request has; nil for none.
	Security *SOAPSecurity
	// Addressing tells whether requests have the header blocks of WS-Addressing; nil means that they do if the contract demands it.
	Addressing *bool
	// Files has the contract's files; never nil.
	Files Files
}

// SOAPSecurity is the `security` of a SOAP source. Its templates see `$config` and `$env` alone.
type SOAPSecurity struct {
	// Username and Password are those of a UsernameToken; both are nil when there is none.
	Username, Password *mapping.Template
	// Digest sends a digest of the password, with a nonce and the time, and not the password itself.
	Digest bool
	// Timestamp is how long a request is valid; 0 sends no Timestamp.
	Timestamp time.Duration
}

// HasRemoteContract tells that the contract comes from the network: from a gRPC server's reflection, or a WSDL with a URL.
func (s Settings) HasRemoteContract() bool {
	switch {
	case s.GRPC != nil:
		return len(s.GRPC.Proto) == 0 && s.GRPC.DescriptorSet == ""
	case s.SOAP != nil:
		return strings.HasPrefix(s.SOAP.WSDL, "http://") || strings.HasPrefix(s.SOAP.WSDL, "https://")
	default:
		return false
	}
}

// Headers are the header or metadata mappings of the source.
func (s Settings) Headers() []Header {
	switch {
	case s.HTTP != nil:
		return s.HTTP.Headers
	case s.GRPC != nil:
		return s.GRPC.Metadata
	case s.SOAP != nil:
		return s.SOAP.HTTPHeaders
	default:
		return nil
	}
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
	// HTTP, GRPC, SOAP or Go is the request; all are nil for a virtual connector.
	HTTP *HTTPConnector
	GRPC *GRPCConnector
	SOAP *SOAPConnector
	Go   *GoConnector
	// Selection maps the reply; nil for Go, whose replies are what they mean.
	Selection *mapping.Mapping
	// IsSuccess, ErrorsMessage and ErrorsExtensions override or add to the source's; nil when not given.
	IsSuccess, ErrorsMessage, ErrorsExtensions *mapping.Mapping
	// By gives the key object of a mapped item, for `$batch` on fields; nil elsewhere.
	By *mapping.Mapping
	// Batch tells that a call serves several keys, so that its mapped value must be an array.
	Batch bool
	// Stream tells that a request is answered by a stream of replies: the connector's fetchers are Streamers.
	Stream bool
	// NeedsBody tells that the selection reads the reply, so that a successful reply which has no body that can be read is
	// invalid, and not null: our dialect's rule.
	NeedsBody bool
	// NeedsWords tells that a failure for which `errors.message` gives no text says what it would without that mapping, and not nothing: our
	// dialect's rule.
	NeedsWords bool
	// Origin is where the connector stands.
	Origin diag.Span
	// Locate returns the place in the document of a part of one of the connector's or its source's mappings, given by byte
	// offsets into the mapping's text. It is nil where there is no document, as in tests.
	Locate func(m *mapping.Mapping, offset, end int) diag.Span
	// Variable tells what one of the connector's variables can be, by its name without the dollar sign. It is nil where there is no
	// document: nothing is known then.
	Variable func(name string) form.Form
	// CheckReply compares what the selection gives, of successful replies of a form that the contract tells, with what the graph wants.
	// What it finds has the code. It is nil where there is no document.
	CheckReply func(code string, reply form.Form) []diag.Diagnostic
}

// Kind tells what the connector's requests are: the kind of its source, or Virtual when it makes none.
func (c *Connector) Kind() Kind {
	switch {
	case c.HTTP != nil:
		return HTTP
	case c.GRPC != nil:
		return GRPC
	case c.SOAP != nil:
		return SOAP
	case c.Go != nil:
		return Go
	default:
		return Virtual
	}
}

// Headers are the header or metadata mappings of the connector.
func (c *Connector) Headers() []Header {
	switch {
	case c.HTTP != nil:
		return c.HTTP.Headers
	case c.GRPC != nil:
		return c.GRPC.Metadata
	case c.SOAP != nil:
		return c.SOAP.HTTPHeaders
	default:
		return nil
	}
}

// Place is Locate, or the connector's origin where there is no document.
func (c *Connector) Place(m *mapping.Mapping, offset, end int) diag.Span {
	if c.Locate == nil {
		return c.Origin
	}
	return c.Locate(m, offset, end)
}

// HTTPConnector is the `http` argument of a `@connect`.
type HTTPConnector struct {
	// Method is upper-case.
	Method                  string
	URL                     *mapping.Template
	Headers                 []Header
	Body, Path, QueryParams *mapping.Mapping
	// SendsFiles tells that a body may be a file, or a form that has some: our dialect's rule.
	SendsFiles bool
	// SpeaksXML tells that bodies whose content type is XML are read and written as XML: our dialect's rule.
	SpeaksXML bool
}

// GRPCConnector is the `grpc` argument of a `@connect`.
type GRPCConnector struct {
	// Method is "package.Service/Method".
	Method string
	// MethodAt is where it stands.
	MethodAt diag.Span
	// Message maps to the request message; nil means the empty message.
	Message  *mapping.Mapping
	Metadata []Header
	// MaxMessages bounds the messages of a stream that is collected to one reply; 0 means DefaultMaxMessages.
	MaxMessages int
	// ErrorDetails are the details of failures that clients see; nil means those of the source.
	ErrorDetails []DetailType
}

// SOAPConnector is the `soap` argument of a `@connect`.
type SOAPConnector struct {
	// Operation is the name of an operation of the port.
	Operation string
	// OperationAt is where it stands.
	OperationAt diag.Span
	// Message maps to the body; nil means an empty one.
	Message *mapping.Mapping
	// Action replaces the binding's SOAPAction when it is not empty.
	Action      string
	HTTPHeaders []Header
	// Headers maps to header blocks, which are sent besides the source's; nil when not given.
	Headers *mapping.Mapping
}
