package server

import (
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"sync"
)

// DefaultMaxConnections is how many connections a listener has at the same time.
const DefaultMaxConnections = 10_000

// countedListener bounds the connections of a listener. Those beyond the limit are accepted all the same, as long as they are few: whoever
// sends a request on one is told that there are too many, and health checks are answered. Still more are closed at once.
type countedListener struct {
	net.Listener

	// max bounds all connections, perClient those of one address; 0 bounds nothing.
	max, perClient int

	mu      sync.Mutex
	count   int
	clients map[netip.Addr]int
}

func newCountedListener(ln net.Listener, limit, perClient int) *countedListener {
	return &countedListener{Listener: ln, max: limit, perClient: perClient, clients: map[netip.Addr]int{}}
}

// Accept implements net.Listener.
func (l *countedListener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if counted := l.admit(c); counted != nil {
			return counted, nil
		}
		_ = c.Close() // it is nobody's any more
	}
}

// margin is how many more connections than allowed are told so.
func margin(limit int) int { return limit/10 + 4 }

// admit counts a connection. It returns nil if there are far too many.
func (l *countedListener) admit(c net.Conn) *countedConn {
	counted := &countedConn{Conn: c, of: l}
	if l.perClient > 0 {
		if tcp, ok := c.RemoteAddr().(*net.TCPAddr); ok {
			counted.client = clientOf(tcp.AddrPort().Addr())
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	client := l.clients[counted.client]
	if l.max > 0 && l.count >= l.max+margin(l.max) || l.perClient > 0 && client >= l.perClient+margin(l.perClient) {
		return nil
	}
	counted.isBeyond = l.max > 0 && l.count >= l.max || l.perClient > 0 && client >= l.perClient
	l.count++
	if l.perClient > 0 {
		l.clients[counted.client] = client + 1
	}
	return counted
}

// leave forgets a connection.
func (l *countedListener) leave(c *countedConn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.count--
	if l.perClient == 0 {
		return
	}
	if l.clients[c.client]--; l.clients[c.client] == 0 {
		delete(l.clients, c.client)
	}
}

// clientOf is what clients are told apart by: the address, or the network of 64 bits of which one client has all addresses in IPv6.
func clientOf(addr netip.Addr) netip.Addr {
	addr = addr.Unmap().WithZone("")
	if addr.Is4() {
		return addr
	}
	network, err := addr.Prefix(64)
	if err != nil {
		return addr
	}
	return network.Addr()
}

// remoteClient is the client that has sent a request; the zero Addr if its address is none of IP.
func remoteClient(r *http.Request) netip.Addr {
	remote, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return clientOf(remote.Addr())
}

// countedConn is a connection that has been counted.
type countedConn struct {
	net.Conn

	of     *countedListener
	client netip.Addr
	// isBeyond tells that it is one too many.
	isBeyond bool
	closing  sync.Once
}

func (c *countedConn) isTooMany() bool { return c.isBeyond }

// Close implements net.Conn.
func (c *countedConn) Close() error {
	c.closing.Do(func() { c.of.leave(c) })
	return c.Conn.Close()
}

// beyondAnswer is told on connections that are too many.
const beyondAnswer = `{"errors":[{"message":"The server has too many connections. Try again later.",` +
	`"extensions":{"code":"` + codeOverloaded + `","limit":"connections"}}]}`

// answerBeyond refuses a request, and ends its connection.
func answerBeyond(w http.ResponseWriter) {
	h := w.Header()
	h["Content-Type"], h["Cache-Control"], h["X-Content-Type-Options"] = typeJSON, noStore, noSniff
	h["Retry-After"] = retryAfter
	h.Set("Connection", "close")
	h.Set("Content-Length", strconv.Itoa(len(beyondAnswer)))
	w.WriteHeader(http.StatusServiceUnavailable)
	_, _ = w.Write([]byte(beyondAnswer)) // an error means that the client went away
}
