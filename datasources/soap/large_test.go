package soap

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/soap/wsdl"
)

// largeContract is a contract with n operations; 1,000 of them have some 2 MB.
func largeContract(n int) string {
	var schema, messages, portType, binding strings.Builder
	for i := range n {
		fmt.Fprintf(&schema, `<xs:element name="Do%d"><xs:complexType><xs:sequence>
<xs:element name="id" type="xs:string"/><xs:element name="options" type="t:Options%d" minOccurs="0" maxOccurs="unbounded"/>
</xs:sequence></xs:complexType></xs:element>
<xs:element name="Do%dResponse" type="t:Result%d"/>
<xs:complexType name="Options%d"><xs:sequence>`, i, i, i, i, i)
		for j := range 14 {
			fmt.Fprintf(&schema, "\n  <xs:element name=\"option%d\" type=\"xs:string\" minOccurs=\"0\" nillable=\"true\"/>", j)
		}
		fmt.Fprintf(&schema, `</xs:sequence><xs:attribute name="version" type="xs:int"/></xs:complexType>
<xs:complexType name="Result%d"><xs:complexContent><xs:extension base="t:Options%d"><xs:sequence><xs:element name="next" type="t:Result%d" minOccurs="0"/></xs:sequence></xs:extension></xs:complexContent></xs:complexType>
`, i, i, (i+1)%n)
		fmt.Fprintf(&messages, `<message name="in%d"><part name="p" element="t:Do%d"/></message><message name="out%d"><part name="p" element="t:Do%dResponse"/></message>
`, i, i, i, i)
		fmt.Fprintf(&portType, `<operation name="Do%d"><input message="t:in%d"/><output message="t:out%d"/></operation>
`, i, i, i)
		fmt.Fprintf(&binding, `<operation name="Do%d"><soap:operation soapAction="urn:do%d"/><input><soap:body use="literal"/></input><output><soap:body use="literal"/></output></operation>
`, i, i)
	}
	return `<definitions targetNamespace="urn:t" xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:t="urn:t" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<types><xs:schema targetNamespace="urn:t" elementFormDefault="qualified">` + schema.String() + `</xs:schema></types>` + messages.String() +
		`<portType name="T">` + portType.String() + `</portType><binding name="B" type="t:T"><soap:binding transport="http://schemas.xmlsoap.org/soap/http"/>` + binding.String() +
		`</binding><service name="S"><port name="P" binding="t:B"><soap:address location="http://h/"/></port></service></definitions>`
}

// filesOfLarge is the contract with n operations as a.wsdl.
func filesOfLarge(n int) localFiles {
	return localFiles{datasources.FolderOf(fstest.MapFS{"a.wsdl": &fstest.MapFile{Data: []byte(largeContract(n))}}, ".")}
}

// BenchmarkBindToLargeContract binds each operation of the contract once. What a connector is held against must not be looked for in all of the
// contract, which any of its replies can reach.
func BenchmarkBindToLargeContract(b *testing.B) {
	const operations = 1000
	s, err := Open(b.Context(), datasources.Settings{Kind: datasources.SOAP, SOAP: &datasources.SOAPSource{WSDL: "a.wsdl", Files: filesOfLarge(operations).files}})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	b.ReportAllocs()
	for b.Loop() {
		for i := range operations {
			bound, found := s.Bind(datasources.Connector{
				SOAP:      &datasources.SOAPConnector{Operation: fmt.Sprintf("Do%d", i), Message: parse(b, "id: $args.id")},
				Selection: parse(b, "option1 next { option2 }"),
			})
			if bound == nil {
				b.Fatal(found)
			}
		}
	}
}

func BenchmarkLoadLargeContract(b *testing.B) {
	text := largeContract(1000)
	files := filesOfLarge(1000)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		c, found := wsdl.Load(b.Context(), files, "a.wsdl")
		if c == nil || len(c.Services[0].Ports[0].Operations) != 1000 {
			b.Fatal(found)
		}
	}
}
