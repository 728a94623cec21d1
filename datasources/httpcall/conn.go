package httpcall

import (
	"net"
	"time"
)

// conn is a connection to a back end. It belongs to the one call that has it, or else to the pool.
type conn struct {
	net.Conn
	// address is the one that was dialled.
	address string
	// interrupt ends all reading and writing, now and later. It may be called at any time, by anybody.
	interrupt func()
	peek      peeker
	// idleSince is when the connection was last given to the pool.
	idleSince time.Time
}

func newConn(c net.Conn, address string) *conn {
	past := time.Unix(1, 0)
	return &conn{
		Conn:      c,
		address:   address,
		interrupt: func() { _ = c.SetDeadline(past) },
		peek:      newPeeker(c),
	}
}

// isQuiet tells that the server has neither closed the idle connection nor said anything on it that nobody has asked for. What it
// says so would be taken for the reply to the next request (RFC 9112, 9.2). It does not wait.
func (c *conn) isQuiet() bool { return c.peek.isQuiet() }
