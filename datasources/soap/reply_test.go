package soap

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/mapping"
)

const typesSpace = `xmlns="urn:shop:billing:types"`

// replyTo decodes a reply with status 200.
func replyTo(tb testing.TB, s setup, text string) (string, error) {
	tb.Helper()
	shape := anyShape()
	reply := &datasources.Reply{Status: http.StatusOK, Header: http.Header{"Content-Type": {"text/xml; charset=utf-8"}}, Body: []byte(text)}
	return decode(s.fetcher(tb, shape), shape, reply, &mapping.Env{})
}

var (
	payInvoice = setup{
		wsdl: "billing/billing.wsdl", operation: "PayInvoice",
		message: `number: "INV-1" amount: { "#text": 1 "@currency": "EUR" }`, selection: "$.invoice",
	}
	getOrders = setup{wsdl: "dotnet.wsdl", operation: "GetOrders", message: "customerId: 1"}
	getStock  = setup{wsdl: "java.wsdl", operation: "getStock"}
	convert   = setup{wsdl: "bare.wsdl", operation: "Convert", message: "$(1)"}
	report    = setup{wsdl: "bare.wsdl", operation: "Report", message: `"@id": "s" name: "n"`}
	add       = setup{wsdl: "bare.wsdl", operation: "Add"}
	draw      = setup{wsdl: "shapes.wsdl", operation: "Draw", message: `name: "n"`}
)

func TestRepliesAreReadByTheSchema(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		setup
		reply string
		want  string
	}{
		{
			"absent, nil and empty are told apart; a list of none is a list", payInvoice,
			`<PayInvoiceResponse ` + typesSpace + `><invoice><note/><number> INV-1 </number>
				<due xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="1"/><amount currency="EUR">+010.50</amount><paid>1</paid>
			</invoice></PayInvoiceResponse>`,
			`{"number":" INV-1 ","due":null,"amount":{"@currency":"EUR","#text":10.50},"paid":true,"note":"","line":[],"@version":1}`,
		},
		{
			"a list of one is a list, lists in text, all digits stay", payInvoice,
			`<p:PayInvoiceResponse xmlns:p="urn:shop:billing:types"><p:invoice version="2"><p:line><p:sku> a  b </p:sku>
				<p:quantity>99999999999999999999</p:quantity><p:price>.10</p:price><p:tags> x  y</p:tags></p:line></p:invoice></p:PayInvoiceResponse>`,
			`{"line":[{"sku":"a b","quantity":99999999999999999999,"price":0.10,"tags":["x","y"]}],"@version":2}`,
		},
		{
			"what is not known, or of another namespace, is passed over", payInvoice,
			`<PayInvoiceResponse ` + typesSpace + `><invoice><news><paid>x</paid></news><paid xmlns="">true</paid><!-- a --><paid>fal<![CDATA[s]]>e</paid></invoice></PayInvoiceResponse>`,
			`{"paid":false,"line":[],"@version":1}`,
		},
		{
			"text that is not of its type stays text", payInvoice,
			`<PayInvoiceResponse ` + typesSpace + `><invoice version="one"><paid>yes</paid></invoice></PayInvoiceResponse>`,
			`{"paid":"yes","line":[],"@version":"one"}`,
		},
		{"a bare element whose content is text", convert, `<fahrenheit xmlns="http://example.org/temperature">97.88</fahrenheit>`, `97.88`},
		{"no number is a string", convert, `<fahrenheit xmlns="http://example.org/temperature">-INF</fahrenheit>`, `"-INF"`},
		{
			"references, unqualified children, qualified attributes", report,
			`<t:report xmlns:t="http://example.org/temperature"><t:station id="s1"><height>5</height><name>N</name></t:station>
				<reading t:at="2025-01-01T00:00:00Z">1.5E1</reading><reading>-0</reading></t:report>`,
			`{"station":{"name":"N","height":5,"@id":"s1"},"reading":[{"@at":"2025-01-01T00:00:00Z","#text":1.5E1},{"#text":-0}]}`,
		},
		{"rpc/literal", add, `<r:AddResponse xmlns:r="urn:rpc"><a>7</a></r:AddResponse>`, `{"a":"7"}`},
		{
			"items that are nil, derived types, recursion", getOrders,
			`<GetOrdersResponse xmlns="http://tempuri.org/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><GetOrdersResult><Order xsi:nil="true"/>
				<Order xsi:type="ExpressOrder"><Id>9223372036854775807</Id><Courier>C</Courier><Parent><Id>1</Id></Parent></Order></GetOrdersResult></GetOrdersResponse>`,
			`{"GetOrdersResult":{"Order":[null,{"#type":"ExpressOrder","Id":9223372036854775807,"Parent":{"#type":"Order","Id":1},"Courier":"C"}]}}`,
		},
		{
			"elements about which the schema says nothing", getStock,
			`<n:getStockResponse xmlns:n="http://ws.example.com/"><return><available>1</available><extra a="b"><x>1</x><x>2</x><y/></extra></return>
				<return><available>2</available><extra xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns:x="http://www.w3.org/2001/XMLSchema" i:type="x:int">5</extra></return></n:getStockResponse>`,
			`{"return":[{"available":1,"extra":{"@a":"b","x":["1","2"],"y":""}},{"available":2,"extra":5}]}`,
		},
		{
			"substitutes, derived types, names of two namespaces, wildcards", draw,
			`<drawing xmlns="urn:shapes" xmlns:o="urn:shapes:other" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><name>a</name><o:name>b</o:name>
				<square><side>2</side></square><circle id="c"><radius>NaN</radius></circle>
				<owner xsi:type="Person"><id>1</id><boss xmlns:q="urn:shapes" xsi:type=" q:Company"><vat>V</vat></boss></owner>
				<kind xmlns:k="urn:k">k:round</kind><size>large</size><fixed/><remark xml:lang="en">see <b>this</b>!</remark><o:extension><o:code>5</o:code></o:extension></drawing>`,
			`{"name":"a","{urn:shapes:other}name":"b","shape":[{"#element":"square","side":2},{"#element":"circle","radius":"NaN","@id":"c"}],
				"owner":{"#type":"Person","id":"1","boss":{"#type":"Company","vat":"V"}},"key":[],"value":[],"kind":"{urn:k}round","size":"large",
				"remark":{"b":["this"],"@lang":"en","#text":"see !"},"fixed":"always","extension":{"code":5}}`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := replyTo(t, c.setup, wrap(c.reply))
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(parseValue(t, c.want).String(), parseValue(t, got).String()); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
		})
	}
}

