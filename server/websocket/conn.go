package websocket

import (
	"context"
	"errors"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"
	"golang.org/x/time/rate"

	"github.com/weftgraph/weft/graph/value"
)

// conn is a connection that speaks the protocol.
type conn struct {
	options *Options
	caller  Caller
	ws      *websocket.Conn
	// rate holds up clients that send too much. To close their connections would be worse for those that mean well: they would send the
	// same again.
	rate *rate.Limiter
	// cancel ends the connection, cancelOperations what runs on it.
	cancel, cancelOperations context.CancelFunc
	// writing counts the messages that are being sent, and written the bytes since the guard has looked.
	writing atomic.Int32
	written atomic.Int64
	// running waits for the goroutines of operations and for the guard.
	running sync.WaitGroup

	mu         sync.Mutex
	isInit     bool
	operations map[string]*operation
	// count are the operations that have not ended, those among them that the client has completed too.
	count int
	// closing is how the connection is to be closed once no operation runs, and stop is closed as soon as that is known.
	closing closure
	stop    chan struct{}
	// idle is closed when the connection is to be closed and no operation runs.
	idle chan struct{}
}

func newConn(o *Options, caller Caller) *conn {
	return &conn{
		options:    o,
		caller:     caller,
		rate:       rate.NewLimiter(rate.Limit(o.MaxMessageRate), o.MaxMessageRate),
		operations: map[string]*operation{},
		stop:       make(chan struct{}),
		idle:       make(chan struct{}),
	}
}

// serve serves the connection until it is closed.
func (c *conn) serve(ctx context.Context, ws *websocket.Conn) {
	c.ws = ws
	ctx, c.cancel = context.WithCancel(ctx)
	operations, cancelOperations := context.WithCancel(ctx)
	c.cancelOperations = cancelOperations
	c.running.Go(func() { c.guard(ctx) })
	defer c.running.Wait()
	defer func() { _ = ws.CloseNow() }() // it fails if the connection is closed
	defer c.cancel()
	for {
		kind, text, err := c.read(ctx)
		if errors.Is(err, websocket.ErrMessageTooBig) {
			c.close(usual(MessageTooBig))
			return
		}
		if err != nil || c.rate.WaitN(ctx, c.weight(text)) != nil {
			return
		}
		refused := usual(BadRequest)
		if kind == websocket.MessageText {
			refused = c.receive(ctx, operations, text)
		}
		if refused.code != 0 {
			c.close(refused)
			return
		}
	}
}

// readTime is how long a message may take to arrive, from its beginning.
const readTime = 30 * time.Second

// read waits for a message and reads it.
func (c *conn) read(ctx context.Context) (websocket.MessageType, []byte, error) {
	kind, r, err := c.ws.Reader(ctx)
	if err != nil {
		return 0, nil, err
	}
	late := time.AfterFunc(readTime, c.cancel)
	defer late.Stop()
	text, err := io.ReadAll(r)
	return kind, text, err
}

// weighed is how many bytes of a message count as one message, in bounding their rate.
const weighed = 16 << 10

func (c *conn) weight(text []byte) int { return min(1+len(text)/weighed, c.options.MaxMessageRate) }

// receive does what a message says, or returns how the connection is to be closed because of it.
func (c *conn) receive(ctx, operations context.Context, text []byte) closure {
	m, err := readMessage(text, c.options.MaxMessageValues)
	if err != nil {
		reason := "Invalid message received: " + err.Error()
		if len(reason) > maxReason {
			return usual(BadRequest)
		}
		return closure{BadRequest, reason}
	}
	switch m.kind {
	case connectionInit:
		return c.init(ctx, m.payload)
	case subscribe:
		return c.subscribe(ctx, operations, m)
	case complete:
		c.complete(m.id)
	case ping:
		var payload []byte
		if m.payload.Kind() == value.KindObject {
			payload = m.payload.AppendJSON(nil)
		}
		c.send(ctx, pong, "", payload)
	default: // a pong says that the client is alive, which it says to our own pings, too
	}
	return closure{}
}

// init acknowledges the connection. Only the goroutine that reads calls it, so that nothing is run before.
func (c *conn) init(ctx context.Context, payload value.Value) closure {
	c.mu.Lock()
	isSecond := c.isInit
	c.isInit = true
	c.mu.Unlock()
	if isSecond {
		return usual(TooManyInits)
	}
	if refused := c.initCaller(payload); refused.code != 0 {
		return refused
	}
	c.send(ctx, connectionAck, "", nil)
	return closure{}
}

// initCaller asks the caller. A panic closes the connection.
func (c *conn) initCaller(payload value.Value) (refused closure) {
	defer func() {
		if p := recover(); p != nil {
			c.logPanic(p)
			refused = usual(Internal)
		}
	}()
	if refused := c.caller.Init(payload); refused.Code != 0 {
		return because(refused.Code, refused.Reason)
	}
	return closure{}
}

// close closes the connection now: the client is told why, and gets a few seconds to hear it. Its operations end.
func (c *conn) close(how closure) {
	c.cancelOperations()
	_ = c.ws.Close(websocket.StatusCode(how.code), how.reason) // whoever cannot be told is gone
	c.cancel()
}

// send sends a message. It is for whoever has nothing to do when it fails: then the connection ends.
func (c *conn) send(ctx context.Context, kind messageType, id string, payload []byte) {
	_ = c.write(ctx, appendMessage(nil, kind, id, payload))
}

// write writes a message; a client that does not take it in time loses the connection. Any goroutine may call it. The context is that of
// the connection: when it ends during a write, the connection does, too.
func (c *conn) write(ctx context.Context, text []byte) error {
	c.writing.Add(1)
	defer c.writing.Add(-1)
	bounded, cancel := context.WithTimeout(ctx, c.options.WriteTimeout)
	defer cancel()
	err := c.ws.Write(bounded, websocket.MessageText, text)
	if err != nil {
		c.cancel()
	}
	c.written.Add(int64(len(text)))
	return err
}
