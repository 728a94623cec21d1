package soap

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/soap/wsdl"
	"github.com/weftgraph/weft/graph/diag"
)

// operation finds the connector's operation, unless the contract lacks it or it cannot be called yet.
func (s *source) operation(c *datasources.Connector) (*wsdl.Operation, *diag.Diagnostic) {
	name := c.SOAP.Operation
	o := s.port.Operation(name)
	if o == nil {
		wrong := s.noOperation(name)
		wrong.Span = c.SOAP.OperationAt
		return nil, wrong
	}
	if reason := s.support.unsupported(o); reason != "" {
		return nil, &diag.Diagnostic{
			Code: codeUnsupported, Message: fmt.Sprintf("operation %q needs %s, which is not supported yet", name, reason),
			Span: c.SOAP.OperationAt,
		}
	}
	return o, nil
}

// noOperation tells that the port has no operation with a name: because several have it, or because only another port has it, or at all.
func (s *source) noOperation(name string) *diag.Diagnostic {
	if same := s.port.Overloads(name); len(same) > 0 {
		names := make([]string, len(same))
		for i, o := range same {
			names[i] = strconv.Quote(o.Name)
		}
		return &diag.Diagnostic{
			Code:    codeOperation,
			Message: fmt.Sprintf("port %q has several operations %q: name one by its input, as %s", s.port.Name, name, strings.Join(names, " or ")),
		}
	}
	wrong := &diag.Diagnostic{Code: codeOperation, Message: fmt.Sprintf("port %q has no operation %q", s.port.Name, name)}
	names := make([]string, len(s.port.Operations))
	for i, o := range s.port.Operations {
		names[i] = o.Name
	}
	if wrong.Nearest = meantOperation(s.port, name); wrong.Nearest == "" {
		wrong.Nearest = diag.Nearest(name, names)
	}
	if wrong.Nearest != "" {
		return wrong
	}
	for _, service := range s.contract.Services {
		for _, port := range service.Ports {
			if port != s.port && len(port.Overloads(name)) > 0 {
				wrong.Notes = append(wrong.Notes, diag.Note{Message: fmt.Sprintf("port %q of service %q has it", port.Name, service.Name)})
			}
		}
	}
	if len(wrong.Notes) == 0 && len(names) > 0 {
		wrong.Notes = []diag.Note{{Message: "it has " + listed(names)}}
	}
	return wrong
}
