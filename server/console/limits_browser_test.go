package console_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/weftgraph/weft/server/config"
	"github.com/weftgraph/weft/server/identity/apikey"
	"github.com/weftgraph/weft/server/quota"
	"github.com/weftgraph/weft/server/ratelimit"
)

// A person who has to say why a client is refused sees the limits that have refused something, and what the client's key has left, and
// nobody's key itself.
func TestPageShowsLimitsAndKeys(t *testing.T) {
	t.Parallel()
	// The day of the quotas is not to end meanwhile.
	if left := time.Until(time.Now().UTC().Truncate(24 * time.Hour).Add(24 * time.Hour)); left < time.Minute {
		<-time.After(left)
	}
	p := openTab(t)
	file := filepath.Join(t.TempDir(), "keys.jsonl")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	ids, texts := map[string]string{}, map[string]string{}
	for _, d := range []apikey.Draft{
		{Owner: "billing", Label: "nightly run", Quota: quota.Quota{Day: quota.Amount{Requests: 3}, Month: quota.Amount{Requests: 20000, Cost: 50000}}},
		{Owner: "warehouse", Expires: time.Now().Add(3*24*time.Hour + time.Hour)},
		{Owner: "former partner"},
		{Owner: "trial", Expires: time.Now().Add(-time.Hour)},
		{Owner: "next year", NotBefore: time.Now().Add(30 * 24 * time.Hour)},
	} {
		k, text, err := apikey.Create(t.Context(), file, d, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		ids[d.Owner], texts[d.Owner] = k.ID, text
	}
	if _, err := apikey.Revoke(t.Context(), file, ids["former partner"], time.Now()); err != nil {
		t.Fatal(err)
	}
	if _, _, err := apikey.Rotate(t.Context(), file, ids["billing"], 24*time.Hour, time.Now()); err != nil {
		t.Fatal(err)
	}
	yes := true
	s := serveWith(t, func(c *config.Config) {
		c.APIKeys.File = file
		c.RateLimits.Rules = []ratelimit.Rule{
			{Name: "callers", Per: []ratelimit.Dimension{ratelimit.Caller}, Limit: 1000, Interval: time.Minute, Burst: 100},
			{Name: "points", Per: []ratelimit.Dimension{ratelimit.Key}, Unit: ratelimit.Cost, Limit: 10000, Interval: time.Hour},
			{
				Name: "dear", Per: []ratelimit.Dimension{ratelimit.Caller, ratelimit.Field}, Unit: ratelimit.Fields, Fields: []string{"User.boss"},
				Match: ratelimit.Match{Authenticated: &yes}, Limit: 2, Interval: time.Hour,
			},
			{Name: "guesses", Per: []ratelimit.Dimension{ratelimit.IP}, Unit: ratelimit.Failures, Limit: 20, Interval: time.Hour},
		}
	})
	for i, tt := range []struct {
		owner, query string
		want         int
	}{
		{"billing", "{ user(id: 7) { name } }", http.StatusOK},
		{"billing", "{ user(id: 7) { name } }", http.StatusOK},
		{"billing", "{ hello }", http.StatusOK},
		{"billing", "{ hello }", http.StatusTooManyRequests}, // the day's quota
		{"warehouse", "{ user(id: 7) { boss { name } } }", http.StatusOK},
		{"warehouse", "{ user(id: 7) { boss { name } } }", http.StatusOK},
		{"warehouse", "{ user(id: 7) { boss { name } } }", http.StatusTooManyRequests},
		{"former partner", "{ hello }", http.StatusUnauthorized},
	} {
		if got := s.askBy(t, texts[tt.owner], tt.query); got != tt.want {
			t.Fatalf("request %d: status %d, want %d", i, got, tt.want)
		}
	}
	p.do(chromedp.Navigate(s.admin), see("#link.live"), see("#key-table tr.row"), see("#limit-table tr.row"))
	limits, keys, page := p.text("#limit-table"), p.text("#key-table"), p.text("body")
	for _, want := range []string{
		"callers for each caller ", " 1,000 in 1 min, 100 at once ", "dear for each caller and field, some requests only User.boss 2 in 1 h 2 1 (33 %) 1",
		"guesses for each address failed authentications 20 in 1 h 1 0 1",
	} {
		if !strings.Contains(plain(limits), want) {
			t.Errorf("the limits have no %q:\n%s", want, plain(limits))
		}
	}
	for _, want := range []string{
		"billing, nightly run ", "active 2 secrets ", "3 of 3 0 left ", "3 of 20,000 19,997 left ", "2 of 50,000 49,998 left", "warehouse ",
		"ends soon ends in 3 d", "revoked", "expired", "not valid yet in 29 d", "never",
	} {
		if !strings.Contains(plain(keys), want) {
			t.Errorf("the keys have no %q:\n%s", want, plain(keys))
		}
	}
	if want := "2 beyond a limit (429), 1 not authenticated (401), 0 denied (403)"; !strings.Contains(plain(page), want) {
		t.Errorf("the page does not tell that %s:\n%s", want, plain(page))
	}
	for owner, key := range texts {
		if strings.Contains(page, key[len("weft_")+len(ids[owner])+1:]) {
			t.Errorf("the key of %s is shown", owner)
		}
	}
	p.screenshot("console-limits")
	p.dark()
	p.screenshot("console-limits-dark")
	p.do(chromedp.EmulateViewport(400, 900))
	p.screenshot("console-limits-narrow")
}

// plain is a text with one space for all that is between two words.
func plain(text string) string { return strings.Join(strings.Fields(text), " ") }
