package oidc_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/server/identity/oidc"
	"github.com/weftgraph/weft/server/identity/oidc/oidctest"
)

// All texts of some pieces are taken whose code units are those of a text.
func TestTextsOfWholeCharactersAloneAreTaken(t *testing.T) {
	t.Parallel()
	pieces := []struct {
		json  string
		units []uint16
	}{
		{"u", []uint16{'u'}},
		{`\\`, []uint16{'\\'}},
		{`\"`, []uint16{'"'}},
		{`\u0041`, []uint16{'A'}},
		{`\uFFFD`, []uint16{0xFFFD}},
		{`\ud83d`, []uint16{0xD83D}},
		{`\uDE00`, []uint16{0xDE00}},
		{"d83d", utf16.Encode([]rune("d83d"))},
		{"😀", utf16.Encode([]rune("😀"))},
	}
	const longest = 4
	var try func(text string, units []uint16, left int)
	try = func(text string, units []uint16, left int) {
		isWhole := cmp.Equal(utf16.Encode(utf16.Decode(units)), units)
		if err := oidc.CheckUnicode([]byte(`{"sub":"` + text + `"}`)); (err == nil) != isWhole {
			t.Errorf("%s: %v", text, err)
		}
		if left == 0 {
			return
		}
		for _, p := range pieces {
			try(text+p.json, append(units[:len(units):len(units)], p.units...), left-1)
		}
	}
	try("", []uint16{}, longest)
	for _, text := range []string{"\xff", "\xed\xa0\xbd", "\xc0\x80", "\xe2\x82"} {
		if oidc.CheckUnicode([]byte(`{"sub":"`+text+`"}`)) == nil {
			t.Errorf("%q is taken", text)
		}
	}
	for _, text := range []string{`\`, `\u`, `\u12`, `\ud83d\`, `\ud83d\u`, `\u+123`} { // none of them is JSON
		_ = oidc.CheckUnicode([]byte(text))
	}
}

// garbled are claims that a reader would put U+FFFD into, with what the log is told. Two of a kind would be one caller.
func garbled() map[string]string {
	return map[string]string{
		`"sub":"ann` + "\xff" + `"`:                       "invalid UTF-8",
		`"sub":"ann` + "\xfe" + `"`:                       "invalid UTF-8",
		`"sub":"ann\ud800"`:                               `the surrogate \ud800 stands alone`,
		`"sub":"ann\ud801"`:                               `the surrogate \ud801 stands alone`,
		`"sub":"\udc00\ud800"`:                            `the surrogate \udc00 stands alone`,
		`"sub":"ann","a\udc00":1`:                         `the surrogate \udc00 stands alone`,
		`"sub":"ann","org":{"at":["\ud83d "]}`:            `the surrogate \ud83d stands alone`,
		`"sub":"ann","org":{"at":["` + "\xe2\x82" + `"]}`: "invalid UTF-8",
	}
}

func TestTokensWhoseClaimsAreNoTextAreRefused(t *testing.T) {
	t.Parallel()
	key := oidctest.NewKey(t, "k1", "ES256")
	i := oidctest.Start(t, key)
	tokens := open(t, of(i))
	with := func(claim string) string { return strings.Replace(i.Claims(nil), `"sub":"ann"`, claim, 1) }
	for claim, cause := range garbled() {
		expectRefused(t, tokens, bearer(key.Sign(t, with(claim), nil)), notValid, cause)
	}
	for claim, subject := range map[string]string{`"sub":"\ud83d\ude00"`: "😀", `"sub":"😀"`: "😀", `"sub":"\ufffd"`: "\uFFFD", `"sub":"\\ud800"`: `\ud800`} {
		who, refused := identify(t, tokens, bearer(key.Sign(t, with(claim), nil)))
		if refused != nil {
			t.Errorf("%s: %v", claim, refused.Cause)
		} else if got := who.Identity().Subject; got != subject {
			t.Errorf("%s: %q", claim, got)
		}
	}
}

// What an endpoint says of a token is not believed either. That is no outage: asking again has the same answer.
func TestTokensOfWhichIntrospectionSaysNoTextAreRefused(t *testing.T) {
	t.Parallel()
	for claim, cause := range garbled() {
		i := oidctest.Start(t)
		i.Change = func(what string, w http.ResponseWriter, _ *http.Request) bool {
			if what == "introspection" {
				_, _ = w.Write([]byte(`{"active":true,` + claim + `}`))
			}
			return what == "introspection"
		}
		tokens := open(t, asking(i))
		for range 2 {
			expectRefused(t, tokens, bearer("opaque"), notValid, cause)
		}
		if n := i.Asked("introspection"); n != 1 {
			t.Errorf("%s: asked %d times", strconv.Quote(claim), n)
		}
		if f := tokens.Figures().Endpoints[0]; f.Failure != "" {
			t.Error(f.Failure)
		}
	}
}
