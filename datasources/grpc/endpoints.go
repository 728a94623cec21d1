package grpc

import (
	"net"
	"net/netip"
	"slices"

	"google.golang.org/grpc/resolver"

	"github.com/weftgraph/weft/datasources"
)

// maxServers bounds the servers of one back end: each has a connection.
const maxServers = 256

// maxOtherWays bounds the addresses of the other family that are tried for one server. A name has one, or as many as it has servers.
const maxOtherWays = 8

// endpoints are the servers of the back end, each with its addresses in the order in which they are tried.
func (f *follower) endpoints() [][]resolver.Address {
	var all [][]resolver.Address
	for i, h := range f.connection.hosts {
		if !f.isName(i) {
			all = append(all, []resolver.Address{{Addr: h.Target(), ServerName: h.Target()}})
			continue
		}
		for _, addrs := range machines(f.found[i]) {
			endpoint := make([]resolver.Address, len(addrs))
			for k, addr := range addrs {
				endpoint[k] = resolver.Address{Addr: net.JoinHostPort(addr.String(), h.Port), ServerName: h.Target()}
			}
			all = append(all, endpoint)
		}
	}
	all = all[:min(len(all), maxServers)]
	if f.connection.subchannels.balancing == datasources.PickFirst && len(all) > 0 {
		return [][]resolver.Address{slices.Concat(all...)}
	}
	return all
}

// machines makes servers of the addresses of one name. Those of the other family than the first one's are taken for other ways to the same
// machines, to be tried where the first family leads nowhere.
func machines(addrs []netip.Addr) [][]netip.Addr {
	var first, other []netip.Addr
	for _, a := range addrs {
		a = a.Unmap()
		if a.Is4() == addrs[0].Unmap().Is4() {
			first = append(first, a)
		} else {
			other = append(other, a)
		}
	}
	// Lookups give addresses in any order, which must not look like a change.
	slices.SortFunc(first, netip.Addr.Compare)
	slices.SortFunc(other, netip.Addr.Compare)
	first = first[:min(len(first), maxServers)]
	all := make([][]netip.Addr, len(first))
	for i, a := range first {
		all[i] = append(all[i], a)
		for k := range min(len(other), maxOtherWays) {
			all[i] = append(all[i], other[(i+k)%len(other)])
		}
	}
	return all
}
