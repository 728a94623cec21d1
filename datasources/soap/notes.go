package soap

import (
	"fmt"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/httpcall"
	"github.com/weftgraph/weft/datasources/soap/contract"
	"github.com/weftgraph/weft/graph/diag"
)

var _ datasources.Noter = (*source)(nil)

// Notes implements datasources.Noter: what the schemas and the port say and nobody does, and an address that is not there.
func (s *source) Notes() []diag.Diagnostic {
	var notes diag.List
	notes.Add(s.contract.Notes...)
	notes.Add(s.port.Notes...)
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
