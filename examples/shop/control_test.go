package shop_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/weftgraph/weft/examples/shop"
)

func TestControlDoorSwitchesFaultsAndShowsCalls(t *testing.T) {
	t.Parallel()
	c := newClient(t, shop.Options{})
	press := func(target string, fields url.Values) {
		t.Helper()
		if response := c.form(target, fields); response.status != http.StatusOK {
			t.Fatalf("%s %v: status %d: %s", target, fields, response.status, response.body)
		}
	}
	press("/__shop/latency", url.Values{"value": {"1ms"}})
	press("/__shop/fault", url.Values{"target": {"/users"}, "status": {"503"}, "times": {"5"}})
	press("/__shop/fault", url.Values{"target": {"GET /orders/{id}"}, "damage": {"huge"}, "bytes": {"5000"}, "delay": {"1us"}})
	if status := c.get("/users/1").status; status != http.StatusServiceUnavailable {
		t.Errorf("users: status %d", status)
	}
	if body := c.get("/orders/1001").body; len(body) != 5000 {
		t.Errorf("orders: %d bytes", len(body))
	}
	type log struct {
		Calls []struct {
			Method, Path string
			Status       int
			DurationMS   float64
		}
	}
	shown := read[log](c, "/__shop/calls").Calls
	if len(shown) != 2 || shown[0].Path != "/users/1" || shown[0].Status != 503 || shown[0].DurationMS < 1 {
		t.Errorf("calls %+v", shown)
	}
	press("/__shop/fault", url.Values{"target": {"/users"}}) // no fault ends the fault
	if status := c.get("/users/1").status; status != http.StatusOK {
		t.Errorf("users again: status %d", status)
	}
	c.must(http.MethodDelete, "/__shop/fault", "", "")
	c.must(http.MethodDelete, "/__shop/calls", "", "")
	if body := c.get("/orders/1001").body; len(body) == 5000 {
		t.Error("orders are still huge")
	}
	if n := len(read[log](c, "/__shop/calls").Calls); n != 1 {
		t.Errorf("%d calls after forgetting", n)
	}
}

func TestControlDoorExplainsItself(t *testing.T) {
	t.Parallel()
	c := newClient(t, shop.Options{})
	text := string(c.get("/__shop/").body)
	for _, want := range []string{"curl -d value=200ms " + c.base + "/__shop/latency", `"half-document"`} {
		if !strings.Contains(text, want) {
			t.Errorf("expected %q in\n%s", want, text)
		}
	}
}

func TestControlDoorRefusesWhatItCannotRead(t *testing.T) {
	t.Parallel()
	c := newClient(t, shop.Options{})
	for _, tt := range []struct {
		target string
		fields url.Values
		status int
	}{
		{"/__shop/latency", url.Values{}, http.StatusBadRequest},
		{"/__shop/latency", url.Values{"value": {"soon"}}, http.StatusBadRequest},
		{"/__shop/fault", url.Values{"status": {"503"}}, http.StatusBadRequest},
		{"/__shop/fault", url.Values{"target": {"/users"}, "status": {"bad"}}, http.StatusBadRequest},
		{"/__shop/fault", url.Values{"target": {"/users"}, "delay": {"1"}}, http.StatusBadRequest},
		{"/__shop/fault", url.Values{"target": {"/users"}, "damage": {"x"}}, http.StatusBadRequest},
		{"/__shop/light", url.Values{}, http.StatusNotFound},
	} {
		if response := c.form(tt.target, tt.fields); response.status != tt.status {
			t.Errorf("%s %v: status %d: %s", tt.target, tt.fields, response.status, response.body)
		}
	}
}

func TestControlDoorIsShutForPagesOfOtherOrigins(t *testing.T) {
	t.Parallel()
	c := newClient(t, shop.Options{})
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, c.base+"/__shop/latency", strings.NewReader("value=1h"))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Origin", "https://elsewhere.example")
	response, err := c.http.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusForbidden {
		t.Errorf("status %d", response.StatusCode)
	}
}
