package server

import (
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"go.uber.org/zap"

	"github.com/weftgraph/weft/datasources/traffic"
	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/server/admission"
	"github.com/weftgraph/weft/server/config"
	"github.com/weftgraph/weft/server/identity"
	"github.com/weftgraph/weft/server/persisted"
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
	// PersistedTexts keeps the texts of automatic persisted queries, which are off when it is nil. Handlers may share it.
	PersistedTexts *persisted.Texts
	// Subscription, WebSocket and EventStream bound what goes on for long.
	Subscription config.Subscription
	WebSocket    config.WebSocket
	EventStream  config.EventStream
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
	// CORS and CSRF say what pages of other sites may do. The zero ones allow them nothing.
	CORS config.CORS
	CSRF config.CSRF
	// Connections bound the headers of requests and how many are answered at the same time.
	Connections config.Connections
	// StrictTransport is the header Strict-Transport-Security of answers that are encrypted; empty for none.
	StrictTransport string
	// Health says where health checks are answered.
	Health config.Health
	// Identifier finds out who asks; without it all callers are anonymous.
	Identifier identity.Identifier
	// Admission are the policies that say how much is answered, in the order in which they are asked: what one has taken stays taken if a
	// later one refuses. HidesLimits leaves the fields that tell of limits out of answers.
	Admission   []admission.Policy
	HidesLimits bool
	// ClientAddress says how the address of a client is found.
	ClientAddress config.ClientAddress
	// KeepsExpired lets subscriptions go on when the credentials of their caller end.
	KeepsExpired bool
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
	o.Subscription, o.WebSocket, o.EventStream = o.Subscription.WithDefaults(), o.WebSocket.WithDefaults(), o.EventStream.WithDefaults()
	return o
}

// Handler answers all requests of one listener. What it answers them by can be replaced while it does. It is safe for concurrent use.
type Handler struct {
	routes atomic.Pointer[routes]
	health *health
	// streams outlive the options that they began with.
	streams *streams
	slots   *slots
}

// routes are where requests go. They are immutable.
type routes struct {
	// path and endpoint are the GraphQL endpoint, mux is for everything else.
	path     string
	endpoint http.Handler
	mux      *http.ServeMux
	door     *door
}

var _ http.Handler = (*Handler)(nil)

// New returns a handler that is ready to serve.
func New(o Options) *Handler {
	h := &Handler{health: &health{}, streams: newStreams(), slots: &slots{}}
	h.Configure(o)
	return h
}

// Configure replaces the options. Requests that are being answered keep theirs.
func (h *Handler) Configure(o Options) {
	o = o.withDefaults()
	endpoint := newEndpoint(o, h.streams)
	r := &routes{path: o.Path, endpoint: endpoint, mux: http.NewServeMux()}
	r.door = newDoor(o, endpoint.operations, h.slots, r.route)
	r.mux.Handle(exactly(o.Path), r.endpoint)
	if path := healthPath(o.Health); path != "" && path != o.Path {
		r.mux.HandleFunc("GET "+path, h.health.any)
		r.mux.HandleFunc("GET "+path+"/live", h.health.live)
		r.mux.HandleFunc("GET "+path+"/ready", h.health.ready)
	}
	if o.Playground != nil {
		r.mux.Handle("GET /{$}", o.Playground)
		r.mux.Handle("GET "+playground.AssetsPath, o.Playground)
		r.mux.Handle("POST "+playground.MapPath, o.Playground)
	}
	h.routes.Store(r)
}

// exactly is the pattern of one path, which is not one for all below it, either: the door would take those for others than operations.
func exactly(path string) string {
	if strings.HasSuffix(path, "/") {
		return path + "{$}"
	}
	return path
}

// ServeHTTP implements http.Handler.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.routes.Load().door.ServeHTTP(w, r)
}

// route answers a request that the door has let in.
func (r *routes) route(w http.ResponseWriter, request *http.Request) {
	if request.URL.Path == r.path && request.Method == http.MethodPost {
		r.endpoint.ServeHTTP(w, request) // nearly all requests; the mux would take as long as the rest of a short answer
		return
	}
	if r.namesDocument(request) {
		r.endpoint.ServeHTTP(w, request)
		return
	}
	r.mux.ServeHTTP(w, request)
}

// namesDocument tells whether a request is for the endpoint with the id of a document behind its path, and notes the id. What something
// else answers is not.
func (r *routes) namesDocument(request *http.Request) bool {
	rest, ok := strings.CutPrefix(request.URL.Path, r.path)
	id, hasSlash := strings.CutPrefix(rest, "/")
	if !ok || !hasSlash || id == "" || strings.Contains(id, "/") {
		return false
	}
	if _, pattern := r.mux.Handler(request); pattern != "" {
		return false
	}
	request.SetPathValue(documentKey, id)
	return true
}

// Drain makes the readiness check fail, so that load balancers send new requests elsewhere, and ends streams so that their clients ask
// again. Requests are still answered.
func (h *Handler) Drain() {
	h.health.draining.Store(true)
	h.streams.stop()
}
