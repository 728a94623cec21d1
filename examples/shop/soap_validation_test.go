package shop_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/weftgraph/weft/examples/shop"
)

const (
	getInvoice  = `<GetInvoice xmlns="` + typesSpace + `">%s</GetInvoice>`
	getInvoices = `<GetInvoices xmlns="` + typesSpace + `">%s</GetInvoices>`
	payInvoice  = `<PayInvoice xmlns="` + typesSpace + `">%s</PayInvoice>`
)

// badBody is the content of a Body that the contract does not allow, and what the
// Fault says.
type badBody struct{ operation, body, message, element string }

func badBodies() map[string]badBody {
	const (
		number   = "<number>INV-1296</number>"
		amount   = `<amount currency="EUR">23.40</amount>`
		method   = "<method>CARD</method>"
		xsi      = `xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"`
		one      = "<orderId>1002</orderId>"
		unwanted = "<orderId/>"
	)
	get := func(content, message, element string) badBody {
		return badBody{"GetInvoice", fmt.Sprintf(getInvoice, content), message, element}
	}
	pay := func(content, message, element string) badBody {
		return badBody{"PayInvoice", fmt.Sprintf(payInvoice, content), message, element}
	}
	return map[string]badBody{
		"missing":            get("", "the element orderId is missing", "GetInvoice/orderId"),
		"misspelt":           get("<orderid>1</orderid>", "expected the element orderId but got {"+typesSpace+"}orderid", "GetInvoice/orderId"),
		"other namespace":    get(`<orderId xmlns="urn:x">1</orderId>`, "expected the element orderId but got {urn:x}orderId", "GetInvoice/orderId"),
		"no namespace":       get(`<orderId xmlns="">1</orderId>`, "expected the element orderId but got orderId", "GetInvoice/orderId"),
		"undeclared prefix":  get(`<b:orderId>1</b:orderId>`, "expected the element orderId but got {b}orderId", "GetInvoice/orderId"),
		"twice":              get(one+one, "the element {"+typesSpace+"}orderId is not expected", "GetInvoice"),
		"one more":           get(one+"<note/>", "the element {"+typesSpace+"}note is not expected", "GetInvoice"),
		"no number":          get("<orderId>first</orderId>", `expected a value of type xs:long but got "first"`, "GetInvoice/orderId"),
		"a fraction":         get("<orderId>1002.0</orderId>", `expected a value of type xs:long but got "1002.0"`, "GetInvoice/orderId"),
		"too long":           get("<orderId>9223372036854775808</orderId>", `expected a value of type xs:long but got "9223372036854775808"`, "GetInvoice/orderId"),
		"empty":              get(unwanted, `expected a value of type xs:long but got ""`, "GetInvoice/orderId"),
		"nil":                get(`<orderId `+xsi+` xsi:nil="true"/>`, "the attribute nil is not expected", "GetInvoice/orderId"),
		"an attribute":       get(`<orderId unit="x">1</orderId>`, "the attribute unit is not expected", "GetInvoice/orderId"),
		"an element inside":  get(`<orderId><b/>1</orderId>`, "expected text but got the element {"+typesSpace+"}b", "GetInvoice/orderId"),
		"text between":       get("1002"+one, "expected elements but got text", "GetInvoice"),
		"none of many":       {"GetInvoices", fmt.Sprintf(getInvoices, ""), "the element orderId is missing", "GetInvoices/orderId"},
		"one of many wrong":  {"GetInvoices", fmt.Sprintf(getInvoices, one+"<orderId>x</orderId>"), `expected a value of type xs:long but got "x"`, "GetInvoices/orderId"},
		"too many":           {"GetInvoices", fmt.Sprintf(getInvoices, strings.Repeat(one, 1001)), "expected at most 1000 of them", "GetInvoices/orderId"},
		"wrong order":        pay(amount+number+method, "expected the element number but got {"+typesSpace+"}amount", "PayInvoice/number"),
		"no invoice number":  pay("<number>1296</number>"+amount+method, `expected a value that matches ^INV-[0-9]+$ but got "1296"`, "PayInvoice/number"),
		"no amount":          pay(number+`<amount currency="EUR">much</amount>`+method, `expected a value of type xs:decimal but got "much"`, "PayInvoice/amount"),
		"an exponent":        pay(number+`<amount currency="EUR">1e2</amount>`+method, `expected a value of type xs:decimal but got "1e2"`, "PayInvoice/amount"),
		"too exact":          pay(number+`<amount currency="EUR">23.401</amount>`+method, `expected at most 2 digits after the point but got "23.401"`, "PayInvoice/amount"),
		"no currency":        pay(number+`<amount>23.40</amount>`+method, "the attribute currency is missing", "PayInvoice/amount/@currency"),
		"wrong currency":     pay(number+`<amount currency="euro">23.40</amount>`+method, `expected a value that matches ^[A-Z]{3}$ but got "euro"`, "PayInvoice/amount/@currency"),
		"no known method":    pay(number+amount+"<method>GOLD</method>", `expected one of ["CARD" "TRANSFER" "VOUCHER"] but got "GOLD"`, "PayInvoice/method"),
		"method missing":     pay(number+amount, "the element method is missing", "PayInvoice/method"),
		"an attribute on it": {"GetInvoice", `<GetInvoice xmlns="` + typesSpace + `" x="1">` + one + `</GetInvoice>`, "the attribute x is not expected", "GetInvoice"},
	}
}