func TestOnlyWhatIsReadIsDecoded(t *testing.T) {
	t.Parallel()
	s := payInvoice
	s.selection = `$.invoice { amount: $.amount."#text" lines: line { sku } }`
	got, err := replyTo(t, s, wrap(`<PayInvoiceResponse `+typesSpace+`><invoice><number><oops/></number><amount currency="EUR">1</amount>`+
		`<line><sku>a</sku><price>1</price></line></invoice></PayInvoiceResponse>`))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(`{"amount":1,"lines":[{"sku":"a"}]}`, got); d != "" {
		t.Error(d)
	}
}

func TestOldEncodingsAreRead(t *testing.T) {
	t.Parallel()
	const note = "Zürich – 5 €"
	const text = `<PayInvoiceResponse ` + typesSpace + `><invoice><note>` + note + `</note></invoice></PayInvoiceResponse>`
	windows, err := charmap.Windows1252.NewEncoder().String(strings.Replace(wrap(text), "UTF-8", "windows-1252", 1))
	if err != nil {
		t.Fatal(err)
	}
	latin, err := charmap.ISO8859_15.NewEncoder().String(strings.NewReplacer("UTF-8", "ISO-8859-15", "–", "-").Replace(wrap(text)))
	if err != nil {
		t.Fatal(err)
	}
	wide, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(strings.Replace(wrap(text), "UTF-8", "UTF-16", 1))
	if err != nil {
		t.Fatal(err)
	}
	s := payInvoice
	s.selection = "$.invoice.note"
	for name, c := range map[string]struct{ contentType, body, dash string }{
		"utf-8 with a mark":                {"text/xml", "\xEF\xBB\xBF" + wrap(text), "–"},
		"declared":                         {"text/xml", windows, "–"},
		"ISO-8859-15, with its euro":       {"text/xml", latin, "-"},
		"named by the transport":           {"text/xml; charset=ISO-8859-1", windows, "–"},
		"UTF-16 with a mark":               {"text/xml; charset=utf-8", wide, "–"},
		"UTF-16 without a mark":            {"text/xml", strings.TrimPrefix(wide, "\xFF\xFE"), "–"},
		"other media type":                 {"application/xml", wrap(text), "–"},
		"no media type, and a declaration": {"", wrap(text), "–"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shape := anyShape()
			reply := &datasources.Reply{Status: http.StatusOK, Header: http.Header{"Content-Type": {c.contentType}}, Body: []byte(c.body)}
			got, err := decode(s.fetcher(t, shape), shape, reply, &mapping.Env{})
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(`"`+strings.ReplaceAll(note, "–", c.dash)+`"`, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestRepliesThatBreakTheContractAreInvalid(t *testing.T) {
	t.Parallel()
	const open = `<PayInvoiceResponse ` + typesSpace + `><invoice>`
	const end = `</invoice></PayInvoiceResponse>`
	for name, c := range map[string]struct{ reply, cause string }{
		"empty":                    {"", "the reply has no body"},
		"HTML":                     {"<!DOCTYPE html><html></html>", "this is an HTML page, and no XML"},
		"JSON":                     {`{"a":1}`, "there is text outside"},
		"no envelope":              {"<a/>", "expected an envelope"},
		"SOAP 1.2":                 {`<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Body/></e:Envelope>`, "SOAP 1.2"},
		"no body":                  {`<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"/>`, "no Body"},
		"empty body":               {wrap(""), "the Body is empty, expected <{urn:shop:billing:types}PayInvoiceResponse>"},
		"another element":          {wrap(`<PayInvoiceResult ` + typesSpace + `/>`), "expected <{urn:shop:billing:types}PayInvoiceResponse>"},
		"another namespace":        {wrap(`<PayInvoiceResponse/>`), "the Body has <PayInvoiceResponse>"},
		"two where one may be":     {wrap(open + `<paid>true</paid><paid>false</paid>` + end), "invoice: paid: the element occurs more than once"},
		"elements instead of text": {wrap(open + `<paid><x/></paid>` + end), "invoice: paid: the element has child elements"},
		"truncated":                {strings.TrimSuffix(wrap(open), "</S:Body></S:Envelope>"), "the document ends inside of"},
		"SOAP encoding": {
			wrap(`<PayInvoiceResponse ` + typesSpace + ` xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" e:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"/>`),
			"SOAP encoding",
		},
		"billion laughs": {`<!DOCTYPE l [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>` + wrap(open+`<note>&b;</note>`+end), "document types are not read"},
		"unknown entity": {wrap(open + `<note>&nbsp;</note>` + end), `the entity "nbsp" is not known`},
		"too deep":       {wrap(open + strings.Repeat("<x>", 300)), "nest deeper than 256"},
		"too many attributes": {
			wrap(open + `<note ` + manyAttributes(300) + `/>` + end), "more than 256 attributes",
		},
		"bad UTF-8":         {wrap(open + "<note>\xFF</note>" + end), "not UTF-8"},
		"control character": {wrap(open + "<note>\x01</note>" + end), "U+0001"},
		"two documents":     {wrap(open+end) + "<a/>", "follows the end of the document"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := payInvoice
			s.needsBody = true
			_, err := replyTo(t, s, c.reply)
			var failed *datasources.Error
			if !errors.As(err, &failed) || failed.Code != datasources.CodeResponseInvalid ||
				failed.Message != "The server returned data in an unexpected format." || failed.Extensions.String() != `{"http":{"status":200}}` {
				t.Fatalf("got %v", err)
			}
			if !strings.Contains(failed.Cause.Error(), c.cause) {
				t.Errorf("got the cause %q, want %q", failed.Cause, c.cause)
			}
		})
	}
}

func manyAttributes(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(" a")
		b.WriteString(strings.Repeat("x", i))
		b.WriteString(`=""`)
	}
	return b.String()
}

const fault = `<S:Fault><faultcode>S:Client.Missing</faultcode><faultstring xml:lang="en">no such invoice</faultstring><faultactor>urn:a</faultactor>
	<detail><b:InvoiceNotFound xmlns:b="urn:shop:billing:types"><b:orderId>7</b:orderId><b:attempts>1</b:attempts></b:InvoiceNotFound><other x="y"/></detail></S:Fault>`

func TestFailuresTellStatusAndFaultCode(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, contentType, body string
		status                  int
		isSuccess               string
		want                    string
	}{
		{name: "a Fault with 500", status: 500, body: wrap(fault), want: `CONNECTOR_FETCH Request failed {"http":{"status":500},"soap":{"faultcode":"Client.Missing"}}`},
		{name: "a Fault with 200", status: 200, body: wrap(fault), want: `CONNECTOR_FETCH Request failed {"http":{"status":200},"soap":{"faultcode":"Client.Missing"}}`},
		{name: "a page of a proxy", status: 502, body: "<html>Bad Gateway<br>", contentType: "text/html", want: `CONNECTOR_FETCH Request failed {"http":{"status":502}}`},
		{name: "nothing", status: 401, want: `CONNECTOR_FETCH Request failed {"http":{"status":401}}`},
		{name: "what isSuccess refuses", status: 200, body: wrap(`<PayInvoiceResponse ` + typesSpace + `><invoice><paid>false</paid></invoice></PayInvoiceResponse>`), isSuccess: "$.invoice.paid", want: `CONNECTOR_FETCH Request failed {"http":{"status":200}}`},
		{name: "what isSuccess takes", status: 500, body: wrap(fault), isSuccess: "$status->eq(500)", want: `{"faultcode":"Client.Missing","faultstring":"no such invoice","faultactor":"urn:a","detail":{"InvoiceNotFound":{"orderId":"7","attempts":[1]},"other":{"@x":"y"}}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := payInvoice
			s.isSuccess = c.isSuccess
			s.selection = "$"
			shape := anyShape()
			s.address = answer(t, c.status, c.contentType, c.body)
			f := s.fetcher(t, shape)
			got, err := call(t.Context(), t, f, shape, &mapping.Env{})
			var failed *datasources.Error
			if errors.As(err, &failed) {
				got = failed.Code + " " + failed.Message + " " + failed.Extensions.String()
			} else if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
		})
	}
}

func TestErrorsMappingsSeeTheFault(t *testing.T) {
	t.Parallel()
	s := payInvoice
	s.change = func(_ *datasources.Settings, c *datasources.Connector) {
		c.ErrorsMessage = parse(t, "$.faultstring")
		c.ErrorsExtensions = parse(t, "code: $(\"NOT_FOUND\") order: $.detail.InvoiceNotFound.orderId http: $status")
	}
	_, err := replyTo(t, s, wrap(fault))
	var failed *datasources.Error
	if !errors.As(err, &failed) || failed.Code != "NOT_FOUND" || failed.Message != "no such invoice" {
		t.Fatalf("got %v", err)
	}
	want := `{"http":200,"soap":{"faultcode":"Client.Missing"},"code":"NOT_FOUND","order":"7"}`
	if d := cmp.Diff(want, failed.Extensions.String()); d != "" {
		t.Error(d)
	}
}

func TestOneWayOperationsNeedNoReply(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusOK, http.StatusAccepted, http.StatusNoContent} {
		shape := anyShape()
		s := setup{
			wsdl: "billing/billing.wsdl", operation: "Notify", message: `text: "hello"`, selection: "$status",
			address: answer(t, status, "", ""),
		}
		got, err := call(t.Context(), t, s.fetcher(t, shape), shape, &mapping.Env{})
		if err != nil || got != strconv.Itoa(status) {
			t.Errorf("status %d: got %q, %v", status, got, err)
		}
	}
}

// Whoever makes up a reply chooses the names in it: messages show the beginning of long ones, and still say what was expected.
func TestLongNamesAreShortenedInMessages(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 4000)
	head := strings.Repeat("x", 200) + "…"
	for text, want := range map[string]string{
		"<" + long + "/>":       "the reply is <" + head + ">, expected an envelope",
		wrap("<" + long + "/>"): "the Body has <" + head + ">, expected <{urn:shop:billing:types}PayInvoiceResponse>",
		wrap("<PayInvoiceResponse " + typesSpace + "><" + long + "/></x>"): "</x> ends <PayInvoiceResponse>",
		wrap("<PayInvoiceResponse " + typesSpace + "></" + long + ">"):     "</" + head + "> ends <PayInvoiceResponse>",
		wrap("<a " + long + "='1' " + long + "='2'/>"):                     `the attribute "` + head + `" occurs twice`,
		strings.Replace(wrap("<PayInvoiceResponse "+typesSpace+"/>"), "<S:Header/>", `<S:Header><`+long+` S:mustUnderstand="1"/></S:Header>`, 1): "the reply has the header block <" + head +
			">, which must be understood and is not known: the contract does not declare it",
	} {
		_, err := replyTo(t, payInvoice, text)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// References of literal messages are followed within the bounds of those of encoded ones.
func TestReferencesOfLiteralMessagesAreBounded(t *testing.T) {
	t.Parallel()
	const open = `<GetOrdersResponse xmlns="http://tempuri.org/"><GetOrdersResult>`
	const end = `</GetOrdersResult></GetOrdersResponse>`
	for content, want := range map[string]string{
		`<Order id="a"><Id>1</Id><Parent href="#a"/></Order>`:                                `the element with the id "a" is inside of itself`,
		`<Order id="a"><Id>1</Id></Order><Order href="#a"/>`:                                 `{"GetOrdersResult":{"Order":[{"#type":"Order","Id":1},{"#type":"Order","Id":1}]}}`,
		`<Order id="a"><Id>1</Id></Order><Order id="a"><Id>2</Id></Order><Order href="#a"/>`: `{"GetOrdersResult":{"Order":[{"#type":"Order","Id":1},{"#type":"Order","Id":2},{"#type":"Order"}]}}`,
		`<Order id="a"><Id>1</Id>` + strings.Repeat(`<Comment>`+strings.Repeat("x", 100)+`</Comment>`, 1) + `</Order>` + strings.Repeat(`<Order href="#a"/>`, 50000): "references make far more of the reply than it is",
	} {
		got, err := replyTo(t, getOrders, wrap(open+content+end))
		if err != nil {
			got = err.Error()
		}
		if !strings.HasSuffix(got, want) {
			t.Errorf("%.100s: got %.200s", content, got)
		}
	}
}
