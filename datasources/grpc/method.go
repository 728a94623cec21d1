package grpc

import (
	"fmt"
	"slices"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/diag"
)

// Codes of what is wrong with a connector.
const (
	codeMethod      = "WEFT_GRPC_METHOD"
	codeMessage     = "WEFT_GRPC_MESSAGE"
	codeDetails     = "WEFT_GRPC_DETAILS"
	codeSelection   = "WEFT_GRPC_SELECTION"
	codeUnsupported = "WEFT_UNSUPPORTED"
)

// method looks up the connector's method, or says why it cannot be called. isStream tells that it has to answer with a stream.
func (c *contract) method(g *datasources.GRPCConnector, isStream bool) (protoreflect.MethodDescriptor, *diag.Diagnostic) {
	problem := func(code, format string, args ...any) *diag.Diagnostic {
		return &diag.Diagnostic{Code: code, Message: fmt.Sprintf(format, args...), Span: g.MethodAt}
	}
	serviceName, name, _ := strings.Cut(g.Method, "/")
	d, _ := c.files.FindDescriptorByName(protoreflect.FullName(serviceName))
	service, ok := d.(protoreflect.ServiceDescriptor)
	if !ok {
		p := problem(codeMethod, "the contract has no service %q", serviceName)
		if len(c.services) == 0 {
			p.Message = "the contract has no services"
		} else if nearest := c.nearestService(serviceName); nearest != "" {
			p.Nearest = nearest + "/" + name
		}
		return nil, p
	}
	method := service.Methods().ByName(protoreflect.Name(name))
	switch {
	case method == nil:
		p := problem(codeMethod, "service %q has no method %q", serviceName, name)
		if nearest := diag.Nearest(name, methodNames(service)); nearest != "" {
			p.Nearest = serviceName + "/" + nearest
		}
		return nil, p
	case method.IsStreamingClient() && method.IsStreamingServer():
		return nil, problem(codeUnsupported, "method %q streams in both directions, and a connector has one request to send", g.Method)
	case method.IsStreamingClient():
		return nil, problem(codeUnsupported, "method %q takes a stream of requests, and a connector has one to send", g.Method)
	case isStream && g.MaxMessages != 0:
		return nil, problem(codeMethod, "maxMessages bounds a stream that is collected to a list, and a field of Subscription takes any number")
	case g.MaxMessages != 0 && !method.IsStreamingServer():
		return nil, problem(codeMethod, "method %q answers once, and maxMessages is for one that answers with a stream", g.Method)
	case isStream && !method.IsStreamingServer():
		return nil, problem(codeMethod, "method %q answers once, and a field of Subscription needs a stream", g.Method)
	}
	seen := map[protoreflect.FullName]bool{}
	for _, m := range []protoreflect.MessageDescriptor{method.Input(), method.Output()} {
		if missing := missingBelow(m, seen); missing != "" {
			return nil, problem(codeMethod, "method %q needs %q, which the contract does not have", g.Method, missing)
		}
	}
	return method, nil
}

// nearestService returns the service that was probably meant: one of a similar name, or of the same name in another package.
func (c *contract) nearestService(name string) string {
	short := name[strings.LastIndexByte(name, '.')+1:]
	if i := slices.IndexFunc(c.services, func(s string) bool { return s[strings.LastIndexByte(s, '.')+1:] == short }); i >= 0 {
		return c.services[i]
	}
	return diag.Nearest(name, c.services)
}

func methodNames(s protoreflect.ServiceDescriptor) []string {
	names := make([]string, s.Methods().Len())
	for i := range names {
		names[i] = string(s.Methods().Get(i).Name())
	}
	return names
}

// missingBelow returns a type that the message leads to and the contract does not have, as a server's reflection may leave some
// out, or "". Messages that have been seen are passed over.
func missingBelow(d protoreflect.MessageDescriptor, seen map[protoreflect.FullName]bool) protoreflect.FullName {
	switch {
	case d.IsPlaceholder():
		return d.FullName()
	case seen[d.FullName()]:
		return ""
	}
	seen[d.FullName()] = true
	for i := range d.Fields().Len() {
		f := d.Fields().Get(i)
		if e := f.Enum(); e != nil && e.IsPlaceholder() {
			return e.FullName()
		}
		if m := f.Message(); m != nil {
			if missing := missingBelow(m, seen); missing != "" {
				return missing
			}
		}
	}
	return ""
}
