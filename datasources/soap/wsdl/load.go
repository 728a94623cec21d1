package wsdl

import (
	"context"
	"strings"

	"github.com/weftgraph/weft/datasources/soap/contract"
	"github.com/weftgraph/weft/datasources/soap/xmltext"
	"github.com/weftgraph/weft/datasources/soap/xsd"
	"github.com/weftgraph/weft/graph/diag"
)

// Namespaces of WSDL 1.1 and its bindings.
const (
	spaceWSDL   = "http://schemas.xmlsoap.org/wsdl/"
	spaceSOAP   = "http://schemas.xmlsoap.org/wsdl/soap/"
	spaceSOAP12 = "http://schemas.xmlsoap.org/wsdl/soap12/"
	spaceHTTP   = "http://schemas.xmlsoap.org/wsdl/http/"
	spaceMIME   = "http://schemas.xmlsoap.org/wsdl/mime/"
	spaceWSDL20 = "http://www.w3.org/ns/wsdl"
)

// Load reads the contract at a location. On error the diagnostics say what is wrong, in the contract's files.
func Load(ctx context.Context, r contract.Reader, location string) (*Contract, diag.List) {
	files := contract.NewFiles(r)
	l := &loader{
		files:   files,
		schemas: xsd.NewBuilder(files),
		seen:    map[*contract.File]bool{},
		globals: map[symbol]*component{},
		byID:    map[policyName]*xmltext.Node{},
	}
	first := files.Open(ctx, location, diag.Span{})
	if first != nil {
		l.document(ctx, first)
	}
	set := l.schemas.Build()
	if files.Diagnostics.Sort(); len(files.Diagnostics) > 0 {
		return nil, files.Diagnostics
	}
	c := &Contract{Schemas: set}
	for _, service := range l.services {
		c.Services = append(c.Services, l.service(service, set))
	}
	if len(l.services) == 0 && len(l.bindings) > 0 {
		c.Services = append(c.Services, l.bindingsOnly(set))
	}
	if !c.hasPort() && len(files.Diagnostics) == 0 {
		l.nothingToCall(first)
	}
	if files.Diagnostics.Sort(); len(files.Diagnostics) > 0 {
		return nil, files.Diagnostics
	}
	files.Notes.Sort()
	c.Notes = files.Notes
	return c, nil
}

// loader collects the components of all documents. It is used by one goroutine.
type loader struct {
	files   *contract.Files
	schemas *xsd.Builder
	seen    map[*contract.File]bool
	globals map[symbol]*component
	// services and bindings are in the order of the files.
	services, bindings []*component
	// byID are the policies that have names.
	byID map[policyName]*xmltext.Node
}

// symbol is a kind of component and its name: names of different kinds do not collide.
type symbol struct {
	kind string
	name xmltext.Name
}

// component is a global component of a document.
type component struct {
	file *contract.File
	node *xmltext.Node
	// target is the namespace of its document.
	target string
}

// document reads a WSDL document, or a schema that is imported as one.
func (l *loader) document(ctx context.Context, file *contract.File) {
	if l.seen[file] {
		return
	}
	l.seen[file] = true
	root := file.Root
	switch {
	case root.Name == xmltext.Name{Space: xmltext.SpaceSchema, Local: "schema"}:
		l.schemas.Add(ctx, file, root)
		return
	case root.Name != xmltext.Name{Space: spaceWSDL, Local: "definitions"}:
		l.noWSDL(file)
		return
	}
	target := root.Value("targetNamespace")
	for _, child := range root.Children {
		if isPolicy(child.Name, "Policy") {
			l.policy(file, child)
		}
		if child.Name.Space != spaceWSDL {
			continue
		}
		switch kind := child.Name.Local; kind {
		case "import":
			l.follow(ctx, file, child)
		case "types":
			l.types(ctx, file, child)
		case "message", "portType", "binding", "service":
			c := &component{file, child, target}
			key := symbol{kind, xmltext.Name{Space: target, Local: child.Value("name")}}
			if l.globals[key] != nil {
				l.files.Errorf(file.Span(child), "the %s %q is there twice", kind, key.name.Local)
				continue
			}
			l.globals[key] = c
			switch kind {
			case "service":
				l.services = append(l.services, c)
			case "binding":
				l.bindings = append(l.bindings, c)
			}
		}
	}
}

// follow reads an imported document.
func (l *loader) follow(ctx context.Context, file *contract.File, node *xmltext.Node) {
	location := node.Attr("location")
	if location == nil {
		l.files.Errorf(file.Span(node), "an import needs a location")
		return
	}
	if imported := l.files.Follow(ctx, file, location); imported != nil {
		l.document(ctx, imported)
	}
}

// types reads the schemas inside of a WSDL.
func (l *loader) types(ctx context.Context, file *contract.File, node *xmltext.Node) {
	for _, child := range node.Children {
		switch {
		case child.Name == xmltext.Name{Space: xmltext.SpaceSchema, Local: "schema"}:
			l.schemas.Add(ctx, file, child)
		case child.Name.Local == "schema" && strings.HasSuffix(child.Name.Space, "/XMLSchema"):
			l.files.Errorf(file.Span(child), "this is a draft of XML Schema (%s), which is not supported: its final version of 2001 is needed", child.Name.Space)
		}
	}
}

// reference resolves a name in an attribute to a component, and reports what is not there.
func (l *loader) reference(c *component, node *xmltext.Node, attribute, kind string) *component {
	a := node.Attr(attribute)
	if a == nil {
		l.files.Errorf(c.file.Span(node), "%s needs a %s", node.Name.Local, attribute)
		return nil
	}
	name, ok := node.Resolve(trimmed(a.Value))
	if !ok {
		l.files.Errorf(c.file.AttrSpan(a), "%q is no name, or its prefix is not declared", a.Value)
		return nil
	}
	if found := l.globals[symbol{kind, name}]; found != nil {
		return found
	}
	l.files.Add(diag.Diagnostic{
		Code: contract.Code, Message: kind + " " + a.Value + " is not declared", Span: c.file.AttrSpan(a),
		Nearest: l.nearest(kind, name),
	})
	return nil
}

// nearest is the name that was probably meant: one of the namespace that is spelled alike, or the same in another namespace.
func (l *loader) nearest(kind string, name xmltext.Name) string {
	if l.files.IsFull() {
		return ""
	}
	var same, others []string
	for key := range l.globals {
		switch {
		case key.kind != kind:
		case key.name.Space == name.Space:
			same = append(same, key.name.Local)
		case key.name.Local == name.Local:
			others = append(others, key.name.String())
		}
	}
	if found := diag.Nearest(name.Local, sorted(same)); found != "" || len(others) == 0 {
		return found
	}
	return sorted(others)[0]
}

func trimmed(text string) string { return strings.Trim(text, " \t\r\n") }

func isTrue(text string) bool { return trimmed(text) == "true" || trimmed(text) == "1" }
