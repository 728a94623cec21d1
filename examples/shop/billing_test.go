package shop_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/weftgraph/weft/examples/shop"
)

// invoices asks for the invoices of orders.
func (c client) invoices(t *testing.T, running *shop.Running, orderIDs ...int) []xmlInvoice {
	t.Helper()
	var body strings.Builder
	body.WriteString(`<b:GetInvoices xmlns:b="` + typesSpace + `">`)
	for _, id := range orderIDs {
		fmt.Fprintf(&body, "<b:orderId>%d</b:orderId>", id)
	}
	body.WriteString(`</b:GetInvoices>`)
	m := understood(t, c.envelope(t, running, "GetInvoices", body.String()))
	if m.Body.Invoices == nil {
		t.Fatalf("fault %+v", m.Body.Fault)
	}
	return m.Body.Invoices.Invoices
}

func (c client) pay(t *testing.T, running *shop.Running, number, amount, currency, method string) message {
	t.Helper()
	return understood(t, c.envelope(t, running, "PayInvoice", fmt.Sprintf(
		`<PayInvoice xmlns=%q><number>%s</number><amount currency=%q>%s</amount><method>%s</method></PayInvoice>`,
		typesSpace, number, currency, amount, method)))
}

func TestEveryOrderButTheCancelledHasOneInvoiceThatSaysWhatItCosts(t *testing.T) {
	t.Parallel()
	c, running := startShop(t, shop.Options{})
	orders := read[[]row](c, "/orders")
	var asked []int
	for _, o := range orders {
		asked = append(asked, o.ID)
	}
	invoices := map[int]xmlInvoice{}
	for _, i := range c.invoices(t, running, asked...) {
		invoices[i.OrderID] = i
	}
	open := 0
	for _, o := range orders {
		i, ok := invoices[o.ID]
		if ok == (o.Status == "CANCELLED") {
			t.Errorf("order %d is %s, invoice %+v", o.ID, o.Status, i)
		}
		if !ok {
			continue
		}
		isOpen := o.Status == "PENDING"
		if isOpen {
			open++
		}
		if i.Amount != (xmlMoney{Currency: "EUR", Text: o.Total.String()}) || (i.Status == "OPEN") != isOpen ||
			i.PaidAt.Nil != isOpen || (i.PaidAt.Text == "") != isOpen || (i.Note != nil) != isOpen ||
			i.Number != fmt.Sprintf("INV-%d", o.ID) || i.Issued >= i.Due {
			t.Errorf("order %+v: invoice %+v", o, i)
		}
		for n, line := range o.Lines {
			if got := i.Lines[n]; got.SKU != line.SKU || got.Quantity != line.Quantity || got.UnitPrice != line.UnitPrice.String() || got.Description == "" {
				t.Errorf("order %d: line %+v", o.ID, got)
			}
		}
	}
	if open == 0 {
		t.Error("there is nothing to pay")
	}
}

