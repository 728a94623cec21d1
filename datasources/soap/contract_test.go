package soap

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/mapping"
)

// contractAround is a small contract whose schema has the given content.
func contractAround(schema string) string {
	return `<definitions targetNamespace="urn:t" xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:t="urn:t" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<types><xs:schema targetNamespace="urn:t" elementFormDefault="qualified">
` + schema + `
</xs:schema></types>
<message name="in"><part name="p" element="t:In"/></message>
<portType name="T"><operation name="Do"><input message="t:in"/></operation></portType>
<binding name="B" type="t:T"><soap:binding transport="http://schemas.xmlsoap.org/soap/http"/><operation name="Do"><soap:operation soapAction=""/><input><soap:body use="literal"/></input></operation></binding>
<service name="S"><port name="P" binding="t:B"><soap:address location="http://h/"/></port></service>
</definitions>`
}

const in = `<xs:element name="In" type="xs:string"/>`

// load opens a source for the file a.wsdl among others and returns what is wrong with the contract.
func load(tb testing.TB, files map[string]string, change func(*datasources.SOAPSource)) string {
	tb.Helper()
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	soap := &datasources.SOAPSource{WSDL: "a.wsdl", Files: datasources.FolderOf(fsys, ".")}
	if change != nil {
		change(soap)
	}
	source, err := Open(tb.Context(), datasources.Settings{Kind: datasources.SOAP, SOAP: soap})
	if err == nil {
		if err := source.Close(); err != nil {
			tb.Error(err)
		}
		return ""
	}
	var wrong *datasources.ContractError
	if !errors.As(err, &wrong) {
		tb.Fatal(err)
	}
	lines := make([]string, len(wrong.Diagnostics))
	for i, d := range wrong.Diagnostics {
		lines[i] = d.Error()
	}
	return strings.Join(lines, "\n")
}

