package server

import (
	"net/http"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/99designs/gqlgen/graphql/handler/transport"
	"go.uber.org/zap"

	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/server/console"
)

// AdminPath is the path of the system schema on the admin listener.
const AdminPath = "/graphql"

// AdminOptions are what an Admin is made from.
type AdminOptions struct {
	// System is the executor of the system schema. It is required.
	System graphql.ExecutableSchema
	// Log gets internal errors and panics; nothing is logged without it.
	Log *zap.Logger
	// Hosts are names by which the listener may be addressed, besides localhost and IP addresses.
	Hosts []string
}

// Admin answers all requests of the admin listener: the console at `/`, the system schema at AdminPath, and health checks. There is no
// sign-in: whoever reaches the listener may read everything. It changes nothing. It is safe for concurrent use.
type Admin struct {
	mux    *http.ServeMux
	health *health
}

var (
	_ Drainer = (*Admin)(nil)
	_ Drainer = (*Handler)(nil)
)

// NewAdmin returns a handler that is ready to serve.
func NewAdmin(o AdminOptions) *Admin {
	if o.Log == nil {
		o.Log = zap.NewNop()
	}
	a := &Admin{mux: http.NewServeMux(), health: &health{}}
	guard := newHostGuard(o.Hosts)
	a.mux.Handle(AdminPath, guard.wrap(systemGraphQL(o)))
	a.mux.Handle("/", guard.wrap(console.New()))
	// Probes address a server by whatever name they like, and learn nothing.
	a.mux.HandleFunc("GET /health/live", a.health.live)
	a.mux.HandleFunc("GET /health/ready", a.health.ready)
	return a
}

// ServeHTTP implements http.Handler.
func (a *Admin) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.mux.ServeHTTP(w, r) }

// Drain makes the readiness check fail.
func (a *Admin) Drain() { a.health.draining.Store(true) }

// maxAdminBytes bounds a request of the console, whose queries have about 2 KiB: the rule that fields can be merged costs gqlparser the
// square of what a query selects.
const maxAdminBytes = 16 << 10

// systemGraphQL returns gqlgen's handler for the system schema, with gqlgen's own transports: its answers are small. Only
// POSTs of application/json and GETs are answered: a page of another origin can send neither and read the answer.
func systemGraphQL(o AdminOptions) http.Handler {
	srv := handler.New(o.System)
	srv.AddTransport(transport.POST{})
	srv.AddTransport(transport.GET{})
	srv.Use(extension.Introspection{})
	srv.SetErrorPresenter(presentError)
	srv.SetRecoverFunc(recoverWith(o.Log))
	srv.SetParserTokenLimit(graph.DefaultLimits().MaxTokens)
	bounded := http.MaxBytesHandler(srv, maxAdminBytes)
	return http.NewCrossOriginProtection().Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		bounded.ServeHTTP(w, r)
	}))
}
