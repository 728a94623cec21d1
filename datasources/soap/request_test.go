package soap

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/soap/canonical"
	"github.com/weftgraph/weft/graph/mapping"
)

// body returns what stands in the Body of the request that is built for arguments, in canonical form.
func body(tb testing.TB, s setup, args string) (string, error) {
	tb.Helper()
	env := &mapping.Env{}
	env.Vars[mapping.Args] = parseValue(tb, args)
	r, err := s.fetcher(tb, anyShape()).Request(env)
	if err != nil {
		return "", err
	}
	return canonicalBody(tb, string(r.Body)), nil
}

// canonicalBody is the Body of an envelope in canonical form.
func canonicalBody(tb testing.TB, envelope string) string {
	tb.Helper()
	n, err := canonical.Parse(envelope)
	if err != nil {
		tb.Fatal(err)
	}
	parts := n.Elements()
	return parts[len(parts)-1].Fold("", "")
}

// prefixes are what the prefixes in the expectations of TestMessagesFollowTheSchema stand for, by contract.
func prefixes(wsdl string) string {
	return map[string]string{
		"billing/billing.wsdl": ` xmlns:n1="urn:shop:billing:types"`,
		"bare.wsdl":            ` xmlns:n1="http://example.org/temperature"`,
		"dotnet.wsdl":          ` xmlns:n1="http://tempuri.org/"`,
		"java.wsdl":            ` xmlns:n1="http://ws.example.com/"`,
		"shapes.wsdl":          ` xmlns:n1="urn:shapes" xmlns:n2="urn:shapes:other" xmlns:k="urn:k" xmlns:n4="urn:shapes:other"`,
	}[wsdl]
}

