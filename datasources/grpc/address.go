package grpc

import (
	"errors"
	"net"
	"net/netip"
	"net/url"
	"strings"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/mapping"
)

// Schemes of addresses, and the ports that they mean when none is written. A name that is written as other clients of gRPC write it, with
// dns:///, is one of grpc://.
const (
	schemePlain     = "grpc"
	schemeTLS       = "grpcs"
	schemeDNS       = "dns"
	defaultPort     = "80"
	defaultPortTLS  = "443"
	schemeSeparator = "://"
)

var (
	errAddress = errors.New("the address is not valid: it is grpc://host:port, or grpcs://host:port for TLS; " +
		"several hosts are separated by commas, and dns:///host:port is the same as grpc://host:port")
	errNoHost    = errors.New("the address has no host")
	errPath      = errors.New("the address ends with its port: neither user, path nor query can follow or stand before it")
	errDNSServer = errors.New("the address names a server for its lookup, which is not supported: it is dns:///host:port, with three slashes")
)

// address is where a back end is.
type address struct {
	isTLS bool
	// hosts are those of the back end, at least one.
	hosts []host
}

// host is one host of an address.
type host struct {
	// name is without brackets and port.
	name, port string
}

// String returns the address as it is written.
func (a address) String() string {
	scheme := schemePlain
	if a.isTLS {
		scheme = schemeTLS
	}
	targets := make([]string, len(a.hosts))
	for i, h := range a.hosts {
		targets[i] = h.target()
	}
	return scheme + schemeSeparator + strings.Join(targets, ",")
}

// target returns host and port.
func (h host) target() string { return net.JoinHostPort(h.name, h.port) }

// ip returns the address that the host is, if it is no name.
func (h host) ip() (netip.Addr, bool) {
	ip, err := netip.ParseAddr(h.name)
	return ip, err == nil
}

// sourceAddress evaluates the source's address, or what replaces it. It sees only `$config` and `$env`, which live as long as
// the source, so once is enough.
func sourceAddress(s datasources.Settings, env *mapping.Env) (address, error) {
	template := s.OverrideURL
	if template == nil {
		template = s.GRPC.Address
	}
	if template == nil {
		return address{}, errAddress
	}
	text, err := template.Append(nil, env, mapping.Raw)
	if err != nil {
		return address{}, err
	}
	return parseAddress(string(text))
}

// parseAddress reads an address. Errors do not repeat it: it might hold a password.
func parseAddress(text string) (address, error) {
	scheme, rest, _ := strings.Cut(strings.TrimSuffix(text, "/"), schemeSeparator)
	a := address{isTLS: scheme == schemeTLS}
	switch scheme {
	case schemePlain, schemeTLS:
	case schemeDNS:
		var isLocal bool
		if rest, isLocal = strings.CutPrefix(rest, "/"); !isLocal {
			return address{}, errDNSServer
		}
	default:
		return address{}, errAddress
	}
	for part := range strings.SplitSeq(rest, ",") {
		h, err := parseHost(strings.TrimSpace(part), a.isTLS)
		if err != nil {
			return address{}, err
		}
		a.hosts = append(a.hosts, h)
	}
	return a, nil
}

// parseHost reads one host, with or without a port.
func parseHost(text string, isTLS bool) (host, error) {
	u, err := url.Parse(schemePlain + schemeSeparator + text)
	switch {
	case err != nil || strings.Contains(text, schemeSeparator):
		return host{}, errAddress
	case u.User != nil || u.Path != "" || u.RawQuery != "" || u.Fragment != "":
		return host{}, errPath
	case u.Hostname() == "":
		return host{}, errNoHost
	}
	h := host{name: u.Hostname(), port: u.Port()}
	switch {
	case h.port != "":
	case isTLS:
		h.port = defaultPortTLS
	default:
		h.port = defaultPort
	}
	return h, nil
}