func TestWrongContractsSayWhatAndWhere(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		files map[string]string
		want  string
	}{
		{"right", map[string]string{"a.wsdl": contractAround(in)}, ""},
		{"no file", nil, `a.wsdl: error[WEFT_CONTRACT]: open a.wsdl: file does not exist`},
		{"HTML", map[string]string{"a.wsdl": "\n<!DOCTYPE HTML><html><body>Sign in</body></html>"}, `a.wsdl: error[WEFT_CONTRACT]: this is an HTML page, not a contract: a login page, or the list of a server's services`},
		{"not XML", map[string]string{"a.wsdl": "hello"}, `a.wsdl: error[WEFT_CONTRACT]: this is no contract: XML begins with "<", and this with "hello"`},
		{"not well-formed", map[string]string{"a.wsdl": contractAround("<xs:element>\n </xs:elemet>")}, `a.wsdl:4:2: error[WEFT_CONTRACT]: </xs:elemet> ends <xs:element>`},
		{"document type", map[string]string{"a.wsdl": `<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>`}, `a.wsdl:1:1: error[WEFT_CONTRACT]: document types are not read`},
		{"WSDL 2.0", map[string]string{"a.wsdl": `<description xmlns="http://www.w3.org/ns/wsdl"/>`}, `a.wsdl:1:1: error[WEFT_CONTRACT]: WSDL 2.0 is not supported: the service's WSDL 1.1 is needed`},
		{"other XML", map[string]string{"a.wsdl": `<a/>`}, `a.wsdl:1:1: error[WEFT_CONTRACT]: this is no WSDL: its element is a, expected {http://schemas.xmlsoap.org/wsdl/}definitions`},
		{
			"element that is not declared",
			map[string]string{"a.wsdl": contractAround(`<xs:element name="Inn" type="xs:string"/>`)},
			`a.wsdl:5:44: error[WEFT_CONTRACT]: element t:In is not declared; did you mean "Inn"?`,
		},
		{
			"element that XML Schema does not have",
			map[string]string{"a.wsdl": contractAround(`<xs:complexType name="C"><xs:sequenc><xs:element name="x"/></xs:sequenc></xs:complexType>` + "\n" + in)},
			`a.wsdl:3:26: error[WEFT_CONTRACT]: XML Schema has no element "sequenc"; did you mean "sequence"?`,
		},
		{
			"type that is not declared",
			map[string]string{"a.wsdl": contractAround(`<xs:element name="In" type="t:Prson"/><xs:complexType name="Person"/>`)},
			`a.wsdl:3:29: error[WEFT_CONTRACT]: type t:Prson is not declared; did you mean "Person"?`,
		},
		{
			"prefix that is not declared",
			map[string]string{"a.wsdl": contractAround(`<xs:element name="In" type="q:Person"/>`)},
			`a.wsdl:3:29: error[WEFT_CONTRACT]: the prefix of "q:Person" is not declared`,
		},
		{
			"several at once",
			map[string]string{"a.wsdl": contractAround(`<xs:complexType name="C"><xs:sequence><xs:element ref="t:Im"/></xs:sequence><xs:attributeGroup ref="t:G"/></xs:complexType>` + "\n" + in)},
			"a.wsdl:3:56: error[WEFT_CONTRACT]: element t:Im is not declared; did you mean \"In\"?\n" +
				`a.wsdl:3:101: error[WEFT_CONTRACT]: attribute group t:G is not declared`,
		},
		{
			"missing import",
			map[string]string{"a.wsdl": contractAround(`<xs:import namespace="urn:x" schemaLocation="x/y.xsd"/>` + in)},
			`a.wsdl:3:46: error[WEFT_CONTRACT]: open x/y.xsd: file does not exist`,
		},
		{
			"import that would be fetched",
			map[string]string{"a.wsdl": contractAround(`<xs:import namespace="urn:x" schemaLocation="http://x/y.xsd"/>` + in)},
			`a.wsdl:3:46: error[WEFT_CONTRACT]: "http://x/y.xsd" is not fetched: put a copy at y.xsd, or anywhere and its path here`,
		},
		{
			"import of another namespace",
			map[string]string{
				"a.wsdl": contractAround(`<xs:import namespace="urn:x" schemaLocation="y.xsd"/>` + in),
				"y.xsd":  `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:y"/>`,
			},
			`a.wsdl:3:46: error[WEFT_CONTRACT]: the schema "y.xsd" has the namespace "urn:y", expected "urn:x"`,
		},
		{
			"types that derive from each other",
			map[string]string{"a.wsdl": contractAround(in +
				`<xs:complexType name="A"><xs:complexContent><xs:extension base="t:B"/></xs:complexContent></xs:complexType>` +
				`<xs:complexType name="B"><xs:complexContent><xs:extension base="t:A"/></xs:complexContent></xs:complexType>`)},
			`a.wsdl:3:41: error[WEFT_CONTRACT]: the type "A" derives from itself, or too many times`,
		},
		{
			"group in itself",
			map[string]string{"a.wsdl": contractAround(in + `<xs:group name="G"><xs:sequence><xs:group ref="t:G"/></xs:sequence></xs:group>`)},
			`a.wsdl:3:73: error[WEFT_CONTRACT]: the group "G" contains itself`,
		},
		{
			"union of itself",
			map[string]string{"a.wsdl": contractAround(in + `<xs:simpleType name="U"><xs:union memberTypes="t:U xs:int"/></xs:simpleType>`)},
			`a.wsdl:3:41: error[WEFT_CONTRACT]: the simple type "U" is made of itself, or of too many others`,
		},
		{
			"groups that grow beyond measure",
			map[string]string{"a.wsdl": contractAround(in + manyGroups())},
			`a.wsdl:3:1449: error[WEFT_CONTRACT]: the content of the type "Big" is too big, after all groups were put in their places`,
		},
		{
			"redefinition of nothing",
			map[string]string{
				"a.wsdl": contractAround(`<xs:redefine schemaLocation="y.xsd"><xs:simpleType name="T"/></xs:redefine>` + in),
				"y.xsd":  `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:t"/>`,
			},
			`a.wsdl:3:37: error[WEFT_CONTRACT]: there is no type "T" to redefine`,
		},
		{
			"twice the same name",
			map[string]string{"a.wsdl": contractAround(in + `<xs:element name="In" type="xs:int"/>`)},
			`a.wsdl:3:41: error[WEFT_CONTRACT]: the element "In" is there twice`,
		},
		{
			"binding that is not declared",
			map[string]string{"a.wsdl": strings.Replace(contractAround(in), `binding="t:B"`, `binding="t:b"`, 1)},
			`a.wsdl:8:43: error[WEFT_CONTRACT]: binding t:b is not declared; did you mean "B"?`,
		},
		{
			"wsdl:import in a circle", map[string]string{
				"a.wsdl":   `<definitions xmlns="http://schemas.xmlsoap.org/wsdl/"><import namespace="urn:t" location="b/c.wsdl"/></definitions>`,
				"b/c.wsdl": strings.Replace(contractAround(in), "<types>", `<import namespace="" location="..\a.wsdl"/><types>`, 1),
			}, "",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if d := cmp.Diff(c.want, load(t, c.files, nil)); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
		})
	}
}