func TestInvoicesComeInTheOrderOfTheRequestEachOnce(t *testing.T) {
	t.Parallel()
	c, running := startShop(t, shop.Options{})
	var got []int
	for _, i := range c.invoices(t, running, 1296, 3, 1002, 1296) {
		got = append(got, i.OrderID)
	}
	if diff := cmp.Diff([]int{1296, 1002}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	single := understood(t, c.envelope(t, running, "GetInvoice",
		`<GetInvoice xmlns="`+typesSpace+`"><orderId> +1002 </orderId></GetInvoice>`)).Body.Invoice
	if diff := cmp.Diff(c.invoices(t, running, 1002), single.Invoices); diff != "" {
		t.Errorf("single invoice (-batch +single):\n%s", diff)
	}
}

func TestPaymentIsSeenByAllBackEnds(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)
	w := newWarehouse(t, shop.Options{Now: func() time.Time { return noon }})
	order := read[row](w.client, "/orders/1296")
	if order.Status != "PENDING" {
		t.Fatalf("order %+v", order)
	}
	m := w.pay(t, w.running, "INV-1296", order.Total.String()+"0", "EUR", "CARD")
	if m.Body.Payment == nil {
		t.Fatalf("fault %+v", m.Body.Fault)
	}
	receipt := m.Body.Payment.Receipt
	want := xmlReceipt{
		Number: "RCP-1296", PaidAt: "2026-03-01T12:00:00Z", Method: "CARD",
		Amount:  xmlMoney{Currency: "EUR", Text: order.Total.String()},
		Invoice: w.invoices(t, w.running, 1296)[0],
	}
	if diff := cmp.Diff(want, receipt); diff != "" {
		t.Errorf("receipt (-want +got):\n%s", diff)
	}
	if i := receipt.Invoice; i.Status != "PAID" || i.PaidAt.Nil || i.PaidAt.Text != receipt.PaidAt || i.Note != nil {
		t.Errorf("invoice %+v", i)
	}
	if order := read[row](w.client, "/orders/1296"); order.Status != "PAID" {
		t.Errorf("order %+v", order)
	}
	if found := read[[]row](w.client, "/orders?status=PENDING"); len(found) == 0 || len(ids(found)) != 6 {
		t.Errorf("pending orders %v", ids(found))
	}
	shipment, err := w.shipping.GetShipment(t.Context(), shipmentOf(1296))
	if err != nil || shipment.GetShipment().GetEvents()[0].GetAt().AsTime() != noon {
		t.Errorf("shipment %v, error %v", shipment, err)
	}
}

func TestPaymentThatCannotBeTakenIsATypedFaultAndChangesNothing(t *testing.T) {
	t.Parallel()
	c, running := startShop(t, shop.Options{})
	before := c.invoices(t, running, 1296, 1002)
	for name, tt := range map[string]struct{ number, amount, currency, code, message string }{
		"unknown":        {"INV-7", "1", "EUR", "NOT_FOUND", "there is no invoice INV-7"},
		"other spelling": {"INV-01296", "23.40", "EUR", "NOT_FOUND", "there is no invoice INV-01296"},
		"endless number": {"INV-" + strings.Repeat("9", 30), "1", "EUR", "NOT_FOUND", "there is no invoice INV-" + strings.Repeat("9", 30)},
		"already paid":   {"INV-1002", "1", "EUR", "ALREADY_PAID", "the invoice INV-1002 is already paid"},
		"too little":     {"INV-1296", "23.39", "EUR", "WRONG_AMOUNT", "the amount due is 23.40 EUR"},
		"negative":       {"INV-1296", "-23.40", "EUR", "WRONG_AMOUNT", "the amount due is 23.40 EUR"},
		"other currency": {"INV-1296", "23.40", "NOK", "WRONG_AMOUNT", "the amount due is 23.40 EUR"},
	} {
		fault := c.pay(t, running, tt.number, tt.amount, tt.currency, "TRANSFER").Body.Fault
		if fault == nil || fault.Code != "soap:Client" || fault.Text != tt.message ||
			fault.Detail == nil || fault.Detail.Fault.Code != tt.code || fault.Detail.Fault.Message != tt.message {
			t.Errorf("%s: %+v", name, fault)
		}
	}
	if diff := cmp.Diff(before, c.invoices(t, running, 1296, 1002)); diff != "" {
		t.Errorf("invoices (-before +after):\n%s", diff)
	}
}

func TestCallLogHoldsEnvelopes(t *testing.T) {
	t.Parallel()
	c, running := startShop(t, shop.Options{})
	c.invoices(t, running, 1002, 4)
	c.pay(t, running, "INV-1002", "1", "EUR", "CARD")
	c.postXML(t, running, `""`, "<nothing/>")
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, running.Address(shop.Billing)+"?wsdl", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	c.do(t, request)
	want := []shop.Call{
		{Backend: shop.Billing, Method: "GetInvoices", Path: "/billing", Keys: []string{"1002", "4"}, Status: 200},
		{Backend: shop.Billing, Method: "PayInvoice", Path: "/billing", Keys: []string{"INV-1002"}, Status: 500, Code: "Client"},
		{Backend: shop.Billing, Method: "POST", Path: "/billing", Status: 500, Code: "Client"},
	}
	if diff := cmp.Diff(want, running.Calls(), cmpopts.IgnoreFields(shop.Call{}, "Start", "Duration")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
