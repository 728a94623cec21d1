package console_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/weftgraph/weft/server/config"
	"github.com/weftgraph/weft/server/identity/oidc"
	"github.com/weftgraph/weft/server/identity/oidc/oidctest"
)

// A person who has to say why tokens are refused sees whose they are, what is wrong with them, and whether their issuer answers, and no token.
func TestPageShowsTokenIssuers(t *testing.T) {
	t.Parallel()
	p := openTab(t)
	key := oidctest.NewKey(t, "k1", "ES256")
	signing, asked := oidctest.Start(t, key), oidctest.Start(t)
	asked.SetDown(true)
	s := serveWith(t, func(c *config.Config) {
		c.Tokens = oidc.Settings{
			Issuers:       []oidc.Issuer{{Names: []string{signing.URL}, Audiences: []string{"shop"}}},
			Introspection: []oidc.Introspection{{Issuer: "https://partner.example.org", Endpoint: asked.URL + "/introspect"}},
		}
	})
	good := key.Sign(t, signing.Claims(nil), nil)
	for i, tt := range []struct {
		token string
		want  int
	}{
		{good, http.StatusOK},
		{good, http.StatusOK},
		{good, http.StatusOK},
		{key.Sign(t, signing.Claims(map[string]any{"exp": time.Now().Add(-time.Hour).Unix()}), nil), http.StatusUnauthorized},
		{"opaque-token", http.StatusServiceUnavailable},
		{"not a token", http.StatusUnauthorized},
	} {
		if got := s.askWith(t, "{ hello }", "Authorization", "Bearer "+tt.token); got != tt.want {
			t.Fatalf("request %d: status %d, want %d", i, got, tt.want)
		}
	}
	p.do(chromedp.Navigate(s.admin), see("#link.live"), see("#issuer-table tr.row"))
	table, page := plain(p.text("#issuer-table")), plain(p.text("body"))
	for _, want := range []string{
		signing.URL + " signed tokens ok 3 1 (25 %) 1 expired 1 1 ",
		"https://partner.example.org is asked about tokens failing its answer cannot be used, ", " 0 1 (100 %) 1 not checked – 1 1 failed never",
	} {
		if !strings.Contains(table, want) {
			t.Errorf("the table has no %q:\n%s", want, table)
		}
	}
	if want := "Tokens of nobody in the table: 1 not valid."; !strings.Contains(page, want) {
		t.Errorf("the page has no %q:\n%s", want, page)
	}
	for _, secret := range append(strings.Split(good, "."), "opaque-token") {
		if strings.Contains(page, secret) {
			t.Errorf("the page shows %q", secret)
		}
	}
	p.screenshot("console-tokens")
	p.dark()
	p.do(chromedp.EmulateViewport(400, 900))
	p.screenshot("console-tokens-dark-narrow")
}

// Where no tokens are taken the page says how that is changed.
func TestPageTellsThatNoTokensAreTaken(t *testing.T) {
	t.Parallel()
	p := openTab(t)
	s := serve(t)
	p.do(chromedp.Navigate(s.admin), see("#link.live"), see("#no-issuers"))
	p.do(chromedp.WaitNotVisible(chromedp.CSS("#issuer-table")), chromedp.WaitNotVisible(chromedp.CSS("#stray-tokens")))
}
