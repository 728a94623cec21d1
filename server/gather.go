package server

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"sync"
	"time"
)

// net/http fills a buffer of four kilobytes with the header and the beginning of a long answer, and sends it before the rest. Each
// send costs as much as some thousand bytes do, and wakes the client up for nothing. So connections can hold the first part of an
// answer back, to send it with what follows.

// gatherFrom is the length of a body from which on something always follows the first write: at least as many bytes as net/http
// buffers.
const gatherFrom = 4 << 10

// gatherListener accepts connections that can gather writes. What a connection encrypts cannot: it would not know of the deadlines of its
// writes either.
type gatherListener struct{ net.Listener }

// Accept implements net.Listener.
func (l gatherListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if counted, ok := c.(*countedConn); ok {
		if tcp, ok := counted.Conn.(*net.TCPConn); ok {
			return &gatherConn{TCPConn: tcp, counted: counted}, nil
		}
	}
	return c, err
}

// gatherConn is a connection of a client. Its writes belong to one goroutine, that of its request.
type gatherConn struct {
	*net.TCPConn
	counted *countedConn
	// isGathering tells that the next write is to be held back; held is one that is.
	isGathering bool
	held        *[]byte
	vector      net.Buffers
	// writer is net/http's for the request that is being answered.
	writer http.ResponseWriter
	// writeDeadline is the one that is set.
	writeDeadline time.Time
}

//nolint:gochecknoglobals // a pool is shared by definition
var heldWrites = sync.Pool{New: func() any { b := make([]byte, 0, gatherFrom); return &b }}

// Write implements net.Conn.
func (c *gatherConn) Write(p []byte) (int, error) {
	switch {
	case c.isGathering:
		c.isGathering = false
		held, ok := heldWrites.Get().(*[]byte)
		if !ok {
			held = new([]byte)
		}
		*held = append((*held)[:0], p...)
		c.held = held
		return len(p), nil
	case c.held != nil:
		held := c.held
		c.held = nil
		c.vector = append(c.vector[:0], *held, p)
		vector := c.vector // WriteTo uses it up
		n, err := vector.WriteTo(c.TCPConn)
		clear(c.vector)
		before := int64(len(*held))
		heldWrites.Put(held)
		return int(max(0, n-before)), err
	default:
		return c.TCPConn.Write(p)
	}
}

// deadlineSlack is by how much the time for an answer may be too short, which is a minute and more: so a deadline that was set for one
// request serves for others, too.
const deadlineSlack = 5 * time.Second

// begin has the answer to a request, to be written by w within some time, begin.
func (c *gatherConn) begin(w http.ResponseWriter, timeout time.Duration) {
	c.writer = w
	until := time.Now().Add(timeout)
	if early := until.Sub(c.writeDeadline); early >= 0 && early < deadlineSlack {
		return
	}
	_ = c.SetWriteDeadline(until) // it fails on a connection that is closed, as the write will tell
}

// endAnswer lets go of the request. It may be called on nil.
func (c *gatherConn) endAnswer() {
	if c != nil {
		c.writer = nil
	}
}

// SetWriteDeadline implements net.Conn. net/http takes the deadline back after each request; it is left for the next one instead. What
// is asked for while a request is answered, by its handler, is done.
func (c *gatherConn) SetWriteDeadline(t time.Time) error {
	if t.IsZero() && c.writer == nil {
		return nil
	}
	c.writeDeadline = t
	return c.TCPConn.SetWriteDeadline(t)
}

// SetDeadline implements net.Conn.
func (c *gatherConn) SetDeadline(t time.Time) error {
	c.writeDeadline = t
	return c.TCPConn.SetDeadline(t)
}

func (c *gatherConn) isTooMany() bool { return c.counted.isBeyond }

// Close implements net.Conn.
func (c *gatherConn) Close() error { return c.counted.Close() }

// connKey is the context key of a client's connection.
type connKey struct{}

// withConn puts a connection into the context of its requests, for gather and inFlight.
func withConn(ctx context.Context, c net.Conn) context.Context {
	if encrypted, ok := c.(*tls.Conn); ok {
		c = encrypted.NetConn()
	}
	return context.WithValue(ctx, connKey{}, c)
}

// clientConn is a connection that the listener has counted.
type clientConn interface {
	net.Conn
	// isTooMany tells that it is beyond the limit.
	isTooMany() bool
}

var (
	_ clientConn = (*gatherConn)(nil)
	_ clientConn = (*countedConn)(nil)
)

// beginAnswer bounds the time for writing the answer to a request. It returns nil if the connection, which may be nil, is none that can
// gather writes.
func beginAnswer(w http.ResponseWriter, c clientConn, timeout time.Duration) *gatherConn {
	gathering, ok := c.(*gatherConn)
	if !ok {
		// Writers that have no deadlines are those of tests. By HTTP/2 it is the deadline of the stream.
		_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(timeout))
		return nil
	}
	gathering.begin(w, timeout)
	return gathering
}

// gather has the next write to the connection held back until the one that follows it. Something has to follow, which is sure only
// where the answer goes to net/http's own writer: what a program puts around the server's handler may make it short.
func gather(ctx context.Context, w http.ResponseWriter) {
	if c, ok := ctx.Value(connKey{}).(*gatherConn); ok && c.writer == w {
		c.isGathering = true
	}
}
