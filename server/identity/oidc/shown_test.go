package oidc_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/weftgraph/weft/server/identity/oidc"
	"github.com/weftgraph/weft/server/identity/oidc/oidctest"
)

func TestTokensAreFoundWhereTheSettingsSay(t *testing.T) {
	t.Parallel()
	key := oidctest.NewKey(t, "k1", "ES256")
	i := oidctest.Start(t, key)
	good := key.Sign(t, i.Claims(nil), nil)
	usual := of(i)
	lenient, ignoring, several := usual, usual, usual
	lenient.Lenient, ignoring.IgnoreOtherPrefixes = true, true
	several.Sources = []oidc.Source{{Name: "x-token"}, {Name: "authorization", Prefix: "Token "}, {Kind: oidc.FromCookie, Name: "session"}}
	const taken, anonymous, refused, malformed = "ann", "", "refused", "malformed"
	for name, c := range map[string]struct {
		settings oidc.Settings
		header   http.Header
		want     string
	}{
		"usual":                       {usual, bearer(good), taken},
		"lower case":                  {usual, http.Header{"Authorization": {"bearer " + good}}, taken},
		"blanks":                      {usual, http.Header{"Authorization": {"  Bearer   " + good + " "}}, taken},
		"nothing":                     {usual, http.Header{}, anonymous},
		"an empty header":             {usual, http.Header{"Authorization": {""}}, anonymous},
		"no token":                    {usual, http.Header{"Authorization": {"Bearer "}}, refused},
		"no blank":                    {usual, http.Header{"Authorization": {"Bearer" + good}}, refused},
		"another scheme":              {usual, http.Header{"Authorization": {"Basic eDp5"}}, refused},
		"another is ignored":          {ignoring, http.Header{"Authorization": {"Basic eDp5"}}, anonymous},
		"two":                         {usual, http.Header{"Authorization": {"Bearer " + good, "Bearer " + good}}, malformed},
		"two, one of another kind":    {usual, http.Header{"Authorization": {"Basic eDp5", "Bearer " + good}}, malformed},
		"two that are ignored":        {ignoring, http.Header{"Authorization": {"Basic eDp5", "Basic eDp5"}}, malformed},
		"two, and that is fine":       {lenient, http.Header{"Authorization": {"Bearer " + good, "Bearer " + good}}, anonymous},
		"two in one":                  {usual, http.Header{"Authorization": {"Bearer " + good + ", Bearer " + good}}, refused},
		"bad, and that is fine":       {lenient, bearer("x.y.z"), anonymous},
		"good, and that is fine":      {lenient, bearer(good), taken},
		"another header":              {several, http.Header{"X-Token": {good}}, taken},
		"another prefix":              {several, http.Header{"Authorization": {"token " + good}}, taken},
		"a cookie":                    {several, http.Header{"Cookie": {"a=b; session=" + good}}, taken},
		"two cookies":                 {several, http.Header{"Cookie": {"session=" + good + "; session=x"}}, malformed},
		"the second is not looked at": {several, http.Header{"X-Token": {good}, "Cookie": {"session=x; session=y"}}, taken},
		"the first counts":            {several, http.Header{"X-Token": {"bad"}, "Cookie": {"session=" + good}}, refused},
		"not the usual":               {several, bearer(good), refused},
	} {
		who, why := identify(t, open(t, c.settings), c.header)
		got := who.Identity().Subject
		if why != nil {
			got = refused
			if why.Malformed {
				got = malformed
			}
			if code := map[string]string{refused: "invalid_token", malformed: "invalid_request"}[got]; !strings.Contains(why.Challenge, `error="`+code+`"`) {
				t.Errorf("%s: %s", name, why.Challenge)
			}
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// Whatever somebody sends for a token is read without a panic, and what is no token of three parts is opaque.
func FuzzToken(f *testing.F) {
	key := oidctest.NewKey(f, "k1", "ES256")
	f.Add(key.Sign(f, `{"iss":"https://a.test","sub":"ann"}`, nil))
	f.Add("a.b.c")
	f.Add("eyJhbGciOiJub25lIn0..")
	f.Add("opaque")
	f.Fuzz(func(t *testing.T, text string) {
		_, ok := oidc.ParseToken(text)
		if ok && len(text) > 16<<10 {
			t.Error("a token that is too long is read")
		}
		oidc.IsOpaque(text)
	})
}

// BenchmarkIdentify is what a token costs per request: the first time, and when it is remembered.
func BenchmarkIdentify(b *testing.B) {
	for _, algorithm := range []string{"ES256", "RS256"} {
		key := oidctest.NewKey(b, "k1", algorithm)
		i := oidctest.Start(b, key)
		header := bearer(key.Sign(b, i.Claims(map[string]any{"scope": "read write"}), nil))
		b.Run(algorithm+"/remembered", func(b *testing.B) {
			tokens := open(b, of(i))
			identify(b, tokens, header)
			b.ReportAllocs()
			for b.Loop() {
				if _, refused := identify(b, tokens, header); refused != nil {
					b.Fatal(refused)
				}
			}
		})
		b.Run(algorithm+"/new", func(b *testing.B) {
			headers := make([]http.Header, 300)
			for n := range headers {
				headers[n] = bearer(key.Sign(b, i.Claims(map[string]any{"jti": n}), nil))
			}
			tokens := open(b, of(i))
			identify(b, tokens, header)
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				if _, refused := identify(b, tokens, headers[n%len(headers)]); refused != nil {
					b.Fatal(refused)
				}
				n++
			}
		})
	}
}

func TestRememberedTokensCostNothingButTheirDigest(t *testing.T) {
	key := oidctest.NewKey(t, "k1", "ES256")
	i := oidctest.Start(t, key)
	tokens := open(t, of(i))
	header := bearer(key.Sign(t, i.Claims(nil), nil))
	shown := shown("")
	shown.Header = header
	identify(t, tokens, header)
	if n := testing.AllocsPerRun(1000, func() { _, _ = tokens.Identify(t.Context(), shown) }); n > 1 { // the bytes that the digest is of
		t.Errorf("%v allocations", n)
	}
}
