package server

import (
	"bytes"
	"cmp"
	"context"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"go.uber.org/zap"

	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/caller"
	"github.com/weftgraph/weft/graph/value"
	"github.com/weftgraph/weft/server/websocket"
)

// socketTransport answers operations over WebSockets.
type socketTransport struct {
	*operations

	options *websocket.Options
	// params are the headers that a connection may set.
	params connectionParams
	// maxHeader bounds the header that a connection has with them (bytes).
	maxHeader int
}

var _ graphql.Transport = socketTransport{}

func newSocketTransport(ops *operations, o Options) socketTransport {
	tooMany := refuse(http.StatusBadRequest, codeLimitExceeded,
		"The connection has too many operations at the same time, the limit is %d.", o.WebSocket.MaxOperations)
	tooMany.err.Extensions["limit"] = "websocket_operations"
	return socketTransport{
		operations: ops,
		options: &websocket.Options{
			MaxConnections:  o.WebSocket.MaxConnections,
			MaxPerAddress:   o.WebSocket.MaxConnectionsPerClient,
			MaxOperations:   o.WebSocket.MaxOperations,
			MaxMessageBytes: o.MaxBodyBytes,

			MaxMessageValues: maxJSONValues,
			MaxMessageRate:   o.WebSocket.MaxMessageRate,
			InitTimeout:      o.WebSocket.InitTimeout,
			PingInterval:     o.WebSocket.PingInterval,
			WriteTimeout:     o.WebSocket.WriteTimeout,
			TooMany:          ops.errorsJSON(gqlerror.List{tooMany.err}),
			Stop:             ops.streams.draining,
			Log:              o.Log,
		},
		params:    newConnectionParams(o.WebSocket.ConnectionParams),
		maxHeader: cmp.Or(o.Connections.HTTP1HeaderBytes, DefaultMaxHeaderBytes),
	}
}

// Supports reports whether r asks for a WebSocket.
func (socketTransport) Supports(r *http.Request) bool {
	return r.Method == http.MethodGet && r.Header["Upgrade"] != nil && strings.EqualFold(r.Header.Get("Upgrade"), "websocket")
}

// Do serves a connection until it is closed.
func (t socketTransport) Do(w http.ResponseWriter, r *http.Request, _ graphql.GraphExecutor) {
	if !t.cors.allowsOrigin(r) {
		// Browsers open WebSockets to any site, and send its cookies along.
		t.answerUnread(tracked(w, r), r, mediaJSON, refuse(http.StatusForbidden, codeCSRF,
			"Pages of %q may not open a WebSocket here.", shortened(r.Header.Get("Origin"))))
		return
	}
	leave := t.streams.sockets.Admit(t.options, remoteClient(r))
	if leave == nil {
		refused := refuse(http.StatusServiceUnavailable, codeLimitExceeded, "There are too many WebSockets, the limit is %d.", t.options.MaxConnections)
		refused.err.Extensions["limit"] = "websocket_connections"
		t.answerUnread(tracked(w, r), r, mediaJSON, refused)
		return
	}
	defer leave()
	freeSlot(r.Context()) // its operations are bounded in other ways
	if !t.cors.allowsCredentials(r) {
		r = r.Clone(r.Context())
		r.Header.Del("Cookie")
		r.Header.Del("Authorization") // browsers remember those of their own dialogue
	}
	// The connection may outlive these operations, and the generations that they know, and must not keep them in memory.
	log := t.log
	if err := websocket.Serve(w, r, t.options, &socketCaller{streams: t.streams, params: t.params, maxHeader: t.maxHeader, handshake: r}); err != nil {
		log.Debug("no WebSocket", zap.Error(err))
	}
}

// socketCaller runs the operations of one connection. Each has the options that hold when it begins.
type socketCaller struct {
	streams   *streams
	params    connectionParams
	maxHeader int
	handshake *http.Request
	// header is that of the connection's operations, from Init on.
	header http.Header
}

var _ websocket.Caller = (*socketCaller)(nil)

// Init implements websocket.Caller.
func (c *socketCaller) Init(payload value.Value) websocket.Refusal {
	c.header = c.params.header(c.handshake.Header, payload)
	// Each operation may send it on: what is too long for a handshake would be sent again for every few bytes that come.
	if fieldBytes(c.header, len(": \r\n")) > c.maxHeader {
		return websocket.Refusal{Code: websocket.Forbidden}
	}
	o, start := c.streams.current.Load().operations, time.Now()
	r := c.request(c.handshake.Context())
	r, refused := o.admitCaller(nil, r, o.newAdmitted(r))
	if refused == nil {
		return websocket.Refusal{}
	}
	record := o.recordUnread(r, overWebSocket, start)
	record.refused(gqlerror.List{refused.err})
	if unkept := record.keep(r.Context(), 0); unkept != nil {
		refused = unkept
	}
	record.write(r.Context(), 0)
	o.countRefused(gqlerror.List{refused.err})
	switch refused.status {
	case http.StatusUnauthorized, http.StatusBadRequest: // to ask again in the same way does not help
		return websocket.Refusal{Code: websocket.Forbidden, Reason: refused.err.Message}
	}
	return websocket.Refusal{Code: websocket.TryAgainLater, Reason: refused.err.Message}
}

