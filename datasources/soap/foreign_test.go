package soap

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/datasources"
)

// What people name in place of a WSDL is told by what it is, where it stands, and with what is needed instead.
func TestWhatIsNoWSDLIsToldByWhatItIs(t *testing.T) {
	t.Parallel()
	const abstract = `<message name="m"/>
<portType name="T"><operation name="Do"><input message="t:m"/></operation></portType>`
	definitions := func(content string) string {
		return `<definitions targetNamespace="urn:t" xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:http="http://schemas.xmlsoap.org/wsdl/http/" xmlns:t="urn:t">` +
			content + "</definitions>"
	}
	const get = `<binding name="G" type="t:T"><http:binding verb="GET"/></binding>
<binding name="O" type="t:T"/>`
	for text, want := range map[string]string{
		"<?xml version=\"1.0\"?>\n<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" targetNamespace=\"urn:t\"/>": `a.wsdl:2:1: error[WEFT_CONTRACT]: ` +
			`this is an XML Schema, and no WSDL: name the service's WSDL, which refers to its schemas`,
		`<schema xmlns="http://www.w3.org/1999/XMLSchema"/>`: `a.wsdl:1:1: error[WEFT_CONTRACT]: this is a draft of XML Schema, and no WSDL: name the service's WSDL`,
		"openapi: 3.1.0\ninfo:\n  title: x\n": `a.wsdl: error[WEFT_CONTRACT]: ` +
			"this is an OpenAPI document, the contract of a REST service, and no WSDL: call such a service with `http`",
		"{\n  \"swagger\": \"2.0\"}": `a.wsdl: error[WEFT_CONTRACT]: ` +
			"this is an OpenAPI document, the contract of a REST service, and no WSDL: call such a service with `http`",
		`<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body><S:Fault/></S:Body></S:Envelope>`: `a.wsdl:1:1: error[WEFT_CONTRACT]: ` +
			`this is a SOAP message, and no WSDL: the WSDL of a service is mostly at its address with ?wsdl behind it`,
		"\n<!-- 2.0 -->\n<wsdl:description xmlns:wsdl=\"http://www.w3.org/ns/wsdl\"/>": `a.wsdl:3:1: error[WEFT_CONTRACT]: ` +
			`WSDL 2.0 is not supported: the service's WSDL 1.1 is needed`,
		`<application xmlns="http://wadl.dev.java.net/2009/02"/>`: `a.wsdl:1:1: error[WEFT_CONTRACT]: ` +
			"this is a WADL, the contract of a REST service, and no WSDL: call such a service with `http`",
		`<discovery xmlns="http://schemas.xmlsoap.org/disco/"/>`: `a.wsdl:1:1: error[WEFT_CONTRACT]: ` +
			`this is a discovery document (DISCO), and no WSDL: name the file that its contractRef refers to`,
		`<html xmlns="http://www.w3.org/1999/xhtml"/>`: `a.wsdl: error[WEFT_CONTRACT]: this is an HTML page, not a contract: a login page, or the list of a server's services`,
		`<definitions/>`: `a.wsdl:1:1: error[WEFT_CONTRACT]: this is no WSDL: its element is definitions, expected {http://schemas.xmlsoap.org/wsdl/}definitions`,
		definitions(abstract): `a.wsdl:1:1: error[WEFT_CONTRACT]: the contract has no service and no binding: this is the abstract part of a WSDL, or what others import; ` +
			`name the file that imports it and has the binding`,
		definitions(abstract + "\n<service name=\"S\"/>"): `a.wsdl:3:1: error[WEFT_CONTRACT]: the service "S" has no port: the WSDL with its ports is needed`,
		definitions(abstract + get): `a.wsdl:2:86: error[WEFT_UNSUPPORTED]: no port speaks SOAP over HTTP: ` +
			"\"G\" (the HTTP binding of WSDL), \"O\" (a binding other than SOAP); a source with `http` can call a service that speaks plain HTTP",
		definitions(abstract + "<binding name=\"O\" type=\"t:T\"/>\n<service name=\"S\">\n <port name=\"P\" binding=\"t:O\"/></service>"): `a.wsdl:4:2: error[WEFT_UNSUPPORTED]: ` +
			`no port speaks SOAP over HTTP: "P" (a binding other than SOAP)`,
		"<" + strings.Repeat("x", 4000) + "/>": `a.wsdl:1:1: error[WEFT_CONTRACT]: this is no WSDL: its element is ` + strings.Repeat("x", 200) +
			`…, expected {http://schemas.xmlsoap.org/wsdl/}definitions`,
	} {
		if d := cmp.Diff(want, load(t, map[string]string{"a.wsdl": text}, nil)); d != "" {
			t.Errorf("%.80s: (-want +got)\n%s", text, d)
		}
	}
}

// Who names the address of a service, which answers with a page, a Fault or an error, is told where its WSDL is.
func TestAddressesThatAreNoneOfAWSDLAreToldWhereThatIs(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status  int
		body    string
		advised bool
	}{
		"a page":    {http.StatusOK, "<!DOCTYPE html><html></html>", true},
		"a Fault":   {http.StatusOK, wrap("<S:Fault/>"), true},
		"an error":  {http.StatusMethodNotAllowed, "", true},
		"a mistake": {http.StatusOK, strings.Replace(contractAround(in), `binding="t:B"`, `binding="t:b"`, 1), false},
	} {
		for path, advised := range map[string]bool{"/service": c.advised, "/service?wsdl": false} {
			base := answer(t, c.status, "text/xml", c.body)
			_, err := Open(t.Context(), datasources.Settings{Kind: datasources.SOAP, SOAP: &datasources.SOAPSource{WSDL: base + path, Files: datasources.Folder(".")}})
			var wrong *datasources.ContractError
			if !errors.As(err, &wrong) {
				t.Fatal(err)
			}
			if got := len(wrong.Diagnostics[0].Notes) > 0; got != advised {
				t.Errorf("%s at %s: advised: %v", name, path, got)
			}
		}
	}
}