func TestBodyThatTheContractDoesNotAllowIsAFaultThatSaysWhere(t *testing.T) {
	t.Parallel()
	c, running := startShop(t, shop.Options{})
	for name, tt := range badBodies() {
		fault := understood(t, c.envelope(t, running, tt.operation, tt.body)).Body.Fault
		if fault == nil || fault.Code != "soap:Client" || fault.Text != tt.message || fault.Detail == nil {
			t.Errorf("%s: %+v", name, fault)
			continue
		}
		if d := fault.Detail.Fault; d.Code != "INVALID_REQUEST" || d.Message != tt.message || d.Element != tt.element {
			t.Errorf("%s: detail %+v", name, d)
		}
	}
}

func TestWhatIsNoEnvelopeIsRefusedWithTheReason(t *testing.T) {
	t.Parallel()
	c, running := startShop(t, shop.Options{})
	const (
		action = `"http://shop.example/billing/GetInvoice"`
		body   = `<GetInvoice xmlns="` + typesSpace + `"><orderId>1002</orderId></GetInvoice>`
		open   = `<s:Envelope xmlns:s="` + soapSpace + `">`
		header = `<s:Header><t:transaction xmlns:t="urn:t" s:mustUnderstand="%s" %s>5</t:transaction></s:Header>`
	)
	inEnvelope := func(content string) string { return open + content + "</s:Envelope>" }
	withHeader := func(must, actor string) string {
		return inEnvelope(fmt.Sprintf(header, must, actor) + "<s:Body>" + body + "</s:Body>")
	}
	for name, tt := range map[string]struct{ text, action, code, message string }{
		"the right one":        {wrap(body), action, "", ""},
		"unquoted action":      {wrap(body), "http://shop.example/billing/GetInvoice", "", ""},
		"SOAP 1.2":             {strings.ReplaceAll(wrap(body), soapSpace, "http://www.w3.org/2003/05/soap-envelope"), action, "VersionMismatch", "expected an Envelope of SOAP 1.1 but got one of http://www.w3.org/2003/05/soap-envelope"},
		"must understand":      {withHeader("1", ""), action, "MustUnderstand", "the header block {urn:t}transaction is not understood"},
		"next must understand": {withHeader("1", `s:actor="http://schemas.xmlsoap.org/soap/actor/next"`), action, "MustUnderstand", "the header block {urn:t}transaction is not understood"},
		"another understands":  {withHeader("1", `s:actor="urn:someone"`), action, "", ""},
		"may be ignored":       {withHeader("0", ""), action, "", ""},
		"empty":                {"", action, "Client", "the request is no SOAP message: it is empty"},
		"JSON":                 {`{"orderId":1002}`, action, "Client", "the request is no SOAP message: there is text outside of the document"},
		"not closed":           {open, action, "Client", "the request is no SOAP message: XML syntax error on line 1: unexpected EOF"},
		"DTD":                  {`<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>` + wrap(body)[38:], action, "Client", "the request is no SOAP message: a document type declaration is not allowed"},
		"instruction":          {inEnvelope("<?php x ?>"), action, "Client", "the request is no SOAP message: a processing instruction is not allowed"},
		"unknown entity":       {wrap("&a;"), action, "Client", "the request is no SOAP message: XML syntax error on line 1: invalid character entity &a;"},
		"other encoding":       {`<?xml version="1.0" encoding="latin1"?><a/>`, action, "Client", `the request is no SOAP message: xml: encoding "latin1" declared but Decoder.CharsetReader is nil`},
		"too deep":             {strings.Repeat("<a>", 40), action, "Client", "the request is no SOAP message: it is nested more than 32 deep"},
		"too large":            {wrap(strings.Repeat(" ", 300_000)), action, "Client", "expected at most 262144 bytes"},
		"two documents":        {"<a/><a/>", action, "Client", "the request is no SOAP message: a follows the end of the document"},
		"no envelope":          {body, action, "Client", "expected an Envelope but got {" + typesSpace + "}GetInvoice"},
		"no body":              {inEnvelope(""), action, "Client", "expected an Envelope with an optional Header and one Body"},
		"header after body":    {inEnvelope("<s:Body>" + body + "</s:Body><s:Header/>"), action, "Client", "expected an Envelope with an optional Header and one Body"},
		"empty body":           {wrap(""), action, "Client", "expected one element in the Body but got 0"},
		"two requests":         {wrap(body + body), action, "Client", "expected one element in the Body but got 2"},
		"unknown operation":    {wrap(`<Refund xmlns="` + typesSpace + `"/>`), action, "Client", "there is no operation for the element {" + typesSpace + "}Refund"},
		"other namespace":      {wrap(`<GetInvoice xmlns="urn:x"/>`), action, "Client", "there is no operation for the element {urn:x}GetInvoice"},
		"action of another":    {wrap(body), `"http://shop.example/billing/PayInvoice"`, "Client", `expected the SOAPAction "http://shop.example/billing/GetInvoice" but got "http://shop.example/billing/PayInvoice"`},
		"empty action":         {wrap(body), `""`, "Client", `expected the SOAPAction "http://shop.example/billing/GetInvoice" but got ""`},
	} {
		m := understood(t, c.postXML(t, running, tt.action, tt.text))
		switch fault := m.Body.Fault; {
		case tt.code == "":
			if fault != nil || m.Body.Invoice == nil {
				t.Errorf("%s: %+v", name, fault)
			}
		case fault == nil || fault.Code != "soap:"+tt.code || fault.Text != tt.message:
			t.Errorf("%s: %+v", name, fault)
		case (fault.Detail != nil) != (tt.code == "Client"):
			t.Errorf("%s: detail %+v", name, fault.Detail)
		}
	}
}