func TestMessagesFollowTheSchema(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		setup
		args string
		want string
	}{
		{
			name:  "order of the schema, whatever that of the mapping",
			setup: setup{wsdl: "billing/billing.wsdl", operation: "GetInvoice", message: "withLines: $args.l orderId: $args.id"},
			args:  `{"l":true,"id":"7"}`,
			want:  `<n1:GetInvoice><n1:orderId>7</n1:orderId><n1:withLines>true</n1:withLines></n1:GetInvoice>`,
		},
		{
			name:  "null of a nillable element, and escaping",
			setup: setup{wsdl: "billing/billing.wsdl", operation: "GetInvoice", message: "orderId: $args.id asOf: $args.at withLines: $args.l"},
			args:  `{"id":"<&>\"'\r\n","at":null,"l":null}`,
			want:  "<n1:GetInvoice><n1:orderId>&lt;&amp;&gt;\"'&#13;\n</n1:orderId><n1:asOf xsi:nil=\"true\"/></n1:GetInvoice>",
		},
		{
			name: "attributes, text, defaults of required elements",
			setup: setup{wsdl: "billing/billing.wsdl", operation: "PayInvoice", message: `
				amount: { "#text": $args.amount, "@currency": $args.currency } number: $args.number`},
			args: `{"amount":10.50,"currency":"E\"R","number":"INV-1"}`,
			want: `<n1:PayInvoice><n1:number>INV-1</n1:number><n1:amount currency="E&quot;R">10.50</n1:amount>` +
				`<n1:method>TRANSFER</n1:method></n1:PayInvoice>`,
		},
		{
			name:  "a bare element whose content is text",
			setup: setup{wsdl: "bare.wsdl", operation: "Convert", message: "$args.c"},
			args:  `{"c":36.6}`,
			want:  `<n1:celsius>36.6</n1:celsius>`,
		},
		{
			name:  "a bare element with unqualified children and an attribute",
			setup: setup{wsdl: "bare.wsdl", operation: "Report", message: `"@id": $args.id height: $args.h name: $args.n`},
			args:  `{"id":"s1","h":"012","n":"Zürich"}`,
			want:  `<n1:station id="s1"><name>Zürich</name><height>012</height></n1:station>`,
		},
		{
			name:  "nothing for a message without parts",
			setup: setup{wsdl: "bare.wsdl", operation: "Ping"},
			args:  `{}`,
			want:  ``,
		},
		{
			name:  "rpc/literal: the operation's name, unqualified parts",
			setup: setup{wsdl: "bare.wsdl", operation: "Add", message: "a: $args.a"},
			args:  `{"a":1}`,
			want:  `<n1:Add xmlns:n1="urn:rpc"><a>1</a></n1:Add>`,
		},
		{
			name: "lists within wrapper elements, nil items",
			setup: setup{wsdl: "dotnet.wsdl", operation: "GetOrders", message: `
				customerId: $args.id filter: { states: { string: $args.states } text: null }`},
			args: `{"id":"42","states":["open",null,""]}`,
			want: `<n1:GetOrders><n1:customerId>42</n1:customerId><n1:filter><n1:text xsi:nil="true"/><n1:states>` +
				`<n1:string>open</n1:string><n1:string xsi:nil="true"/><n1:string/></n1:states></n1:filter></n1:GetOrders>`,
		},
		{
			name:  "repeated elements, one for a single value",
			setup: setup{wsdl: "java.wsdl", operation: "getStock", message: `arg0: $args.skus arg1: "EU"`},
			args:  `{"skus":"a"}`,
			want:  `<n1:getStock><arg0>a</arg0><arg1>EU</arg1></n1:getStock>`,
		},
		{
			name:  "substitutes and derived types say what they are",
			setup: setup{wsdl: "shapes.wsdl", operation: "Draw", message: `$args.d`},
			args: `{"d":{"shape":[{"#element":"circle","radius":1e0,"@id":"c"},{"#element":"square","side":"INF"}],
				"owner":{"#type":"Person","boss":{"#type":"Company","vat":"X","id":"2"},"id":"1"},"name":"n","{urn:shapes:other}name":"m"}}`,
			want: `<n1:drawing><n1:name>n</n1:name><n2:name>m</n2:name><n1:circle id="c"><n1:radius>1e0</n1:radius></n1:circle>` +
				`<n1:square><n1:side>INF</n1:side></n1:square><n1:owner xsi:type="n1:Person"><n1:id>1</n1:id>` +
				`<n1:boss xsi:type="n1:Company"><n1:id>2</n1:id><n1:vat>X</n1:vat></n1:boss></n1:owner></n1:drawing>`,
		},
		{
			name:  "the alternative that fits, repeated groups, names in content, unions, wildcards, mixed content",
			setup: setup{wsdl: "shapes.wsdl", operation: "Draw", message: `$args.d`},
			args: `{"d":{"name":"n","third":"3","first":"1","key":["a","b"],"value":[1,2],"kind":"{urn:k}round","size":"small","fixed":"always",
				"remark":{"#text":"see ","b":"this","@lang":"en"},"extension":{"code":5}}}`,
			want: `<n1:drawing><n1:name>n</n1:name><n1:first>1</n1:first><n1:third>3</n1:third><n1:key>a</n1:key><n1:value>1</n1:value>` +
				`<n1:key>b</n1:key><n1:value>2</n1:value><n1:kind>k:round</n1:kind><n1:size>small</n1:size>` +
				`<n1:remark xml:lang="en">see <n1:b>this</n1:b></n1:remark><n1:fixed>always</n1:fixed>` +
				`<n4:extension><n4:code>5</n4:code></n4:extension></n1:drawing>`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := body(t, c.setup, c.args)
			if err != nil {
				t.Fatal(err)
			}
			want := canonicalBody(t, `<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="`+canonical.SpaceXSI+`"`+prefixes(c.wsdl)+
				`><S:Body>`+c.want+`</S:Body></S:Envelope>`)
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
		})
	}
}

