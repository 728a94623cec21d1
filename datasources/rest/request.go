package rest

import (
	"net/http"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/response"
	"github.com/weftgraph/weft/graph/mapping"
)

// requestPlan makes the requests of one connector. It is immutable.
type requestPlan struct {
	// line is the method and the URL template, which tells people enough and holds no data.
	line    string
	method  string
	url     urlPlan
	headers []headerRule
	body    *mapping.Mapping
}

// newRequestPlan joins the connector's mappings with those of its source.
func newRequestPlan(s *source, c *datasources.HTTPConnector) requestPlan {
	return requestPlan{
		line:   c.Method + " " + c.URL.Text(),
		method: c.Method,
		url: urlPlan{
			base:         s.base,
			baseErr:      s.baseErr,
			sourcePath:   s.http.Path,
			sourceParams: s.http.QueryParams,
			template:     c.URL,
			path:         c.Path,
			params:       c.QueryParams,
		},
		headers: mergeHeaders(c.Headers, s.http.Headers),
		body:    c.Body,
	}
}

// defaultHeaders are sent unless a mapping sets them. Accept-Encoding may not be set by mappings: the reply is
// decompressed by decompress, which knows no others.
var defaultHeaders = [...]struct{ key, value string }{
	{"Accept", "*/*"},
	{"Accept-Encoding", acceptedEncodings},
	{"User-Agent", "weft"},
}

// build evaluates the mappings for one call. Every error is an *Error with the text of the specification.
func (p *requestPlan) build(vars *response.Variables, env *mapping.Env) (*datasources.Request, error) {
	vars.BindSource(env)
	url, err := p.url.build(env)
	if err != nil {
		return nil, cannotBuild(err)
	}
	header := make(http.Header, len(p.headers)+len(defaultHeaders)+1)
	for i := range p.headers {
		p.headers[i].apply(header, env)
	}
	body, err := buildBody(p.body, header, env)
	if err != nil {
		return nil, cannotBuild(err)
	}
	for _, h := range defaultHeaders {
		if header[h.key] == nil {
			header[h.key] = []string{h.value}
		}
	}
	return &datasources.Request{
		Line:   p.line,
		Method: p.method,
		URL:    url,
		Header: header,
		Body:   body,
	}, nil
}

func cannotBuild(err error) *datasources.Error {
	return &datasources.Error{Code: datasources.CodeFetch, Message: err.Error()}
}
