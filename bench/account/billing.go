package account

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"net/http"
	"strconv"
)

// billing is the SOAP service: invoices.
type billing struct {
	client  *http.Client
	address string
}

// The request, around the ids.
const (
	getInvoices = `"http://shop.example/billing/GetInvoices"`
	requestHead = `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>` +
		`<GetInvoices xmlns="http://shop.example/billing/types">`
	requestTail = `</GetInvoices></soap:Body></soap:Envelope>`
)

// envelope is what is read of a reply.
type envelope struct {
	Fault *struct {
		Text string `xml:"faultstring"`
	} `xml:"Body>Fault"`
	Invoices []struct {
		Number  string `xml:"number"`
		OrderID int64  `xml:"orderId"`
		Due     string `xml:"due"`
		Status  string `xml:"status"`
		Amount  struct {
			Value    float64 `xml:",chardata"`
			Currency string  `xml:"currency,attr"`
		} `xml:"amount"`
		PaidAt string `xml:"paidAt"` // "" where it is nil
	} `xml:"Body>GetInvoicesResponse>invoice"`
}

// invoices returns the invoices of orders, by order.
func (b billing) invoices(ctx context.Context, orders []int64) (map[int64]*Invoice, error) {
	var body bytes.Buffer
	body.WriteString(requestHead)
	for _, id := range orders {
		body.WriteString("<orderId>")
		body.WriteString(strconv.FormatInt(id, 10))
		body.WriteString("</orderId>")
	}
	body.WriteString(requestTail)
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, b.address, &body)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "text/xml; charset=utf-8")
	request.Header.Set("SOAPAction", getInvoices)
	resp, err := b.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	var reply envelope
	if err := xml.NewDecoder(resp.Body).Decode(&reply); err != nil {
		return nil, fmt.Errorf("reading invoices (%s): %w", resp.Status, err)
	}
	if reply.Fault != nil || resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("asking for invoices: %s: %+v", resp.Status, reply.Fault)
	}
	out := make(map[int64]*Invoice, len(reply.Invoices))
	for _, i := range reply.Invoices {
		invoice := &Invoice{Number: i.Number, Status: i.Status, Amount: i.Amount.Value, Currency: i.Amount.Currency, Due: i.Due}
		if i.PaidAt != "" {
			invoice.PaidAt = &i.PaidAt
		}
		out[i.OrderID] = invoice
	}
	return out, nil
}
