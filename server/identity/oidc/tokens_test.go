package oidc_test

import (
	"encoding/base64"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/weftgraph/weft/graph/caller"
	"github.com/weftgraph/weft/server/identity"
	"github.com/weftgraph/weft/server/identity/oidc"
	"github.com/weftgraph/weft/server/identity/oidc/oidctest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// open returns an identifier.
func open(tb testing.TB, s oidc.Settings) *oidc.Tokens {
	tb.Helper()
	tasks := oidc.NewTasks()
	tb.Cleanup(tasks.Close)
	tokens, err := oidc.New(&s, tasks, nil)
	if err != nil {
		tb.Fatal(err)
	}
	return tokens
}

// of are settings that take the tokens of an issuer for "shop".
func of(i *oidctest.Issuer) oidc.Settings {
	return oidc.Settings{Issuers: []oidc.Issuer{{Names: []string{i.URL}, Audiences: []string{"shop"}}}}
}

func bearer(token string) http.Header { return http.Header{"Authorization": {"Bearer " + token}} }

// identify shows a header.
func identify(tb testing.TB, tokens *oidc.Tokens, header http.Header) (*caller.Caller, *identity.Refused) {
	tb.Helper()
	who, err := tokens.Identify(tb.Context(), identity.Credentials{Header: header})
	if err == nil {
		return who, nil
	}
	refused := &identity.Refused{}
	if !errors.As(err, &refused) {
		tb.Fatal(err)
	}
	return nil, refused
}

// expectRefused checks that credentials are refused, and what the log is told.
func expectRefused(tb testing.TB, tokens *oidc.Tokens, header http.Header, message, cause string) {
	tb.Helper()
	who, refused := identify(tb, tokens, header)
	switch {
	case refused == nil:
		tb.Errorf("taken: %v", who.Identity())
	case refused.Unavailable:
		tb.Errorf("unavailable: %v", refused.Cause)
	case refused.Message != message || !strings.Contains(refused.Cause.Error(), cause):
		tb.Errorf("%q, because %q, want %q, because %q", refused.Message, refused.Cause, message, cause)
	case refused.Challenge != `Bearer realm="weft", error="invalid_token", error_description="`+message+`"`:
		tb.Error(refused.Challenge)
	}
	for _, values := range header {
		for _, v := range values {
			_, token, _ := strings.Cut(v, " ")
			if refused != nil && len(token) > 8 && strings.Contains(refused.Cause.Error()+refused.Message, token) {
				tb.Error("the token is told to the log")
			}
		}
	}
}

func TestTokensOfTheIssuerSayWhoAsks(t *testing.T) {
	t.Parallel()
	for _, algorithm := range oidc.Algorithms() {
		t.Run(algorithm, func(t *testing.T) {
			t.Parallel()
			key := oidctest.NewKey(t, "k1", algorithm)
			i := oidctest.Start(t, key)
			tokens := open(t, of(i))
			token := key.Sign(t, i.Claims(map[string]any{"scope": "read write", "tenant": map[string]any{"id": 7}}), nil)
			for range 2 { // the second time it is remembered
				who, refused := identify(t, tokens, bearer(token))
				if refused != nil {
					t.Fatal(refused.Cause)
				}
				got := who.Identity()
				if got.Method != caller.JWT || got.Issuer != i.URL || got.Subject != "ann" || !who.HasScope("read") || !who.HasScope("write") ||
					got.Claims.Get("tenant").Get("id").Text() != "7" || got.Expires.IsZero() {
					t.Errorf("%+v", got)
				}
			}
		})
	}
}

func TestTokensThatAreNoGoodAreRefused(t *testing.T) {
	t.Parallel()
	key, other := oidctest.NewKey(t, "k1", "RS256"), oidctest.NewKey(t, "k1", "RS256")
	i := oidctest.Start(t, key)
	tokens := open(t, of(i))
	sign := func(claims, header map[string]any) string { return key.Sign(t, i.Claims(claims), header) }
	ago := func(d time.Duration) int64 { return time.Now().Add(-d).Unix() }
	good := sign(nil, nil)
	parts := strings.Split(good, ".")
	encode := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	const bad = "The token is not valid."
	for name, c := range map[string]struct{ token, message, cause string }{
		"forged":                {other.Sign(t, i.Claims(nil), nil), bad, "the signature is not that of the token's key"},
		"a key of somebody":     {oidctest.NewKey(t, "k9", "RS256").Sign(t, i.Claims(nil), nil), bad, `has no key "k9"`},
		"changed claims":        {parts[0] + "." + encode(i.Claims(map[string]any{"sub": "root"})) + "." + parts[2], bad, "the signature"},
		"no signature":          {parts[0] + "." + parts[1] + ".", bad, "the token"},
		"alg none":              {encode(`{"alg":"none"}`) + "." + parts[1] + ".", bad, `signatures by "none" are not taken`},
		"alg None":              {encode(`{"alg":"nOnE"}`) + "." + parts[1] + ".", bad, `signatures by "nOnE" are not taken`},
		"an empty alg":          {encode(`{"alg":""}`) + "." + parts[1] + "." + parts[2], bad, `signatures by "" are not taken`},
		"another alg":           {encode(`{"alg":"RS512","kid":"k1"}`) + "." + parts[1] + "." + parts[2], bad, "the signature"},
		"expired":               {sign(map[string]any{"exp": ago(2 * time.Minute)}, nil), "The token has expired.", "has expired at"},
		"no end":                {sign(map[string]any{"exp": nil}, nil), bad, "does not say when it expires"},
		"an end that is a word": {sign(map[string]any{"exp": "never"}, nil), bad, `"exp" is no time`},
		"an end that is huge":   {sign(map[string]any{"exp": 1e300}, nil), bad, `"exp" is no time`},
		"not yet":               {sign(map[string]any{"nbf": ago(-2 * time.Minute)}, nil), "The token is not valid yet.", "is valid from"},
		"issued in the future":  {sign(map[string]any{"iat": ago(-2 * time.Minute)}, nil), "The token is not valid yet.", "is valid from"},
		"another audience":      {sign(map[string]any{"aud": []string{"bank", "shop2"}}, nil), "The token is not for this service.", `["bank","shop2"]`},
		"no audience":           {sign(map[string]any{"aud": nil}, nil), "The token is not for this service.", `the token has no claim "aud", which has to be one of ["`},
		"an object as audience": {sign(map[string]any{"aud": map[string]any{"shop": "shop"}}, nil), "The token is not for this service.", "the token is for"},
		"another issuer":        {sign(map[string]any{"iss": "https://evil.test"}, nil), bad, `tokens of the issuer "https://evil.test" are not taken`},
		"nearly the issuer":     {sign(map[string]any{"iss": i.URL + "/"}, nil), bad, `are not taken, only those of ["` + i.URL + `"]`},
		"no issuer":             {sign(map[string]any{"iss": nil}, nil), bad, `tokens of the issuer "" are not taken`},
		"issuers":               {sign(map[string]any{"iss": []string{i.URL}}, nil), bad, `"iss" is no string`},
		"no subject":            {sign(map[string]any{"sub": nil}, nil), bad, `no claim "sub"`},
		"a number as subject":   {sign(map[string]any{"sub": 1}, nil), bad, `"sub" is no string`},
		"an ID token":           {sign(map[string]any{"nonce": "x"}, nil), bad, `is an ID token: it has the claim "nonce"`},
		"an ID token of some":   {sign(map[string]any{"token_use": "id"}, nil), bad, `its claim "token_use" is "id"`},
		"a logout token":        {sign(map[string]any{"events": map[string]any{}}, nil), bad, "tells of events"},
		"another type":          {sign(nil, map[string]any{"typ": "logout+jwt"}), bad, `of the type "logout+jwt"`},
		"critical extensions":   {encode(`{"alg":"RS256","kid":"k1","crit":["b64"],"b64":false}`) + "." + parts[1] + "." + parts[2], bad, "critical extensions"},
		"alg twice":             {encode(`{"alg":"none","alg":"RS256","kid":"k1"}`) + "." + parts[1] + "." + parts[2], bad, "duplicate"},
		"a claim twice":         {key.Sign(t, strings.Replace(i.Claims(nil), `"sub":"ann"`, `"sub":"ann","sub":"root"`, 1), nil), bad, "duplicate"},
		"claims that are deep":  {key.Sign(t, strings.Replace(i.Claims(nil), `"ann"`, strings.Repeat("[", 20)+strings.Repeat("]", 20), 1), nil), bad, "nests deeper than 16"},
		"claims that are many":  {key.Sign(t, strings.Replace(i.Claims(nil), `"ann"`, "["+strings.Repeat("0,", 3000)+"0]", 1), nil), bad, "values"},
		"a list as claims":      {key.Sign(t, "[]", nil), bad, "no object"},
		"a long key name":       {sign(nil, map[string]any{"kid": strings.Repeat("k", 300)}), bad, "the limit is 256"},
		"a number as key name":  {encode(`{"alg":"RS256","kid":1}`) + "." + parts[1] + "." + parts[2], bad, `"kid" of the token's header is no string`},
		"a long one":            {strings.Repeat("a", 20000), bad, "the limit is 16384"},
		"opaque":                {"2YotnFZFEjr1zCsicMWpAA", bad, "nobody is to be asked"},
		"encrypted":             {"a.b.c.d.e", bad, "nobody is to be asked"},
		"odd bytes":             {"a\"b", bad, "the byte 0x22 at offset 1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			expectRefused(t, tokens, bearer(c.token), c.message, c.cause)
		})
	}
	if _, refused := identify(t, tokens, bearer(good)); refused != nil {
		t.Error(refused.Cause)
	}
}
