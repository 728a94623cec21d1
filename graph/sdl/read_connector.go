package sdl

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"

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
	// isVirtual tells that there is no request, so that there is no reply either.
	isVirtual bool
	// isBroken tells that a part of it could not be read; cannotRun, that it was read and makes no sense. Either keeps it out of
	// the graph, even where the error is allowed.
	isBroken, cannotRun bool
	texts               []readText
	// requires are the field set of the field's @requires.
	requires []Selection
	// selectsWrong tells that the selection does not fit the types.
	selectsWrong bool
	// selection is the argument's text.
	selection Text
	by        Text
}

// connect reads the document's sources and connectors and checks them. In the specification's order a wrong connector hides what is
// wrong with the document as a whole.
func (b *builder) connect(d *document) {
	switch {
	case d.executable != "":
		b.readExecutable(d)
		return
	case d.connectLink == nil:
		return
	}
	b.readSources(d)
	if areClean := b.readConnectors(d); areClean || !b.specified {
		b.checkLanguage(d)
	}
}

// readConnectors reads and checks the document's connectors, and reports whether nothing is wrong with any.
func (b *builder) readConnectors(d *document) bool {
	before := b.diags.errors
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
	return b.diags.errors == before && !slices.ContainsFunc(d.connectors, func(c *readConnector) bool { return c.isBroken || c.cannotRun })
}

// readConnector reads one `@connect` and checks what could be read of it.
func (b *builder) readConnector(d *document, c *readConnector, applied *ast.Directive) {
	c.Document, c.position, c.Origin = d.Document, applied.Position, b.at(applied.Position)
	if !b.checkPlace(c) {
		return
	}
	c.Call.Coordinate, c.Call.Origin = c.coordinate(), c.Origin
	before := b.diags.errors
	c.Call.Stream = d.rootOf(c.on.name) == ast.Subscription
	r := &textReader{builder: b, d: d}
	b.readLabel(c, applied)
	b.readRequest(c, applied, r)
	c.Call.Selection = r.mapping(argument(applied, "selection"), codeSelection, phaseSelection)
	if c.Call.Selection == nil {
		c.isBroken = true
	} else {
		c.selection = r.last()
	}
	c.Call.IsSuccess = r.gives(aBoolean, r.mapping(argument(applied, "isSuccess"), codeIsSuccess, phaseReply))
	errors := argument(applied, "errors")
	c.Call.ErrorsMessage = r.gives(aString, r.mapping(child(errors, "message"), codeErrorsMessage, phaseReply))
	c.Call.ErrorsExtensions = r.gives(anObject, r.mapping(child(errors, "extensions"), codeErrorsMessage, phaseReply))
	if c.d.Dialect == Weft {
		if c.Call.By = r.mapping(child(argument(applied, "batch"), "by"), codeBatchBy, phaseKey); c.Call.By != nil {
			c.by = r.last()
		}
	}
	c.texts = r.read
	if c.field != nil {
		if requires := d.federation(c.field.Directives, "requires"); requires != nil {
			c.requires = d.fieldSets[requires]
		}
	}
	c.isBroken, c.cannotRun = c.isBroken || r.isBroken, c.cannotRun || r.cannotRun
	d.connectors = append(d.connectors, c)
	if b.specified && (c.isBroken || b.diags.errors > before) {
		return // what cannot be read as a whole is not compared with the types
	}
	b.checkConnector(c, applied)
}

// isUsable reports whether the connector can be part of a graph.
func (c *readConnector) isUsable() bool {
	return !c.isBroken && !c.cannotRun && c.source != nil && !c.source.isBroken
}

// checkPlace reports connectors where none can be.
func (b *builder) checkPlace(c *readConnector) bool {
	op := c.d.rootOf(c.on.name)
	switch {
	case c.field == nil && op != "":
		b.errorf(codeConnectOnRoot, c.position, "the root type %q cannot be connected; put @%s on its fields", c.on.name, c.d.connectLink.namespace)
	case op == ast.Subscription && c.d.Dialect == Public:
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
