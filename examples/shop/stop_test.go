package shop_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/weftgraph/weft/examples/shop"
)

// reaches reports whether each back end answers.
func (w warehouse) reaches(t *testing.T) map[shop.Backend]bool {
	t.Helper()
	answers := func(target string) bool {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, target, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		response, err := w.http.Do(request)
		if err != nil {
			if !errors.Is(err, syscall.ECONNREFUSED) {
				t.Errorf("%s: %v", target, err)
			}
			return false
		}
		return response.Body.Close() == nil
	}
	_, err := w.shipping.GetShipment(t.Context(), shipmentOf(1002), grpc.WaitForReady(false))
	if err != nil && status.Code(err) != codes.Unavailable {
		t.Errorf("shipping: %v", err)
	}
	return map[shop.Backend]bool{
		shop.REST:     answers(w.running.URL()),
		shop.Billing:  answers(w.running.Address(shop.Billing) + "?wsdl"),
		shop.Shipping: err == nil,
	}
}

func TestStoppedBackEndRefusesConnectionsAndTheOthersGoOn(t *testing.T) {
	t.Parallel()
	for _, b := range shop.Backends() {
		t.Run(string(b), func(t *testing.T) {
			t.Parallel()
			w := newWarehouse(t, shop.Options{})
			w.reaches(t) // connections are kept alive, and must break
			address := w.running.Address(b)
			for range 2 {
				if err := w.running.Stop(b); err != nil {
					t.Fatal(err)
				}
			}
			for other, answers := range w.reaches(t) {
				if answers != (other != b) {
					t.Errorf("%s answers: %v", other, answers)
				}
			}
			for range 2 {
				if err := w.running.Resume(t.Context(), b); err != nil {
					t.Fatal(err)
				}
			}
			if w.running.Address(b) != address {
				t.Errorf("the address was %s and is %s", address, w.running.Address(b))
			}
			w.conn.ResetConnectBackoff()
			w.conn.Connect()
			if _, err := w.shipping.GetShipment(t.Context(), shipmentOf(1002), grpc.WaitForReady(true)); err != nil {
				t.Error(err)
			}
			for other, answers := range w.reaches(t) {
				if !answers {
					t.Errorf("%s does not answer", other)
				}
			}
		})
	}
}

func TestStoppingCutsCallsThatHang(t *testing.T) {
	t.Parallel()
	w := newWarehouse(t, shop.Options{})
	set(t, w.client, "/", shop.Fault{Damage: shop.Hang})
	failed := make(chan error)
	go func() {
		_, err := w.batch(t.Context())
		failed <- err
	}()
	go func() {
		response, err := w.send(t.Context(), http.MethodGet, "/users", "", "")
		if err == nil {
			err = response.err
		}
		failed <- err
	}()
	for len(w.running.Calls()) < 2 {
		if _, err := w.send(t.Context(), http.MethodGet, "/__shop/calls", "", ""); err != nil {
			t.Fatal(err)
		}
	}
	for _, b := range shop.Backends() {
		if err := w.running.Stop(b); err != nil {
			t.Error(err)
		}
	}
	for range 2 {
		if err := <-failed; err == nil {
			t.Error("a hanging call succeeded")
		}
	}
}

func TestOnlyABackEndThatListensCanBeStopped(t *testing.T) {
	t.Parallel()
	service := shop.New(shop.Options{})
	for _, err := range []error{service.Stop(shop.Billing), service.Resume(t.Context(), shop.Billing)} {
		if err == nil || err.Error() != `"billing" does not listen: only a started shop does` {
			t.Errorf("error %v", err)
		}
	}
	if err := service.Stop("payroll"); err == nil || err.Error() != `expected one of ["shop" "shipping" "billing"] but got "payroll"` {
		t.Errorf("error %v", err)
	}
	_, running := startShop(t, shop.Options{})
	if err := running.Close(); err != nil {
		t.Fatal(err)
	}
	if err := running.Resume(t.Context(), shop.Billing); err == nil {
		t.Error("a closed shop listens again")
	}
}

func TestControlDoorStopsAndStartsTheOtherBackEnds(t *testing.T) {
	t.Parallel()
	w := newWarehouse(t, shop.Options{})
	for _, b := range []shop.Backend{shop.Shipping, shop.Billing} {
		for _, action := range []string{"stop", "start"} {
			response := w.form("/__shop/"+action, url.Values{"backend": {string(b)}})
			if response.status != http.StatusOK {
				t.Errorf("%s %s: status %d: %s", action, b, response.status, response.body)
			}
			if b == shop.Billing && w.reaches(t)[b] != (action == "start") {
				t.Errorf("%s after %s", b, action)
			}
		}
	}
	for _, b := range []string{"", "shop", "payroll"} {
		response := w.form("/__shop/stop", url.Values{"backend": {b}})
		if e := decode[errorBody](t, response.body); response.status != http.StatusBadRequest || !strings.HasPrefix(e.Error.Message, "expected backend to be one of") {
			t.Errorf("%q: status %d: %s", b, response.status, response.body)
		}
	}
}

func TestControlDoorWorksForAllBackEnds(t *testing.T) {
	t.Parallel()
	w := newWarehouse(t, shop.Options{})
	for _, target := range []string{"/shipping.v1.Shipping", "/billing/GetInvoices"} {
		w.form("/__shop/fault", url.Values{"target": {target}, "status": {"503"}})
	}
	if _, err := w.batch(t.Context()); status.Code(err) != codes.Unavailable {
		t.Errorf("shipping: %v", err)
	}
	w.envelope(t, w.running, "GetInvoices", `<GetInvoices xmlns="`+typesSpace+`"><orderId>1002</orderId></GetInvoices>`)
	type call struct {
		Backend, Method, Path, Code string
		Keys                        []string
		Status                      int
	}
	shown := read[struct{ Calls []call }](w.client, "/__shop/calls").Calls
	if len(shown) != 2 || shown[0].Backend != "shipping" || shown[0].Code != "UNAVAILABLE" || len(shown[0].Keys) != 2 ||
		shown[1].Backend != "billing" || shown[1].Method != "GetInvoices" || shown[1].Code != "Server" || shown[1].Status != 503 {
		t.Errorf("%+v", shown)
	}
}