// manyGroups is a type that is small as it is written and enormous when all groups are put in their places.
func manyGroups() string {
	var b strings.Builder
	b.WriteString(`<xs:group name="G0"><xs:sequence><xs:element name="e" type="xs:int"/></xs:sequence></xs:group>`)
	for i := range 9 {
		from, to := string(rune('0'+i)), string(rune('1'+i))
		b.WriteString(`<xs:group name="G` + to + `"><xs:sequence>` + strings.Repeat(`<xs:group ref="t:G`+from+`"/>`, 4) + `</xs:sequence></xs:group>`)
	}
	b.WriteString(`<xs:complexType name="Big"><xs:group ref="t:G9"/></xs:complexType>`)
	return b.String()
}

func TestPortIsChosenByTheSettings(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		wsdl, service, port string
		want                string
	}{
		{"dotnet.wsdl", "", "", ""},
		{"dotnet.wsdl", "Orders", "OrdersSoap", ""},
		{"dotnet.wsdl", "Order", "", `testdata/dotnet.wsdl: error[WEFT_CONTRACT]: the contract has no service "Order"; did you mean "Orders"?`},
		{"dotnet.wsdl", "", "OrderSoap", `testdata/dotnet.wsdl: error[WEFT_CONTRACT]: the contract has no port "OrderSoap"; did you mean "OrdersSoap"?`},
		{"dotnet.wsdl", "", "OrdersSoap12", ""},
		{"dotnet.wsdl", "", "OrdersHttpGet", `testdata/dotnet.wsdl: error[WEFT_UNSUPPORTED]: port "OrdersHttpGet" needs the HTTP binding of WSDL, which is not supported yet`},
	} {
		got := load(t, nil, func(s *datasources.SOAPSource) {
			s.Files = datasources.Folder("testdata")
			s.WSDL, s.Service, s.Port = c.wsdl, c.service, c.port
		})
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("(-want +got)\n%s", d)
		}
	}
}

