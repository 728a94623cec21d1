package shop_test

import (
	"math/big"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/examples/shop"
)

func TestDataHasTheDocumentedSizeAndJoinsUp(t *testing.T) {
	t.Parallel()
	c := newClient(t, shop.Options{})
	users, products := read[[]row](c, "/users"), read[[]row](c, "/products")
	orders, reviews := read[[]row](c, "/orders"), read[[]row](c, "/reviews")
	sizes := map[string]int{"users": len(users), "products": len(products), "orders": len(orders), "reviews": len(reviews)}
	if diff := cmp.Diff(map[string]int{"users": 50, "products": 100, "orders": 300, "reviews": 500}, sizes); diff != "" {
		t.Errorf("sizes (-want +got):\n%s", diff)
	}

	buyers, authors, mails := map[int]int{}, map[int]int{}, map[string]bool{}
	known := map[string]row{}
	for _, p := range products {
		known[p.SKU] = p
	}
	for _, o := range orders {
		buyers[o.UserID]++
		checkOrder(t, o, known)
	}
	stars := map[string]int{}
	for _, r := range reviews {
		authors[r.AuthorID]++
		stars[r.ProductSKU] += r.Rating
		if _, ok := known[r.ProductSKU]; !ok || r.Rating < 1 || r.Rating > 5 {
			t.Errorf("review %+v", r)
		}
	}
	for _, p := range products {
		if p.ReviewCount == 0 {
			if p.AverageRating != nil {
				t.Errorf("product %s has a rating without reviews", p.SKU)
			}
			continue
		}
		if off := *p.AverageRating - float64(stars[p.SKU])/float64(p.ReviewCount); off > 0.005 || off < -0.005 {
			t.Errorf("product %s: averageRating %v is off by %v", p.SKU, *p.AverageRating, off)
		}
	}
	for _, u := range users {
		if u.Email != nil && (mails[*u.Email] || !strings.HasSuffix(*u.Email, "@example.com")) {
			t.Errorf("user %d: e-mail %q", u.ID, *u.Email)
		} else if u.Email != nil {
			mails[*u.Email] = true
		}
	}
	// The graph's corner cases need someone who has nothing and something
	// that nobody mentions.
	if buyers[50] != 0 || authors[50] != 0 || buyers[1] == 0 || authors[1] == 0 {
		t.Error("expected user 1 with and user 50 without orders and reviews")
	}
	// The account page is measured for someone with exactly ten orders.
	if buyers[48] != 10 {
		t.Errorf("user 48 has %d orders", buyers[48])
	}
	if known["HOM-010"].ReviewCount != 0 || known["COF-002"].ReviewCount == 0 {
		t.Error("expected HOM-010 without and COF-002 with reviews")
	}
}

func checkOrder(t *testing.T, o row, known map[string]row) {
	t.Helper()
	if n := len(o.Lines); n < 1 || n > 4 {
		t.Errorf("order %d has %d lines", o.ID, n)
	}
	sum, seen := new(big.Rat), map[string]bool{}
	for _, line := range o.Lines {
		if _, ok := known[line.SKU]; !ok || seen[line.SKU] {
			t.Errorf("order %d: product %q unknown or twice", o.ID, line.SKU)
		}
		seen[line.SKU] = true
		price, _ := new(big.Rat).SetString(line.UnitPrice.String())
		sum.Add(sum, price.Mul(price, big.NewRat(int64(line.Quantity), 1)))
	}
	if total := sum.FloatString(2); total != o.Total.String() {
		t.Errorf("order %d: total %s, lines say %s", o.ID, o.Total, total)
	}
}

