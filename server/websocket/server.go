package websocket

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"github.com/coder/websocket"
	"go.uber.org/zap"

	"github.com/weftgraph/weft/graph/value"
)

// Subprotocol is the name of the protocol in the handshake.
const Subprotocol = "graphql-transport-ws"

// oldSubprotocol is that of the library subscriptions-transport-ws. It is agreed on only to say that it is not spoken: browsers would not
// show the code otherwise.
const oldSubprotocol = "graphql-ws"

// Caller runs what the client of one connection asks for.
type Caller interface {
	// Init takes the payload of `connection_init`: an object, null or MISSING. It is called at most once, and before any Run. The client
	// may go on if it returns the zero Refusal; otherwise the connection is closed.
	Init(payload value.Value) Refusal
	// Run runs an operation until its answer is complete or ctx is over, which it is when the client has completed the operation or is
	// gone. It is called in goroutines of their own, several at a time.
	Run(ctx context.Context, op Operation) End
}

// Operation is what one `subscribe` asks for.
type Operation struct {
	// Payload is the payload of `subscribe`: `query`, `operationName`, `variables` and `extensions` are of the right kinds, or null or
	// MISSING; without a query there are extensions, or a `documentId` or `doc_id`, of whatever kind.
	Payload value.Value
	// Next sends a result, which is JSON and is not kept. It waits while the client is slow. After an error nobody wants any more of them.
	Next func(result []byte) error
	// Stop is closed when the connection takes no more operations and is about to be closed by the server: streams are to end, operations
	// with one result may finish.
	Stop <-chan struct{}
}

// End is how an operation has ended. The zero End is a complete answer.
type End struct {
	// Errors are the errors of a request that was not executed, as JSON; nil if it was.
	Errors []byte
	// Code says that the operation was cut off, and that the connection is to be closed with it. Zero if the answer is complete.
	Code Code
	// Reason says why, instead of what is usual for the code.
	Reason string
}

// Refusal is why a connection is closed before it has begun. The zero Refusal is none.
type Refusal struct {
	Code Code
	// Reason says why, instead of what is usual for the code. It is for clients.
	Reason string
}

// Options say how connections are served. All fields are required.
type Options struct {
	// MaxConnections bounds the connections, MaxPerAddress those from one client; MaxOperations bounds the operations that run at the
	// same time on one connection.
	MaxConnections, MaxPerAddress, MaxOperations int
	// MaxMessageBytes bounds a message of a client, and MaxMessageRate says how many are heeded in a second: those beyond wait.
	MaxMessageBytes int64
	// MaxMessageValues bounds the values of a message, those in arrays and objects included.
	MaxMessageValues int
	MaxMessageRate   int
	// InitTimeout is how long a client may take to send `connection_init`.
	InitTimeout time.Duration
	// PingInterval is how often clients are asked for a sign of life, and how long they may take to give it.
	PingInterval time.Duration
	// WriteTimeout is how long it may take to send a message to a client.
	WriteTimeout time.Duration
	// TooMany are the errors, as JSON, of an operation beyond MaxOperations.
	TooMany []byte
	// Stop is closed when the server stops.
	Stop <-chan struct{}
	// Log gets panics.
	Log *zap.Logger
}

// Connections counts connections. The zero value is ready, and safe for concurrent use.
type Connections struct {
	mu         sync.Mutex
	count      int
	perAddress map[netip.Addr]int
}

// Admit counts a connection in, if there may be one more from the client, which an address or that of its network stands for. Whoever gets a
// function calls it once, when the connection is closed. Otherwise it returns nil.
func (c *Connections) Admit(o *Options, client netip.Addr) (leave func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.count >= o.MaxConnections || c.perAddress[client] >= o.MaxPerAddress {
		return nil
	}
	if c.perAddress == nil {
		c.perAddress = map[netip.Addr]int{}
	}
	c.count++
	c.perAddress[client]++
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.count--
		if c.perAddress[client]--; c.perAddress[client] == 0 {
			delete(c.perAddress, client)
		}
	}
}

// Serve answers the handshake r and serves the connection until it is closed. The caller has checked the origin of the request. An error
// means that there was no connection; the request is answered.
func Serve(w http.ResponseWriter, r *http.Request, o *Options, caller Caller) error {
	c := newConn(o, caller)
	ws, err := websocket.Accept(w, r, &websocket.AcceptOptions{
		Subprotocols:       []string{Subprotocol, oldSubprotocol},
		InsecureSkipVerify: true, // the caller has
		// Compressed messages would cost 64 KiB of memory for each connection, and could be bombs.
		CompressionMode: websocket.CompressionDisabled,
		OnPingReceived:  func(ctx context.Context, _ []byte) bool { return c.rate.Wait(ctx) == nil },
		OnPongReceived:  func(ctx context.Context, _ []byte) { _ = c.rate.Wait(ctx) }, // its error is that ctx is over
	})
	if err != nil {
		return fmt.Errorf("WebSocket handshake: %w", err)
	}
	ws.SetReadLimit(o.MaxMessageBytes)
	if ws.Subprotocol() != Subprotocol {
		refused := usual(NotAcceptable)
		_ = ws.Close(websocket.StatusCode(refused.code), refused.reason)
		return nil
	}
	c.serve(r.Context(), ws)
	return nil
}
