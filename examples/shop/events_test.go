package shop_test

import (
	"bufio"
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/examples/shop"
)

// follow opens the stream of reviews and returns what reads the ids of events.
func (c client) follow(ctx context.Context, query, lastID string) (next func() string) {
	c.Helper()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+"/reviews/events"+query, nil)
	if err != nil {
		c.Fatal(err)
	}
	if lastID != "" {
		request.Header.Set("Last-Event-ID", lastID)
	}
	response, err := c.http.Do(request)
	if err != nil {
		c.Fatal(err)
	}
	c.Cleanup(func() { _ = response.Body.Close() })
	lines := bufio.NewScanner(response.Body)
	return func() string {
		for lines.Scan() {
			if id, isID := strings.CutPrefix(lines.Text(), "id: "); isID {
				return id
			}
		}
		if lines.Err() != nil {
			return "cut"
		}
		return "end"
	}
}

func TestReviewsAreFollowed(t *testing.T) {
	t.Parallel()
	c := newClient(t, shop.Options{})
	place := func() {
		c.post("/reviews", `{"productSku": "COF-002", "authorId": 1, "rating": 5, "title": "Good"}`)
	}
	fresh, known := c.follow(t.Context(), "", ""), c.follow(t.Context(), "?after=1&limit=3&productSku=COF-002", "499")
	place()
	place()
	got := []string{fresh(), fresh(), known(), known()}
	if diff := cmp.Diff([]string{"501", "502", "501", "502"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	place()
	if id, end := known(), known(); id != "503" || end != "end" {
		t.Errorf("want the third and the end, got %s and %s", id, end)
	}
	fresh()
	c.shop.CutStreams()
	if end := fresh(); end != "cut" {
		t.Errorf("a stream that was cut gave %q", end)
	}
}

func TestStreamsEndWithTheService(t *testing.T) {
	t.Parallel()
	c := newClient(t, shop.Options{})
	next := c.follow(t.Context(), "?after=499", "")
	next()
	c.shop.Close()
	if end := next(); end != "end" {
		t.Errorf("want the end, got %q", end)
	}
}

func TestAStreamCannotBeginAnywhere(t *testing.T) {
	t.Parallel()
	c := newClient(t, shop.Options{})
	for _, query := range []string{"?after=x", "?limit=-1"} {
		if response := c.get("/reviews/events" + query); response.status != http.StatusBadRequest {
			t.Errorf("%s: status %d", query, response.status)
		}
	}
}
