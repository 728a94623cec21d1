package datasources

import (
	"errors"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// Schemes of gRPC addresses, and the ports that they mean when none is written. A name that is written as other clients of gRPC write it, with
// dns:///, is one of grpc://.
const (
	schemeGRPC      = "grpc"
	schemeGRPCS     = "grpcs"
	schemeDNS       = "dns"
	portGRPC        = "80"
	portGRPCS       = "443"
	schemeSeparator = "://"
)

var (
	errGRPCAddress = errors.New("the address is not valid: it is grpc://host:port, or grpcs://host:port for TLS; " +
		"several hosts are separated by commas, and dns:///host:port is the same as grpc://host:port")
	errGRPCHost       = errors.New("the address has no host")
	errGRPCPort       = errors.New("the address has no valid port: ports go from 1 to 65535")
	errGRPCPath       = errors.New("the address ends with its port: neither user, path nor query can follow or stand before it")
	errGRPCNameServer = errors.New("the address names a server for its lookup, which is not supported: it is dns:///host:port, with three slashes")
)

// GRPCAddress is where a gRPC back end is.
type GRPCAddress struct {
	// IsTLS tells that connections are encrypted.
	IsTLS bool
	// Hosts are those of the back end, at least one. All of them serve the same.
	Hosts []GRPCHost
}

// GRPCHost is one host of a GRPCAddress: a name, which may have several addresses, or an IP address.
type GRPCHost struct {
	// Name is without brackets and port. Port is never empty.
	Name, Port string
}

// String returns the address as it is written.
func (a GRPCAddress) String() string {
	scheme := schemeGRPC
	if a.IsTLS {
		scheme = schemeGRPCS
	}
	targets := make([]string, len(a.Hosts))
	for i, h := range a.Hosts {
		targets[i] = h.Target()
	}
	return scheme + schemeSeparator + strings.Join(targets, ",")
}

// Target returns host and port.
func (h GRPCHost) Target() string { return net.JoinHostPort(h.Name, h.Port) }

// IP returns the address that the host is, if it is no name.
func (h GRPCHost) IP() (netip.Addr, bool) {
	ip, err := netip.ParseAddr(h.Name)
	return ip, err == nil
}

// ParseGRPCAddress reads "grpc://host:port", "grpcs://host:port" for TLS, or "dns:///host:port", which is the same as the first. There may be
// several hosts, separated by commas. Errors do not repeat the text: it might hold a password.
func ParseGRPCAddress(text string) (GRPCAddress, error) {
	scheme, rest, _ := strings.Cut(strings.TrimSuffix(text, "/"), schemeSeparator)
	a := GRPCAddress{IsTLS: scheme == schemeGRPCS}
	switch scheme {
	case schemeGRPC, schemeGRPCS:
	case schemeDNS:
		var isLocal bool
		if rest, isLocal = strings.CutPrefix(rest, "/"); !isLocal {
			return GRPCAddress{}, errGRPCNameServer
		}
	default:
		return GRPCAddress{}, errGRPCAddress
	}
	for part := range strings.SplitSeq(rest, ",") {
		h, err := parseGRPCHost(strings.TrimSpace(part), a.IsTLS)
		if err != nil {
			return GRPCAddress{}, err
		}
		a.Hosts = append(a.Hosts, h)
	}
	return a, nil
}

// parseGRPCHost reads one host, with or without a port.
func parseGRPCHost(text string, isTLS bool) (GRPCHost, error) {
	u, err := url.Parse(schemeGRPC + schemeSeparator + text)
	switch {
	case err != nil || strings.Contains(text, schemeSeparator):
		return GRPCHost{}, errGRPCAddress
	case u.User != nil || u.Path != "" || u.RawQuery != "" || u.Fragment != "":
		return GRPCHost{}, errGRPCPath
	case u.Hostname() == "":
		return GRPCHost{}, errGRPCHost
	}
	h := GRPCHost{Name: u.Hostname(), Port: u.Port()}
	switch n, err := strconv.ParseUint(h.Port, 10, 16); {
	case h.Port != "" && (err != nil || n == 0):
		return GRPCHost{}, errGRPCPort
	case h.Port != "":
	case isTLS:
		h.Port = portGRPCS
	default:
		h.Port = portGRPC
	}
	return h, nil
}