// request is what an operation of the connection is answered by. Each has a header of its own, since begin may add to it.
func (c *socketCaller) request(ctx context.Context) *http.Request {
	r := c.handshake.WithContext(ctx)
	r.Header, r.Method = c.header.Clone(), http.MethodPost
	return r
}

// Run implements websocket.Caller.
func (c *socketCaller) Run(ctx context.Context, op websocket.Operation) websocket.End {
	current := c.streams.current.Load()
	return current.operations.serveSocket(c.request(ctx), current.exec, op) //nolint:contextcheck // it is in the request
}

// serveSocket answers one operation of a WebSocket. Whatever panics while it is answered ends here.
func (o *operations) serveSocket(r *http.Request, exec graphql.GraphExecutor, op websocket.Operation) (end websocket.End) {
	var hasErrors, isCounted bool
	start := o.requests.Begin()
	countOut := func() {
		if !isCounted {
			isCounted = true
			o.requests.End(start, hasErrors)
		}
	}
	record := o.newRecord(r, overWebSocket, start)
	defer func() {
		if p := recover(); p != nil {
			record.panicked()
			o.log.Error("panic while answering", zap.Any("panic", p), zap.ByteString("stack", debug.Stack()))
			hasErrors = true
			end = websocket.End{Errors: o.errorsJSON(gqlerror.List{refuse(0, codeInternal, "Internal server error").err})}
		}
		if refused := record.keep(r.Context(), 0); refused != nil {
			hasErrors = true
			end = websocket.End{Errors: o.errorsJSON(gqlerror.List{refused.err})}
		}
		countOut()
		record.write(r.Context(), 0)
	}()
	ended, errs := o.answerSocket(r, exec, op.Payload, start, listener{
		next: func(a *graph.Answer) error {
			hasErrors = hasErrors || len(a.Errors) > 0
			return op.Next(o.whole(a))
		},
		started: countOut,
		stop:    op.Stop,
		record:  record,
	})
	switch ended {
	case notExecuted:
		hasErrors = true
		o.countRefused(errs)
		o.logCauses(errs)
		return websocket.End{Errors: o.errorsJSON(errs)}
	case stopped:
		return websocket.End{Code: websocket.GoingAway}
	case outdated:
		return websocket.End{Code: websocket.ServiceRestart}
	case expired, withdrawn:
		return websocket.End{Code: websocket.Forbidden, Reason: ended.message()}
	case unknownCaller:
		hasErrors = true
		o.countRefused(errs)
		return websocket.End{Code: websocket.Forbidden, Reason: errs[0].Message}
	default:
		return websocket.End{}
	}
}

func (o *operations) answerSocket(
	r *http.Request, exec graphql.GraphExecutor, payload value.Value, start time.Time, to listener,
) (ending, gqlerror.List) {
	// Each operation is asked by whoever the credentials show when it begins: they may have ended since the connection was made.
	// Clients can show others only with another connection.
	if refused := o.refusesUnaudited(); refused != nil {
		to.record.drop()
		return to.refused(refused)
	}
	limits := o.newAdmitted(r)
	r, refused := o.admit(nil, r, limits)
	to.record.askedBy(caller.From(r.Context()))
	switch {
	case refused == nil:
	case refused.status == http.StatusUnauthorized:
		_, errs := to.refused(refused)
		return unknownCaller, errs
	default:
		return to.refused(refused)
	}
	query, refused := paramsFrom(payload)
	if refused != nil {
		return to.refused(refused)
	}
	request := reading{query: query, generation: o.schema.Generation(), admitted: limits, record: to.record}
	o.address(r, &request.query, start)
	run, errs := o.begin(r, &request)
	if len(errs) > 0 {
		return notExecuted, errs
	}
	defer run.Close()
	return o.stream(r, exec, run, request.query, to)
}

// refused notes that an operation is not executed.
func (l listener) refused(r *refusal) (ending, gqlerror.List) {
	errs := gqlerror.List{r.err}
	l.record.refused(errs)
	return notExecuted, errs
}

// errorsJSON returns the JSON of a list of errors.
func (o *operations) errorsJSON(errs gqlerror.List) []byte {
	var buf bytes.Buffer
	if err := encode(&buf, errs); err != nil {
		o.log.Error("marshal errors", zap.Error(err)) // a defect: errors are made of plain data
		return []byte(`[{"message":"Internal server error","extensions":{"code":"` + codeInternal + `"}}]`)
	}
	return buf.Bytes()
}
