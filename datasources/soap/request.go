package soap

import (
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
	headers httpcall.Headers
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
		action:    `"` + o.Action + `"`,
		headers:   httpcall.NewHeaders(c.HTTPHeaders, s.soap.HTTPHeaders),
		message:   c.Message,
	}
	if c.Action != "" {
		p.action = `"` + c.Action + `"`
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
	e := envelope{writer: message.NewWriter(p.source.contract.Schemas)}
	if err := e.write(p, env); err != nil {
		// The reason names parts of the contract and values of the caller's: it is for the log.
		return nil, &datasources.Error{Code: datasources.CodeFetch, Message: "Request cannot be built", Cause: err}
	}
	header := p.headers.Build(env)
	httpcall.SetDefault(header, "Content-Type", "text/xml; charset=utf-8")
	if header["Soapaction"] == nil {
		// HTTP knows no case, but some old servers do: this is how they spell it.
		header["SOAPAction"] = []string{p.action}
	}
	httpcall.SetDefault(header, "Accept", "text/xml")
	httpcall.SetDefaults(header)
	return &datasources.Request{
		Line:   p.line,
		Method: http.MethodPost,
		URL:    p.source.url,
		Header: header,
		Body:   e.bytes(),
	}, nil
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