func TestConnectorsAreHeldAgainstTheContract(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		setup

		want string
	}{
		{setup{wsdl: "billing/billing.wsdl", operation: "GetInvoices"}, `error[WEFT_SOAP_OPERATION]: port "BillingPort" has no operation "GetInvoices"; did you mean "GetInvoice"?`},
		{setup{wsdl: "bare.wsdl", operation: "Old"}, ``},
		{setup{wsdl: "billing/billing.wsdl", operation: "GetInvoice"}, `error[WEFT_SOAP_MESSAGE]: element "GetInvoice" needs "orderId", which the message does not give`},
		{
			setup{wsdl: "billing/billing.wsdl", operation: "GetInvoice", message: "orderID: $args.id"},
			`orderID: error[WEFT_SOAP_MESSAGE]: element "GetInvoice" has no field "orderID"; did you mean "orderId"?`,
		},
		{
			setup{wsdl: "billing/billing.wsdl", operation: "PayInvoice", message: `number: "INV" method: "CASHH" amount: { currency: "EUR" "#text": 1 }`},
			"\"INV\": error[WEFT_SOAP_MESSAGE]: element \"PayInvoice/number\": \"INV\", expected a text of the form INV-[0-9]+ (pattern)\n" +
				"\"CASHH\": error[WEFT_SOAP_MESSAGE]: element \"PayInvoice/method\": \"CASHH\" is none of the values that the schema allows; did you mean \"CASH\"?\n" +
				"currency: error[WEFT_SOAP_MESSAGE]: element \"PayInvoice/amount\" has no field \"currency\"; did you mean \"@currency\"?",
		},
		{
			setup{wsdl: "billing/billing.wsdl", operation: "GetInvoice", message: `orderId: { a: 1 }`},
			`{ a: 1 }: error[WEFT_SOAP_MESSAGE]: element "GetInvoice/orderId" is text, and the message gives an object`,
		},
		{
			setup{wsdl: "dotnet.wsdl", operation: "GetOrders", message: `customerId: 1 filter: "x"`},
			`"x": error[WEFT_SOAP_MESSAGE]: element "GetOrders/filter" has child elements, and the message gives a string`,
		},
		{
			setup{wsdl: "billing/billing.wsdl", operation: "PayInvoice", message: "$args", headers: `Session: { token: "x" }`},
			`Session: error[WEFT_SOAP_MESSAGE]: operation PayInvoice declares no header block "Session"`,
		},
		{
			setup{wsdl: "billing/billing.wsdl", operation: "GetInvoice", message: "$args", headers: `Sesion: { token: "x" } Session: { tokn: "x" }`},
			"Sesion: error[WEFT_SOAP_MESSAGE]: operation GetInvoice declares no header block \"Sesion\"; did you mean \"Session\"?\n" +
				"tokn: error[WEFT_SOAP_MESSAGE]: element \"Session\" has no field \"tokn\"; did you mean \"token\"?",
		},
		{
			setup{wsdl: "billing/billing.wsdl", operation: "GetInvoice", message: "$args", selection: "$.invoice { nmber lines: line { sku { x } } amount { currency: $.currency text: $.'#text' } }"},
			"nmber: error[WEFT_SOAP_SELECTION]: element \"GetInvoiceResponse/invoice\" has no field \"nmber\"; did you mean \"number\"?\n" +
				"x: error[WEFT_SOAP_SELECTION]: element \"GetInvoiceResponse/invoice/line/sku\" is text: it has no field \"x\"\n" +
				`currency: error[WEFT_SOAP_SELECTION]: element "GetInvoiceResponse/invoice/amount" has no field "currency"; did you mean "@currency"?`,
		},
		{setup{wsdl: "billing/billing.wsdl", operation: "Notify", message: "text: $args.t", selection: "$.sent"}, `sent: error[WEFT_SOAP_SELECTION]: operation "Notify" has no output`},
		{setup{wsdl: "billing/billing.wsdl", operation: "GetInvoice", message: "$args", selection: "$.faultstring", isSuccess: "$(true)"}, ``},
		{setup{wsdl: "shapes.wsdl", operation: "Draw", message: "$args", selection: "name shape { e: $.'#element' side radius id: $.'@id' } owner { t: $.'#type' vat boss { born } } extension"}, ``},
		{
			setup{wsdl: "shapes.wsdl", operation: "Draw", message: `name: "n" shape: { "@id": "1" }`},
			`{ "@id": "1" }: error[WEFT_SOAP_MESSAGE]: element "drawing/shape" is abstract: the message must say which it is, with "#element": one of circle, square`,
		},
		{
			setup{wsdl: "shapes.wsdl", operation: "Draw", message: `name: "n" shape: { "#element": "sqare", side: 1 }`},
			`"sqare": error[WEFT_SOAP_MESSAGE]: "drawing/shape/#element" is "sqare", expected one of circle, square; did you mean "square"?`,
		},
		{
			setup{wsdl: "shapes.wsdl", operation: "Draw", message: `name: "n" square: { side: 1 }`},
			`square: error[WEFT_SOAP_MESSAGE]: element "drawing" has no field "square": write "shape" with "#element": "square"`,
		},
		{
			setup{wsdl: "shapes.wsdl", operation: "Draw", message: `name: "n" owner: { id: "1" }`},
			`{ id: "1" }: error[WEFT_SOAP_MESSAGE]: element "drawing/owner" is of the abstract type Party: the message must say which it is, with "#type": one of Person, Company`,
		},
		{
			setup{wsdl: "shapes.wsdl", operation: "Draw", message: `name: "n" owner: { "#type": "Person", id: "1", boss: { "#type": "Persn", id: "2" } }`},
			`"Persn": error[WEFT_SOAP_MESSAGE]: "drawing/owner/boss/#type" is "Persn", expected one of Person, Company; did you mean "Person"?`,
		},
		{setup{wsdl: "java.wsdl", operation: "getStock", message: "$args", selection: "$.return { extra { what ever } }"}, ``},
	} {
		t.Run(c.message+c.selection, func(t *testing.T) {
			t.Parallel()
			_, found := c.bind(t)
			lines := make([]string, len(found))
			for i, d := range found {
				lines[i] = strings.Replace(d.Error(), ":0:0", "", 1)
			}
			if d := cmp.Diff(c.want, strings.Join(lines, "\n")); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
		})
	}
}

