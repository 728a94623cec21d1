package shop_test

import (
	"context"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/examples/shop"
)

func TestStartedShopServesUntilClosedAndFreesItsPort(t *testing.T) {
	t.Parallel()
	running, err := shop.Start(t.Context(), shop.Options{})
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	c := client{T: t, shop: running.Service, http: &http.Client{Transport: transport}, base: running.URL()}
	if status := c.get("/users/1").status; status != http.StatusOK {
		t.Errorf("status %d", status)
	}
	want := map[string]string{
		"shop.shop":     running.URL(),
		"shop.shipping": running.Address(shop.Shipping),
		"shop.billing":  running.Address(shop.Billing),
	}
	if diff := cmp.Diff(want, running.Overrides()); diff != "" {
		t.Errorf("overrides (-want +got):\n%s", diff)
	}
	for range 2 {
		if err := running.Close(); err != nil {
			t.Error(err)
		}
	}
	transport.CloseIdleConnections()
	var config net.ListenConfig
	listener, err := config.Listen(t.Context(), "tcp", strings.TrimPrefix(running.URL(), "http://"))
	if err != nil {
		t.Fatalf("the port is not free: %v", err)
	}
	_ = listener.Close()
}

func TestStartedShopClosesWithItsContextEvenWhileRequestsHang(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	running, err := shop.Start(ctx, shop.Options{})
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	c := client{T: t, shop: running.Service, http: &http.Client{Transport: transport}, base: running.URL()}
	set(t, c, "/", shop.Fault{Damage: shop.Hang})
	failed := make(chan error)
	go func() {
		_, err := c.send(t.Context(), http.MethodGet, "/users", "", "")
		failed <- err
	}()
	for len(running.Calls()) == 0 { // until the service has begun to hang
		select {
		case err := <-failed:
			t.Fatal(err)
		case <-time.After(time.Millisecond):
		}
	}
	cancel()
	if err := <-failed; err == nil {
		t.Error("expected the hanging request to fail")
	}
	if err := running.Close(); err != nil {
		t.Error(err)
	}
}

func TestStartTellsThatAnAddressIsTaken(t *testing.T) {
	t.Parallel()
	running, err := shop.Start(t.Context(), shop.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer running.Close()
	_, err = shop.Start(t.Context(), shop.Options{Addresses: map[shop.Backend]string{
		shop.Shipping: strings.TrimPrefix(running.Address(shop.Shipping), "grpc://"),
	}})
	if err == nil || !strings.Contains(err.Error(), "listening for the shop") {
		t.Errorf("error %v", err)
	}
}