func TestValueThatDoesNotFitIsNamedByItsElement(t *testing.T) {
	t.Parallel()
	billing := setup{wsdl: "billing/billing.wsdl", operation: "GetInvoice", message: "$args"}
	pay := setup{wsdl: "billing/billing.wsdl", operation: "PayInvoice", message: "$args"}
	orders := setup{wsdl: "dotnet.wsdl", operation: "GetOrders", message: "$args"}
	draw := setup{wsdl: "shapes.wsdl", operation: "Draw", message: "$args"}
	old := setup{wsdl: "encoded.wsdl", operation: "Old", message: "$args"}
	for _, c := range []struct {
		setup

		args, want string
	}{
		{billing, `{}`, `GetInvoice/orderId: missing, and the schema requires it`},
		{billing, `{"orderId":null}`, `GetInvoice/orderId: missing, and the schema requires it`},
		{billing, `{"orderId":{}}`, `GetInvoice/orderId: {}, expected xs:string`},
		{billing, `{"orderId":["a","b"]}`, `GetInvoice/orderId: a list of 2, expected one value`},
		{billing, `{"orderId":"\u0001"}`, `GetInvoice/orderId: the text has a character that XML cannot have`},
		{billing, `{"orderId":"1","withLines":"yes"}`, `GetInvoice/withLines: "yes" is no xs:boolean`},
		{billing, `{"orderId":"1","withLines":2}`, `GetInvoice/withLines: 2 is no xs:boolean`},
		{billing, `{"orderId":"1","asOf":"2025-1-1"}`, `GetInvoice/asOf: "2025-1-1" is no xs:date`},
		{billing, `{"orderId":"1","orderid":"2"}`, `GetInvoice: no field "orderid"; did you mean "orderId"?`},
		{pay, `{"number":"INV-1","amount":{"#text":1}}`, `PayInvoice/amount/@currency: missing, and the schema requires it`},
		{pay, `{"number":"INV-1","amount":{"#text":"ten","@currency":"EUR"}}`, `PayInvoice/amount: "ten" is no xs:decimal`},
		{
			pay, `{"number":"INV-1","amount":{"#text":1,"@currency":"EUR"},"method":"CARDS"}`,
			`PayInvoice/method: "CARDS" is none of the values that the schema allows; did you mean "CARD"?`,
		},
		{
			pay, `{"number":"INV-1","amount":{"#text":1,"@currency":"EUR"},"method":"BARTER"}`,
			`PayInvoice/method: "BARTER" is none of the values that the schema allows: CARD, TRANSFER, CASH`,
		},
		{draw, `{"name":"n","square":{"side":1}}`, `drawing: no field "square": write "shape" with "#element": "square"`},
		{orders, `{"customerId":2147483648}`, `GetOrders/customerId: 2147483648 is no xs:int`},
		{orders, `{"customerId":1.5}`, `GetOrders/customerId: 1.5 is no xs:int`},
		{orders, `{"customerId":1,"filter":"x"}`, `GetOrders/filter: "x", expected an object`},
		{orders, `{"customerId":1,"filter":{"states":{"string":["a",{}]}}}`, `GetOrders/filter/states/string[1]: {}, expected xs:string`},
		{draw, `{"name":"n","first":"1","fourth":"4"}`, `drawing/second: missing, and the schema requires it`},
		{draw, `{"name":"n","first":"1","second":"2","fourth":"4"}`, `drawing/fourth: not allowed together with the others that are there`},
		{draw, `{"name":"n","shape":[{}]}`, `drawing/shape[0]: the element is abstract: "#element" must name one of circle, square`},
		{draw, `{"name":"n","owner":{"id":"1"}}`, `drawing/owner: the abstract type "Party": "#type" must name one of Person, Company`},
		{draw, `{"name":"n","owner":{"#type":"Dog"}}`, `drawing/owner: "#type" is "Dog", expected one of Person, Company`},
		{draw, `{"name":"n","fixed":"never"}`, `drawing/fixed: "never", expected the fixed value "always"`},
		{draw, `{"name":"n","size":"tiny"}`, `drawing/size: "tiny" fits no member of the union`},
		{draw, `{"name":"n","key":["a"]}`, `drawing/value: missing, and the schema requires it`},
		{old, `{"thing":{"{\u0001}a":1}}`, `Old/thing: "{\x01}a" cannot be the name of an element`},
		{old, `{"thing":{"{http://www.w3.org/2000/xmlns/}a":1}}`, `Old/thing: "{http://www.w3.org/2000/xmlns/}a" cannot be the name of an element`},
		{old, `{"thing":{"a b":1}}`, `Old/thing: "a b" cannot be the name of an element`},
		{old, `{"thing":{"@a b":1}}`, `Old/thing: "a b" cannot be the name of an attribute`},
		{old, `{"thing":{"x":{"@xmlns":"u"}}}`, `Old/thing/x: "xmlns" cannot be the name of an attribute`},
		{
			old, `{"thing":{"@{http://www.w3.org/2001/XMLSchema-instance}nil":true}}`,
			`Old/thing: "{http://www.w3.org/2001/XMLSchema-instance}nil" cannot be the name of an attribute`,
		},
		{old, `{"thing":{"@a":1,"@{}a":2}}`, `Old/thing: the attribute a is there twice`},
		{old, `{"thing":{"#type":"Nope"}}`, `Old/thing: "#type" is "Nope", expected the name of a type of the contract, such as "{namespace}name"`},
		{old, `{"thing":{"x":{"#text":"\u0000"}}}`, `Old/thing/x: the text has a character that XML cannot have`},
	} {
		t.Run(c.want, func(t *testing.T) {
			t.Parallel()
			_, err := body(t, c.setup, c.args)
			var failed *datasources.Error
			if !errors.As(err, &failed) || failed.Code != datasources.CodeFetch || !strings.HasPrefix(failed.Message, "Request cannot be built: ") {
				t.Fatalf("got %v", err)
			}
			if d := cmp.Diff(c.want, failed.Cause.Error()); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
		})
	}
}

