package sdl

import (
	"fmt"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/mapping"
)

// readConnector is one `@connect`, read and checked, whose type, field and source have no ids yet.
type readConnector struct {
	Connector
	d  *document
	on *docType
	// field is nil for a connector on a type.
	field *ast.FieldDefinition
	// source is nil when there was an error.
	source   *readSource
	position *ast.Position
	texts    []readText
	// requires are the field set of the field's @requires.
	requires []Selection
	// selection is the argument's text.
	selection Text
	by        Text
}

// connect reads the document's sources and connectors and checks them.
func (b *builder) connect(d *document) {
	if d.connectLink == nil {
		return
	}
	b.readSources(d)
	d.connectIDs = map[string]diag.Span{}
	for _, t := range d.order {
		for i, applied := range d.applications(t.directives, d.connectLink.url.identity, "connect") {
			if t.kind == ast.Object {
				b.readConnector(d, &readConnector{d: d, on: t, Connector: Connector{Index: i}}, applied)
			}
		}
		if t.kind != ast.Object && t.kind != ast.Interface {
			continue
		}
		for _, f := range t.fields {
			for i, applied := range d.applications(f.Directives, d.connectLink.url.identity, "connect") {
				b.readConnector(d, &readConnector{d: d, on: t, field: f, Connector: Connector{Index: i}}, applied)
			}
		}
	}
}

// readConnector reads one `@connect`. A connector that cannot be read is not checked further (Connectors specification 8).
func (b *builder) readConnector(d *document, c *readConnector, applied *ast.Directive) {
	before := len(b.diags)
	c.Document, c.position, c.Origin = d.Document, applied.Position, b.at(applied.Position)
	if !b.checkPlace(c) {
		return
	}
	c.Call.Coordinate, c.Call.Origin = c.coordinate(), c.Origin
	r := &textReader{builder: b, d: d}
	b.readLabel(c, applied)
	b.readRequest(c, applied, r)
	c.Call.Selection = r.mapping(argument(applied, "selection"), codeSelection, phaseSelection)
	if c.Call.Selection != nil {
		c.selection = r.read[len(r.read)-1].text
		if c.Call.Selection.IsEmpty() {
			b.diags.Errorf(codeSelection, c.selection.Whole(), "the selection is empty")
		}
	}
	c.Call.IsSuccess = r.mapping(argument(applied, "isSuccess"), codeIsSuccess, phaseReply)
	errors := argument(applied, "errors")
	c.Call.ErrorsMessage = r.mapping(child(errors, "message"), codeErrorsMessage, phaseReply)
	c.Call.ErrorsExtensions = r.mapping(child(errors, "extensions"), codeErrorsMessage, phaseReply)
	if c.d.Dialect == Weft {
		if c.Call.By = r.mapping(child(argument(applied, "batch"), "by"), codeBatchBy, phaseKey); c.Call.By != nil {
			c.by = r.read[len(r.read)-1].text
		}
	}
	c.texts = r.read
	if c.field != nil {
		if requires := d.federation(c.field.Directives, "requires"); requires != nil {
			c.requires = d.fieldSets[requires]
		}
	}
	if !b.diags[before:].HasErrors() && c.Call.Selection != nil {
		b.checkConnector(c, applied)
	}
	d.connectors = append(d.connectors, c)
}

// checkPlace reports connectors where none can be.
func (b *builder) checkPlace(c *readConnector) bool {
	op := c.d.rootOf(c.on.name)
	switch {
	case c.field == nil && op != "":
		b.errorf(codeConnectOnRoot, c.position, "the root type %q cannot be connected; put @%s on its fields", c.on.name, c.d.connectLink.namespace)
	case op == ast.Subscription && c.d.Dialect == Weft:
		b.errorf(codeUnsupported, c.position, "connectors on subscriptions are not supported yet")
	case op == ast.Subscription:
		// The subscription root itself is reported.
	case c.on.kind == ast.Interface:
		b.errorf(codeGraphQL, c.position, "a field of an interface cannot be connected; connect it in the types that implement %q", c.on.name)
	default:
		return true
	}
	return false
}

// rootOf returns the operation that a type is the root of, "" when it is no root.
func (d *document) rootOf(typeName string) ast.Operation {
	for op, name := range d.roots {
		if name == typeName {
			return op
		}
	}
	return ""
}

// coordinate is "<document>:Type.field[n]" or "<document>:Type[n]".
func (c *readConnector) coordinate() string {
	if c.field == nil {
		return fmt.Sprintf("%s:%s[%d]", c.d.Name, c.on.name, c.Index)
	}
	return fmt.Sprintf("%s:%s.%s[%d]", c.d.Name, c.on.name, c.field.Name, c.Index)
}

// syntheticID names the source that a connector without one gets.
func (c *readConnector) syntheticID() string {
	if c.field == nil {
		return c.on.name + "_" + strconv.Itoa(c.Index)
	}
	return c.on.name + "_" + c.field.Name + "_" + strconv.Itoa(c.Index)
}

// readLabel reads the argument `id`.
func (b *builder) readLabel(c *readConnector, applied *ast.Directive) {
	id := argument(applied, "id")
	if !isString(id) {
		return
	}
	if !isName(id.Raw) {
		b.errorf(codeConnectorID, id.Position, "%q is no name", id.Raw)
		return
	}
	if first, taken := c.d.connectIDs[id.Raw]; taken {
		b.errorf(codeDuplicateID, id.Position, "two connectors have the id %q", id.Raw)
		b.note("first used here", first)
		return
	}
	c.d.connectIDs[id.Raw] = b.at(id.Position)
	c.Label = id.Raw
}

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
	if call.URL != nil {
		c.Request = call.Method + " " + describeTemplate(call.URL)
	}
	call.Headers = r.headers(child(http, "headers"))
	if body := child(http, "body"); body != nil {
		if call.Body = r.mapping(body, codeBody, phaseRequest); call.Body != nil && call.Body.IsEmpty() {
			b.errorf(codeBody, body.Position, "the body is empty")
		}
	}
	call.Path, call.QueryParams = r.urlProperties(http)
	return call
}

// located finds the texts of the connector's and its source's mappings.
func (c *readConnector) located() map[*mapping.Mapping]Text {
	located := make(map[*mapping.Mapping]Text, len(c.texts))
	for _, t := range c.source.texts {
		located[t.mapping] = t.text
	}
	for _, t := range c.texts {
		located[t.mapping] = t.text
	}
	return located
}