func TestDataIsTheSameInEveryService(t *testing.T) {
	t.Parallel()
	one, two := newClient(t, shop.Options{}), newClient(t, shop.Options{})
	for _, target := range []string{"/users", "/products", "/orders", "/reviews"} {
		if diff := cmp.Diff(string(one.get(target).body), string(two.get(target).body)); diff != "" {
			t.Errorf("%s (-one +two):\n%s", target, diff)
		}
	}
	// A pinned row notices when the generator changes between releases.
	const want = `{"id":1,"name":"Ada Brandt","email":"ada.brandt@example.com",` +
		`"address":{"city":"Hamburg","country":"DE"},"joinedAt":"2024-06-14T08:30:00Z"}` + "\n"
	if diff := cmp.Diff(want, string(one.get("/users/1").body)); diff != "" {
		t.Errorf("user 1 (-want +got):\n%s", diff)
	}
}

func TestRepeatedFilterAnswersInTableOrderAndEachRowOnce(t *testing.T) {
	t.Parallel()
	c := newClient(t, shop.Options{})
	if diff := cmp.Diff([]int{2, 7, 9}, ids(read[[]row](c, "/users?id=9&id=2&id=9&id=777&id=7"))); diff != "" {
		t.Errorf("users (-want +got):\n%s", diff)
	}
	var skus []string
	for _, p := range read[[]row](c, "/products?sku=COF-002&sku=BIC-010&sku=KIT-001&sku=NOPE") {
		skus = append(skus, p.SKU)
	}
	if diff := cmp.Diff([]string{"KIT-001", "COF-002", "BIC-010"}, skus); diff != "" {
		t.Errorf("products (-want +got):\n%s", diff)
	}
}

func TestFiltersKeepExactlyTheRowsThatFit(t *testing.T) {
	t.Parallel()
	c := newClient(t, shop.Options{})
	for target, fits := range map[string]struct {
		all  string
		keep func(row) bool
	}{
		"/orders?userId=1&userId=2":              {"/orders", func(r row) bool { return r.UserID == 1 || r.UserID == 2 }},
		"/orders?userId=1&status=SHIPPED":        {"/orders", func(r row) bool { return r.UserID == 1 && r.Status == "SHIPPED" }},
		"/orders?status=PAID":                    {"/orders", func(r row) bool { return r.Status == "PAID" }},
		"/orders?userId=50":                      {"/orders", func(row) bool { return false }},
		"/reviews?productSku=COF-002":            {"/reviews", func(r row) bool { return r.ProductSKU == "COF-002" }},
		"/reviews?authorId=3&authorId=4":         {"/reviews", func(r row) bool { return r.AuthorID == 3 || r.AuthorID == 4 }},
		"/reviews?authorId=3&minRating=5":        {"/reviews", func(r row) bool { return r.AuthorID == 3 && r.Rating == 5 }},
		"/products?category=coffee":              {"/products", func(r row) bool { return strings.HasPrefix(r.SKU, "COF-") }},
		"/users?id=":                             {},
		"/users?id=1&id=one":                     {},
		"/orders?status=LOST":                    {},
		"/reviews?minRating=-1":                  {},
		"/reviews?sort=worst":                    {},
		"/users?limit=many":                      {},
		"/users?offset=-5":                       {},
		"/search":                                {},
		"/search?q=a&limit=99999999999999999999": {},
	} {
		if fits.keep == nil {
			if status := c.get(target).status; status != http.StatusBadRequest {
				t.Errorf("%s: status %d", target, status)
			}
			continue
		}
		want := []row{}
		for _, r := range read[[]row](c, fits.all) {
			if fits.keep(r) {
				want = append(want, r)
			}
		}
		if diff := cmp.Diff(want, read[[]row](c, target)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", target, diff)
		}
	}
}

func TestPagingCutsAndTellsTheTotal(t *testing.T) {
	t.Parallel()
	c := newClient(t, shop.Options{})
	for _, page := range []struct {
		target, total string
		want          []int
	}{
		{"/users?limit=3", "50", []int{1, 2, 3}},
		{"/users?limit=3&offset=48", "50", []int{49, 50}},
		{"/users?offset=50", "50", []int{}},
		{"/users?limit=0", "50", []int{}},
		{"/users?id=5&id=6&id=7&limit=1&offset=1", "3", []int{6}},
	} {
		response := c.get(page.target)
		if diff := cmp.Diff(page.want, ids(decode[[]row](t, response.body))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", page.target, diff)
		}
		if total := response.header.Get("X-Total-Count"); total != page.total {
			t.Errorf("%s: total %s", page.target, total)
		}
	}
}

