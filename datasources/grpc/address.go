package grpc

import (
	"errors"
	"net"
	"net/url"
	"strings"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/mapping"
)

// Schemes of addresses, and the ports that they mean when none is written.
const (
	schemePlain     = "grpc"
	schemeTLS       = "grpcs"
	defaultPort     = "80"
	defaultPortTLS  = "443"
	schemeSeparator = "://"
)

var (
	errAddress = errors.New("the address is not valid: it is grpc://host:port, or grpcs://host:port for TLS")
	errNoHost  = errors.New("the address has no host")
	errPath    = errors.New("the address ends with its port: neither user, path nor query can follow or stand before it")
)

// address is where a back end is.
type address struct {
	isTLS bool
	// host is without brackets and port.
	host, port string
}

// String returns the address as it is written.
func (a address) String() string {
	scheme := schemePlain
	if a.isTLS {
		scheme = schemeTLS
	}
	return scheme + schemeSeparator + a.target()
}

// target returns host and port.
func (a address) target() string { return net.JoinHostPort(a.host, a.port) }

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
	u, err := url.Parse(strings.TrimSuffix(text, "/"))
	switch {
	case err != nil || u.Scheme != schemePlain && u.Scheme != schemeTLS:
		return address{}, errAddress
	case u.User != nil || u.Path != "" || u.RawQuery != "" || u.Fragment != "":
		return address{}, errPath
	case u.Hostname() == "":
		return address{}, errNoHost
	}
	a := address{isTLS: u.Scheme == schemeTLS, host: u.Hostname(), port: u.Port()}
	switch {
	case a.port != "":
	case a.isTLS:
		a.port = defaultPortTLS
	default:
		a.port = defaultPort
	}
	return a, nil
}
