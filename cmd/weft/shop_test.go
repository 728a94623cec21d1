package main_test

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/examples/shop"
	"github.com/weftgraph/weft/server/config"
)

// endpoints counts calls by path and the names of their parameters: "/orders?userId".
func endpoints(calls []shop.Call) map[string]int {
	out := map[string]int{}
	for _, c := range calls {
		path, query, _ := strings.Cut(c.Path, "?")
		if rest, ok := strings.CutPrefix(path, "/users/"); ok && rest != "" {
			path = "/users/{id}"
		}
		values, err := url.ParseQuery(query)
		if err != nil {
			path += " (" + err.Error() + ")"
		}
		if len(values) > 0 {
			path += "?" + strings.Join(slices.Sorted(maps.Keys(values)), "&")
		}
		out[path]++
	}
	return out
}

// wantPredicted checks that the calls of an answer lie within its plan's prediction, in sum and for each fetch, that no fetch makes
// more calls than its keys need, and that the waterfall tells of every call that the back end saw.
func wantPredicted(t *testing.T, a answer, log []shop.Call) {
	t.Helper()
	const batchSize = 100
	p := a.Extensions.Weft.Plan
	calls, keys := map[int]int{}, map[int]int{}
	for _, c := range a.Extensions.Weft.Calls {
		calls[c.Fetch]++
		keys[c.Fetch] += c.Keys
	}
	if got := len(a.Extensions.Weft.Calls); got != len(log) {
		t.Errorf("the waterfall has %d calls, the back end saw %d", got, len(log))
	}
	if got := len(log); !p.Calls.covers(got) {
		t.Errorf("%d calls in all, predicted %s", got, p.Calls)
	}
	for _, f := range p.Fetches {
		if got := calls[f.ID]; !f.Calls.covers(got) {
			t.Errorf("fetch %d made %d calls, predicted %s", f.ID, got, f.Calls)
		}
		if most := (keys[f.ID] + batchSize - 1) / batchSize; f.Batch != nil && calls[f.ID] > most {
			t.Errorf("fetch %d made %d calls for %d keys", f.ID, calls[f.ID], keys[f.ID])
		}
	}
}

// wantNoKeyTwice checks that no two calls to a batched endpoint ask for the same key.
func wantNoKeyTwice(t *testing.T, calls []shop.Call, path, parameter string) {
	t.Helper()
	seen := map[string]bool{}
	for _, c := range calls {
		target, err := url.Parse(c.Path)
		if err != nil {
			t.Fatal(err)
		}
		if target.Path != path {
			continue
		}
		for _, key := range target.Query()[parameter] {
			if seen[key] {
				t.Errorf("%s was asked twice for %s", path, key)
			}
			seen[key] = true
		}
	}
}

// A page of orders with their products, and of reviews with products, their reviews and authors, is six levels deep and has hundreds
// of rows. Each level is one call. Products are wanted on two levels, which become ready when they like: one call for both, or two
// that share no key.
func TestUserPageMakesOneCallPerLevel(t *testing.T) {
	t.Parallel()
	w := serveShop(t, config.Source{})
	for _, id := range []int{1, 2, 7, 23, 31} {
		w.shop.ResetCalls()
		a := w.ask(t, prepared(t, "my-page"), map[string]any{"id": id})
		if len(a.Errors) > 0 {
			t.Fatal(a.Errors)
		}
		log := w.shop.Calls()
		wantPredicted(t, a, log)
		wantNoKeyTwice(t, log, "/products", "sku")
		got := endpoints(log)
		if n := got["/products?sku"]; n != 1 && n != 2 {
			t.Errorf("user %d: %d calls for the products of two levels", id, n)
		}
		delete(got, "/products?sku")
		want := map[string]int{
			"/users/{id}": 1, "/orders?userId": 1, "/reviews?authorId": 1, "/reviews?minRating&productSku": 1, "/users?id": 1,
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("user %d: calls by endpoint (-want +got)\n%s", id, diff)
		}
	}
}

