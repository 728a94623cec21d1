package sdl

import (
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/datasources"
)

// readRequest reads the source and the request of a connector.
func (b *builder) readRequest(c *readConnector, applied *ast.Directive, r *textReader) {
	name := argument(applied, "source")
	c.source = b.findSource(c, name)
	for _, kind := range []string{"grpc", "soap"} {
		if v := argument(applied, kind); v != nil && c.d.Dialect == Weft {
			b.errorf(codeUnsupported, v.Position, "gRPC and SOAP connectors are not supported yet")
		}
	}
	http := argument(applied, "http")
	if http == nil {
		c.Request = "virtual"
		if c.source == nil && name == nil {
			c.source = c.impliedSource(datasources.Virtual)
		}
		return
	}
	c.Call.HTTP = b.readHTTP(c, http, name != nil, r)
	if c.source == nil && name == nil {
		c.source = c.impliedSource(datasources.HTTP)
		c.source.settings.HTTP = &datasources.HTTPSource{}
	}
}

func (c *readConnector) impliedSource(kind datasources.Kind) *readSource {
	return &readSource{
		name: c.syntheticID(), implied: true, position: c.position,
		settings: datasources.Settings{Kind: kind, Name: c.d.Name + "." + c.syntheticID()},
	}
}

// findSource looks up the source that a connector names.
func (b *builder) findSource(c *readConnector, name *ast.Value) *readSource {
	if !isString(name) {
		return nil
	}
	if s := c.d.sourceByID[name.Raw]; s != nil {
		return s
	}
	if len(c.d.sources) > 0 {
		b.errorf(codeSourceMismatch, name.Position, "source %q is not defined", name.Raw)
		var names []string
		for _, s := range c.d.sources {
			names = append(names, s.name)
		}
		b.suggest(name.Raw, names)
		if last := &b.diags[len(b.diags)-1]; last.Nearest == "" && len(names) > 0 {
			last.Nearest = names[0]
		}
		return nil
	}
	b.errorf(codeNoSources, name.Position, "source %q is not defined: the document has no sources", name.Raw)
	imported := false
	for _, i := range c.d.imports {
		imported = imported || i.link == c.d.connectLink && i.name == "@source"
	}
	if !imported {
		b.diags.Warnf(codeNoSourceImport, c.d.connectLink.at, `"@source" is not among the link's imports`)
	}
	return nil
}

// readHTTP reads the argument `http`.
func (b *builder) readHTTP(c *readConnector, http *ast.Value, hasSource bool, r *textReader) *datasources.HTTPConnector {
	call := &datasources.HTTPConnector{}
	var method *ast.Value
	for _, name := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
		v := child(http, name)
		switch {
		case v == nil:
		case method != nil:
			b.errorf(codeMultipleMethods, v.Position, "the connector has a %s request already; it can have only one", call.Method)
			b.note("the first one is here", b.at(method.Position))
		default:
			method, call.Method = v, name
		}
	}
	switch {
	case method != nil:
		call.URL = r.connectURL(method, hasSource)
	case http.Kind == ast.ObjectValue:
		b.errorf(codeMissingMethod, http.Position, "the request has no method: write one of GET, POST, PUT, PATCH and DELETE with a URL")
	}
	call.Headers = r.headers(child(http, "headers"))
	if body := child(http, "body"); body != nil {
		if call.Body = r.mapping(body, codeBody, phaseRequest); call.Body != nil && call.Body.IsEmpty() {
			b.errorf(codeBody, body.Position, "the body is empty")
		}
	}
	call.Path, call.QueryParams = r.urlProperties(http)
	if call.URL != nil {
		c.Request = call.Describe()
	}
	return call
}
