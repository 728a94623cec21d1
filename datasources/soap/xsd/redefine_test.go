package xsd

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/datasources/soap/contract"
	"github.com/weftgraph/weft/graph/diag"
)

// someFiles is a contract of several files, by their locations.
type someFiles map[string]string

func (f someFiles) Read(_ context.Context, location string) ([]byte, error) {
	return []byte(f[location]), nil
}

func (f someFiles) Resolve(_, reference string) (string, error) { return reference, nil }

func (f someFiles) Show(location string) string { return location }

func TestRedefinitionsTakeThePlaceOfTheirOriginals(t *testing.T) {
	t.Parallel()
	const open = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:t" targetNamespace="urn:t">`
	files := contract.NewFiles(someFiles{
		"new.xsd": open + `<xs:redefine schemaLocation="old.xsd">
			<xs:complexType name="Person"><xs:complexContent><xs:extension base="Person"><xs:sequence><xs:element name="phone" type="xs:string"/></xs:sequence></xs:extension></xs:complexContent></xs:complexType>
			<xs:group name="Name"><xs:sequence><xs:element name="title" type="xs:string"/><xs:group ref="Name"/></xs:sequence></xs:group>
			<xs:simpleType name="Code"><xs:restriction base="Code"><xs:enumeration value="a"/></xs:restriction></xs:simpleType>
		</xs:redefine></xs:schema>`,
		"old.xsd": open + `
			<xs:complexType name="Person"><xs:sequence><xs:group ref="Name"/><xs:element name="code" type="Code"/></xs:sequence></xs:complexType>
			<xs:group name="Name"><xs:sequence><xs:element name="name" type="xs:string"/></xs:sequence></xs:group>
			<xs:simpleType name="Code"><xs:restriction base="xs:token"/></xs:simpleType>
			<xs:element name="person" type="Person"/></xs:schema>`,
	})
	file := files.Open(t.Context(), "new.xsd", diag.Span{})
	b := NewBuilder(files)
	b.Add(t.Context(), file, file.Root)
	set := b.Build()
	if len(files.Diagnostics) > 0 {
		t.Fatal(files.Diagnostics)
	}
	person := set.Element(own("person")).Type
	if d := cmp.Diff("title! name! code! phone!", describe(person)); d != "" {
		t.Error(d)
	}
	if person != set.Type(own("Person")) || len(person.Derived) != 0 {
		t.Error("the element has the original type")
	}
	if code := person.Field("code").Element.Type.Simple; len(code.Enumeration) != 1 || code.Builtin != Token {
		t.Errorf("got %+v", code)
	}
}
