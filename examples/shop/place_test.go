package shop_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/examples/shop"
)

func TestPlacedReviewIsVisibleEverywhere(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)
	c := newClient(t, shop.Options{Now: func() time.Time { return noon }})
	response := c.post("/reviews", `{"productSku":"HOM-010","authorId":50,"rating":4,"title":"Plain & good"}`)
	const want = `{"id":501,"productSku":"HOM-010","authorId":50,"rating":4,` +
		`"title":"Plain & good","body":null,"createdAt":"2026-03-01T12:00:00Z"}` + "\n"
	if diff := cmp.Diff(want, string(response.body)); diff != "" || response.status != http.StatusCreated {
		t.Fatalf("status %d (-want +got):\n%s", response.status, diff)
	}
	if diff := cmp.Diff(want, string(c.get(response.header.Get("Location")).body)); diff != "" {
		t.Errorf("by Location (-want +got):\n%s", diff)
	}
	for _, target := range []string{"/reviews?productSku=HOM-010", "/reviews?authorId=50"} {
		if diff := cmp.Diff([]int{501}, ids(read[[]row](c, target))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", target, diff)
		}
	}
	c.post("/reviews", `{"productSku":"HOM-010","authorId":1,"rating":1,"title":"Splinters"}`)
	product := read[row](c, "/products/HOM-010")
	if product.ReviewCount != 2 || product.AverageRating == nil || *product.AverageRating != 2.5 {
		t.Errorf("product %+v", product)
	}
}

func TestReviewThatCannotBePublishedIsRefusedWithTheReason(t *testing.T) {
	t.Parallel()
	c := newClient(t, shop.Options{})
	const kind = "application/json"
	for _, tt := range []struct {
		name, contentType, body string
		status                  int
		code, message           string
	}{
		{"no product", kind, `{"authorId":1,"rating":5,"title":"x"}`, 422, "INVALID_REVIEW", "productSku is missing"},
		{"unknown product", kind, `{"productSku":"A","authorId":1,"rating":5,"title":"x"}`, 422, "INVALID_REVIEW", `there is no product "A"`},
		{"no author", kind, `{"productSku":"KIT-001","rating":5,"title":"x"}`, 422, "INVALID_REVIEW", "authorId is missing"},
		{"unknown author", kind, `{"productSku":"KIT-001","authorId":51,"rating":5,"title":"x"}`, 422, "INVALID_REVIEW", "there is no user 51"},
		{"author as text", kind, `{"productSku":"KIT-001","authorId":"1","rating":5,"title":"x"}`, 422, "INVALID_REVIEW", "authorId cannot be a string"},
		{"no rating", kind, `{"productSku":"KIT-001","authorId":1,"title":"x"}`, 422, "INVALID_REVIEW", "rating is missing"},
		{"rating too low", kind, `{"productSku":"KIT-001","authorId":1,"rating":0,"title":"x"}`, 422, "INVALID_REVIEW", "rating must be from 1 to 5 but is 0"},
		{"rating too high", kind, `{"productSku":"KIT-001","authorId":1,"rating":6,"title":"x"}`, 422, "INVALID_REVIEW", "rating must be from 1 to 5 but is 6"},
		{"no title", kind, `{"productSku":"KIT-001","authorId":1,"rating":5}`, 422, "INVALID_REVIEW", "title is missing"},
		{"long title", kind, `{"productSku":"KIT-001","authorId":1,"rating":5,"title":"` + strings.Repeat("é", 81) + `"}`, 422, "INVALID_REVIEW", "title must have at most 80 characters"},
		{"long body", kind, `{"productSku":"KIT-001","authorId":1,"rating":5,"title":"x","body":"` + strings.Repeat("y", 2001) + `"}`, 422, "INVALID_REVIEW", "body must have at most 2000 characters"},
		{"broken JSON", kind, `{"productSku":`, 400, "BAD_REQUEST", "expected a JSON object"},
		{"a list", kind, `[]`, 400, "BAD_REQUEST", "expected a JSON object"},
		{"too large", kind, `{"title":"` + strings.Repeat("x", 70_000) + `"}`, 413, "TOO_LARGE", "expected at most 65536 bytes"},
		{"a form", "application/x-www-form-urlencoded", `rating=5`, 415, "UNSUPPORTED_MEDIA_TYPE", "expected a body of type application/json"},
		{"no type", "", `{}`, 415, "UNSUPPORTED_MEDIA_TYPE", "expected a body of type application/json"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			response := c.must(http.MethodPost, "/reviews", tt.contentType, tt.body)
			var want errorBody
			want.Error.Code, want.Error.Message = tt.code, tt.message
			if diff := cmp.Diff(want, decode[errorBody](t, response.body)); diff != "" || response.status != tt.status {
				t.Errorf("status %d (-want +got):\n%s", response.status, diff)
			}
		})
	}
	if n := len(read[[]row](c, "/reviews")); n != 500 {
		t.Errorf("%d reviews after refused ones", n)
	}
}

func TestConcurrentReviewsAllCount(t *testing.T) {
	t.Parallel()
	c := newClient(t, shop.Options{})
	var group sync.WaitGroup
	for i := range 20 {
		group.Go(func() {
			body := fmt.Sprintf(`{"productSku":"HOM-009","authorId":%d,"rating":%d,"title":"x"}`, 1+i, 1+i%5)
			if _, err := c.send(t.Context(), http.MethodPost, "/reviews", "application/json", body); err != nil {
				t.Error(err)
			}
			if _, err := c.send(t.Context(), http.MethodGet, "/products", "", ""); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	product := read[row](c, "/products/HOM-009")
	if product.ReviewCount != 20 || *product.AverageRating != 3 {
		t.Errorf("product %+v", product)
	}
	for i, id := range ids(read[[]row](c, "/reviews")) {
		if id != i+1 {
			t.Fatalf("review at row %d has id %d", i, id)
		}
	}
}
