package oidc_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/weftgraph/weft/graph/caller"
	"github.com/weftgraph/weft/server/identity/oidc"
	"github.com/weftgraph/weft/server/identity/oidc/oidctest"
)

// asking are settings that ask an issuer about tokens.
func asking(i *oidctest.Issuer) oidc.Settings {
	return oidc.Settings{Introspection: []oidc.Introspection{{Issuer: i.URL, ClientID: "weft", ClientSecret: "secret"}}}
}

func TestIssuersAreAskedAboutOpaqueTokens(t *testing.T) {
	t.Parallel()
	for _, inBody := range []bool{false, true} {
		i := oidctest.Start(t)
		s := asking(i)
		s.Introspection[0].SecretInBody = inBody
		s.Introspection[0].Audiences = []string{"shop"}
		tokens := open(t, s)
		i.Activate("good", map[string]any{"sub": "ann", "scope": "read write", "aud": "shop", "exp": time.Now().Add(time.Hour).Unix()})
		i.Activate("machine", map[string]any{"client_id": "job", "aud": []string{"shop"}})
		i.Activate("nobody", map[string]any{"aud": "shop"})
		i.Activate("old", map[string]any{"sub": "ann", "aud": "shop", "exp": time.Now().Add(-time.Hour).Unix()})
		i.Activate("foreign", map[string]any{"sub": "ann", "aud": "bank"})
		i.Activate("other", map[string]any{"sub": "ann", "aud": "shop", "iss": "https://other.test"})
		for token, subject := range map[string]string{"good": "ann", "machine": "job"} {
			who, refused := identify(t, tokens, bearer(token))
			if refused != nil {
				t.Fatal(refused.Cause)
			}
			if got := who.Identity(); got.Method != caller.Introspection || got.Subject != subject || got.Issuer != i.URL || who.HasScope("read") != (token == "good") {
				t.Errorf("%+v", got)
			}
		}
		const bad = "The token is not valid."
		expectRefused(t, tokens, bearer("unknown"), bad, "is not active")
		expectRefused(t, tokens, bearer("nobody"), bad, `no claim "client_id"`)
		expectRefused(t, tokens, bearer("old"), "The token has expired.", "has expired at")
		expectRefused(t, tokens, bearer("foreign"), "The token is not for this service.", "bank")
		expectRefused(t, tokens, bearer("other"), bad, `of the issuer "https://other.test"`)
	}
}

func TestTokensAreAskedAboutOnceForAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := oidctest.New()
		tokens := bubbled(t, i, func(s *oidc.Settings) { *s = asking(i) })
		i.Activate("good", map[string]any{"sub": "ann"})
		i.Activate("short", map[string]any{"sub": "ann", "exp": time.Now().Unix() - 30}) // for 30 seconds, by the skew
		taken := func(token string) bool {
			_, refused := identify(t, tokens, bearer(token))
			return refused == nil
		}
		i.Change = func(string, http.ResponseWriter, *http.Request) bool {
			<-time.After(time.Second) // until all wait who ask now
			return false
		}
		var together sync.WaitGroup
		for range 50 {
			together.Go(func() {
				if !taken("good") {
					t.Error("not taken")
				}
			})
		}
		together.Wait()
		i.Change = nil
		if asked := i.Asked("introspection"); asked != 1 {
			t.Errorf("asked %d times", asked)
		}
		if !taken("short") || taken("new") {
			t.Error("wrong")
		}
		i.Activate("good", nil)
		i.Activate("new", map[string]any{"sub": "bob"})
		<-time.After(9 * time.Second)
		if taken("new") {
			t.Error("asked again too soon")
		}
		<-time.After(2 * time.Second)
		if !taken("new") {
			t.Error("not asked again")
		}
		<-time.After(20 * time.Second)
		if taken("short") {
			t.Error("a token is remembered longer than it is good")
		}
		if !taken("good") {
			t.Error("asked again too soon")
		}
		<-time.After(30 * time.Second)
		if taken("good") {
			t.Error("a token that was taken back is remembered for longer than is said")
		}
	})
}