func TestUnknownThingsAndMethodsAreErrorsInJSON(t *testing.T) {
	t.Parallel()
	c := newClient(t, shop.Options{})
	for _, tt := range []struct {
		method, target string
		status         int
		code, message  string
	}{
		{http.MethodGet, "/users/51", 404, "NOT_FOUND", `there is no user "51"`},
		{http.MethodGet, "/users/ada", 404, "NOT_FOUND", `there is no user "ada"`},
		{http.MethodGet, "/orders/1", 404, "NOT_FOUND", `there is no order "1"`},
		{http.MethodGet, "/products/X%2F1", 404, "NOT_FOUND", `there is no product "X/1"`},
		{http.MethodGet, "/reviews/0", 404, "NOT_FOUND", `there is no review "0"`},
		{http.MethodGet, "/invoices", 404, "NOT_FOUND", `there is nothing at "/invoices"`},
		{http.MethodGet, "/", 404, "NOT_FOUND", `there is nothing at "/"`},
		{http.MethodPost, "/users", 405, "METHOD_NOT_ALLOWED", "/users answers to GET but not to POST"},
		{http.MethodDelete, "/reviews", 405, "METHOD_NOT_ALLOWED", "/reviews answers to GET, POST but not to DELETE"},
	} {
		response := c.must(tt.method, tt.target, "", "")
		var want errorBody
		want.Error.Code, want.Error.Message = tt.code, tt.message
		if response.status != tt.status || response.header.Get("Content-Type") != "application/json" {
			t.Errorf("%s %s: status %d, header %v", tt.method, tt.target, response.status, response.header)
		}
		if diff := cmp.Diff(want, decode[errorBody](t, response.body)); diff != "" {
			t.Errorf("%s %s (-want +got):\n%s", tt.method, tt.target, diff)
		}
	}
}

func TestHeadAnswersLikeGetWithoutBody(t *testing.T) {
	t.Parallel()
	c := newClient(t, shop.Options{})
	head, get := c.must(http.MethodHead, "/users", "", ""), c.get("/users")
	if head.status != http.StatusOK || len(head.body) != 0 ||
		head.header.Get("Content-Length") != get.header.Get("Content-Length") {
		t.Errorf("HEAD: status %d, %d bytes, header %v", head.status, len(head.body), head.header)
	}
}

func TestBestReviewsComeFirstAndNewestAmongEquals(t *testing.T) {
	t.Parallel()
	c := newClient(t, shop.Options{})
	reviews := read[[]row](c, "/reviews?sort=best")
	if len(reviews) != 500 {
		t.Errorf("%d reviews", len(reviews))
	}
	for i := 1; i < len(reviews); i++ {
		a, b := reviews[i-1], reviews[i]
		if a.Rating < b.Rating || a.Rating == b.Rating && a.ID < b.ID {
			t.Errorf("review %d (%d stars) before %d (%d stars)", a.ID, a.Rating, b.ID, b.Rating)
		}
	}
}

func TestSearchFindsProductsAndUsers(t *testing.T) {
	t.Parallel()
	c := newClient(t, shop.Options{})
	body := string(c.get("/search?q=BRA&limit=4").body)
	const want = `{"results":[` +
		`{"kind":"product","sku":"OFF-003","name":"Desk lamp, brass arm","price":119.00},` +
		`{"kind":"product","sku":"OFF-007","name":"Brass paper clips, 40 pieces","price":7.80},` +
		`{"kind":"product","sku":"BIC-003","name":"Brass bell","price":21.50},` +
		`{"kind":"user","id":1,"name":"Ada Brandt"}]}` + "\n"
	if diff := cmp.Diff(want, body); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if body := string(c.get("/search?q=zzz").body); body != `{"results":[]}`+"\n" {
		t.Errorf("no hits: %s", body)
	}
}
