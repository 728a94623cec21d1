package soap

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/table"
)

// exchange is a setup of one operation Do that takes and gives <Out>, whose schema has the given content.
func exchange(schema string) setup {
	contract := strings.NewReplacer(`element="t:In"`, `element="t:Out"`, `<input message="t:in"/>`, `<input message="t:in"/><output message="t:in"/>`,
		`<input><soap:body use="literal"/></input>`, `<input><soap:body use="literal"/></input><output><soap:body use="literal"/></output>`,
	).Replace(contractAround(schema))
	return setup{wsdl: "a.wsdl", operation: "Do", message: "$args", change: func(s *datasources.Settings, _ *datasources.Connector) {
		s.SOAP.Files = datasources.FolderOf(fstest.MapFS{"a.wsdl": &fstest.MapFile{Data: []byte(contract)}}, ".")
	}}
}

const (
	outType = `<xs:element name="Out"><xs:complexType><xs:sequence>`
	outEnd  = `</xs:sequence></xs:complexType></xs:element>`
)

// picked is a shape of one object with each of the names as it is.
func picked(names ...string) *table.Shape {
	l := table.Level{Types: []string{"T"}}
	for _, name := range names {
		l.Members = append(l.Members, table.Member{Path: []string{name}, Type: &table.Type{Leaf: table.Any}})
	}
	return &table.Shape{Levels: []table.Level{l}}
}

func xmlReply(body string) *datasources.Reply {
	return &datasources.Reply{Status: http.StatusOK, Header: http.Header{"Content-Type": {"text/xml"}}, Body: []byte(body)}
}

