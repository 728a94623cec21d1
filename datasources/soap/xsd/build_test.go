package xsd

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/datasources/soap/contract"
	"github.com/weftgraph/weft/graph/diag"
)

// oneFile is a contract of one file.
type oneFile string

func (f oneFile) Read(context.Context, string) ([]byte, error) { return []byte(f), nil }

func (f oneFile) Resolve(_, reference string) (string, error) {
	return "", errors.New("no file " + reference)
}

func (f oneFile) Show(location string) string { return location }

// build builds a schema with the given content in the namespace urn:t.
func build(tb testing.TB, content string) (*Set, diag.List) {
	tb.Helper()
	files := contract.NewFiles(oneFile(`<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:t" targetNamespace="urn:t">` + content + `</xs:schema>`))
	file := files.Open(tb.Context(), "t.xsd", diag.Span{})
	if file == nil {
		return nil, files.Diagnostics
	}
	b := NewBuilder(files)
	b.Add(tb.Context(), file, file.Root)
	set := b.Build()
	return set, files.Diagnostics
}

// own is a name of the schema that build builds.
func own(local string) Name { return Name{Space: "urn:t", Local: local} }

// describe lists a type's fields, with "!" behind required ones and "[]" behind lists.
func describe(t *Type) string {
	var b strings.Builder
	for _, f := range t.Fields() {
		b.WriteString(f.Name)
		if f.List {
			b.WriteString("[]")
		}
		if f.Required {
			b.WriteString("!")
		}
		b.WriteString(" ")
	}
	if t.Wildcard() != nil {
		b.WriteString("* ")
	}
	return strings.TrimSpace(b.String())
}

func TestFieldsFollowTheContentModel(t *testing.T) {
	t.Parallel()
	const e = `<xs:element name="%s" type="xs:int" %s/>`
	a, b, c := fmt.Sprintf(e, "a", ""), fmt.Sprintf(e, "b", ""), fmt.Sprintf(e, "c", "")
	for content, want := range map[string]string{
		`<xs:complexType name="T"/>`: ``,
		`<xs:complexType name="T"><xs:sequence>` + a + fmt.Sprintf(e, "b", `minOccurs="0"`) + fmt.Sprintf(e, "c", `maxOccurs="unbounded"`) + `</xs:sequence></xs:complexType>`: `a! b c[]!`,
		`<xs:complexType name="T"><xs:sequence>` + a + b + a + `</xs:sequence></xs:complexType>`:                                                                               `a[]! b!`,
		`<xs:complexType name="T"><xs:choice>` + a + b + `</xs:choice></xs:complexType>`:                                                                                       `a b`,
		`<xs:complexType name="T"><xs:choice><xs:sequence>` + a + b + `</xs:sequence><xs:sequence>` + c + a + `</xs:sequence></xs:choice></xs:complexType>`:                    `a! b c`,
		`<xs:complexType name="T"><xs:choice maxOccurs="2">` + a + b + `</xs:choice></xs:complexType>`:                                                                         `a[] b[]`,
		`<xs:complexType name="T"><xs:sequence minOccurs="0" maxOccurs="5">` + a + `</xs:sequence></xs:complexType>`:                                                           `a[]`,
		`<xs:complexType name="T"><xs:sequence>` + fmt.Sprintf(e, "a", `minOccurs="0" maxOccurs="0"`) + b + `</xs:sequence></xs:complexType>`:                                  `b!`,
		`<xs:complexType name="T"><xs:all>` + b + a + `</xs:all><xs:attribute name="a"/></xs:complexType>`:                                                                     `b! a! @a`,
		`<xs:complexType name="T" mixed="true"><xs:sequence>` + a + `<xs:any/></xs:sequence></xs:complexType>`:                                                                 `a! #text *`,
		`<xs:complexType name="T"><xs:group ref="G"/></xs:complexType><xs:group name="G"><xs:choice>` + a + b + `</xs:choice></xs:group>`:                                      `a b`,
		`<xs:complexType name="T"><xs:simpleContent><xs:extension base="xs:int"/></xs:simpleContent></xs:complexType>`:                                                         ``,
		`<xs:complexType name="T"><xs:simpleContent><xs:extension base="xs:int"><xs:attribute name="a" use="required"/></xs:extension></xs:simpleContent></xs:complexType>`:    `@a! #text`,
		`<xs:complexType name="B"><xs:sequence>` + a + `</xs:sequence><xs:attribute name="x"/></xs:complexType>
		 <xs:complexType name="T"><xs:complexContent><xs:extension base="B"><xs:sequence>` + b + `</xs:sequence><xs:attribute name="y"/></xs:extension></xs:complexContent></xs:complexType>`: `a! b! @x @y`,
		`<xs:complexType name="B"><xs:sequence>` + a + fmt.Sprintf(e, "b", `minOccurs="0"`) + `</xs:sequence><xs:attribute name="x"/><xs:attribute name="y"/></xs:complexType>
		 <xs:complexType name="T"><xs:complexContent><xs:restriction base="B"><xs:sequence>` + a + `</xs:sequence><xs:attribute name="x" use="required"/><xs:attribute name="y" use="prohibited"/></xs:restriction></xs:complexContent></xs:complexType>`: `a! @x!`,
	} {
		set, found := build(t, content)
		if len(found) > 0 {
			t.Errorf("%s: %v", content, found)
			continue
		}
		if d := cmp.Diff(want, describe(set.Type(own("T")))); d != "" {
			t.Errorf("%s: (-want +got)\n%s", content, d)
		}
	}
}

