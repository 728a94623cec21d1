package rest

import (
	"net/http"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/httpcall"
	"github.com/weftgraph/weft/datasources/response"
	"github.com/weftgraph/weft/datasources/rest/stream"
	"github.com/weftgraph/weft/graph/mapping"
)

// requestPlan makes the requests of one connector. It is immutable.
type requestPlan struct {
	// line is the method and the URL template, which tells people enough and holds no data.
	line    string
	method  string
	url     urlPlan
	headers httpcall.Headers
	body    *mapping.Mapping
	// isStream tells that what is asked for is a stream.
	isStream bool
	// sendsFiles tells that files in the body are sent.
	sendsFiles bool
	// speaksXML tells that bodies of XML are written as such.
	speaksXML bool
	// fixed is the header of every request, if all have the same.
	fixed *datasources.FixedHeader
}

// newRequestPlan joins the connector's mappings with those of its source.
func newRequestPlan(s *source, connector datasources.Connector) requestPlan {
	c := connector.HTTP
	p := requestPlan{
		isStream: connector.Stream,
		line:     c.Describe(),
		method:   c.Method,
		url: urlPlan{
			base:         s.base,
			baseErr:      s.baseErr,
			sourcePath:   s.http.Path,
			sourceParams: s.http.QueryParams,
			template:     c.URL,
			path:         c.Path,
			params:       c.QueryParams,
		},
		headers: httpcall.NewHeaders(c.Headers, s.http.Headers),
		body:    c.Body,

		sendsFiles: c.SendsFiles,
		speaksXML:  c.SpeaksXML,
	}
	if p.body == nil && p.headers.AreConstant() {
		env := mapping.Env{Problems: &mapping.Problems{}}
		header := p.headers.Build(&env)
		p.setDefaults(header)
		if len(env.Problems.List()) == 0 { // else each call has to tell of them
			p.fixed = datasources.NewFixedHeader(header)
		}
	}
	return p
}

// build evaluates the mappings for one call. Every error is an *Error with the text of the specification.
func (p *requestPlan) build(vars *response.Variables, env *mapping.Env) (*datasources.Request, error) {
	vars.BindSource(env)
	url, err := p.url.build(env)
	if err != nil {
		return nil, httpcall.CannotBuild(err)
	}
	if p.fixed != nil {
		return &datasources.Request{Line: p.line, Method: p.method, URL: url, Header: p.fixed.Header(), Fixed: p.fixed}, nil
	}
	header := p.headers.Build(env)
	body, content, err := p.buildBody(header, env)
	if err != nil {
		return nil, httpcall.CannotBuild(err)
	}
	p.setDefaults(header)
	return &datasources.Request{
		Line:    p.line,
		Method:  p.method,
		URL:     url,
		Header:  header,
		Body:    body,
		Content: content,
	}, nil
}

// setDefaults sets the headers that mappings have not set. A stream is asked for uncompressed: most encoders hold back what they have until
// there is more.
func (p *requestPlan) setDefaults(header http.Header) {
	if p.isStream {
		httpcall.SetDefault(header, "Accept", stream.Accept)
		httpcall.SetDefault(header, "Accept-Encoding", "identity")
		httpcall.SetDefault(header, "Cache-Control", "no-store")
	}
	httpcall.SetDefaults(header)
}
