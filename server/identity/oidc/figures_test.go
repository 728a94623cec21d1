package oidc_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/server/identity/oidc"
	"github.com/weftgraph/weft/server/identity/oidc/oidctest"
)

func TestFiguresTellWhatHasBecomeOfTokens(t *testing.T) {
	t.Parallel()
	key, other := oidctest.NewKey(t, "k1", "ES256"), oidctest.NewKey(t, "k1", "ES256")
	signing, asked := oidctest.Start(t, key), oidctest.Start(t)
	s := of(signing)
	s.Introspection = []oidc.Introspection{{Issuer: asked.URL, ClientID: "weft", ClientSecret: "secret"}}
	s.Issuers[0].Cooldown = time.Millisecond
	tokens := open(t, s)
	asked.Activate("good", map[string]any{"sub": "bob"})
	asked.Activate("foreign", map[string]any{"sub": "bob", "exp": time.Now().Add(-time.Hour).Unix()})
	show := func(token string) { _, _ = tokens.Identify(t.Context(), shown(token)) }
	claims := func(changes map[string]any) string { return signing.Claims(changes) }
	good := key.Sign(t, claims(nil), nil)
	show(good)
	show(good) // remembered tokens count as well
	show(key.Sign(t, claims(map[string]any{"exp": 1}), nil))
	show(other.Sign(t, claims(map[string]any{"exp": 1}), nil))
	show(key.Sign(t, claims(map[string]any{"nbf": time.Now().Add(time.Hour).Unix()}), nil))
	show(key.Sign(t, claims(map[string]any{"aud": "bank"}), nil))
	bound := key.Sign(t, claims(map[string]any{"cnf": map[string]any{"x5t#S256": thumbprintOf("x")}}), nil)
	show(bound)
	show(bound)
	show("good")
	show("unknown")
	show("unknown")
	show("foreign")
	show(key.Sign(t, claims(map[string]any{"iss": "https://nobody.test"}), nil))
	_, _ = identify(t, tokens, http.Header{"Authorization": {"Bearer a", "Bearer b"}})
	_, _ = identify(t, tokens, http.Header{})

	got := tokens.Figures()
	if got.Issuers[0].Loaded.IsZero() || got.Endpoints[0].Loaded.IsZero() {
		t.Errorf("%+v", got)
	}
	got.Issuers[0].Loaded, got.Endpoints[0].Loaded = time.Time{}, time.Time{}
	if diff := cmp.Diff(oidc.Figures{
		Issuers: []oidc.Figure{{Name: signing.URL, Keys: 1, Calls: 1, Outcomes: map[oidc.Outcome]int64{
			oidc.Taken: 2, oidc.Expired: 1, oidc.Invalid: 1, oidc.Early: 1, oidc.Foreign: 1, oidc.Bound: 2,
		}}},
		Endpoints: []oidc.Figure{{Name: asked.URL, Calls: 3, Outcomes: map[oidc.Outcome]int64{oidc.Taken: 1, oidc.Invalid: 2, oidc.Expired: 1}}},
		Others:    map[oidc.Outcome]int64{oidc.Invalid: 1, oidc.Several: 1},
	}, got); diff != "" {
		t.Error(diff)
	}

	// What is down is told of, and not where it is.
	signing.SetDown(true)
	asked.SetDown(true)
	show(oidctest.Key{ID: "k2", Algorithm: "ES256", Private: key.Private}.Sign(t, claims(nil), nil))
	show("new")
	got = tokens.Figures()
	for _, f := range []oidc.Figure{got.Issuers[0], got.Endpoints[0]} {
		if f.Outcomes[oidc.Unchecked] != 1 || f.Failures != 1 || f.Failed.IsZero() || f.Failure != "its answer cannot be used" {
			t.Errorf("%+v", f)
		}
	}
	signing.SetDown(false)
	asked.SetDown(false)
	show(oidctest.Key{ID: "k3", Algorithm: "ES256", Private: key.Private}.Sign(t, claims(nil), nil))
	show("newer")
	got = tokens.Figures()
	if f, e := got.Issuers[0], got.Endpoints[0]; f.Failure != "" || e.Failure != "" || !f.Failed.IsZero() || !e.Failed.IsZero() ||
		f.Calls != 3 || e.Calls != 5 || f.Failures != 1 || e.Failures != 1 {
		t.Errorf("%+v", got)
	}

	for why, change := range map[string]func(*oidc.Settings){
		"it is not to be reached": func(s *oidc.Settings) { s.Issuers[0].KeysURL = "http://127.0.0.1:1/keys" },
		"its file cannot be read": func(s *oidc.Settings) { s.Issuers[0].KeysURL = "file:///nowhere/keys.json" },
		"it does not know Weft":   func(s *oidc.Settings) { s.Introspection[0].ClientSecret = "wrong" },
	} {
		s := oidc.Settings{Issuers: []oidc.Issuer{of(signing).Issuers[0]}, Introspection: []oidc.Introspection{s.Introspection[0]}}
		change(&s)
		tokens := open(t, s)
		_, _ = tokens.Identify(t.Context(), shown(good))
		_, _ = tokens.Identify(t.Context(), shown("other"))
		f := tokens.Figures()
		if told := f.Issuers[0].Failure + f.Endpoints[0].Failure; told != why || strings.Contains(told, "127.0.0.1") {
			t.Errorf("%q, want %q", told, why)
		}
	}
}

// Some write secrets into addresses. Those that are called by one are told without.
func TestFiguresTellNoSecretsOfAddresses(t *testing.T) {
	t.Parallel()
	tokens := open(t, oidc.Settings{
		Issuers: []oidc.Issuer{
			{KeysURL: "https://weft:secret@id.example.org/keys?key=secret#secret"},
			{Names: []string{"https://id.example.org/realms/shop/"}},
			{Names: []string{"a name? yes"}},
		},
		Introspection: []oidc.Introspection{{Endpoint: "https://weft:secret@id.example.org/introspect?key=secret"}},
	})
	f := tokens.Figures()
	got := []string{f.Issuers[0].Name, f.Issuers[1].Name, f.Issuers[2].Name, f.Endpoints[0].Name}
	want := []string{"https://id.example.org/keys", "https://id.example.org/realms/shop/", "a name? yes", "https://id.example.org/introspect"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
