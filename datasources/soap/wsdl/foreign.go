package wsdl

import (
	"github.com/weftgraph/weft/datasources/soap/contract"
	"github.com/weftgraph/weft/datasources/soap/xmltext"
)

// foreign are the documents that are named in place of a WSDL, by their elements: what each is, and what is needed instead.
//
//nolint:gochecknoglobals // a table that is made once and never changed
var foreign = map[xmltext.Name]string{
	{Space: spaceWSDL20, Local: "description"}: "WSDL 2.0 is not supported: the service's WSDL 1.1 is needed",
	{Space: "http://www.w3.org/2006/01/wsdl", Local: "description"}: "this is a draft of WSDL 2.0, which is not supported: the service's " +
		"WSDL 1.1 is needed",
	{Space: "http://wadl.dev.java.net/2009/02", Local: "application"}: "this is a WADL, the contract of a REST service, and no WSDL: " +
		"call such a service with `http`",
	{Space: "http://schemas.xmlsoap.org/disco/", Local: "discovery"}: "this is a discovery document (DISCO), and no WSDL: " +
		"name the file that its contractRef refers to",
	{Space: "http://schemas.xmlsoap.org/ws/2004/09/mex", Local: "Metadata"}: "this is a document of WS-MetadataExchange, and no WSDL: " +
		"put the WSDL and the schemas that it has into files",
	{Space: "http://schemas.xmlsoap.org/soap/envelope/", Local: "Envelope"}: soapMessage,
	{Space: "http://www.w3.org/2003/05/soap-envelope", Local: "Envelope"}:   soapMessage,
	{Space: "http://www.w3.org/1999/XMLSchema", Local: "schema"}:            "this is a draft of XML Schema, and no WSDL: name the service's WSDL",
	{Space: "http://www.w3.org/2000/10/XMLSchema", Local: "schema"}:         "this is a draft of XML Schema, and no WSDL: name the service's WSDL",
}

const soapMessage = "this is a SOAP message, and no WSDL: the WSDL of a service is mostly at its address with ?wsdl behind it"

// noWSDL says what a document is that is no WSDL.
func (l *loader) noWSDL(file *contract.File) {
	root := file.Root
	if what := foreign[root.Name]; what != "" {
		l.files.Errorf(file.Span(root), "%s", what)
		return
	}
	l.files.Errorf(file.Span(root), "this is no WSDL: its element is %s, expected {%s}definitions", root.Name.Short(), spaceWSDL)
}

// nothingToCall says why a contract whose files are all right has nothing that can be called.
func (l *loader) nothingToCall(first *contract.File) {
	switch {
	case first.Root.Name == xmltext.Name{Space: xmltext.SpaceSchema, Local: "schema"}:
		l.files.Errorf(first.Span(first.Root), "this is an XML Schema, and no WSDL: name the service's WSDL, which refers to its schemas")
	case len(l.services) > 0:
		c := l.services[0]
		l.files.Errorf(c.file.Span(c.node), "the service %q has no port: the WSDL with its ports is needed", c.node.Value("name"))
	default:
		l.files.Errorf(first.Span(first.Root), "the contract has no service and no binding: this is the abstract part of a WSDL, or what others "+
			"import; name the file that imports it and has the binding")
	}
}
