package server

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"github.com/weftgraph/weft/server/config"
)

// Headers by which proxies tell the address of the client.
const (
	headerForwardedFor = "X-Forwarded-For"
	headerForwarded    = "Forwarded"
)

// maxHops bounds the proxies that a request is followed back through.
const maxHops = 32

// clientAddresses finds the address of the client that has sent a request. The zero one takes that of the connection. It is immutable.
type clientAddresses struct {
	trusted []netip.Prefix
	// isForwarded tells that the header is Forwarded (RFC 7239), otherwise it is X-Forwarded-For.
	isForwarded bool
}

func newClientAddresses(c config.ClientAddress) *clientAddresses {
	return &clientAddresses{c.TrustedProxies, c.Forwarded}
}

// of returns the address of a request's client, the zero Addr if it is none of IP: that of the connection, unless a trusted proxy has it.
// A proxy appends the address that it was asked from to the header. So the last one is that of a client, or of the next proxy; what
// stands before an address that is no trusted proxy's was written by a client, which can write what it likes.
func (c *clientAddresses) of(r *http.Request) netip.Addr {
	remote, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	client := plainAddress(remote.Addr())
	if !c.trusts(client) {
		return client
	}
	header := headerForwardedFor
	if c.isForwarded {
		header = headerForwarded
	}
	hops := 0
	for _, line := range slices.Backward(r.Header[header]) {
		for rest, isLast := line, false; !isLast && hops < maxHops; hops++ {
			var element string
			rest, element, isLast = lastElement(rest)
			next, ok := c.read(element)
			if !ok {
				return client // nobody knows who has asked that proxy
			}
			if client = next; !c.trusts(client) {
				return client
			}
		}
	}
	return client
}

func (c *clientAddresses) trusts(a netip.Addr) bool {
	return slices.ContainsFunc(c.trusted, func(p netip.Prefix) bool { return p.Contains(a) })
}

// lastElement cuts a list at its last comma. Names in quotes, which have none, are not looked at.
func lastElement(list string) (rest, last string, isLast bool) {
	i := strings.LastIndexByte(list, ',')
	return list[:max(i, 0)], strings.Trim(list[i+1:], " \t"), i < 0
}

// read reads the address in one element of the header.
func (c *clientAddresses) read(element string) (netip.Addr, bool) {
	if !c.isForwarded {
		return parseAddress(element)
	}
	for pair := range strings.SplitSeq(element, ";") {
		name, node, _ := strings.Cut(strings.Trim(pair, " \t"), "=")
		if strings.EqualFold(name, "for") {
			return parseAddress(strings.Trim(node, `"`))
		}
	}
	return netip.Addr{}, false
}

// parseAddress reads an address, which may have a port, and brackets (RFC 7239, section 6).
func parseAddress(text string) (netip.Addr, bool) {
	if a, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(text, "["), "]")); err == nil {
		return plainAddress(a), true
	}
	withPort, err := netip.ParseAddrPort(text)
	return plainAddress(withPort.Addr()), err == nil
}

// plainAddress spells an address in the one way that it is compared by.
func plainAddress(a netip.Addr) netip.Addr { return a.Unmap().WithZone("") }
