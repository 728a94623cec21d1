package sdl

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/mapping"
)

// readRequest reads the source and the request of a connector.
func (b *builder) readRequest(c *readConnector, applied *ast.Directive, r *textReader) {
	name := argument(applied, "source")
	c.source = b.findSource(c, name)
	http := argument(applied, "http")
	if c.d.Dialect == Weft {
		defer b.checkKind(c, applied)
		grpc, soap := argument(applied, "grpc"), argument(applied, "soap")
		if countSet(http, grpc, soap) > 1 {
			c.isBroken = true
			b.errorf(codeGraphQL, applied.Position, "a connector has only one of http, grpc and soap")
			return
		}
		switch {
		case grpc != nil:
			c.Call.GRPC = r.grpcConnector(c, grpc)
			return
		case soap != nil:
			c.Call.SOAP = r.soapConnector(c, soap)
			return
		}
	}
	switch {
	case http == nil && c.d.Mode != mapping.V04:
		c.isBroken = true // reported as a missing argument
		return
	case http == nil:
		c.isVirtual, c.Request = !c.isBroken, "virtual"
		if c.source == nil && name == nil {
			c.source = c.impliedSource(datasources.Virtual)
		}
		return
	}
	c.Call.HTTP = b.readHTTP(c, http, name != nil, r)
	c.Call.HTTP.SendsFiles, c.Call.HTTP.SpeaksXML = c.d.Dialect == Weft, c.d.Dialect == Weft
	c.isBroken = c.isBroken || c.Call.HTTP.URL == nil
	if c.source == nil && name == nil {
		c.source = c.impliedSource(datasources.HTTP)
		c.source.settings.HTTP = &datasources.HTTPSource{}
	}
}

// checkKind reports a connector whose request does not fit its source. Virtual connectors fit every one.
func (b *builder) checkKind(c *readConnector, applied *ast.Directive) {
	kind := c.Call.Kind()
	switch {
	case kind == datasources.Virtual || c.isBroken:
	case c.source == nil && argument(applied, "source") == nil:
		c.isBroken = true
		b.errorf(codeSourceKind, c.position, `a %s connector needs a source: name one with the argument "source"`, kind)
	case c.source != nil && c.source.settings.Kind != kind && !c.source.isBroken:
		c.isBroken = true
		b.errorf(codeSourceKind, c.position, "source %q is %s, and the connector's request is %s", c.source.name, c.source.settings.Kind, kind)
		b.note("the source is defined here", b.at(c.source.position))
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
		if last := b.diags.last(); last.Nearest == "" {
			last.Nearest = names[0] // whose name may be empty, too
		}
		return nil
	}
	b.reportNoSources(c.d, name)
	return nil
}

// reportNoSources reports a source's name in a document without any source: once for each name, because the cause is one.
func (b *builder) reportNoSources(d *document, name *ast.Value) {
	if d.missingSources[name.Raw] && !b.specified {
		return
	}
	imported := len(d.missingSources) > 0 // or reported already
	for _, i := range d.imports {
		imported = imported || i.link == d.connectLink && i.name == "@source"
	}
	d.missingSources[name.Raw] = true
	b.errorf(codeNoSources, name.Position, "source %q is not defined: the document has no sources", name.Raw)
	if !imported {
		b.diags.Warnf(codeNoSourceImport, d.connectLink.at, `"@source" is not among the link's imports`)
	}
}

// readHTTP reads the argument `http`.
func (b *builder) readHTTP(c *readConnector, http *ast.Value, hasSource bool, r *textReader) *datasources.HTTPConnector {
	call := &datasources.HTTPConnector{}
	var method *ast.Value
	for _, name := range methods() {
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
	case misspelledMethod(http) != nil:
		v := misspelledMethod(http)
		b.errorf(codeMissingMethod, v.Position, "methods are written in capitals, found %q", v.Name)
		b.diags.last().Nearest = strings.ToUpper(v.Name)
	case http.Kind == ast.ObjectValue:
		b.errorf(codeMissingMethod, http.Position, "the request has no method: write one of GET, POST, PUT, PATCH and DELETE with a URL")
	}
	call.Headers = r.headers(child(http, "headers"))
	if body := child(http, "body"); body != nil {
		call.Body = r.mapping(body, codeBody, phaseRequest)
	}
	call.Path, call.QueryParams = r.urlProperties(http)
	if call.URL != nil {
		c.Request = call.Describe()
	}
	for _, field := range http.Children {
		if !slices.Contains(methods(), field.Name) && !slices.Contains([]string{"headers", "body", "path", "queryParams"}, field.Name) {
			c.isBroken = true // reported as unknown; what it was meant for is missing in the request
		}
	}
	return call
}

// methods are the fields that say which request is made.
func methods() []string { return []string{"GET", "POST", "PUT", "PATCH", "DELETE"} }

// misspelledMethod returns a method in the wrong case, nil when there is none.
func misspelledMethod(http *ast.Value) *ast.ChildValue {
	for _, field := range http.Children {
		if isMisspelledMethod(http, field.Name) {
			return field
		}
	}
	return nil
}

// isMisspelledMethod reports whether a name is a method in the wrong case, where no method is written right.
func isMisspelledMethod(http *ast.Value, name string) bool {
	return !slices.Contains(methods(), name) && slices.Contains(methods(), strings.ToUpper(name)) &&
		!slices.ContainsFunc(http.Children, func(field *ast.ChildValue) bool { return slices.Contains(methods(), field.Name) })
}
