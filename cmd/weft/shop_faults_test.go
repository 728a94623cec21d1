package main_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/examples/shop"
	"github.com/weftgraph/weft/server/config"
)

// Codes of what back ends can do wrong.
const (
	codeFetch    = "CONNECTOR_FETCH"
	codeInvalid  = "CONNECTOR_RESPONSE_INVALID"
	codeClient   = "HTTP_CLIENT_ERROR"
	codeTimeout  = "GATEWAY_TIMEOUT"
	codeMismatch = "TYPE_MISMATCH"
)

// lost returns the page of the baseline without what an endpoint would have given.
type lost func(user row)

// each calls f for the objects of a list.
func each(list any, f func(row)) {
	items, _ := list.([]any)
	for _, item := range items {
		if r, ok := item.(row); ok {
			f(r)
		}
	}
}

func TestFailedEndpointLeavesTheRestOfThePage(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, target string
		// coordinate is the connector that is told of, path the first position that it feeds.
		coordinate string
		path       []any
		lost       lost
	}{
		{
			"orders", "/orders", "User.orders[0]",
			[]any{"user", "orders"},
			func(user row) { user["orders"] = nil },
		},
		{
			"reviews", "GET /reviews", "User.reviews[0]",
			[]any{"user", "reviews"},
			func(user row) { user["reviews"] = nil },
		},
		{
			// Product.name must not be null, so the product is, in each line and in each review.
			"products", "/products", "Product[0]",
			[]any{"user", "orders", 0.0, "lines", 0.0, "product", "name"},
			func(user row) {
				each(user["orders"], func(o row) { each(o["lines"], func(l row) { l["product"] = nil }) })
				each(user["reviews"], func(r row) { r["product"] = nil })
			},
		},
		{
			"authors", "GET /users", "User[0]",
			[]any{"user", "reviews", 0.0, "product", "reviews", 0.0, "author", "name"},
			func(user row) {
				each(user["reviews"], func(r row) {
					each(r["product"].(row)["reviews"], func(o row) { o["author"] = nil })
				})
			},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := serveShop(t, config.Source{})
			whole := w.ask(t, prepared(t, "my-page"), nil)
			want, ok := decoded(t, whole.Data).(row)
			if !ok || len(whole.Errors) > 0 {
				t.Fatalf("the page has errors without a fault: %+v", whole.Errors)
			}
			tt.lost(want["user"].(row))

			fault(t, w, tt.target, shop.Fault{Status: http.StatusServiceUnavailable})
			w.shop.ResetCalls()
			a := w.ask(t, prepared(t, "my-page"), nil)
			if diff := cmp.Diff(any(want), decoded(t, a.Data)); diff != "" {
				t.Errorf("data (-want +got)\n%s", diff)
			}
			wantPredicted(t, a, w.shop.Calls())
			if _, failed := a.Extensions.Weft.made(); failed == 0 || len(a.Errors) != failed {
				t.Fatalf("%d calls failed, errors: %+v", failed, a.Errors)
			}
			for i, e := range a.Errors {
				delete(e.Extensions, "positions")
				if i > 0 {
					e.Path = tt.path // the second of two calls for products feeds another level first
				}
				wantError := clientError{
					Message: "the service was told to answer 503", Path: tt.path,
					Extensions: row{
						"code": "FAULT", "service": "shop", "http": row{"status": 503.0},
						"connector": row{"coordinate": "shop:" + tt.coordinate},
					},
				}
				if diff := cmp.Diff(wantError, e); diff != "" {
					t.Errorf("error %d (-want +got)\n%s", i, diff)
				}
			}

			w.shop.ClearFaults()
			wantData(t, w.ask(t, prepared(t, "my-page"), nil), string(whole.Data))
		})
	}
}