func TestWhatIsNotSupportedIsRefusedByName(t *testing.T) {
	t.Parallel()
	encoded := `<xs:element name="In"><xs:complexType><xs:sequence><xs:element name="list" type="t:List"/></xs:sequence></xs:complexType></xs:element>
		<xs:complexType name="List" xmlns:e="http://schemas.xmlsoap.org/soap/encoding/"><xs:complexContent><xs:restriction base="e:Array"/></xs:complexContent></xs:complexType>`
	for _, c := range []struct{ contract, want string }{
		{contractAround(in), ``},
		{contractAround(encoded), `operation "Do" needs the SOAP-encoded type Array, which is not supported yet`},
		{
			strings.Replace(contractAround(in), `element="t:In"/>`, `type="xs:string"/>`, 1),
			`operation "Do" needs a document whose part has a type and no element, which is not supported yet`,
		},
		{
			strings.Replace(contractAround(in), `element="t:In"/>`, `element="t:In"/><part name="q" element="t:In"/>`, 1),
			`operation "Do" needs a document with several parts in its body, which is not supported yet`,
		},
		{
			strings.Replace(contractAround(in), `use="literal"`, `use="encoded"`, 1),
			`operation "Do" needs document/encoded, which is not supported yet`,
		},
		{
			strings.Replace(contractAround(in), `<input><soap:body use="literal"/>`,
				`<input><m:multipartRelated xmlns:m="http://schemas.xmlsoap.org/wsdl/mime/"/>`, 1),
			`operation "Do" needs SOAP with attachments, which is not supported yet`,
		},
		{
			strings.Replace(contractAround(in), `<input message="t:in"/>`, `<output message="t:in"/>`, 1),
			`operation "Do" needs an operation that the server begins, which is not supported yet`,
		},
		{
			strings.Replace(contractAround(in), `</binding>`, `<operation name="Do"><input/></operation></binding>`, 1),
			`port "P" has several operations "Do": name one by its input, as "Do(Do)"`,
		},
	} {
		s := setup{wsdl: "a.wsdl", operation: "Do", message: "$args", selection: "$status", change: func(s *datasources.Settings, _ *datasources.Connector) {
			s.SOAP.Files = datasources.FolderOf(fstest.MapFS{"a.wsdl": &fstest.MapFile{Data: []byte(c.contract)}}, ".")
		}}
		_, found := s.bind(t)
		var got string
		if len(found) > 0 {
			got = found[0].Message
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("(-want +got)\n%s", d)
		}
	}
	wire := strings.Replace(contractAround(in), "http://schemas.xmlsoap.org/soap/http", "http://www.w3.org/2010/soapjms/", 1)
	want := `a.wsdl:8:19: error[WEFT_UNSUPPORTED]: no port speaks SOAP over HTTP: "P" (SOAP over a transport other than HTTP)`
	if d := cmp.Diff(want, load(t, map[string]string{"a.wsdl": wire}, nil)); d != "" {
		t.Error(d)
	}
}