// TestClientsLearnWhatDoesNotFitInWordsOfTheContract: the values of a request may come from the configuration, and so may the names of fields.
func TestClientsLearnWhatDoesNotFitInWordsOfTheContract(t *testing.T) {
	t.Parallel()
	s := exchange(outType + `
		<xs:element name="id" type="xs:int"/>
		<xs:element name="line" minOccurs="0" maxOccurs="unbounded"><xs:complexType><xs:sequence>
			<xs:element name="text" type="xs:string"/><xs:element name="numbers" minOccurs="0"><xs:simpleType><xs:list itemType="xs:int"/></xs:simpleType></xs:element>
		</xs:sequence><xs:attribute name="no" type="xs:int" use="required"/></xs:complexType></xs:element>
		<xs:element name="size" type="t:Size" minOccurs="0"/>
		<xs:element name="party" type="t:Party" minOccurs="0"/>
		<xs:choice minOccurs="0"><xs:element name="door" type="xs:string"/><xs:element name="box" type="xs:string"/></xs:choice>
		<xs:element name="always" type="xs:string" fixed="x" minOccurs="0"/>
		<xs:element name="any" type="xs:anyType" minOccurs="0"/>
		<xs:element name="shape" minOccurs="0"><xs:complexType><xs:choice><xs:element name="a" type="xs:int"/><xs:element name="b" type="xs:int"/></xs:choice></xs:complexType></xs:element>
	` + outEnd + `
		<xs:simpleType name="Size"><xs:restriction base="xs:string"><xs:enumeration value="S"/><xs:enumeration value="L"/></xs:restriction></xs:simpleType>
		<xs:complexType name="Party" abstract="true"><xs:sequence><xs:element name="name" type="xs:string"/></xs:sequence></xs:complexType>
		<xs:complexType name="Firm"><xs:complexContent><xs:extension base="t:Party"/></xs:complexContent></xs:complexType>`)
	for given, want := range map[string]string{
		`"secret"`:                 `element "Out" expects child elements`,
		`{}`:                       `element "Out/id" is required and not set`,
		`{"id":"secret"}`:          `element "Out/id" expects xs:int`,
		`{"id":["secret",1]}`:      `element "Out/id" expects one value and no list`,
		`{"id":1,"secret":1}`:      `element "Out" is given a field that it does not have`,
		`{"id":1,"line":[{}]}`:     `attribute "Out/line[0]/@no" is required and not set`,
		`{"id":1,"line":"secret"}`: `element "Out/line" expects child elements`,
		`{"id":1,"line":[{"@no":1,"text":""},{"@no":"secret"}]}`:     `attribute "Out/line[1]/@no" expects xs:int`,
		`{"id":1,"line":[{"@no":1,"text":"secret\u0001"}]}`:          `element "Out/line[0]/text" expects a text that XML can have`,
		`{"id":1,"line":[{"@no":1,"text":"","numbers":["secret"]}]}`: `element "Out/line[0]/numbers" expects xs:int`,
		`{"id":1,"size":"secret"}`:                                   `element "Out/size" expects a value of its enumeration: S, L`,
		`{"id":1,"party":{"name":"secret"}}`:                         `element "Out/party" is of the abstract type "Party": "#type" must name one of Firm`,
		`{"id":1,"party":{"#type":"secret"}}`:                        `element "Out/party" expects "#type" to be one of Firm`,
		`{"id":1,"door":"secret","box":"secret"}`:                    `element "Out/box" cannot be set together with the others that are there`,
		`{"id":1,"always":"secret"}`:                                 `element "Out/always" expects the fixed value "x"`,
		`{"id":1,"any":[["secret"]]}`:                                `element "Out/any" expects an object, string, number or boolean`,
		`{"id":1,"any":{"secret":{"secret":"\u0001"}}}`:              `element "Out/any/…/…" expects a text that XML can have`,
		`{"id":1,"any":{"secret":{"@secret":"\u0001"}}}`:             `attribute "Out/any/…/@…" expects a text that XML can have`,
		`{"id":1,"any":{"not secret":1}}`:                            `element "Out/any" is given a name that no element can have`,
		`{"id":1,"shape":{}}`:                                        `element "Out/shape" needs one of the alternatives a, b`,
	} {
		t.Run(given, func(t *testing.T) {
			t.Parallel()
			_, err := body(t, s, given)
			var failed *datasources.Error
			if !errors.As(err, &failed) {
				t.Fatal(err)
			}
			if d := cmp.Diff("Request cannot be built: "+want, failed.Message); d != "" || strings.Contains(failed.Message, "secret") {
				t.Error(d)
			}
			if failed.Cause == nil {
				t.Error("the log has nothing")
			}
		})
	}
}

