package httpcall

import (
	"context"
	"net"
	"sync"
	"time"

	"github.com/weftgraph/weft/datasources"
)

// maxOutKept bounds the buffers for requests that are kept for later calls.
const maxOutKept = 16 << 10

// exchanges are used again with their buffers.
//
//nolint:gochecknoglobals // a pool is shared by definition
var exchanges = sync.Pool{New: func() any { return &exchange{} }}

// exchange is one request over a plain connection, and its reply. Everything happens in the goroutine of the caller: reading and
// writing in others, as net/http does it, costs two changes of the goroutine for each call. It belongs to that goroutine.
type exchange struct {
	// method and out are the request.
	method string
	out    []byte
	// limit is that of the reply.
	limit int64
	in    input
	body  body
	// sent is how much of the request was written; status that of the reply, once its head is read; canKeep tells that another request
	// can be sent on the connection.
	sent    int
	status  int
	canKeep bool
}

// exchange sends a plain request and reads its reply.
func (c *Client) exchange(ctx context.Context, p *pool, o *origin, r *datasources.Request, a Address) (*datasources.Reply, error) {
	start := time.Now()
	if err := ctx.Err(); err != nil {
		return nil, noReply(ctx, err)
	}
	x, _ := exchanges.Get().(*exchange)
	defer x.release()
	x.method, x.limit = r.Method, c.MaxReply
	x.out = appendRequest(x.out[:0], r, a, o)
	reply, err := x.run(ctx, p, o.address)
	switch {
	case err != nil && x.status > 0:
		return nil, badReply(ctx, err, x.status)
	case err != nil:
		return nil, noReply(ctx, err)
	}
	reply.Start, reply.Duration = start, time.Since(start)
	return reply, nil
}

// release gives the buffers back.
func (x *exchange) release() {
	if cap(x.out) > maxOutKept {
		x.out = nil
	}
	x.in.close()
	x.body = body{}
	exchanges.Put(x)
}

// run makes the call on an idle connection or a new one. The server may close an idle connection while the request is on its way; what
// failed so is sent once more, on a new connection (RFC 9112, 9.3.1).
func (x *exchange) run(ctx context.Context, p *pool, address string) (*datasources.Reply, error) {
	if c := p.take(address); c != nil {
		reply, err := x.on(ctx, p, c)
		if err == nil || ctx.Err() != nil || !x.canRepeat() {
			return reply, err
		}
	}
	c, err := p.dial(ctx, address)
	if err != nil {
		return nil, err
	}
	return x.on(ctx, p, c)
}

// canRepeat tells whether a request that failed may be sent again: no byte of a reply came, and sending it twice does no harm, or
// nothing of it was sent.
func (x *exchange) canRepeat() bool {
	return x.in.isSilent && (x.sent == 0 || isIdempotent(x.method))
}

// on makes the call on a connection, which then goes back to the pool if that can be.
func (x *exchange) on(ctx context.Context, p *pool, c *conn) (*datasources.Reply, error) {
	x.sent, x.status, x.canKeep = 0, 0, false
	x.in.open(c)
	stop := datasources.AfterFunc(ctx, c.interrupt)
	defer func() {
		// An interrupt that cannot be stopped any more would hit the next call.
		if stop() && x.canKeep {
			p.put(c)
		} else {
			_ = c.Close()
		}
	}()
	return x.talk(c)
}

// talk writes the request and reads the reply.
func (x *exchange) talk(c net.Conn) (*datasources.Reply, error) {
	var failed error
	if x.sent, failed = c.Write(x.out); failed != nil && isTimeout(failed) {
		return nil, failed
	}
	// A server may have answered before it closed its end, without reading all (RFC 9112, 9.5); that answer counts.
	reply, err := x.read()
	if failed != nil && err != nil {
		return nil, failed
	}
	x.canKeep = x.canKeep && failed == nil
	return reply, err
}

// read reads the reply.
func (x *exchange) read() (*datasources.Reply, error) {
	h, err := readHead(&x.in)
	if err != nil {
		return nil, err
	}
	f, err := h.frame(x.method)
	if err != nil {
		return nil, err
	}
	x.status = h.status
	x.body.open(&x.in, f)
	body, err := readWhole(h.header, &x.body, f.length, x.limit)
	if err != nil {
		return nil, err
	}
	// What follows the reply is the answer to nothing (RFC 9112, 9.2), so that the connection is not to be trusted.
	x.canKeep = !f.isLast && x.body.isWhole() && x.in.isEmpty()
	return &datasources.Reply{Status: h.status, Header: h.header, Trailer: x.body.trailer, Body: body.bytes, Memory: body.memory}, nil
}
