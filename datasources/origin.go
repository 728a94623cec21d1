package datasources

import (
	"net/url"
	"strings"

	"github.com/weftgraph/weft/graph/mapping"
)

// Origin returns where the source's calls go as "scheme://host:port", for people: without user, path and parameters, which
// may hold secrets. It is empty when mappings make it up, when the contract says it, and for sources that make no calls.
func (s Settings) Origin() string {
	switch {
	case s.Kind == Virtual:
		return ""
	case s.OverrideURL != nil:
		return originOf(s.OverrideURL)
	case s.HTTP != nil:
		return originOf(s.HTTP.BaseURL)
	case s.GRPC != nil:
		return originOf(s.GRPC.Address)
	case s.SOAP != nil:
		return originOf(s.SOAP.Address)
	default:
		return ""
	}
}

// originOf returns the origin of an address if no hole of the template can be part of it.
func originOf(t *mapping.Template) string {
	if t == nil || len(t.Parts()) == 0 || t.Parts()[0].Hole != nil {
		return ""
	}
	text := t.Parts()[0].Text
	scheme, rest, found := strings.Cut(text, "://")
	if !found {
		return ""
	}
	if isList := strings.HasPrefix(scheme, schemeGRPC) && strings.Contains(rest, ","); isList || scheme == schemeDNS {
		return grpcOrigin(t)
	}
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		if len(t.Parts()) > 1 {
			return "" // the hole behind may go on with the host
		}
		end = len(rest)
	}
	u, err := url.Parse(scheme + "://" + rest[:end])
	if err != nil || u.Host == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// grpcOrigin is that of an address that is no URL.
func grpcOrigin(t *mapping.Template) string {
	if len(t.Parts()) > 1 {
		return ""
	}
	a, err := ParseGRPCAddress(t.Parts()[0].Text)
	if err != nil {
		return ""
	}
	return a.String()
}