func TestRequestIsHTTPAsSOAPWantsIt(t *testing.T) {
	t.Parallel()
	s := setup{
		wsdl: "billing/billing.wsdl", operation: "GetInvoice", message: "orderId: $args.id",
		headers: `Session: { token: $args.token }`,
		change: func(s *datasources.Settings, c *datasources.Connector) {
			s.SOAP.Headers = parse(t, `Session: { token: "source" }`)
			s.SOAP.HTTPHeaders = []datasources.Header{{Name: "x-key", Value: template(t, "k")}}
			c.SOAP.HTTPHeaders = []datasources.Header{{Name: "accept", Value: template(t, "application/soap+xml")}}
		},
	}
	env := &mapping.Env{}
	env.Vars[mapping.Args] = parseValue(t, `{"id":1,"token":"caller"}`)
	r, err := s.fetcher(t, anyShape()).Request(env)
	if err != nil {
		t.Fatal(err)
	}
	want := `<?xml version="1.0" encoding="utf-8"?>` + "\n" +
		`<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" xmlns:n1="urn:shop:billing:types">` +
		`<soap:Header><n1:Session><n1:token>caller</n1:token></n1:Session></soap:Header>` +
		`<soap:Body><n1:GetInvoice><n1:orderId>1</n1:orderId></n1:GetInvoice></soap:Body></soap:Envelope>`
	if d := cmp.Diff(want, string(r.Body)); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
	header := map[string][]string{
		"Content-Type": {"text/xml; charset=utf-8"}, "SOAPAction": {`"urn:shop:billing/GetInvoice"`}, "X-Key": {"k"},
		"Accept": {"application/soap+xml"}, "User-Agent": {"weft"}, "Accept-Encoding": {"gzip, deflate, br"},
	}
	if d := cmp.Diff(header, map[string][]string(r.Header)); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
	if r.Method != http.MethodPost || r.URL != "http://localhost:4003/billing" || !strings.HasPrefix(r.Line, "GetInvoice ") {
		t.Errorf("got %s %s, line %q", r.Method, r.URL, r.Line)
	}
}

func TestAddressOfTheDocumentReplacesTheContracts(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]func(s *datasources.Settings, c *datasources.Connector){
		"http://localhost:4003/billing": func(*datasources.Settings, *datasources.Connector) {},
		"http://address/x?y": func(s *datasources.Settings, _ *datasources.Connector) {
			s.SOAP.Address = template(t, "http://{$config.host}/x?y")
			s.Config = parseValue(t, `{"host":"address"}`)
		},
		"http://override": func(s *datasources.Settings, _ *datasources.Connector) {
			s.SOAP.Address = template(t, "http://address")
			s.OverrideURL = template(t, "http://override")
		},
	} {
		s := setup{wsdl: "billing/billing.wsdl", operation: "GetInvoice", message: `orderId: "1"`, change: change}
		r, err := s.fetcher(t, anyShape()).Request(&mapping.Env{})
		if err != nil || r.URL != want {
			t.Errorf("got %v, %v, want %s", r, err, want)
		}
	}
	s := setup{wsdl: "billing/billing.wsdl", operation: "GetInvoice", message: `orderId: "1"`, address: "{$config.url}"}
	_, err := s.fetcher(t, anyShape()).Request(&mapping.Env{})
	var failed *datasources.Error
	if !errors.As(err, &failed) || failed.Message != "the URL has neither scheme nor host" {
		t.Errorf("got %v", err)
	}
}
