package main_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/examples/shop"
	"github.com/weftgraph/weft/server/config"
)

// accountLoss is what is missing of the page when something is gone, and the errors that tell of it, by code.
type accountLoss struct {
	lost  func(page row)
	codes []string
}

// lose takes what each order's field was.
func lose(field string) func(page row) {
	return func(page row) { each(page["user"].(row)["orders"], func(o row) { o[field] = nil }) }
}

// loseOfProducts takes what a field of each product was.
func loseOfProducts(field string) func(page row) {
	return func(page row) {
		each(page["user"].(row)["orders"], func(o row) {
			each(o["lines"], func(l row) { l["product"].(row)[field] = nil })
		})
	}
}

func loseAllOf(losses ...func(page row)) func(page row) {
	return func(page row) {
		for _, l := range losses {
			l(page)
		}
	}
}

// want checks an answer against the whole page without what is lost, and that there is one error for each call that failed.
func (l accountLoss) want(t *testing.T, whole, a answer) {
	t.Helper()
	page, ok := decoded(t, whole.Data).(row)
	if !ok || len(whole.Errors) > 0 {
		t.Fatalf("the page has errors without a fault: %+v", whole.Errors)
	}
	l.lost(page)
	if diff := cmp.Diff(any(page), decoded(t, a.Data)); diff != "" {
		t.Errorf("data (-want +got)\n%s", diff)
	}
	var codes []string
	for _, e := range a.Errors {
		codes = append(codes, e.code())
		if text := e.Message; strings.Contains(text, "127.0.0.1") || strings.Contains(text, "localhost") {
			t.Errorf("the message tells an address: %s", text)
		}
	}
	slices.Sort(codes)
	if diff := cmp.Diff(l.codes, codes); diff != "" {
		t.Errorf("codes of the errors (-want +got)\n%s\n%+v", diff, a.Errors)
	}
	if _, failed := a.Extensions.Weft.made(); failed != len(a.Errors) {
		t.Errorf("%d calls failed, and there are %d errors", failed, len(a.Errors))
	}
}

// Killing a back end takes its own fields along and nothing else. Nobody has to be started again: it is found when it is back.
func TestAccountPageSurvivesTheLossOfABackEnd(t *testing.T) {
	t.Parallel()
	for backend, loss := range map[shop.Backend]accountLoss{
		// Nothing can be asked about a user who is not known.
		shop.REST:     {func(page row) { page["user"] = nil }, []string{codeClient}},
		shop.Shipping: {loseAllOf(lose("shipment"), loseOfProducts("inventory")), []string{codeClient, codeClient}},
		shop.Billing:  {lose("invoice"), []string{codeClient}},
	} {
		t.Run(string(backend), func(t *testing.T) {
			t.Parallel()
			w := serveShop(t, config.Source{})
			whole := w.ask(t, prepared(t, "my-account"), nil)
			if err := w.shop.Stop(backend); err != nil {
				t.Fatal(err)
			}
			for range 2 { // connections that were kept break the first time
				loss.want(t, whole, w.ask(t, prepared(t, "my-account"), nil))
			}
			if err := w.shop.Resume(t.Context(), backend); err != nil {
				t.Fatal(err)
			}
			wantData(t, w.askUntilWhole(t, prepared(t, "my-account")), string(whole.Data))
		})
	}
}

// askUntilWhole asks until there are no errors, as a reader does who reloads the page.
func (w *shopGateway) askUntilWhole(t *testing.T, query string) answer {
	t.Helper()
	const patience = 20 * time.Second
	for end := time.Now().Add(patience); ; {
		a := w.ask(t, query, nil)
		if len(a.Errors) == 0 || time.Now().After(end) {
			return a
		}
	}
}

// One method or operation that fails, in any way that its protocol knows, costs its own field alone.
func TestAccountPageSurvivesTheFailureOfACall(t *testing.T) {
	t.Parallel()
	const (
		products  = "GET /products"
		shipments = "/shipping.v1.Shipping/BatchGetShipments"
		stock     = "/shipping.v1.Inventory/BatchGetStock"
		invoices  = "/billing/GetInvoices"
	)
	noProducts := func(page row) {
		// Product.name must not be null.
		each(page["user"].(row)["orders"], func(o row) { each(o["lines"], func(l row) { l["product"] = nil }) })
	}
	for _, tt := range []struct {
		name, target string
		fault        shop.Fault
		loss         accountLoss
	}{
		{"products refused", products, shop.Fault{Status: http.StatusServiceUnavailable}, accountLoss{noProducts, []string{"FAULT"}}},
		{"shipments refused", shipments, shop.Fault{Status: http.StatusServiceUnavailable}, accountLoss{lose("shipment"), []string{codeFetch}}},
		// Not cut: the connection is shared with the calls for the stock, which would fail or not, as it happens.
		{"shipments half", shipments, shop.Fault{Damage: shop.HalfDocument}, accountLoss{lose("shipment"), []string{codeInvalid}}},
		{"shipments garbage", shipments, shop.Fault{Damage: shop.Garbage}, accountLoss{lose("shipment"), []string{codeInvalid}}},
		{"shipments hang", shipments, shop.Fault{Damage: shop.Hang}, accountLoss{lose("shipment"), []string{codeTimeout}}},
		{"stock refused", stock, shop.Fault{Status: http.StatusForbidden}, accountLoss{loseOfProducts("inventory"), []string{codeFetch}}},
		{"invoices refused", invoices, shop.Fault{Status: http.StatusInternalServerError}, accountLoss{lose("invoice"), []string{codeFetch}}},
		{"invoices cut", invoices, shop.Fault{Damage: shop.Cut}, accountLoss{lose("invoice"), []string{codeClient}}},
		{"invoices half", invoices, shop.Fault{Damage: shop.HalfDocument}, accountLoss{lose("invoice"), []string{codeInvalid}}},
		{"invoices hang", invoices, shop.Fault{Damage: shop.Hang}, accountLoss{lose("invoice"), []string{codeTimeout}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			settings := config.Source{}
			if tt.fault.Damage == shop.Hang {
				settings.Timeout = time.Second
			}
			w := serveShop(t, settings)
			whole := w.ask(t, prepared(t, "my-account"), nil)
			fault(t, w, tt.target, tt.fault)
			w.shop.ResetCalls()
			a := w.ask(t, prepared(t, "my-account"), nil)
			tt.loss.want(t, whole, a)
			wantPredicted(t, a, w.shop.Calls())
			w.shop.ClearFaults()
			wantData(t, w.askUntilWhole(t, prepared(t, "my-account")), string(whole.Data))
		})
	}
}
