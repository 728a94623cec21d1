package shop_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/examples/shop"
)

func TestDamageDoesWhatItsNameSays(t *testing.T) {
	t.Parallel()
	truth := newClient(t, shop.Options{}).get("/users")
	for _, tt := range []struct {
		fault  shop.Fault
		status int
		check  func(*testing.T, got)
	}{
		{shop.Fault{Status: 503}, 503, func(t *testing.T, g got) {
			t.Helper()
			if e := decode[errorBody](t, g.body); e.Error.Code != "FAULT" {
				t.Errorf("body %s", g.body)
			}
		}},
		{shop.Fault{Status: 204}, 204, func(t *testing.T, g got) {
			t.Helper()
			if len(g.body) != 0 || g.err != nil {
				t.Errorf("body %s, error %v", g.body, g.err)
			}
		}},
		{shop.Fault{Damage: shop.Cut}, 200, func(t *testing.T, g got) {
			t.Helper()
			if !errors.Is(g.err, io.ErrUnexpectedEOF) || !bytes.Equal(g.body, truth.body[:len(truth.body)/2]) {
				t.Errorf("%d bytes, error %v", len(g.body), g.err)
			}
		}},
		{shop.Fault{Damage: shop.Garbage}, 200, func(t *testing.T, g got) {
			t.Helper()
			if json.Valid(g.body) || g.header.Get("Content-Type") != "application/json" {
				t.Errorf("%v %s", g.header, g.body)
			}
		}},
		{shop.Fault{Damage: shop.HTML}, 502, func(t *testing.T, g got) {
			t.Helper()
			if g.header.Get("Content-Type") != "text/html; charset=utf-8" {
				t.Errorf("%v", g.header)
			}
		}},
		{shop.Fault{Damage: shop.HTML, Status: 200}, 200, func(*testing.T, got) {}},
		{shop.Fault{Damage: shop.HalfDocument}, 200, func(t *testing.T, g got) {
			t.Helper()
			if g.err != nil || !bytes.Equal(g.body, truth.body[:len(truth.body)/2]) {
				t.Errorf("%d bytes, error %v", len(g.body), g.err)
			}
		}},
		{shop.Fault{Damage: shop.WrongType}, 200, func(t *testing.T, g got) {
			t.Helper()
			for _, user := range decode[[]map[string]any](t, g.body) {
				_, textID := user["id"].(string)
				if _, numericName := user["name"].(float64); !textID || !numericName {
					t.Errorf("%v", user)
				}
			}
		}},
		{shop.Fault{Damage: shop.WrongCount}, 200, func(t *testing.T, g got) {
			t.Helper()
			if rows := decode[[]row](t, g.body); len(rows) != 49 || rows[48].ID != 49 {
				t.Errorf("%d rows", len(rows))
			}
		}},
		{shop.Fault{Damage: shop.InvalidUTF8}, 200, func(t *testing.T, g got) {
			t.Helper()
			if utf8.Valid(g.body) || len(g.body) <= len(truth.body) {
				t.Errorf("%d bytes", len(g.body))
			}
		}},
		{shop.Fault{Damage: shop.Huge, Bytes: 300_000}, 200, func(t *testing.T, g got) {
			t.Helper()
			if rows := decode[[]row](t, g.body); len(g.body) != 300_000 || len(rows) != 50 {
				t.Errorf("%d bytes, %d rows", len(g.body), len(rows))
			}
		}},
		{shop.Fault{Damage: shop.Empty}, 200, func(t *testing.T, g got) {
			t.Helper()
			if len(g.body) != 0 || g.header.Get("Content-Length") != "0" {
				t.Errorf("%v %s", g.header, g.body)
			}
		}},
	} {
		t.Run(string(tt.fault.Damage)+http.StatusText(tt.fault.Status), func(t *testing.T) {
			t.Parallel()
			c := newClient(t, shop.Options{})
			set(t, c, "/users", tt.fault)
			response := c.get("/users")
			if response.status != tt.status {
				t.Errorf("status %d", response.status)
			}
			tt.check(t, response)
			if calls := c.shop.Calls(); len(calls) != 1 || calls[0].Status != tt.status {
				t.Errorf("calls %+v", calls)
			}
		})
	}
}

