package httpcall

import (
	"context"
	"net"
	"slices"
	"sync"
	"time"
)

// pool are the connections of one source that are not in use. The one that was used last is used first, so that those which a burst
// has left over get old and are closed. It is safe for concurrent use.
type pool struct {
	dialer func(ctx context.Context, network, address string) (net.Conn, error)
	// size bounds the idle connections to all addresses together.
	size int
	// timeout is how long a connection may be idle.
	timeout time.Duration

	mu sync.Mutex
	// idle are in the order in which they became idle.
	idle []*conn
	// timer fires, while isTimed, no later than the first of them has to be closed. It is not set anew for every call: that would be
	// most of what the pool costs. So it may find that there is nothing to do yet.
	timer   *time.Timer
	isTimed bool
	// isClosing tells that what is in use is to be closed, and not kept, unless the source is called again.
	isClosing bool
}

// dial makes a connection.
func (p *pool) dial(ctx context.Context, address string) (*conn, error) {
	c, err := p.dialer(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	return newConn(c, address), nil
}

// take returns an idle connection to the address that a request can be sent on, or nil. It is the caller's.
func (p *pool) take(address string) *conn {
	for {
		c := p.pop(address)
		if c == nil || time.Since(c.idleSince) < p.timeout && c.isQuiet() {
			return c
		}
		_ = c.Close()
	}
}

// pop takes out the connection to the address that was used last.
func (p *pool) pop(address string) *conn {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.isClosing = false
	for i, c := range slices.Backward(p.idle) {
		if c.address == address {
			p.idle = slices.Delete(p.idle, i, i+1)
			return c
		}
	}
	return nil
}

// put gives back a connection that nothing is left to be read on.
func (p *pool) put(c *conn) {
	if surplus := p.push(c); surplus != nil {
		_ = surplus.Close()
	}
}

// push adds a connection, and returns one that has no place.
func (p *pool) push(c *conn) (surplus *conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.isClosing {
		return c
	}
	if len(p.idle) >= p.size {
		surplus = p.idle[0]
		p.idle = slices.Delete(p.idle, 0, 1)
	}
	c.idleSince = time.Now()
	p.idle = append(p.idle, c)
	if !p.isTimed {
		p.wake(p.timeout)
	}
	return surplus
}

// wake sets the timer. The lock is held.
func (p *pool) wake(after time.Duration) {
	p.isTimed = true
	if p.timer == nil {
		p.timer = time.AfterFunc(after, p.expire)
	} else {
		p.timer.Reset(after)
	}
}

// expire closes the connections whose time is over.
func (p *pool) expire() {
	p.mu.Lock()
	now := time.Now()
	n := 0
	for n < len(p.idle) && now.Sub(p.idle[n].idleSince) >= p.timeout {
		n++
	}
	old := slices.Clone(p.idle[:n])
	p.idle = slices.Delete(p.idle, 0, n)
	p.isTimed = false
	if len(p.idle) > 0 {
		p.wake(p.timeout - now.Sub(p.idle[0].idleSince))
	}
	p.mu.Unlock()
	closeAll(old)
}

// closeIdle closes the connections that are not in use, and lets those in use be closed after it.
func (p *pool) closeIdle() {
	p.mu.Lock()
	idle := p.idle
	p.idle, p.isTimed, p.isClosing = nil, false, true
	if p.timer != nil {
		p.timer.Stop()
	}
	p.mu.Unlock()
	closeAll(idle)
}

func closeAll(conns []*conn) {
	for _, c := range conns {
		_ = c.Close()
	}
}
