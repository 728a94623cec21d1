package server

import (
	"net/http"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"

	"github.com/weftgraph/weft/graph"
)

// endpoint is the GraphQL endpoint. It does for its transports what gqlgen's handler.Server does, which copies each request and
// its context before it asks a transport; most answers need neither (docs/adr/0008-work-is-shared.md).
type endpoint struct {
	*operations

	transports []graphql.Transport
	exec       *executor.Executor
}

var _ http.Handler = (*endpoint)(nil)

func newEndpoint(o Options, streams *streams) *endpoint {
	ops := &operations{
		schema:       o.Schema,
		log:          o.Log,
		explain:      o.Explain,
		maxBody:      o.MaxBodyBytes,
		timeout:      o.Timeout,
		hides:        o.Hides,
		identifies:   o.Identifier,
		keepsExpired: o.KeepsExpired,
		policies:     o.Admission,
		guards:       guardsOf(o.Admission),
		crowded:      sampled(o.Log, crowdedPerMinute),
		clients:      newClientAddresses(o.ClientAddress),
		audit:        o.Audit,
		requests:     o.Requests,
		texts:        o.PersistedTexts,
		unknown:      newUnknownDocuments(o.Log),
		denied:       newDeniedOperations(o.Log),
		failed:       newFailedPolicies(o.Log),
		cors:         newCrossOrigin(o.CORS),
		profile:      o.StatusProfile,
		batching:     o.Batching,
		uploads:      o.Uploads.WithDefaults(),

		readsOperations: readOperations(o.Admission),
		tellsLimits:     !o.HidesLimits,

		compresses: !o.Uncompressed,

		partTimeout:   writeMargin,
		hasSlots:      o.Connections.MaxRequests > 0,
		hasExtensions: len(o.Extensions) > 0,

		eventStreams: o.EventStream,
		subscription: o.Subscription,
		streams:      streams,
	}
	exec := executor.New(o.Schema)
	exec.SetQueryCache(graph.QueryCache{})
	exec.SetErrorPresenter(presentError)
	exec.SetRecoverFunc(recoverWith(o.Log))
	for _, e := range o.Extensions {
		exec.Use(e)
	}
	transports := []graphql.Transport{postTransport{ops}}
	if !o.WebSocket.Off {
		transports = append(transports, newSocketTransport(ops, o))
	}
	e := &endpoint{operations: ops, transports: append(transports, getTransport{ops}, refuseTransport{ops}), exec: exec}
	streams.current.Store(e)
	return e
}

// ServeHTTP implements http.Handler.
func (e *endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	for _, t := range e.transports {
		if t.Supports(r) {
			t.Do(w, r, e.exec)
			return
		}
	}
}