func TestHangingRequestEndsWhenTheClientGivesUp(t *testing.T) {
	t.Parallel()
	c := newClient(t, shop.Options{})
	set(t, c, "/", shop.Fault{Damage: shop.Hang})
	ctx, cancel := context.WithCancel(t.Context())
	failed := make(chan error)
	go func() {
		_, err := c.send(ctx, http.MethodPost, "/reviews", "application/json", `{}`)
		failed <- err
	}()
	for len(c.shop.Calls()) == 0 { // until the service has begun to hang
		select {
		case err := <-failed:
			t.Fatal(err)
		case <-time.After(time.Millisecond):
		}
	}
	cancel()
	if err := <-failed; !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestFaultGoesAwayAfterItsTimes(t *testing.T) {
	t.Parallel()
	c := newClient(t, shop.Options{})
	set(t, c, "/users", shop.Fault{Status: 500, Times: 2})
	var statuses []int
	for range 4 {
		statuses = append(statuses, c.get("/users/1").status)
	}
	if diff := cmp.Diff([]int{500, 500, 200, 200}, statuses); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestMostSpecificTargetWins(t *testing.T) {
	t.Parallel()
	c := newClient(t, shop.Options{})
	set(t, c, "/", shop.Fault{Status: 501})
	set(t, c, "/users", shop.Fault{Status: 502})
	set(t, c, "/users/7", shop.Fault{Status: 503})
	set(t, c, "GET /orders/{id}", shop.Fault{Status: 504})
	for target, want := range map[string]int{
		"/users":       502,
		"/users?id=7":  502,
		"/users/1":     502,
		"/users/7":     503,
		"/users/77":    502,
		"/usersandall": 501,
		"/orders":      501,
		"/orders/1001": 504,
	} {
		if status := c.get(target).status; status != want {
			t.Errorf("%s: status %d, want %d", target, status, want)
		}
	}
	set(t, c, "/users/7", shop.Fault{})
	if status := c.get("/users/7").status; status != 502 {
		t.Errorf("after switching off: status %d", status)
	}
	c.shop.ClearFaults()
	if status := c.get("/users/7").status; status != 200 {
		t.Errorf("after clearing: status %d", status)
	}
}

func TestStatusFaultKeepsThePostFromHappeningAndDamageDoesNot(t *testing.T) {
	t.Parallel()
	c := newClient(t, shop.Options{})
	const review = `{"productSku":"HOM-010","authorId":1,"rating":5,"title":"x"}`
	set(t, c, "POST /reviews", shop.Fault{Status: 503, Times: 1})
	c.post("/reviews", review)
	if n := len(read[[]row](c, "/reviews?productSku=HOM-010")); n != 0 {
		t.Errorf("%d reviews after a refused one", n)
	}
	set(t, c, "POST /reviews", shop.Fault{Damage: shop.Cut, Times: 1})
	c.post("/reviews", review)
	if n := len(read[[]row](c, "/reviews?productSku=HOM-010")); n != 1 {
		t.Errorf("%d reviews after a lost answer", n)
	}
}

func TestImpossibleFaultsAreRefused(t *testing.T) {
	t.Parallel()
	service := shop.New(shop.Options{})
	for _, tt := range []struct {
		target string
		fault  shop.Fault
		want   string
	}{
		{"users", shop.Fault{}, `expected a target like "/users" or "GET /users/{id}" but got "users"`},
		{"", shop.Fault{}, `expected a target like "/users" or "GET /users/{id}" but got ""`},
		{"/users", shop.Fault{Status: 101}, `expected a status from 200 to 599 but got 101`},
		{"/users", shop.Fault{Times: -1}, `bytes, delay and times of a fault cannot be negative: {Status:0 Damage: Bytes:0 Delay:0s Times:-1}`},
		{"/users", shop.Fault{Damage: "rust"}, `expected one of ["refuse" "cut" "hang" "garbage" "html" "half-document" "wrong-type" "wrong-count" "invalid-utf8" "huge" "empty"] but got "rust"`},
	} {
		err := service.SetFault(tt.target, tt.fault)
		if err == nil {
			t.Errorf("%q %+v: no error", tt.target, tt.fault)
			continue
		}
		if diff := cmp.Diff(tt.want, err.Error()); diff != "" {
			t.Errorf("%q %+v (-want +got):\n%s", tt.target, tt.fault, diff)
		}
	}
}

func set(t *testing.T, c client, target string, f shop.Fault) {
	t.Helper()
	if err := c.shop.SetFault(target, f); err != nil {
		t.Fatal(err)
	}
}
