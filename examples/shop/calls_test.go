package shop_test

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/weftgraph/weft/examples/shop"
)

func TestCallLogHoldsEveryRequestInOrderOnceItsAnswerIsRead(t *testing.T) {
	t.Parallel()
	c := newClient(t, shop.Options{})
	c.get("/users?id=1&id=2")
	c.get("/products/NO%20SUCH")
	c.post("/reviews", `{}`)
	c.get("/nowhere")
	c.get("/__shop/calls") // the control door leaves no trace
	want := []shop.Call{
		{Backend: shop.REST, Method: "GET", Path: "/users?id=1&id=2", Status: 200},
		{Backend: shop.REST, Method: "GET", Path: "/products/NO%20SUCH", Status: 404},
		{Backend: shop.REST, Method: "POST", Path: "/reviews", Status: 422},
		{Backend: shop.REST, Method: "GET", Path: "/nowhere", Status: 404},
	}
	calls := c.shop.Calls()
	if diff := cmp.Diff(want, calls, cmpopts.IgnoreFields(shop.Call{}, "Start", "Duration")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for i := 1; i < len(calls); i++ {
		if calls[i].Start < calls[i-1].Start+calls[i-1].Duration {
			t.Errorf("call %d starts before call %d has ended: %+v", i, i-1, calls)
		}
	}
	c.shop.ResetCalls()
	if calls := c.shop.Calls(); len(calls) != 0 {
		t.Errorf("after reset: %+v", calls)
	}
}

func TestCallLogForgetsTheOldest(t *testing.T) {
	t.Parallel()
	c := newClient(t, shop.Options{MaxCalls: 3})
	var want []string
	for id := range 5 {
		path := fmt.Sprintf("/users/%d", id+1)
		c.get(path)
		if id >= 2 {
			want = append(want, path)
		}
	}
	var got []string
	for _, call := range c.shop.Calls() {
		got = append(got, call.Path)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestCallLogIsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	c := newClient(t, shop.Options{MaxCalls: 7})
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 10 {
				if _, err := c.send(t.Context(), http.MethodGet, "/users/1", "", ""); err != nil {
					t.Error(err)
				}
				c.shop.Calls()
				c.shop.ResetCalls()
			}
		})
	}
	group.Wait()
}

func TestLatencyDelaysAndShowsInTheLog(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		service := shop.New(shop.Options{Latency: time.Second})
		if err := service.SetFault("/orders", shop.Fault{Delay: 2 * time.Second}); err != nil {
			t.Fatal(err)
		}
		handler := service.Handler()
		serve(t.Context(), handler, "/users/1")
		serve(t.Context(), handler, "/orders/1001")
		service.SetLatency(0)
		serve(t.Context(), handler, "/users/1")
		want := []shop.Call{
			{Backend: shop.REST, Method: "GET", Path: "/users/1", Status: 200, Duration: time.Second},
			{Backend: shop.REST, Method: "GET", Path: "/orders/1001", Status: 200, Start: time.Second, Duration: 3 * time.Second},
			{Backend: shop.REST, Method: "GET", Path: "/users/1", Status: 200, Start: 4 * time.Second},
		}
		if diff := cmp.Diff(want, service.Calls()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

func TestWaitingEndsWithTheClientOrTheService(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]shop.Fault{
		"delay": {Delay: time.Hour},
		"hang":  {Damage: shop.Hang},
	} {
		for _, ender := range []string{"client", "service"} {
			t.Run(name+" ended by the "+ender, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					service := shop.New(shop.Options{})
					if err := service.SetFault("/users", fault); err != nil {
						t.Fatal(err)
					}
					ctx, cancel := context.WithCancel(t.Context())
					defer cancel()
					var group sync.WaitGroup
					group.Go(func() { serve(ctx, service.Handler(), "/users") })
					synctest.Wait()
					time.AfterFunc(time.Minute, func() {
						if ender == "client" {
							cancel()
							return
						}
						service.Close()
					})
					group.Wait()
					want := []shop.Call{{Backend: shop.REST, Method: "GET", Path: "/users", Duration: time.Minute}}
					if diff := cmp.Diff(want, service.Calls()); diff != "" {
						t.Errorf("(-want +got):\n%s", diff)
					}
				})
			})
		}
	}
}
