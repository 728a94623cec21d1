package soap

import (
	"fmt"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/httpcall"
	"github.com/weftgraph/weft/datasources/soap/contract"
	"github.com/weftgraph/weft/datasources/soap/wsdl"
	"github.com/weftgraph/weft/graph/diag"
)

var _ datasources.Noter = (*source)(nil)

// Notes implements datasources.Noter: what the schemas and the port say and nobody does, ports that are
// ignored, and an address that is not there.
func (s *source) Notes() []diag.Diagnostic {
	var notes diag.List
	notes.Add(s.contract.Notes...)
	notes.Add(s.port.Notes...)
	if at := s.port.UserDemanded; !at.IsZero() && (s.soap.Security == nil || s.soap.Security.Username == nil) && s.soap.Headers == nil {
		notes.Warnf(contract.Code, at, "a policy demands a user's name and password (UsernameToken): give `security` in the source %s", s.settings.Name)
	}
	if text := s.ignoredPorts(); text != "" {
		notes.Warnf(codeUnsupported, diag.Span{}, "%s", text)
	}
	if s.settings.OverrideURL != nil || s.soap.Address != nil {
		return notes // which may need `$config`, and then is checked when it is known
	}
	if _, err := httpcall.ParseOrigin(httpcall.SplitAddress(s.port.Address).Origin); err != nil {
		address := fmt.Sprintf("the address %q of port %q cannot be called", s.port.Address, s.port.Name)
		if s.port.Address == "" {
			address = fmt.Sprintf("the contract does not say where port %q is called", s.port.Name)
		}
		notes.Warnf(contract.Code, diag.Span{}, "%s: give `address` in the source, or `override_url` in the configuration", address)
	}
	return notes
}

// ignoredPorts tells which ports are passed over because they are no SOAP over HTTP; empty when there are none, or the source names its port.
func (s *source) ignoredPorts() string {
	if s.soap.Port != "" {
		return ""
	}
	var ports []*wsdl.Port
	for _, service := range s.contract.Services {
		if s.soap.Service != "" && service.Name != s.soap.Service {
			continue
		}
		for _, p := range service.Ports {
			if p.Version == wsdl.NoSOAP {
				ports = append(ports, p)
			}
		}
	}
	if len(ports) == 0 {
		return ""
	}
	return fmt.Sprintf("ports that are not supported are ignored: %s; port %q is called: name it as the source's `port`, and this is not said again",
		describedPorts(ports), s.port.Name)
}
