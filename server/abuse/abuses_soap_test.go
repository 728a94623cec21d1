package abuse_test

import (
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing/fstest"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/sdl"
)

// bankDocument has a SOAP source. Its operations take the name of a reply.
func bankDocument() sdl.Input {
	return sdl.Input{
		File: "bank.graphql",
		Text: `
extend schema @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@source", "@connect"])
  @source(name: "bank", soap: { wsdl: "bank.wsdl" })
type Query {
  literal(name: String!): JSON @connect(source: "bank", soap: { operation: "Get", message: "name: $args.name" }, selection: "$")
  amounts(name: String!): [Int] @connect(source: "bank", soap: { operation: "Get", message: "name: $args.name" }, selection: "$.amount")
  encoded(name: String!): JSON @connect(source: "bank", soap: { operation: "Old", message: "name: $args.name" }, selection: "$")
}
scalar JSON
`,
		Files: datasources.FolderOf(fstest.MapFS{"bank.wsdl": {Data: []byte(bankContract)}}, "."),
	}
}

const bankContract = `<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:s="http://schemas.xmlsoap.org/wsdl/soap/"
    xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:bank" targetNamespace="urn:bank">
  <types><xs:schema targetNamespace="urn:bank">
    <xs:element name="Get"><xs:complexType><xs:sequence><xs:element name="name" type="xs:string"/></xs:sequence></xs:complexType></xs:element>
    <xs:element name="GetResponse" type="t:Node"/>
    <xs:complexType name="Node"><xs:sequence>
      <xs:element name="amount" type="xs:int" minOccurs="0" maxOccurs="unbounded"/>
      <xs:element name="text" type="xs:string" minOccurs="0"/>
      <xs:element name="node" type="t:Node" minOccurs="0" maxOccurs="unbounded"/>
      <xs:any processContents="lax" minOccurs="0" maxOccurs="unbounded"/>
    </xs:sequence><xs:anyAttribute processContents="lax"/></xs:complexType>
  </xs:schema></types>
  <message name="In"><part name="parameters" element="t:Get"/></message>
  <message name="Out"><part name="parameters" element="t:GetResponse"/></message>
  <message name="OldIn"><part name="name" type="xs:string"/></message>
  <message name="OldOut"><part name="result" type="xs:anyType"/></message>
  <portType name="Bank">
    <operation name="Get"><input message="t:In"/><output message="t:Out"/></operation>
    <operation name="Old"><input message="t:OldIn"/><output message="t:OldOut"/></operation>
  </portType>
  <binding name="Bank" type="t:Bank">
    <s:binding transport="http://schemas.xmlsoap.org/soap/http"/>
    <operation name="Get"><s:operation soapAction="get"/><input><s:body use="literal"/></input><output><s:body use="literal"/></output></operation>
    <operation name="Old"><s:operation soapAction="old" style="rpc"/>
      <input><s:body use="encoded" namespace="urn:bank"/></input><output><s:body use="encoded" namespace="urn:bank"/></output></operation>
  </binding>
  <service name="Bank"><port name="Bank" binding="t:Bank"><s:address location="http://localhost:1/"/></port></service>
</definitions>`

// abusiveEnvelope is a reply by SOAP; the request has its name.
func abusiveEnvelope(w http.ResponseWriter, r *http.Request) {
	request, _ := io.ReadAll(r.Body) // what does not come has no name
	_, rest, _ := strings.Cut(string(request), "name")
	_, rest, _ = strings.Cut(rest, ">")
	name, _, _ := strings.Cut(rest, "<")
	w.Header().Set("Content-Type", "text/xml; charset=utf-8")
	before, after, header := "", "", ""
	inside := ""
	switch name {
	case "doctype":
		before = `<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>`
		inside = "<text>&b;</text>"
	case "external":
		before = `<!DOCTYPE a SYSTEM "http://127.0.0.1:1/a.dtd">`
	case "entity":
		inside = "<text>&xxe;</text>"
	case "nodes":
		inside = around(deep, "<node>", "", "</node>")
	case "unclosed":
		inside = strings.Repeat("<node>", 100_000)
	case "others":
		inside = around(deep, "<other>", "", "</other>")
	case "attributes":
		inside = "<node " + each(100_000, `a%d="" `) + "/>"
	case "spaces":
		inside = "<node " + each(100_000, `xmlns:n%d="urn:n" `) + "/>"
	case "name":
		inside = "<" + strings.Repeat("n", 1_000_000) + "/>"
	case "names":
		inside = each(50_000, "<n%d/>")
	case "blocks":
		header = "<e:Header>" + each(100_000, `<b%d e:mustUnderstand="1"/>`) + "</e:Header>"
	case "detail":
		after = "<e:Fault><detail>" + each(50_000, "<n%d/>") + "</detail></e:Fault>"
		_, _ = io.WriteString(w, `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>`+after+`</e:Body></e:Envelope>`) // as below
		return
	case "amounts":
		inside = strings.Repeat("<amount>1</amount>", 100_000)
	case "number":
		inside = "<amount>" + strings.Repeat("9", 1_000_000) + "</amount>"
	case "comments":
		inside = strings.Repeat("<!---->", 500_000)
	case "references":
		inside = "<text>" + strings.Repeat("&#65;", 200_000) + "</text>"
	case "utf8":
		inside = "<text>\xff</text>"
	case "wide":
		before = "\xff\xfe<"
	case "long":
		inside = "<text>" + strings.Repeat("x", 17<<20) + "</text>"
	case "cut":
		_, _ = io.WriteString(w, `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><GetResp`) // whoever is gone needs none
		return
	case "doubling":
		inside, after = `<result href="#0"/>`, doublingReferences(60)
	case "circle":
		inside = `<result id="a"><b href="#a"/></result>`
	case "chain":
		inside, after = `<result href="#0"/>`, chainedReferences(deep)
	case "size":
		inside = `<result xmlns:e="http://schemas.xmlsoap.org/soap/encoding/" e:arrayType="x[999999999]" e:offset="[999999998]"><i/></result>`
	}
	_, _ = io.WriteString(w, before+`<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/">`+header+`<e:Body><t:GetResponse xmlns:t="urn:bank">`+
		inside+`</t:GetResponse>`+after+`</e:Body></e:Envelope>`) // as above
}

