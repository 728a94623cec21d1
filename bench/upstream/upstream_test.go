package upstream_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/bench/account"
	"github.com/weftgraph/weft/bench/upstream"
)

type row = map[string]any

func start(t *testing.T) (*upstream.Running, *upstream.Client) {
	t.Helper()
	running, err := upstream.Start(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = running.Close(t.Context()) })
	return running, upstream.NewClient(running.Addresses().Mock)
}

func rows(t *testing.T, c *upstream.Client, target string) []row {
	t.Helper()
	var out []row
	if err := c.GetJSON(t.Context(), target, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestListsHaveTheirSizes(t *testing.T) {
	t.Parallel()
	_, c := start(t)
	for target, want := range map[string]int{
		"/users": 10, "/posts": 100, "/comments": 500, "/todos": 200, "/bigposts": 1000, "/items": 10_000,
		"/posts?userId=100": 10, "/todos?userId=7&userId=8&userId=7": 40, "/users?id=101": 0,
	} {
		if got := len(rows(t, c, target)); got != want {
			t.Errorf("%s: want %d rows, got %d", target, want, got)
		}
	}
}

func TestFilteredRowsComeInTheTablesOrder(t *testing.T) {
	t.Parallel()
	_, c := start(t)
	var ids []any
	for _, r := range rows(t, c, "/users?id=30&id=4&id=30") {
		ids = append(ids, r["id"])
	}
	if diff := cmp.Diff([]any{4.0, 30.0}, ids); diff != "" {
		t.Errorf("ids (-want +got)\n%s", diff)
	}
}

func TestOneRowIsFoundByItsID(t *testing.T) {
	t.Parallel()
	_, c := start(t)
	var user row
	if err := c.GetJSON(t.Context(), "/users/77", &user); err != nil || user["id"] != 77.0 {
		t.Errorf("want user 77, got %v and the error %v", user, err)
	}
	if err := c.GetJSON(t.Context(), "/users/101", &user); err == nil {
		t.Error("there is no user 101, and no error")
	}
}

func TestCallsAreCountedByRoute(t *testing.T) {
	t.Parallel()
	running, c := start(t)
	rows(t, c, "/users?id=1&id=2")
	if err := c.Reset(t.Context()); err != nil {
		t.Fatal(err)
	}
	rows(t, c, "/posts")
	rows(t, c, "/posts?userId=1&userId=2")
	a := running.Addresses()
	page, err := account.New(account.Addresses{REST: a.ShopREST, Shipping: a.ShopShipping, Billing: a.ShopBilling})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = page.Close() })
	if _, err := page.Page(t.Context(), 48); err != nil {
		t.Fatal(err)
	}
	got, err := c.Stats(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]int{
		"/posts": 1, "/posts?userId": 1,
		"/users/{id}": 1, "/orders?userId": 1, "/products?sku": 1, "BatchGetShipments": 1, "BatchGetStock": 1, "GetInvoices": 1,
	}
	if diff := cmp.Diff(want, got.Calls); diff != "" || got.Total != 8 {
		t.Errorf("%d calls (-want +got)\n%s", got.Total, diff)
	}
}

// Calls that wait for each other are waves: the page's two, and not its six calls.
func TestWavesAreCallsThatWaitForEachOther(t *testing.T) {
	t.Parallel()
	running, c := start(t)
	if err := c.SetLatency(t.Context(), 50*time.Millisecond); err != nil {
		t.Fatal(err)
	}
	a := running.Addresses()
	page, err := account.New(account.Addresses{REST: a.ShopREST, Shipping: a.ShopShipping, Billing: a.ShopBilling})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = page.Close() })
	if _, err := page.Page(t.Context(), 48); err != nil {
		t.Fatal(err)
	}
	got, err := c.Stats(t.Context())
	if err != nil || got.Total != 6 || got.Waves != 2 {
		t.Errorf("want 6 calls in 2 waves, got %+v and the error %v", got, err)
	}
}

func TestConcurrentCallsGetTheirOwnRows(t *testing.T) {
	t.Parallel()
	_, c := start(t)
	var group sync.WaitGroup
	for post := 1; post <= 200; post++ {
		group.Go(func() {
			var got []struct{ PostID int }
			if err := c.GetJSON(t.Context(), fmt.Sprintf("/comments?postId=%d", post), &got); err != nil {
				t.Error(err)
				return
			}
			if len(got) != 5 || got[0].PostID != post || got[4].PostID != post {
				t.Errorf("post %d: got %+v", post, got)
			}
		})
	}
	group.Wait()
}
