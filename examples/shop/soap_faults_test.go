package shop_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/weftgraph/weft/examples/shop"
)

func TestDamagedEnvelopes(t *testing.T) {
	t.Parallel()
	request := wrap(`<GetInvoices xmlns="` + typesSpace + `"><orderId>1002</orderId><orderId>1003</orderId></GetInvoices>`)
	const action = "http://shop.example/billing/GetInvoices"
	plain, running := startShop(t, shop.Options{})
	truth := plain.postXML(t, running, action, request)
	for _, tt := range []struct {
		fault  shop.Fault
		status int
		check  func(got) bool
	}{
		{shop.Fault{Status: 503}, 503, func(g got) bool {
			return bytes.Contains(g.body, []byte("<faultcode>soap:Server</faultcode><faultstring>the service was told to answer 503<"))
		}},
		{shop.Fault{Damage: shop.HTML}, 502, func(g got) bool { return strings.HasPrefix(g.header.Get("Content-Type"), "text/html") }},
		{shop.Fault{Damage: shop.Cut}, 200, func(g got) bool {
			return errors.Is(g.err, io.ErrUnexpectedEOF) && bytes.Equal(g.body, truth.body[:len(truth.body)/2])
		}},
		{shop.Fault{Damage: shop.Garbage}, 200, func(g got) bool { return xml.Unmarshal(g.body, &message{}) != nil }},
		{shop.Fault{Damage: shop.HalfDocument}, 200, func(g got) bool {
			return g.err == nil && xml.Unmarshal(g.body, &message{}) != nil
		}},
		{shop.Fault{Damage: shop.WrongType}, 200, func(g got) bool {
			return bytes.Contains(g.body, []byte(`<orderId>?</orderId>`)) && bytes.Contains(g.body, []byte(`<amount currency="EUR">?</amount>`))
		}},
		{shop.Fault{Damage: shop.WrongCount}, 200, func(g got) bool {
			return bytes.Count(g.body, []byte("<invoice>")) == 1 && bytes.Contains(g.body, []byte("<orderId>1002<"))
		}},
		{shop.Fault{Damage: shop.InvalidUTF8}, 200, func(g got) bool { return !utf8.Valid(g.body) }},
		{shop.Fault{Damage: shop.Huge, Bytes: 100_000}, 200, func(g got) bool {
			return len(g.body) == 100_000 && xml.Unmarshal(g.body, &message{}) == nil
		}},
		{shop.Fault{Damage: shop.Empty}, 200, func(g got) bool { return len(g.body) == 0 }},
	} {
		t.Run(string(tt.fault.Damage)+http.StatusText(tt.fault.Status), func(t *testing.T) {
			t.Parallel()
			c, running := startShop(t, shop.Options{})
			set(t, c, "/billing/GetInvoices", tt.fault)
			response := c.postXML(t, running, action, request)
			if response.status != tt.status || !tt.check(response) {
				t.Errorf("status %d, error %v: %s", response.status, response.err, response.body)
			}
			if other := c.envelope(t, running, "GetInvoice", `<GetInvoice xmlns="`+typesSpace+`"><orderId>1002</orderId></GetInvoice>`); other.status != http.StatusOK {
				t.Errorf("another operation: status %d: %s", other.status, other.body)
			}
		})
	}
}

func TestRefusedRequestsGetNoAnswer(t *testing.T) {
	t.Parallel()
	c, running := startShop(t, shop.Options{})
	set(t, c, "/", shop.Fault{Damage: shop.Refuse})
	for _, target := range []string{running.URL() + "/users", running.Address(shop.Billing)} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, target, strings.NewReader(wrap("")))
		if err != nil {
			t.Fatal(err)
		}
		if response, err := c.http.Do(request); err == nil {
			_ = response.Body.Close()
			t.Errorf("%s: status %d", target, response.StatusCode)
		}
	}
	for _, call := range running.Calls() {
		if call.Status != 0 {
			t.Errorf("%+v", call)
		}
	}
}