// doublingReferences are elements of which each refers to the next twice.
func doublingReferences(n int) string {
	var b strings.Builder
	for i := range n {
		next := strconv.Itoa(i + 1)
		b.WriteString(`<m id="` + strconv.Itoa(i) + `"><a href="#` + next + `"/><b href="#` + next + `"/></m>`)
	}
	return b.String() + `<m id="` + strconv.Itoa(n) + `">x</m>`
}

// chainedReferences are elements of which each refers to the next.
func chainedReferences(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(`<m id="` + strconv.Itoa(i) + `"><a href="#` + strconv.Itoa(i+1) + `"/></m>`)
	}
	return b.String() + `<m id="` + strconv.Itoa(n) + `">x</m>`
}

func envelopeAbuses() []abuse {
	const unreadable = "CONNECTOR_RESPONSE_INVALID"
	ask := func(field, name string) sending { return query(`{ ` + field + `(name: "` + name + `") }`) }
	return []abuse{
		{name: "a good one", send: ask("amounts", "good"), status: ok},
		{name: "a document type with entities in entities", send: ask("literal", "doctype"), status: ok, code: unreadable},
		{name: "a document type elsewhere", send: ask("literal", "external"), status: ok, code: unreadable},
		{name: "an entity that nobody declares", send: ask("literal", "entity"), status: ok, code: unreadable},
		{name: "elements 20,000 deep", send: ask("literal", "nodes"), status: ok, code: unreadable},
		{name: "the same, passed over", send: ask("amounts", "nodes"), status: ok, code: unreadable},
		{name: "elements that never close", send: ask("literal", "unclosed"), status: ok, code: unreadable},
		{name: "unknown elements 20,000 deep", send: ask("literal", "others"), status: ok, code: unreadable},
		{name: "100,000 attributes", send: ask("literal", "attributes"), status: ok, code: unreadable},
		{name: "100,000 namespaces", send: ask("literal", "spaces"), status: ok, code: unreadable},
		{name: "a name of a megabyte", send: ask("literal", "name"), status: ok, code: unreadable},
		{name: "50,000 different names", send: ask("literal", "names"), status: ok, allocated: 128},
		{name: "a Fault with 50,000 different names", send: ask("literal", "detail"), status: ok, code: "CONNECTOR_FETCH"},
		{name: "100,000 header blocks", send: ask("literal", "blocks"), status: ok, code: unreadable},
		{name: "100,000 elements", send: ask("amounts", "amounts"), status: ok},
		{name: "a number of a million digits", send: ask("amounts", "number"), status: ok, code: "TYPE_MISMATCH"},
		{name: "500,000 comments", send: ask("amounts", "comments"), status: ok},
		{name: "200,000 references to characters", send: ask("literal", "references"), status: ok},
		{name: "invalid UTF-8", send: ask("literal", "utf8"), status: ok, code: unreadable},
		{name: "UTF-16 that is none", send: ask("literal", "wide"), status: ok, code: unreadable},
		{name: "17 MiB", send: ask("literal", "long"), status: ok, code: unreadable, limit: "reply_bytes", allocated: 256},
		{name: "an end in the middle", send: ask("literal", "cut"), status: ok, code: unreadable},
		{name: "elements that refer to two others each, 60 times", send: ask("encoded", "doubling"), status: ok, code: unreadable},
		{name: "an element that refers to itself", send: ask("encoded", "circle"), status: ok, code: unreadable},
		{name: "20,000 elements that refer to the next", send: ask("encoded", "chain"), status: ok, code: unreadable},
		{name: "an array that says that it is huge", send: ask("encoded", "size"), status: ok, code: unreadable},
	}
}
