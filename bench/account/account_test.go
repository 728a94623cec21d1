package account_test

import (
	"testing"

	"github.com/weftgraph/weft/bench/account"
	"github.com/weftgraph/weft/examples/shop"
)

// The data of the shop is fixed: user 48 has ten orders with nineteen lines, one of them called off, one paid and not packed.
func TestPageTellsWhatThreeServicesKnow(t *testing.T) {
	t.Parallel()
	running, service := start(t)
	page, err := service.Page(t.Context(), 48)
	if err != nil {
		t.Fatal(err)
	}
	if page.User == nil || page.User.Name == "" {
		t.Fatalf("no user: %+v", page)
	}
	lines, stocked, shipped, invoiced := 0, 0, 0, 0
	for _, o := range page.User.Orders {
		for _, l := range o.Lines {
			lines++
			if l.Product != nil && l.Product.Name != "" && l.Product.Inventory != nil {
				stocked++
			}
		}
		if o.Shipment != nil && o.Shipment.Status != "" {
			shipped++
		}
		if o.Invoice != nil && o.Invoice.Amount == o.Total && o.Invoice.Currency == "EUR" {
			invoiced++
		}
	}
	if got, want := [...]int{len(page.User.Orders), lines, stocked, shipped, invoiced}, [...]int{10, 19, 19, 9, 9}; got != want {
		t.Errorf("orders, lines, stocked lines, shipments, invoices: want %v, got %v", want, got)
	}
	if n := len(running.Calls()); n != 6 {
		t.Errorf("want 6 calls, got %d: %+v", n, running.Calls())
	}
}

func TestNobodyHasNoPage(t *testing.T) {
	t.Parallel()
	_, service := start(t)
	page, err := service.Page(t.Context(), 51)
	if err != nil || page.User != nil {
		t.Errorf("want a page without a user, got %+v and the error %v", page, err)
	}
}

func TestCustomerWithoutOrdersNeedsNoDetails(t *testing.T) {
	t.Parallel()
	running, service := start(t)
	page, err := service.Page(t.Context(), 50)
	if err != nil || page.User == nil || page.User.Orders == nil || len(page.User.Orders) > 0 {
		t.Errorf("want an empty list of orders, got %+v and the error %v", page, err)
	}
	if n := len(running.Calls()); n != 2 {
		t.Errorf("want 2 calls, got %d", n)
	}
}

func TestFailingBackEndFailsThePage(t *testing.T) {
	t.Parallel()
	for _, target := range []string{"/orders", "/shipping.v1.Shipping", "/billing/GetInvoices"} {
		running, service := start(t)
		if err := running.SetFault(target, shop.Fault{Status: 500}); err != nil {
			t.Fatal(err)
		}
		if page, err := service.Page(t.Context(), 48); err == nil {
			t.Errorf("%s fails: want an error, got %+v", target, page)
		}
	}
}

func start(t *testing.T) (*shop.Running, *account.Service) {
	t.Helper()
	running, err := shop.Start(t.Context(), shop.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = running.Close() })
	service, err := account.New(account.Addresses{
		REST:     running.Address(shop.REST),
		Shipping: running.Address(shop.Shipping),
		Billing:  running.Address(shop.Billing),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = service.Close() })
	return running, service
}
