package shop_test

import (
	"bytes"
	"encoding/xml"
	"net/http"
	"strings"
	"testing"

	"github.com/weftgraph/weft/examples/shop"
)

const (
	soapSpace  = "http://schemas.xmlsoap.org/soap/envelope/"
	typesSpace = "http://shop.example/billing/types"
)

// message is an envelope as encoding/xml reads it.
type message struct {
	XMLName xml.Name `xml:"http://schemas.xmlsoap.org/soap/envelope/ Envelope"`
	Body    struct {
		Fault    *soapFault `xml:"http://schemas.xmlsoap.org/soap/envelope/ Fault"`
		Invoice  *xmlAnswer `xml:"http://shop.example/billing/types GetInvoiceResponse"`
		Invoices *xmlAnswer `xml:"http://shop.example/billing/types GetInvoicesResponse"`
		Payment  *struct {
			Receipt xmlReceipt `xml:"http://shop.example/billing/types receipt"`
		} `xml:"http://shop.example/billing/types PayInvoiceResponse"`
	} `xml:"http://schemas.xmlsoap.org/soap/envelope/ Body"`
}

type soapFault struct {
	Code   string `xml:"faultcode"`
	Text   string `xml:"faultstring"`
	Detail *struct {
		Fault struct {
			Code    string `xml:"http://shop.example/billing/types code"`
			Message string `xml:"http://shop.example/billing/types message"`
			Element string `xml:"http://shop.example/billing/types element"`
		} `xml:"http://shop.example/billing/types InvoiceFault"`
	} `xml:"detail"`
}

type xmlAnswer struct {
	Invoices []xmlInvoice `xml:"http://shop.example/billing/types invoice"`
}

type xmlInvoice struct {
	Number  string   `xml:"http://shop.example/billing/types number"`
	OrderID int      `xml:"http://shop.example/billing/types orderId"`
	Issued  string   `xml:"http://shop.example/billing/types issued"`
	Due     string   `xml:"http://shop.example/billing/types due"`
	Status  string   `xml:"http://shop.example/billing/types status"`
	Amount  xmlMoney `xml:"http://shop.example/billing/types amount"`
	PaidAt  struct {
		Nil  bool   `xml:"http://www.w3.org/2001/XMLSchema-instance nil,attr"`
		Text string `xml:",chardata"`
	} `xml:"http://shop.example/billing/types paidAt"`
	Note  *string `xml:"http://shop.example/billing/types note"`
	Lines []struct {
		SKU         string `xml:"sku,attr"`
		Description string `xml:"http://shop.example/billing/types description"`
		Quantity    int    `xml:"http://shop.example/billing/types quantity"`
		UnitPrice   string `xml:"http://shop.example/billing/types unitPrice"`
	} `xml:"http://shop.example/billing/types line"`
}

type xmlMoney struct {
	Currency string `xml:"currency,attr"`
	Text     string `xml:",chardata"`
}

type xmlReceipt struct {
	Number  string     `xml:"http://shop.example/billing/types number"`
	PaidAt  string     `xml:"http://shop.example/billing/types paidAt"`
	Amount  xmlMoney   `xml:"http://shop.example/billing/types amount"`
	Method  string     `xml:"http://shop.example/billing/types method"`
	Invoice xmlInvoice `xml:"http://shop.example/billing/types invoice"`
}

// startShop starts all back ends; the client's base is that of the REST service.
func startShop(t *testing.T, o shop.Options) (client, *shop.Running) {
	t.Helper()
	running, err := shop.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		if err := running.Close(); err != nil {
			t.Error(err)
		}
	})
	return client{T: t, shop: running.Service, http: &http.Client{Transport: transport}, base: running.URL()}, running
}

// wrap puts the content of a Body into an envelope.
func wrap(body string) string {
	return `<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="` + soapSpace + `"><s:Body>` + body + `</s:Body></s:Envelope>`
}

// envelope sends a Body to the billing service.
func (c client) envelope(t *testing.T, running *shop.Running, operation, body string) got {
	t.Helper()
	return c.postXML(t, running, `"http://shop.example/billing/`+operation+`"`, wrap(body))
}

func (c client) postXML(t *testing.T, running *shop.Running, action, text string) got {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, running.Address(shop.Billing), strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "text/xml; charset=utf-8")
	request.Header.Set("SOAPAction", action)
	return c.do(t, request)
}

func (c client) do(t *testing.T, request *http.Request) got {
	t.Helper()
	response, err := c.http.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var body bytes.Buffer
	_, err = body.ReadFrom(response.Body)
	return got{status: response.StatusCode, header: response.Header, body: body.Bytes(), err: err}
}

// understood decodes an envelope, whatever is in it.
func understood(t *testing.T, g got) message {
	t.Helper()
	if kind := g.header.Get("Content-Type"); kind != "text/xml; charset=utf-8" {
		t.Fatalf("status %d, type %q: %s", g.status, kind, g.body)
	}
	var m message
	if err := xml.Unmarshal(g.body, &m); err != nil {
		t.Fatalf("%v in %s", err, g.body)
	}
	if (m.Body.Fault != nil) != (g.status == http.StatusInternalServerError) {
		t.Errorf("status %d with %s", g.status, g.body)
	}
	return m
}
