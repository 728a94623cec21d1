package soap

import (
	"fmt"
	"slices"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/httpcall"
	"github.com/weftgraph/weft/datasources/response"
	"github.com/weftgraph/weft/datasources/soap/contract"
	"github.com/weftgraph/weft/datasources/soap/wsdl"
	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/mapping"
)

// choosePort returns the port that the settings name, or else the first that speaks SOAP 1.1, or else the first that speaks SOAP 1.2. A
// diagnostic about what the settings name has no place yet.
func choosePort(c *wsdl.Contract, s *datasources.SOAPSource) (*wsdl.Port, *diag.Diagnostic) {
	var services, ports []string
	var newer *wsdl.Port
	var refused []*wsdl.Port
	for _, service := range c.Services {
		services = append(services, service.Name)
		if s.Service != "" && service.Name != s.Service {
			continue
		}
		for _, port := range service.Ports {
			ports = append(ports, port.Name)
			switch {
			case s.Port != "" && port.Name != s.Port:
			case port.Version == wsdl.SOAP11, port.Version == wsdl.SOAP12 && s.Port != "":
				return port, nil
			case port.Version == wsdl.SOAP12 && newer == nil:
				newer = port
			case port.Version == wsdl.NoSOAP:
				refused = append(refused, port)
			}
		}
	}
	if newer != nil {
		return newer, nil
	}
	wrong := &diag.Diagnostic{Code: contract.Code}
	switch {
	case len(refused) > 0 && s.Port != "":
		wrong.Code = codeUnsupported
		wrong.Message = fmt.Sprintf("port %q needs %s, which is not supported yet", refused[0].Name, refused[0].Unsupported)
	case len(refused) > 0:
		wrong.Code, wrong.Span = codeUnsupported, refused[0].At
		wrong.Message = "no port speaks SOAP over HTTP: " + describedPorts(refused)
		if slices.ContainsFunc(refused, func(p *wsdl.Port) bool { return p.IsPlainHTTP }) {
			wrong.Message += "; a source with `http` can call a service that speaks plain HTTP"
		}
	case s.Service != "" && len(ports) == 0 && !slices.Contains(services, s.Service):
		wrong.Message = fmt.Sprintf("the contract has no service %q", s.Service)
		suggestFrom(wrong, s.Service, services)
	case s.Port != "":
		wrong.Message = fmt.Sprintf("the contract has no port %q", s.Port)
		suggestFrom(wrong, s.Port, ports)
	default:
		wrong.Message = fmt.Sprintf("the service %q has no port", s.Service) // of several: a contract without any is not loaded
	}
	return nil, wrong
}

// suggestFrom adds the name that was probably meant, or else those that there are.
func suggestFrom(wrong *diag.Diagnostic, got string, names []string) {
	if wrong.Nearest = diag.Nearest(got, names); wrong.Nearest == "" && len(names) > 0 {
		wrong.Message += ": it has " + listed(names)
	}
}

// describedPorts names ports that cannot be called, and says why.
func describedPorts(ports []*wsdl.Port) string {
	texts := make([]string, len(ports))
	for i, p := range ports {
		texts[i] = fmt.Sprintf("%q (%s)", p.Name, p.Unsupported)
	}
	return listed(texts)
}

// address is where the port is called: what overrides it, or the source's own, or what the contract says. Templates see
// only `$config` and `$env`, which live as long as the source, so once is enough.
func (s *source) address() (string, error) {
	template := s.settings.OverrideURL
	if template == nil {
		template = s.soap.Address
	}
	text := s.port.Address
	if template != nil {
		env := s.environment()
		evaluated, err := template.Append(nil, env, mapping.URL)
		if err != nil {
			return "", err
		}
		text = string(evaluated)
	}
	_, err := httpcall.ParseOrigin(httpcall.SplitAddress(text).Origin)
	return text, err
}

// environment is what mappings see that belong to the source and not to a call.
func (s *source) environment() *mapping.Env {
	env := &mapping.Env{}
	response.NewVariables(s.settings, datasources.Connector{}).BindSource(env)
	return env
}
