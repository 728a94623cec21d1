// Package datasources defines what every kind of source implements, the settings that sources and connectors are made
// from, the pool of live sources, and the policy around every call. It knows protocols only by interface and GraphQL
// not at all.
package datasources

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/table"
	"github.com/weftgraph/weft/graph/value"
)

// Open makes a live source of one kind from its settings, and loads its contracts.
type Open func(ctx context.Context, s Settings) (Source, error)

// Source is a live back end: its connections, its contracts. It is safe for concurrent use.
type Source interface {
	// Bind makes the connector callable, or says what is wrong with it.
	Bind(c Connector) (Binding, []diag.Diagnostic)
	// Close releases connections. Calls in flight may fail.
	Close() error
}

// Binding is one connector bound to its source. It is immutable and safe for concurrent use.
type Binding interface {
	// Prepare compiles the connector's mapping for the wanted shape. It runs once per plan and loader.
	Prepare(want *table.Shape) (Fetcher, error)
}

// Fetcher makes one kind of call. It is immutable and safe for concurrent use.
type Fetcher interface {
	// Request builds a request from the environment, in which `$args`, `$this` or the chunk's `$batch` are set. An error is
	// an *Error, and no call is made.
	Request(env *mapping.Env) (*Request, error)
	// Do sends the request and reads the whole reply, within ctx and the source's limits. An error is an *Error: no usable
	// reply came. A reply with a bad status is no error here.
	Do(ctx context.Context, r *Request) (*Reply, error)
	// Decode judges the reply and, when it is a success, fills dst by the selection. It sets `$status` and `$response` in env.
	// dst was made for the shape that Prepare got and for the reply's body. An error is an *Error: the call failed, dst is to
	// be thrown away. The Outcome is valid in both cases.
	Decode(r *Reply, env *mapping.Env, dst *table.Builder) (Outcome, error)
}

// Request is one call that is ready to be sent. A Fetcher makes all of it but Reader, which is set by whoever asked for it. It is
// immutable from when it is sent.
type Request struct {
	// Line describes the call for people, without secrets: the method and the URL template or the RPC method.
	Line string
	// Method, URL, Header and Body are the HTTP request. Of a gRPC call URL is the path of the method, Header the metadata with
	// its lower-case keys, and Body the message; Method is empty.
	Method string
	URL    string
	Header http.Header
	Body   []byte
	// Content is the body instead, where that is not in memory. Such calls are not shared.
	Content *Content
	// Fixed has the Header, if that is the same for all requests of a connector: then it must not be changed. It may be nil.
	Fixed *FixedHeader
	// MaxMessages bounds the messages of a stream that is collected to one reply; 0 for all other calls.
	MaxMessages int
	// Payload is what is called with instead, where that is no message on a wire.
	Payload any
	// Reader is the query operation, or the event of a subscription, that the call is made for, any comparable value that is its own. It is
	// nil when the call is made for a mutation, and may change something. Calls of different readers may be shared, if the request is otherwise the same.
	Reader any
}

// Content is a body of a known length that is read while it is sent.
type Content struct {
	// Length is in bytes.
	Length int64
	// Open returns a reader of the whole, which whoever gets it closes. It may be called again, when a request is sent again.
	Open func() (io.ReadCloser, error)
}

// Reply is what came back. It is immutable and may have several readers.
type Reply struct {
	Status  int
	Header  http.Header
	Trailer http.Header
	// Body are the decompressed bytes.
	Body []byte
	// Memory is what Body is in, if that is used again, or nil. A reader who is done with the reply, and with all that refers to its
	// bytes, may release it.
	Memory *Memory
	// Payload is what a protocol other than HTTP answers besides the body. It is immutable, too.
	Payload any
	// Start and Duration time the call up to the last byte.
	Start    time.Time
	Duration time.Duration
	// Shared tells that the call was made for another reader than the one who has this reply.
	Shared bool
}

// Outcome tells how a call went: one line of the waterfall.
type Outcome struct {
	Status   int
	Bytes    int
	Rows     int
	Problems []mapping.Problem
	// Keys says what a batch gave for each of its keys, in their order, where the source answers by place and not by value. Nil
	// means that rows are matched with keys by the key columns.
	Keys []KeyRows
}

// KeyRows is what a batch gave for one key: rows Lo to Hi-1 of the root level. A single value that is null has none, and
// neither has an empty list.
type KeyRows struct {
	Lo, Hi uint32
	// IsNull tells that the value is null, which an empty list is not.
	IsNull bool
	// Err tells that the key has failed, alone among those of the call; keys that failed for one reason have one *Error.
	Err *Error
}

// Error is why a call, or the building of its request, failed. Message and Extensions may be shown to clients; Cause
// is for the log alone.
type Error struct {
	// Code is one of the catalogue's (docs/errors.md) or the author's own.
	Code string
	// Message is safe to show.
	Message string
	// Extensions are the author's or the protocol's (`http`, `grpc`, `soap`), an object or MISSING.
	Extensions value.Value
	// NotFound marks the protocol's own "there is no such thing" (gRPC NOT_FOUND), which is no error of an entity. Status 404 of HTTP is not
	// marked: it is also what a wrong URL gives, and the Connectors specification (4.4) makes an error of it.
	NotFound bool
	// Shared tells that the call was made for another reader, as in Reply.
	Shared bool
	// Cause is never shown to clients.
	Cause error
}

// Error implements error.
func (e *Error) Error() string {
	if e.Cause != nil {
		return e.Code + ": " + e.Message + ": " + e.Cause.Error()
	}
	return e.Code + ": " + e.Message
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Codes of failed calls, from the catalogue of client errors.
const (
	CodeFetch           = "CONNECTOR_FETCH"
	CodeHTTPClient      = "HTTP_CLIENT_ERROR"
	CodeTimeout         = "GATEWAY_TIMEOUT"
	CodeRateLimited     = "REQUEST_RATE_LIMITED"
	CodeResponseInvalid = "CONNECTOR_RESPONSE_INVALID"
	CodeCircuitOpen     = "CIRCUIT_OPEN"
	CodeRequestLimit    = "REQUEST_LIMIT_EXCEEDED"
	CodeOverloaded      = "OVERLOADED"
	CodeInternal        = "INTERNAL_SERVER_ERROR"
)