// TestOldAndCarelessServersAreUnderstood: what servers write that are older than the standard, or that break lines where XML does not care.
func TestOldAndCarelessServersAreUnderstood(t *testing.T) {
	t.Parallel()
	s := exchange(outType + `
		<xs:element name="note" type="xs:string" nillable="true" minOccurs="0"/>
		<xs:element name="photo" type="xs:base64Binary" minOccurs="0"/>
		<xs:element name="hash" type="xs:hexBinary" minOccurs="0"/>
		<xs:element name="party" type="t:Party" minOccurs="0"/>
		<xs:element name="any" type="xs:anyType" minOccurs="0"/>` + outEnd + `
		<xs:complexType name="Party"><xs:sequence><xs:element name="name" type="xs:string" nillable="true"/></xs:sequence></xs:complexType>
		<xs:complexType name="Firm"><xs:complexContent><xs:extension base="t:Party"><xs:sequence>
			<xs:element name="vat" type="xs:string"/></xs:sequence></xs:extension></xs:complexContent></xs:complexType>`)
	for name, c := range map[string]struct{ reply, want string }{
		"nil of today": {`<note xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="true"/>`, `{"note":null}`},
		"null of 1999": {`<note xmlns:i="http://www.w3.org/1999/XMLSchema-instance" i:null="1"/>`, `{"note":null}`},
		"null of 2000": {`<note xmlns:i="http://www.w3.org/2000/10/XMLSchema-instance" i:null=" true "/>`, `{"note":null}`},
		"nil of 2000":  {`<note xmlns:i="http://www.w3.org/2000/10/XMLSchema-instance" i:nil="true"/>`, `{"note":null}`},
		"not null":     {`<note xmlns:i="http://www.w3.org/1999/XMLSchema-instance" i:null="0"/>`, `{"note":""}`},
		"another null": {`<note xmlns:i="urn:other" i:null="1"/>`, `{"note":""}`},
		"type of 1999": {
			`<party xmlns:i="http://www.w3.org/1999/XMLSchema-instance" xmlns:q="urn:t" i:type="q:Firm"><name i:null="1"/><vat>V</vat></party>`,
			`{"party":{"#type":"Firm","name":null,"vat":"V"}}`,
		},
		"anything of 1999": {
			`<any xmlns:i="http://www.w3.org/1999/XMLSchema-instance" xmlns:x="http://www.w3.org/1999/XMLSchema"><a i:type="x:int">7</a><b i:null="1"/></any>`,
			`{"any":{"a":"7","b":null}}`,
		},
		"a number of 1999": {
			`<any xmlns:i="http://www.w3.org/1999/XMLSchema-instance" xmlns:x="http://www.w3.org/1999/XMLSchema" i:type="x:int">7</any>`, `{"any":7}`,
		},
		"base64 in lines": {"<photo>\r\n  aGVs\r\n\tbG8g\n d29y <!-- x -->bGQ=\n</photo>", `{"photo":"aGVsbG8gd29ybGQ="}`},
		"hex in blanks":   {"<hash>\n 0aFF\n</hash>", `{"hash":"0aFF"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			reply := wrap(`<Out xmlns="urn:t">` + c.reply + `</Out>`)
			if got, err := replyTo(t, s, reply); err != nil || got != c.want {
				t.Errorf("got %s, %v, want %s", got, err, c.want)
			}
			names := []string{"note", "photo", "hash"}
			selection := "note photo hash"
			if strings.HasPrefix(c.reply, "<party") {
				names, selection = []string{"name"}, "name: party.name"
			}
			b := bothOf(t, s.selecting(selection), picked(names...))
			b.check(t, xmlReply(reply))
			if !b.scans(xmlReply(reply)) {
				t.Error("not scanned")
			}
		})
	}
}

// TestBlanksMayStandInFrontOfReplies: scripts send blank lines, and the marks of the files they are made of, before they begin to write XML.
func TestBlanksMayStandInFrontOfReplies(t *testing.T) {
	t.Parallel()
	s := exchange(outType + `<xs:element name="note" type="xs:string"/>` + outEnd)
	text := wrap(`<Out xmlns="urn:t"><note>grün</note></Out>`)
	for name, body := range map[string]string{
		"blank lines":               "\r\n \t\n" + text,
		"a mark":                    "\uFEFF" + text,
		"a mark behind blank lines": "\n\uFEFF" + text,
		"several marks":             "\uFEFF\uFEFF\n\uFEFF" + text,
		"another encoding":          "\n\n" + strings.NewReplacer("UTF-8", "ISO-8859-1", "ü", "\xFC").Replace(text),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shape := anyShape()
			got, err := decode(s.fetcher(t, shape), shape, xmlReply(body), &mapping.Env{})
			if err != nil || got != `{"note":"grün"}` {
				t.Errorf("got %s, %v", got, err)
			}
		})
	}
}

// TestNamesInRepliesAreBounded: a short prefix stands for a long namespace, very many times.
func TestNamesInRepliesAreBounded(t *testing.T) {
	t.Parallel()
	s := exchange(outType + `<xs:element name="kind" type="xs:QName" minOccurs="0" maxOccurs="unbounded"/>
		<xs:element name="kinds" minOccurs="0"><xs:simpleType><xs:list itemType="xs:QName"/></xs:simpleType></xs:element>
		<xs:element name="at" minOccurs="0" maxOccurs="unbounded"><xs:complexType><xs:attribute name="k" type="xs:QName"/></xs:complexType></xs:element>` + outEnd)
	space := strings.Repeat("u", 500)
	for name, c := range map[string]struct {
		body    string
		few     int
		many    int
		picking string
	}{
		"elements":   {"<kind>p:a</kind>", 1000, 10_000, "kind"},
		"a list":     {"p:a ", 1000, 10_000, "kinds"},
		"attributes": {`<at k="p:a"/>`, 1000, 10_000, "at"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, n := range []int{c.few, c.many} {
				body := strings.Repeat(c.body, n)
				if name == "a list" {
					body = "<kinds>" + body + "</kinds>"
				}
				reply := xmlReply(wrap(`<Out xmlns="urn:t" xmlns:p="` + space + `">` + body + `</Out>`))
				b := bothOf(t, s.selecting(c.picking), picked(c.picking))
				b.check(t, reply)
				_, err := b.evaluated.Decode(reply, &mapping.Env{}, table.NewBuilder(b.shape, reply.Body))
				if isOver := err != nil; isOver != (n == c.many) {
					t.Errorf("%d: %v", n, err)
				}
				if n == c.many && !strings.Contains(causeOf(err), "far longer than the document") {
					t.Errorf("got %s", causeOf(err))
				}
			}
		})
	}
}

// TestHeaderBlocksAreReadOnce: the first of a name counts, and of it what mappings read. The others, of which a reply can have very many, cost nothing.
func TestHeaderBlocksAreReadOnce(t *testing.T) {
	t.Parallel()
	s := exchange(outType + `<xs:element name="note" type="xs:string"/>` + outEnd + `
		<xs:element name="Quota"><xs:complexType><xs:sequence><xs:element name="left" type="xs:int"/><xs:element name="of" type="xs:int"/></xs:sequence></xs:complexType></xs:element>`)
	quota := func(inside string) string { return `<Quota xmlns="urn:t">` + inside + `</Quota>` }
	body := `<Out xmlns="urn:t"><note>n</note></Out>`
	for name, c := range map[string]struct{ selection, header, want string }{
		"a second one that breaks the contract": {
			"$response.soapHeaders.Quota", quota("<left>1</left>") + quota("<left>2</left><left>3</left>"), `{"left":1}`,
		},
		"a part that nobody reads breaks the contract": {
			"$response.soapHeaders.Quota.left", quota("<left>1</left><of>2</of><of>3</of>"), `1`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := replyTo(t, s.selecting(c.selection), strings.Replace(wrap(body), "<S:Header/>", "<S:Header>"+c.header+"</S:Header>", 1))
			if err != nil || got != c.want {
				t.Errorf("got %s, %v", got, err)
			}
		})
	}
}

// causeOf is what the log has of a failure; empty when there is none.
func causeOf(err error) string {
	var failed *datasources.Error
	if !errors.As(err, &failed) || failed.Cause == nil {
		return ""
	}
	return failed.Cause.Error()
}

// TestNamesInAnotherNamespaceAreToldOf: they are passed over, and whoever debugs the mapping learns why there is nothing.
func TestNamesInAnotherNamespaceAreToldOf(t *testing.T) {
	t.Parallel()
	s := exchange(outType + `
		<xs:element name="line" minOccurs="0" maxOccurs="unbounded"><xs:complexType><xs:sequence><xs:element name="sku" type="xs:string" minOccurs="0"/>
			<xs:element name="other" type="xs:string" minOccurs="0"/></xs:sequence>
			<xs:attribute name="no" type="xs:int"/></xs:complexType></xs:element>
		<xs:element name="open" minOccurs="0"><xs:complexType><xs:sequence><xs:element name="a" type="xs:string" minOccurs="0"/>
			<xs:any namespace="##other" minOccurs="0"/></xs:sequence></xs:complexType></xs:element>` + outEnd)
	for name, c := range map[string]struct{ inside, want string }{
		"unqualified": {
			`<line><sku xmlns="">a</sku></line><line xmlns=""><sku>b</sku></line>`,
			`element {}sku found where the contract declares {urn:t}sku at Out.line.sku`,
		},
		"another namespace":         {`<x:line xmlns:x="urn:x"/>`, `element {urn:x}line found where the contract declares {urn:t}line at Out.line`},
		"an attribute":              {`<line x:no="1" xmlns:x="urn:t"/>`, `attribute {urn:t}no found where the contract declares {}no at Out.line.@no`},
		"what nobody reads":         {`<line><other xmlns=""/></line>`, ``},
		"what is not declared":      {`<line xmlns:x="urn:x"><x:more/></line><more/>`, ``},
		"what a wildcard allows":    {`<open><x:a xmlns:x="urn:x"/></open>`, ``},
		"all where it ought to be":  {`<line no="1"><sku>a</sku></line>`, ``},
		"attributes of the message": {`<line xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:no="1"/>`, ``},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shape := picked("lines")
			f := s.selecting(`lines: line { sku no: $."@no" } a: open.a`).fetcher(t, shape)
			reply := xmlReply(wrap(`<Out xmlns="urn:t">` + c.inside + `</Out>`))
			env := &mapping.Env{Problems: &mapping.Problems{}}
			outcome, err := f.Decode(reply, env, table.NewBuilder(shape, reply.Body))
			if err != nil {
				t.Fatal(err)
			}
			var told []string
			for _, p := range outcome.Problems {
				if strings.Contains(p.Message, "declares") {
					told = append(told, p.Message+" at "+p.Path)
				}
			}
			if got := strings.Join(told, "\n"); got != c.want {
				t.Errorf("got %s\nwant %s", got, c.want)
			}
		})
	}
}

// TestOldEncodedRepliesAreUnderstood: rpc/encoded is where the drafts live on, with their own names of types.
func TestOldEncodedRepliesAreUnderstood(t *testing.T) {
	t.Parallel()
	s := setup{wsdl: "encoded.wsdl", operation: "Old", message: "thing: 1"}
	const spaces = ` xmlns:i="http://www.w3.org/1999/XMLSchema-instance" xmlns:x="http://www.w3.org/1999/XMLSchema" xmlns:e="http://schemas.xmlsoap.org/soap/encoding/"`
	for inside, want := range map[string]string{
		`<thing i:type="x:int">7</thing>`: `{"thing":7}`,
		`<thing i:null="1"/>`:             `{"thing":null}`,
		`<thing i:type="e:Array" e:arrayType="x:boolean[2]"><a>1</a><a i:null="true"/></thing>`:    `{"thing":[true,null]}`,
		"<thing i:type=\"e:base64\">aGVs\nbG8=\n</thing>":                                          `{"thing":"aGVsbG8="}`,
		"<thing><b i:type=\"x:timeInstant\">2000-01-01</b><c i:type=\"x:double\">1.50</c></thing>": `{"thing":{"b":"2000-01-01","c":"1.50"}}`,
	} {
		got, err := replyTo(t, s, wrap(`<r:OldResponse xmlns:r="urn:rpc"`+spaces+`>`+inside+`</r:OldResponse>`))
		if err != nil || got != want {
			t.Errorf("%s: got %s, %v", inside, got, err)
		}
	}
}