// When the first call fails there is nothing to ask below it: one call, one error, null.
func TestFailedRootIsNullAndAsksNothing(t *testing.T) {
	t.Parallel()
	w := serveShop(t, config.Source{})
	fault(t, w, "GET /users/{id}", shop.Fault{Status: http.StatusNotFound})
	a := w.ask(t, prepared(t, "my-page"), nil)
	if string(a.Data) != `{"user":null}` || len(a.Errors) != 1 || a.Errors[0].code() != "FAULT" || len(w.shop.Calls()) != 1 {
		t.Errorf("data %s, errors %+v, %d calls", a.Data, a.Errors, len(w.shop.Calls()))
	}
}

// Every way in which the shop can misbehave has its code, costs the field of that call alone, and is over with the fault.
func TestDamagedRepliesHaveTheirCodes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		fault shop.Fault
		// codes are those of the errors; none means that the reply is good enough.
		codes []string
		// isKept tells that the orders are not null.
		isKept bool
	}{
		{"cut", shop.Fault{Damage: shop.Cut}, []string{codeClient}, false},
		{"hang", shop.Fault{Damage: shop.Hang}, []string{codeTimeout}, false},
		{"garbage", shop.Fault{Damage: shop.Garbage}, []string{codeInvalid}, false},
		{"html of a proxy", shop.Fault{Damage: shop.HTML}, []string{codeFetch}, false},
		{"html that claims success", shop.Fault{Damage: shop.HTML, Status: http.StatusOK}, []string{codeInvalid}, false},
		{"half a document", shop.Fault{Damage: shop.HalfDocument}, []string{codeInvalid}, false},
		{"invalid UTF-8", shop.Fault{Damage: shop.InvalidUTF8}, []string{codeInvalid}, false},
		{"wrong types", shop.Fault{Damage: shop.WrongType}, []string{codeMismatch, codeMismatch, codeMismatch}, false},
		{"a row is missing", shop.Fault{Damage: shop.WrongCount}, nil, true},
		{"huge", shop.Fault{Damage: shop.Huge, Bytes: 17 << 20}, []string{codeInvalid}, false},
		{"large", shop.Fault{Damage: shop.Huge, Bytes: 1 << 20}, nil, true},
		{"empty", shop.Fault{Damage: shop.Empty}, []string{codeInvalid}, false},
		{"no content", shop.Fault{Status: http.StatusNoContent}, []string{codeFetch}, false},
		{"redirect", shop.Fault{Status: http.StatusFound}, []string{"FAULT"}, false},
		{"not found", shop.Fault{Status: http.StatusNotFound}, []string{"FAULT"}, false},
		{"server error", shop.Fault{Status: http.StatusInternalServerError}, []string{"FAULT"}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			settings := config.Source{}
			if tt.fault.Damage == shop.Hang {
				settings.Timeout = time.Second
			}
			w := serveShop(t, settings)
			whole := w.ask(t, prepared(t, "my-page"), nil)
			fault(t, w, "/orders", tt.fault)
			a := w.ask(t, prepared(t, "my-page"), nil)
			var codes []string
			for _, e := range a.Errors {
				codes = append(codes, e.code())
			}
			if diff := cmp.Diff(tt.codes, codes); diff != "" {
				t.Errorf("codes (-want +got)\n%s\n%+v", diff, a.Errors)
			}
			page := decoded(t, a.Data).(row)["user"].(row)
			if isNull := page["orders"] == nil; isNull == tt.isKept {
				t.Errorf("orders %.100v", page["orders"])
			}
			if diff := cmp.Diff(decoded(t, whole.Data).(row)["user"].(row)["reviews"], page["reviews"]); diff != "" {
				t.Errorf("the rest of the page is another (-want +got)\n%s", diff)
			}
			w.shop.ClearFaults()
			wantData(t, w.ask(t, prepared(t, "my-page"), nil), string(whole.Data))
		})
	}
}

func fault(t *testing.T, w *shopGateway, target string, f shop.Fault) {
	t.Helper()
	if err := w.shop.SetFault(target, f); err != nil {
		t.Fatal(err)
	}
}