func TestSimpleTypesInherit(t *testing.T) {
	t.Parallel()
	set, found := build(t, `
		<xs:simpleType name="Code"><xs:restriction base="Letter"><xs:enumeration value="a"/></xs:restriction></xs:simpleType>
		<xs:simpleType name="Letter"><xs:restriction base="xs:token"><xs:enumeration value="a"/><xs:enumeration value="b"/></xs:restriction></xs:simpleType>
		<xs:simpleType name="Codes"><xs:restriction><xs:simpleType><xs:list itemType="Code"/></xs:simpleType><xs:maxLength value="3"/></xs:restriction></xs:simpleType>
		<xs:simpleType name="Mix"><xs:union memberTypes="Codes xs:int"><xs:simpleType><xs:restriction base="xs:date"/></xs:simpleType></xs:union></xs:simpleType>
		<xs:complexType name="Text"><xs:simpleContent><xs:extension base="Mix"/></xs:simpleContent></xs:complexType>`)
	if len(found) > 0 {
		t.Fatal(found)
	}
	simple := func(name string) *Simple { return set.Type(own(name)).Simple }
	if s := simple("Code"); s.Builtin != Token || cmp.Diff([]string{"a"}, s.Enumeration) != "" {
		t.Errorf("got %+v", s)
	}
	if s := simple("Codes"); s.Variety != List || s.Item != simple("Code") {
		t.Errorf("got %+v", s)
	}
	s := simple("Text")
	if s != simple("Mix") || len(s.Members) != 3 || s.Members[0] != simple("Codes") || s.Members[1].Builtin != Int || s.Members[2].Builtin != Date {
		t.Errorf("got %+v", s)
	}
}

func TestSubstitutesAndDerivedTypesAreKnown(t *testing.T) {
	t.Parallel()
	set, found := build(t, `
		<xs:element name="head" type="Base" abstract="true"/>
		<xs:element name="middle" type="Derived" substitutionGroup="head" abstract="true"/>
		<xs:element name="leaf" substitutionGroup="middle"/>
		<xs:element name="circle" substitutionGroup="round"/><xs:element name="round" substitutionGroup="circle"/>
		<xs:complexType name="Base"/>
		<xs:complexType name="Derived"><xs:complexContent><xs:extension base="Base"/></xs:complexContent></xs:complexType>
		<xs:complexType name="More"><xs:complexContent><xs:extension base="Derived"/></xs:complexContent></xs:complexType>`)
	if len(found) > 0 {
		t.Fatal(found)
	}
	head, leaf := set.Element(own("head")), set.Element(own("leaf"))
	if len(head.Substitutes) != 1 || head.Substitutes[0] != leaf || leaf.Type != set.Type(own("Derived")) {
		t.Errorf("got %+v, %+v", head.Substitutes, leaf.Type)
	}
	if base := set.Type(own("Base")); len(base.Derived) != 2 || !base.IsPolymorphic() || !base.Derived[1].DerivesFrom(base) {
		t.Errorf("got %+v", base.Derived)
	}
	if anyType.Derived != nil || builtinTypes[schemaName("string")].Derived != nil {
		t.Error("a built-in type was changed")
	}
}