func TestContractIsFetchedWithTheSourcesHeaders(t *testing.T) {
	t.Parallel()
	var service string
	files := http.FileServer(http.Dir("testdata/billing"))
	service = serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Key") != "secret" || r.Header.Get("Caller") != "" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		files.ServeHTTP(w, r)
	})
	open := func(path, key string) error {
		settings := datasources.Settings{Kind: datasources.SOAP, SOAP: &datasources.SOAPSource{
			WSDL: service + path, Files: datasources.Folder("."),
			HTTPHeaders: []datasources.Header{
				{Name: "x-key", Value: template(t, "{$config.key}")},
				{Name: "caller", From: "caller"},
			},
		}, Config: parseValue(t, `{"key":"`+key+`"}`)}
		source, err := Open(t.Context(), settings)
		if err != nil {
			return explain(err)
		}
		if b, found := source.Bind(datasources.Connector{
			SOAP: &datasources.SOAPConnector{Operation: "GetInvoice", Message: parse(t, "$args")}, Selection: parse(t, "$.invoice.amount.'@currency'"),
		}); b == nil {
			t.Error(found)
		}
		return source.Close()
	}
	if err := open("/billing.wsdl", "secret"); err != nil {
		t.Error(err)
	}
	for path, c := range map[string]struct{ key, want string }{
		"/billing.wsdl": {"wrong", service + "/billing.wsdl: error[WEFT_CONTRACT]: cannot be fetched: the server answers with status 401: it wants credentials, or others than the source's httpHeaders give"},
		"/types":        {"secret", service + `/types: error[WEFT_CONTRACT]: this is an HTML page, not a contract: a login page, or the list of a server's services`},
		"/types/":       {"secret", service + `/types/: error[WEFT_CONTRACT]: this is an HTML page, not a contract: a login page, or the list of a server's services`},
	} {
		if err := open(path, c.key); err == nil || err.Error() != c.want {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}

func TestCancelledLoadingEnds(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	base := serve(t, func(http.ResponseWriter, *http.Request) {
		cancel()
		<-release
	})
	t.Cleanup(func() { close(release) })
	settings := datasources.Settings{Kind: datasources.SOAP, SOAP: &datasources.SOAPSource{WSDL: base, Files: datasources.Folder(".")}}
	if _, err := Open(ctx, settings); err == nil || !strings.Contains(err.Error(), "request cancelled") {
		t.Errorf("got %v", err)
	}
}

func TestCallsOfOneSourceShareConnections(t *testing.T) {
	t.Parallel()
	peers := make(chan string, 2)
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		peers <- r.RemoteAddr
		_, _ = w.Write([]byte(wrap(`<fahrenheit xmlns="http://example.org/temperature">1</fahrenheit>`)))
	})
	shape := anyShape()
	s := convert
	s.address = base
	f := s.fetcher(t, shape)
	for range 2 {
		if got, err := call(t.Context(), t, f, shape, &mapping.Env{}); err != nil || got != "1" {
			t.Fatalf("got %q, %v", got, err)
		}
	}
	if a, b := <-peers, <-peers; a != b {
		t.Error("the second call made a connection of its own")
	}
}
