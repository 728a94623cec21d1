package server

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// hostGuard refuses requests for hosts that the listener is not known as. It stops DNS rebinding: a foreign page whose name
// is made to lead to this machine is of the same origin as the listener for the browser, and would read all of it. Such a
// request names the page's host, which is never an IP address.
type hostGuard struct{ names map[string]bool }

func newHostGuard(names []string) hostGuard {
	g := hostGuard{names: map[string]bool{"localhost": true}}
	for _, name := range names {
		g.names[normalHost(name)] = true
	}
	return g
}

// wrap returns next behind the guard.
func (g hostGuard) wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !g.knows(r.Host) {
			http.Error(w, fmt.Sprintf("The console is not known as %q. Open it by its IP address or as localhost, "+
				"or add the name to admin.hosts in the configuration.", r.Host), http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// knows tells whether a Host header is acceptable.
func (g hostGuard) knows(header string) bool {
	host := header
	if name, _, err := net.SplitHostPort(header); err == nil {
		host = name
	}
	host = normalHost(host)
	if g.names[host] || strings.HasSuffix(host, ".localhost") {
		return true
	}
	_, err := netip.ParseAddr(host)
	return err == nil
}

// normalHost returns a host as names are compared: without brackets and the dot of the root, in lower case.
func normalHost(host string) string {
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	return strings.ToLower(strings.TrimSuffix(host, "."))
}