func TestEncodedTypesAreMarked(t *testing.T) {
	t.Parallel()
	set, found := build(t, `
		<xs:import namespace="http://schemas.xmlsoap.org/soap/encoding/"/>
		<xs:complexType name="Ints" xmlns:enc="http://schemas.xmlsoap.org/soap/encoding/" xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/">
		  <xs:complexContent><xs:restriction base="enc:Array"><xs:attribute ref="enc:arrayType" wsdl:arrayType="xs:int[]"/></xs:restriction></xs:complexContent>
		</xs:complexType>`)
	if len(found) > 0 {
		t.Fatal(found)
	}
	if got := set.Type(own("Ints")).Unsupported; got != "the SOAP-encoded type Array" {
		t.Errorf("got %q", got)
	}
}

func TestWildcardsAllowNamespaces(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		wildcard Wildcard
		allowed  []string
	}{
		{Wildcard{}, []string{"urn:t", "urn:o", ""}},
		{Wildcard{Not: "urn:t", HasNot: true}, []string{"urn:o"}},
		{Wildcard{Spaces: []string{"urn:t", ""}}, []string{"urn:t", ""}},
		{Wildcard{Spaces: []string{}}, nil},
	} {
		var got []string
		for _, space := range []string{"urn:t", "urn:o", ""} {
			if c.wildcard.Allows(space) {
				got = append(got, space)
			}
		}
		if d := cmp.Diff(c.allowed, got); d != "" {
			t.Errorf("%+v: (-want +got)\n%s", c.wildcard, d)
		}
	}
}

func TestDataSetsOfDotNetAreAnything(t *testing.T) {
	t.Parallel()
	set, found := build(t, `<xs:complexType name="T"><xs:sequence><xs:element ref="xs:schema"/><xs:any/></xs:sequence></xs:complexType>`)
	if len(found) > 0 {
		t.Fatal(found)
	}
	if got := describe(set.Type(own("T"))); got != "schema! *" {
		t.Errorf("got %q", got)
	}
}

// TestFacetsAddUpAlongRestrictions: of each kind the narrowest, which is the last one, but all patterns.
func TestFacetsAddUpAlongRestrictions(t *testing.T) {
	t.Parallel()
	set, found := build(t, `
		<xs:simpleType name="Name"><xs:restriction base="xs:string"><xs:maxLength value=" 20 "/><xs:pattern value="[a-z]+"/><xs:pattern value="[A-Z]+"/></xs:restriction></xs:simpleType>
		<xs:simpleType name="Short"><xs:restriction base="Name"><xs:maxLength value="3"/><xs:minLength value="-1"/><xs:pattern value="\i."/></xs:restriction></xs:simpleType>
		<xs:complexType name="Price"><xs:simpleContent><xs:restriction base="Amount"><xs:fractionDigits value="2"/></xs:restriction></xs:simpleContent></xs:complexType>
		<xs:complexType name="Amount"><xs:simpleContent><xs:extension base="Positive"><xs:attribute name="currency" type="Short"/></xs:extension></xs:simpleContent></xs:complexType>
		<xs:simpleType name="Positive"><xs:restriction base="xs:decimal"><xs:minExclusive value="0"/></xs:restriction></xs:simpleType>
		<xs:simpleType name="Few"><xs:restriction><xs:simpleType><xs:list itemType="Short"/></xs:simpleType><xs:maxLength value="2"/></xs:restriction></xs:simpleType>`)
	if len(found) > 0 {
		t.Fatal(found)
	}
	for name, want := range map[string]string{
		"Name": "maxLength 20, pattern [a-z]+ | [A-Z]+", "Short": `pattern [a-z]+ | [A-Z]+, maxLength 3, pattern \i.`,
		"Price": "minExclusive 0, fractionDigits 2", "Amount": "minExclusive 0", "Few": "maxLength 2",
	} {
		var facets []string
		for _, f := range set.Type(own(name)).Simple.Facets {
			if f.Pattern != nil {
				f.Value = f.Pattern.String()
			}
			facets = append(facets, f.Kind.String()+" "+f.Value)
		}
		if d := cmp.Diff(want, strings.Join(facets, ", ")); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}
