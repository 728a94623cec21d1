package soap

import (
	"errors"
	"net/http"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/httpcall"
	"github.com/weftgraph/weft/datasources/response"
	"github.com/weftgraph/weft/datasources/soap/message"
	"github.com/weftgraph/weft/datasources/soap/wsdl"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/value"
)

// requestPlan makes the requests of one connector. It is immutable.
type requestPlan struct {
	source    *source
	operation *wsdl.Operation
	// line is the operation and its message as it is written, which tells people enough and holds no data.
	line    string
	action  string
	media   string
	headers httpcall.Headers
	stamps  stamps
	// err is why no request can be built.
	err     error
	message *mapping.Mapping
	// blocks map to header blocks, the source's first.
	blocks []*mapping.Mapping
}

// newRequestPlan joins the connector's mappings with those of its source.
func newRequestPlan(s *source, o *wsdl.Operation, c *datasources.SOAPConnector) requestPlan {
	p := requestPlan{
		source:    s,
		operation: o,
		line:      c.Describe(),
		action:    o.Action,
		headers:   httpcall.NewHeaders(c.HTTPHeaders, s.soap.HTTPHeaders),
		message:   c.Message,
	}
	if c.Action != "" {
		p.action = c.Action
	}
	p.media = s.dialect.contentType(p.action)
	p.stamps = stamps{dialect: s.dialect, security: s.security, now: s.now}
	p.err = s.securityErr
	if s.usesAddressing() && p.err == nil {
		p.stamps.addressing, p.err = newAddressing(p.action, o, s.url)
	}
	for _, m := range []*mapping.Mapping{s.soap.Headers, c.Headers} {
		if m != nil {
			p.blocks = append(p.blocks, m)
		}
	}
	return p
}

// build evaluates the mappings for one call. Every error is an *Error.
func (p *requestPlan) build(vars *response.Variables, env *mapping.Env) (*datasources.Request, error) {
	vars.BindSource(env)
	if p.source.urlErr != nil {
		return nil, httpcall.CannotBuild(p.source.urlErr)
	}
	d := p.source.dialect
	e := envelope{dialect: d, writer: message.NewWriter(p.source.contract.Schemas), hasHeader: !p.stamps.areNone()}
	err := p.err
	if err == nil {
		err = e.write(p, env)
	}
	if err != nil {
		return nil, cannotBuild(err)
	}
	header := p.headers.Build(env)
	httpcall.SetDefault(header, "Content-Type", p.media)
	if header["Soapaction"] == nil && d.version == wsdl.SOAP11 {
		// HTTP knows no case, but some old servers do: this is how they spell it.
		header["SOAPAction"] = []string{`"` + p.action + `"`}
	}
	httpcall.SetDefault(header, "Accept", d.media)
	httpcall.SetDefaults(header)
	return &datasources.Request{
		Line:   p.line,
		Method: http.MethodPost,
		URL:    p.source.url,
		Header: header,
		Body:   e.bytes(),
	}, nil
}

// cannotBuild is the error of a request that cannot be built. Clients learn which part of the message does not fit, and what the contract has
// there; the value, which may come from the configuration, is for the log.
func cannotBuild(cause error) *datasources.Error {
	e := &datasources.Error{Code: datasources.CodeFetch, Message: "Request cannot be built", Cause: cause}
	if wrong := (*message.Error)(nil); errors.As(cause, &wrong) {
		e.Message += ": " + wrong.ForClients()
	}
	return e
}

// evaluate runs a mapping, whose input is the empty object; without a mapping, or a value, the result is that.
func evaluate(m *mapping.Mapping, env *mapping.Env) value.Value {
	empty := value.Object(nil)
	if m == nil {
		return empty
	}
	if v := m.Eval(empty, env); !v.IsMissing() {
		return v
	}
	return empty
}