// A customer without orders and reviews: what nobody needs is not asked for.
func TestEmptyListsAskForNothingBelowThem(t *testing.T) {
	t.Parallel()
	w := serveShop(t, config.Source{})
	a := w.ask(t, prepared(t, "my-page"), map[string]any{"id": 50})
	page := dataOf[struct {
		User struct{ Orders, Reviews []any }
	}](t, a).User
	if page.Orders == nil || len(page.Orders) > 0 || page.Reviews == nil || len(page.Reviews) > 0 {
		t.Errorf("want two empty lists, got %s", a.Data)
	}
	wantPredicted(t, a, w.shop.Calls())
	want := map[string]int{"/users/{id}": 1, "/orders?userId": 1, "/reviews?authorId": 1}
	if diff := cmp.Diff(want, endpoints(w.shop.Calls())); diff != "" {
		t.Errorf("calls (-want +got)\n%s", diff)
	}
}

func TestPreparedQueriesAreAnsweredAsPredicted(t *testing.T) {
	t.Parallel()
	w := serveShop(t, config.Source{})
	queries, err := shop.Queries()
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range queries {
		if strings.Contains(q.Text, "\nsubscription ") {
			continue // see shop_events_test.go
		}
		w.shop.ResetCalls()
		a := w.ask(t, q.Text, nil)
		if len(a.Errors) > 0 || a.status != http.StatusOK {
			t.Errorf("%s: status %d, errors %+v", q.Name, a.status, a.Errors)
		}
		wantPredicted(t, a, w.shop.Calls())
	}
}

// All customers with all orders and all products: the number of calls does not depend on the number of rows.
func TestWholeShopIsThreeCalls(t *testing.T) {
	t.Parallel()
	w := serveShop(t, config.Source{})
	a := w.ask(t, prepared(t, "all-orders"), nil)
	want := map[string]int{"/users?limit&offset": 1, "/orders?userId": 1, "/products?sku": 1}
	if diff := cmp.Diff(want, endpoints(w.shop.Calls())); diff != "" || len(a.Errors) > 0 {
		t.Errorf("errors %v, calls (-want +got)\n%s", a.Errors, diff)
	}
}

func TestUserPageTellsWhatTheServiceKnows(t *testing.T) {
	t.Parallel()
	w := serveShop(t, config.Source{})
	for _, id := range []int{1, 7, 50} {
		want, err := json.Marshal(map[string]any{"user": w.page(t, id)})
		if err != nil {
			t.Fatal(err)
		}
		wantData(t, w.ask(t, prepared(t, "my-page"), map[string]any{"id": id}), string(want))
	}
}

type row = map[string]any

// page joins a user's page by hand, with one request for every question.
func (w *shopGateway) page(t *testing.T, id int) row {
	t.Helper()
	user := get[row](t, w, fmt.Sprintf("/users/%d", id))
	address, ok := user["address"].(row)
	if !ok {
		t.Fatalf("user %d has no address: %v", id, user)
	}
	product := func(sku any) row { return get[row](t, w, fmt.Sprintf("/products/%v", sku)) }
	orders := []row{}
	for _, o := range get[[]row](t, w, fmt.Sprintf("/orders?userId=%d", id)) {
		lines := []row{}
		for _, l := range o["lines"].([]any) {
			line := l.(row)
			p := product(line["sku"])
			lines = append(lines, row{"quantity": line["quantity"], "product": row{"name": p["name"], "price": p["price"]}})
		}
		orders = append(orders, row{
			"id": fmt.Sprint(o["id"]), "placedAt": o["placedAt"], "status": o["status"], "total": o["total"], "lines": lines,
		})
	}
	reviews := []row{}
	for _, r := range get[[]row](t, w, fmt.Sprintf("/reviews?authorId=%d", id)) {
		others := []row{}
		for _, o := range get[[]row](t, w, fmt.Sprintf("/reviews?productSku=%v&minRating=4", r["productSku"])) {
			author := get[row](t, w, fmt.Sprintf("/users/%v", o["authorId"]))
			others = append(others, row{"title": o["title"], "author": row{"name": author["name"]}})
		}
		reviews = append(reviews, row{
			"rating": r["rating"], "title": r["title"],
			"product": row{"name": product(r["productSku"])["name"], "reviews": others},
		})
	}
	return row{"name": user["name"], "city": address["city"], "orders": orders, "reviews": reviews}
}