func TestTokensThatNobodyCanBeAskedAboutAreNotTaken(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(what string, w http.ResponseWriter, r *http.Request) bool{
		"down": nil,
		"a page": func(what string, w http.ResponseWriter, _ *http.Request) bool {
			_, _ = w.Write([]byte("<html>"))
			return what == "introspection"
		},
		"no answer to the question": func(what string, w http.ResponseWriter, _ *http.Request) bool {
			if what == "introspection" {
				_, _ = w.Write([]byte(`{"active":"true","sub":"ann"}`))
			}
			return what == "introspection"
		},
		"two answers": func(what string, w http.ResponseWriter, _ *http.Request) bool {
			if what == "introspection" {
				_, _ = w.Write([]byte(`{"active":true,"sub":"ann","active":false}`))
			}
			return what == "introspection"
		},
		"without end": func(what string, w http.ResponseWriter, _ *http.Request) bool {
			if what == "introspection" {
				_, _ = w.Write([]byte(strings.Repeat(" ", 300<<10)))
			}
			return what == "introspection"
		},
	} {
		i := oidctest.Start(t)
		i.SetDown(change == nil)
		i.Change = change
		tokens := open(t, asking(i))
		_, refused := identify(t, tokens, bearer("good"))
		if refused == nil || !refused.Unavailable || strings.Contains(refused.Message+refused.Cause.Error(), "secret") {
			t.Errorf("%s: %+v", name, refused)
		}
	}
	i := oidctest.Start(t)
	s := asking(i)
	s.Introspection[0].ClientSecret = "wrong-one"
	_, refused := identify(t, open(t, s), bearer("good"))
	if refused == nil || !refused.Unavailable || !strings.Contains(refused.Cause.Error(), "client_secret is wrong") || strings.Contains(refused.Cause.Error(), "wrong-one") {
		t.Errorf("%+v", refused)
	}
}

func TestSignedTokensOfIssuersAreNotAskedAbout(t *testing.T) {
	t.Parallel()
	key := oidctest.NewKey(t, "k1", "ES256")
	signing, asked := oidctest.Start(t, key), oidctest.Start(t, key)
	s := of(signing)
	s.Introspection = asking(asked).Introspection
	tokens := open(t, s)
	if _, refused := identify(t, tokens, bearer(key.Sign(t, signing.Claims(nil), nil))); refused != nil {
		t.Error(refused.Cause)
	}
	expectRefused(t, tokens, bearer(key.Sign(t, signing.Claims(map[string]any{"aud": "x"}), nil)), "The token is not for this service.", "")
	if n := asked.Asked("introspection"); n != 0 {
		t.Errorf("asked %d times about tokens that keys are there for", n)
	}
	other := key.Sign(t, asked.Claims(nil), nil)
	asked.Activate(other, map[string]any{"sub": "bob"})
	if who, refused := identify(t, tokens, bearer(other)); refused != nil || who.Identity().Method != caller.Introspection {
		t.Error(refused)
	}
}

// A token goes to nobody who has no business with it: whoever sees it could use it.
func TestSignedTokensGoToNobodyButWhomTheirIssuerMayConcern(t *testing.T) {
	t.Parallel()
	key := oidctest.NewKey(t, "k1", "ES256")
	one, two, open1 := oidctest.Start(t), oidctest.Start(t), oidctest.Start(t)
	endpoint := func(i *oidctest.Issuer) oidc.Introspection {
		return oidc.Introspection{Issuer: i.URL, ClientID: "weft", ClientSecret: "secret"}
	}
	unnamed := oidc.Introspection{Endpoint: open1.URL + "/introspect", ClientID: "weft", ClientSecret: "secret"}
	named := oidc.Settings{Introspection: []oidc.Introspection{endpoint(one), endpoint(two)}}
	withUnnamed := oidc.Settings{Introspection: []oidc.Introspection{endpoint(one), unnamed, endpoint(two)}}
	of := func(issuer any) string { return key.Sign(t, one.Claims(map[string]any{"iss": issuer}), nil) }
	for name, c := range map[string]struct {
		settings       oidc.Settings
		token          string
		one, two, open int
	}{
		"of the second":              {named, of(two.URL), 0, 1, 0},
		"of nobody":                  {named, of("https://nobody.test"), 0, 0, 0},
		"of nobody, and one for all": {withUnnamed, of("https://nobody.test"), 0, 0, 1},
		"of the first, and one more": {withUnnamed, of(one.URL), 1, 0, 0},
		"nearly of the first":        {named, of(one.URL + "/"), 0, 0, 0},
		"of whoever":                 {withUnnamed, of(nil), 1, 1, 1},
		"opaque":                     {withUnnamed, "2YotnFZFEjr1zCsicMWpAA", 1, 1, 1},
	} {
		before := []int{one.Asked("introspection"), two.Asked("introspection"), open1.Asked("introspection")}
		tokens := open(t, c.settings)
		_, refused := identify(t, tokens, bearer(c.token))
		if refused == nil || refused.Unavailable || refused.Message != notValid {
			t.Errorf("%s: %+v", name, refused)
		}
		for n, i := range []*oidctest.Issuer{one, two, open1} {
			if asked, want := i.Asked("introspection")-before[n], []int{c.one, c.two, c.open}[n]; asked != want {
				t.Errorf("%s: issuer %d is told the token %d times, want %d", name, n, asked, want)
			}
		}
	}
	expectRefused(t, open(t, named), bearer(of("https://nobody.test")), notValid, `of the issuer "https://nobody.test" are not taken, only those of ["`)
}