func TestHTTPOfTheBillingServiceIsThatOfSOAP(t *testing.T) {
	t.Parallel()
	c, running := startShop(t, shop.Options{})
	request := func(method, target, contentType string, actions ...string) got {
		r, err := http.NewRequestWithContext(t.Context(), method, running.Address(shop.Billing)+target,
			strings.NewReader(wrap(`<GetInvoice xmlns="`+typesSpace+`"><orderId>1002</orderId></GetInvoice>`)))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", contentType)
		for _, a := range actions {
			r.Header.Add("SOAPAction", a)
		}
		return c.do(t, r)
	}
	for name, tt := range map[string]struct {
		got    got
		status int
	}{
		"JSON":             {request(http.MethodPost, "", "application/json"), http.StatusUnsupportedMediaType},
		"SOAP 1.2":         {request(http.MethodPost, "", "application/soap+xml"), http.StatusUnsupportedMediaType},
		"another charset":  {request(http.MethodPost, "", "text/xml; charset=latin1"), http.StatusUnsupportedMediaType},
		"no charset":       {request(http.MethodPost, "", "text/xml", "http://shop.example/billing/GetInvoice"), http.StatusOK},
		"no action":        {request(http.MethodPost, "", "text/xml"), http.StatusInternalServerError},
		"two actions":      {request(http.MethodPost, "", "text/xml", "a", "b"), http.StatusInternalServerError},
		"GET":              {request(http.MethodGet, "", ""), http.StatusMethodNotAllowed},
		"PUT":              {request(http.MethodPut, "", "text/xml"), http.StatusMethodNotAllowed},
		"another path":     {request(http.MethodPost, "/more", "text/xml"), http.StatusNotFound},
		"the contract":     {request(http.MethodGet, "?wsdl", ""), http.StatusOK},
		"the other letter": {request(http.MethodGet, "?WSDL", ""), http.StatusOK},
		"its schema":       {request(http.MethodGet, "?xsd", ""), http.StatusOK},
	} {
		if tt.got.status != tt.status {
			t.Errorf("%s: status %d: %s", name, tt.got.status, tt.got.body)
		}
	}
}
