package server

import (
	"net/http"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"go.uber.org/zap"

	"github.com/weftgraph/weft/datasources/traffic"
	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/server/config"
	"github.com/weftgraph/weft/server/playground"
)

// Defaults of Options.
const (
	DefaultMaxBodyBytes = 1 << 20
	DefaultTimeout      = time.Minute
	DefaultPath         = "/graphql"
)

// Options are what a Handler is made from. Zero fields mean their defaults.
type Options struct {
	// Schema is what is served. It is required.
	Schema *graph.Schema
	// Log gets internal errors and panics; nothing is logged without it.
	Log *zap.Logger
	// Path is the path of the GraphQL endpoint.
	Path string
	// MaxBodyBytes bounds the body of a request.
	MaxBodyBytes int64
	// StatusProfile says which HTTP statuses answers have.
	StatusProfile config.StatusProfile
	// Uncompressed leaves answers as they are, whatever a client accepts.
	Uncompressed bool
	// Batching says whether clients may send several operations at once. The zero Batching refuses that.
	Batching config.Batching
	// Uploads bound the files of a request. Zero fields mean the defaults.
	Uploads config.Uploads
	// Timeout bounds the answering of a request. When it is over, what has arrived is answered.
	Timeout time.Duration
	// Subscription, WebSocket and EventStream bound what goes on for long.
	Subscription config.Subscription
	WebSocket    config.WebSocket
	EventStream  config.EventStream
	// AllowsOrigin tells whether the page that sends a request, by its header Origin, may open a WebSocket; nil means pages of the same
	// host only. Requests without the header come from no page.
	AllowsOrigin func(r *http.Request) bool
	// Explain allows clients to ask for plans and calls by the header Weft-Explain. Both tell about the inside of the graph.
	Explain bool
	// Playground answers "/" and what is below playground.AssetsPath; nil leaves both without an answer.
	Playground http.Handler
	// Requests counts the requests of clients; nil when nobody reads it.
	Requests *traffic.Requests
	// Extensions are gqlgen's, around every operation. With one, each operation is executed by itself: nobody knows what it decides by,
	// so that no answer is shared or known. Without any, gqlgen's executor is not asked: it would cost as much as half a call. New
	// panics if one of them does not fit the schema, as gqlgen does.
	Extensions []graphql.HandlerExtension
	// Hides tells whether the errors of a document are kept from clients; nil hides none.
	Hides func(document string) bool
}

func (o Options) withDefaults() Options {
	if o.Log == nil {
		o.Log = zap.NewNop()
	}
	if o.Path == "" {
		o.Path = DefaultPath
	}
	if o.MaxBodyBytes <= 0 {
		o.MaxBodyBytes = DefaultMaxBodyBytes
	}
	if o.Timeout <= 0 {
		o.Timeout = DefaultTimeout
	}
	if o.Requests == nil {
		o.Requests = traffic.NewRequests()
	}
	if o.AllowsOrigin == nil {
		o.AllowsOrigin = sameOrigin
	}
	o.Subscription, o.WebSocket, o.EventStream = o.Subscription.WithDefaults(), o.WebSocket.WithDefaults(), o.EventStream.WithDefaults()
	return o
}

// Handler answers all requests of one listener. What it answers them by can be replaced while it does. It is safe for concurrent use.
type Handler struct {
	routes atomic.Pointer[routes]
	health *health
	// streams outlive the options that they began with.
	streams *streams
}

// routes are where requests go. They are immutable.
type routes struct {
	// path and endpoint are the GraphQL endpoint, mux is for everything else.
	path     string
	endpoint http.Handler
	mux      *http.ServeMux
}

var _ http.Handler = (*Handler)(nil)

// New returns a handler that is ready to serve.
func New(o Options) *Handler {
	h := &Handler{health: &health{}, streams: newStreams()}
	h.Configure(o)
	return h
}

// Configure replaces the options. Requests that are being answered keep theirs.
func (h *Handler) Configure(o Options) {
	o = o.withDefaults()
	r := &routes{path: o.Path, endpoint: newEndpoint(o, h.streams), mux: http.NewServeMux()}
	r.mux.Handle(o.Path, r.endpoint)
	r.mux.HandleFunc("GET /health/live", h.health.live)
	r.mux.HandleFunc("GET /health/ready", h.health.ready)
	if o.Playground != nil {
		r.mux.Handle("GET /{$}", o.Playground)
		r.mux.Handle("GET "+playground.AssetsPath, o.Playground)
		r.mux.Handle("POST "+playground.MapPath, o.Playground)
	}
	h.routes.Store(r)
}

// ServeHTTP implements http.Handler.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	routes := h.routes.Load()
	if r.URL.Path == routes.path && r.Method == http.MethodPost {
		routes.endpoint.ServeHTTP(w, r) // nearly all requests; the mux would take as long as the rest of a short answer
		return
	}
	routes.mux.ServeHTTP(w, r)
}

// Drain makes the readiness check fail, so that load balancers send new requests elsewhere, and ends streams so that their clients ask
// again. Requests are still answered.
func (h *Handler) Drain() {
	h.health.draining.Store(true)
	h.streams.stop()
}
