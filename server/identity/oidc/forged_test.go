package oidc_test

import (
	"testing"
	"time"

	"github.com/weftgraph/weft/server/identity/oidc/oidctest"
)

// What is wrong with a token is told to those alone who have one of the issuer.
func TestWhoForgesTokensLearnsNothingOfWhatTheyHaveToSay(t *testing.T) {
	t.Parallel()
	key, other := oidctest.NewKey(t, "k1", "ES256"), oidctest.NewKey(t, "k1", "ES256")
	i := oidctest.Start(t, key)
	tokens := open(t, of(i))
	for name, c := range map[string]struct {
		claims         map[string]any
		honest, forged string
	}{
		"expired":  {map[string]any{"exp": time.Now().Add(-time.Hour).Unix()}, "The token has expired.", "has expired at"},
		"early":    {map[string]any{"nbf": time.Now().Add(time.Hour).Unix()}, "The token is not valid yet.", "is valid from"},
		"foreign":  {map[string]any{"aud": "bank"}, "The token is not for this service.", "none of"},
		"by proof": {map[string]any{"cnf": map[string]any{"jkt": "x"}}, boundByProof, "jkt"},
		"bound":    {map[string]any{"cnf": map[string]any{"x5t#S256": thumbprintOf("x")}}, boundElsewhere, "signature"},
		"good":     {nil, "", "signature"},
	} {
		claims := i.Claims(c.claims)
		if got := answer(t, tokens, by(key.Sign(t, claims, nil), "")); got != c.honest {
			t.Errorf("%s: %q, want %q", name, got, c.honest)
		}
		for what, forger := range map[string]oidctest.Key{
			"the name of a key": other, "no name": {Algorithm: "ES256", Private: other.Private}, "another name": {ID: "k2", Algorithm: "ES256", Private: other.Private},
		} {
			if what == "the name of a key" || c.forged != "signature" {
				expectRefused(t, tokens, bearer(forger.Sign(t, claims, nil)), notValid, c.forged)
			}
		}
	}
	if loads := i.Asked("keys"); loads != 1 {
		t.Errorf("newer keys are looked for because of tokens that are refused all the same: %d loads", loads)
	}
	i.SetDown(true)
	expired := key.Sign(t, i.Claims(map[string]any{"exp": time.Now().Add(-time.Hour).Unix()}), nil)
	expectRefused(t, open(t, of(i)), bearer(expired), notValid, "has expired at")
}
