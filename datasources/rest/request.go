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
		line:   c.Describe(),
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

// extraHeaders is how many headers may come besides those of mappings: the defaults, and the body's type.
const extraHeaders = 4

// build evaluates the mappings for one call. Every error is an *Error with the text of the specification.
func (p *requestPlan) build(vars *response.Variables, env *mapping.Env) (*datasources.Request, error) {
	vars.BindSource(env)
	url, err := p.url.build(env)
	if err != nil {
		return nil, cannotBuild(err)
	}
	header := make(http.Header, len(p.headers)+extraHeaders)
	for i := range p.headers {
		p.headers[i].apply(header, env)
	}
	body, err := buildBody(p.body, header, env)
	if err != nil {
		return nil, cannotBuild(err)
	}
	setDefault(header, "Accept", "*/*")
	setDefault(header, "User-Agent", "weft")
	// Mappings may not ask for encodings: decompress knows these and no others.
	setDefault(header, "Accept-Encoding", acceptedEncodings)
	return &datasources.Request{
		Line:   p.line,
		Method: p.method,
		URL:    url,
		Header: header,
		Body:   body,
	}, nil
}

// setDefault sets a header that no mapping has set.
func setDefault(header http.Header, key, text string) {
	if header[key] == nil {
		header[key] = []string{text}
	}
}

func cannotBuild(err error) *datasources.Error {
	return &datasources.Error{Code: datasources.CodeFetch, Message: err.Error()}
}
