package oidc_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/json"

	"github.com/weftgraph/weft/server/identity/oidc"
	"github.com/weftgraph/weft/server/identity/oidc/oidctest"
)

// Whatever an issuer has for its keys is read without a panic, and a key that is taken can check a signature.
func FuzzKeys(f *testing.F) {
	for _, algorithm := range []string{"ES256", "RS256", "EdDSA", "PS256"} {
		text, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{oidctest.NewKey(f, "k1", algorithm).JWK()}})
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte(`{"keys":[{"kty":"oct","k":"c2VjcmV0","alg":"HS256"},{"kty":"EC","crv":"P-256","x":"","y":""},null,5]}`))
	f.Add([]byte(`{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB","key_ops":["verify"],"use":"sig","kid":"` + strings.Repeat("k", 300) + `"}]}`))
	// A private key, that of RFC 7515, appendix A.3.
	f.Add([]byte(`{"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
		"y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}]}`))
	f.Add([]byte(`{"keys":null}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		taken, left, err := oidc.ParseKeys(text)
		if err != nil && taken+left > 0 || taken+left > 100 {
			t.Errorf("%d keys are taken and %d left out: %v", taken, left, err)
		}
		if slices.Contains(oidc.FitsSome(text), false) {
			t.Error("a key is taken that nothing can be checked with")
		}
	})
}

// Whatever stands in the headers and cookies of a request, the token is a part of one of them, and is not there without its prefix.
func FuzzSources(f *testing.F) {
	f.Add("Bearer", "Bearer a.b.c", "session=a.b.c; session=x")
	f.Add("", " a\tb ", `a=b; session="x"`)
	f.Add("Token", "tokena", "session")
	f.Add("Token", "Basic a", "session = a")
	f.Add("ſ", "s x", "session=ſ")
	f.Fuzz(func(t *testing.T, prefix, value, cookies string) {
		header := http.Header{"Authorization": {value}, "Cookie": {cookies}}
		token, ok := oidc.Shown(oidc.Source{Kind: oidc.FromHeader, Name: "authorization", Prefix: prefix}, header)
		if !ok && token != "" || !strings.Contains(value, token) {
			t.Errorf("%q is the token of %q", token, value)
		}
		prefix = strings.TrimSpace(prefix)
		if token != "" && !strings.EqualFold(strings.Trim(value, " \t")[:len(prefix)], prefix) {
			t.Errorf("%q is the token of %q without the prefix %q", token, value, prefix)
		}
		token, ok = oidc.Shown(oidc.Source{Kind: oidc.FromCookie, Name: "session"}, header)
		if !ok && token != "" || !strings.Contains(cookies, token) {
			t.Errorf("%q is the token of the cookies %q", token, cookies)
		}
	})
}