// get asks the shop's REST service itself.
func get[T any](t *testing.T, w *shopGateway, target string) T {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.shop.URL()+target, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := w.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: status %d, error %v", target, resp.StatusCode, err)
	}
	var v T
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatalf("%s: %v", target, err)
	}
	return v
}

func TestPlacedReviewIsFoundEverywhere(t *testing.T) {
	t.Parallel()
	w := serveShop(t, config.Source{})
	type counted struct {
		Product struct{ ReviewCount int }
	}
	const count = `{ product(sku: "COF-002") { reviewCount } }`
	before := dataOf[counted](t, w.ask(t, count, nil)).Product.ReviewCount

	input := map[string]any{"sku": "COF-002", "authorId": "7", "rating": 4, "title": `Says "hm" – and grinds`, "body": nil}
	placed := dataOf[struct {
		PlaceReview struct {
			ID      string
			Author  struct{ Name string }
			Product struct{ ReviewCount int }
		}
	}](t, w.ask(t, prepared(t, "place-review"), map[string]any{"input": input})).PlaceReview
	if placed.Author.Name == "" || placed.Product.ReviewCount != before+1 {
		t.Errorf("placed %+v where there were %d reviews", placed, before)
	}
	const find = `query Find($id: ID!) {
		review(id: $id) { title rating body author { id } product { sku } }
		user(id: 7) { reviews { id } }
		product(sku: "COF-002") { reviews { id } }
	}`
	found := dataOf[struct {
		Review        row
		User, Product struct{ Reviews []struct{ ID string } }
	}](t, w.ask(t, find, map[string]any{"id": placed.ID}))
	want := row{
		"title": input["title"], "rating": 4.0, "body": nil, "author": row{"id": "7"}, "product": row{"sku": "COF-002"},
	}
	if diff := cmp.Diff(want, found.Review); diff != "" {
		t.Errorf("the review (-want +got)\n%s", diff)
	}
	for where, reviews := range map[string][]struct{ ID string }{"user": found.User.Reviews, "product": found.Product.Reviews} {
		if !slices.ContainsFunc(reviews, func(r struct{ ID string }) bool { return r.ID == placed.ID }) {
			t.Errorf("the %s's reviews do not have %s", where, placed.ID)
		}
	}
}

func TestRefusedReviewIsOneErrorOfTheService(t *testing.T) {
	t.Parallel()
	w := serveShop(t, config.Source{})
	a := w.ask(t, prepared(t, "place-review"), map[string]any{
		"input": map[string]any{"sku": "COF-002", "authorId": "7", "rating": 6, "title": "Too good"},
	})
	want := []clientError{{
		Message: "rating must be from 1 to 5 but is 6",
		Path:    []any{"placeReview"},
		Extensions: row{
			"code": "INVALID_REVIEW", "service": "shop",
			"connector": row{"coordinate": "shop:Mutation.placeReview[0]"}, "http": row{"status": 422.0},
		},
	}}
	if diff := cmp.Diff(want, a.Errors); diff != "" {
		t.Errorf("errors (-want +got)\n%s", diff)
	}
	if string(a.Data) != `{"placeReview":null}` {
		t.Errorf("data %s", a.Data)
	}
	if n := len(w.shop.Calls()); n != 1 {
		t.Errorf("%d calls: nothing is below a review that does not exist", n)
	}
}

// dataOf decodes the data of an answer without errors.
func dataOf[T any](t *testing.T, a answer) T {
	t.Helper()
	if len(a.Errors) > 0 {
		t.Fatalf("errors: %+v", a.Errors)
	}
	var v T
	if err := json.Unmarshal(a.Data, &v); err != nil {
		t.Fatalf("%v in %s", err, a.Data)
	}
	return v
}
