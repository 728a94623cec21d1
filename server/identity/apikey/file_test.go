package apikey_test

import (
	"bytes"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/weftgraph/weft/server/identity"
	"github.com/weftgraph/weft/server/identity/apikey"
)

func TestMistakesAreToldWithTheirPlace(t *testing.T) {
	t.Parallel()
	const (
		secrets = `"secrets":[{"sha256":"` + "6605f8ec81b92ff243320fd701c3e69afd023a274a7f0acc0cef553fc2d9da20" + `","created":"2026-11-30T09:43:24Z"}]`
		good    = `{"id":"0DpaoPOn75tV","owner":"a","created":"2026-11-30T09:43:24Z",` + secrets + `}`
	)
	for text, want := range map[string]string{
		"":                                    "",
		good:                                  "",
		"\n" + good + "\r\n\n":                "",
		good + "\n" + good:                    `k:2:2: error[WEFT_API_KEYS]: there is another key with the id "0DpaoPOn75tV"`,
		"[]":                                  "k:1:1: error[WEFT_API_KEYS]: a line is a JSON object, one key",
		"\n{\"id\":}":                         "k:2:7: error[WEFT_API_KEYS]: the line is not valid JSON: ",
		`{"id":"0DpaoPOn75tV"`:                "k:1:21: error[WEFT_API_KEYS]: the line is not valid JSON: ",
		`{"id":1}`:                            `k:1:2: error[WEFT_API_KEYS]: "id" must be a string`,
		`{"id":"short"}`:                      `k:1:2: error[WEFT_API_KEYS]: "id" must have 12 letters and digits`,
		`{"id":"0DpaoPOn75tV"}`:               `k:1:1: error[WEFT_API_KEYS]: "created" is missing`,
		`{ "scope": ["a"] }`:                  `k:1:3: error[WEFT_API_KEYS]: unknown member "scope"; did you mean "scopes"?`,
		strings.Replace(good, `"a"`, `""`, 1): `k:1:22: error[WEFT_API_KEYS]: "owner" is missing: whom was the key given to?`,
		strings.Replace(good, `"a"`, `"a","scopes":["a b"]`, 1):              `k:1:34: error[WEFT_API_KEYS]: the scope "a b" must be a word such as "orders:read"`,
		strings.Replace(good, `"a"`, `"a","expires":"tomorrow"`, 1):          `k:1:34: error[WEFT_API_KEYS]: "expires" must be a time such as "2026-11-30T12:00:00Z"`,
		strings.Replace(good, `"a"`, `"a","quota":{"day":{"request":1}}`, 1): `k:1:34: error[WEFT_API_KEYS]: "quota" must be an object such as {"day":{"requests":1000},"month":{"cost":50000}}`,
		strings.Replace(good, `"a"`, `"a","quota":{"day":{"cost":-1}}`, 1):   `k:1:34: error[WEFT_API_KEYS]: a quota must not be negative`,
		strings.Replace(good, "6605f8ec", "my secret", 1):                    `k:1:67: error[WEFT_API_KEYS]: "secrets" must be a list of objects such as {"sha256":"…","created":"…"}, the hashes in 64 hexadecimal digits`,
		strings.Replace(good, ","+secrets, "", 1):                            `k:1:1: error[WEFT_API_KEYS]: "secrets" is missing: nothing would be known by this key`,
	} {
		keys, diags := apikey.Parse("k", text)
		if got := diags.Error(); !strings.HasPrefix(got, want) || want == "" && got != "" {
			t.Errorf("%s\nthe mistake is %s\nwant            %s", text, got, want)
		}
		if diags.HasErrors() && keys != nil {
			t.Errorf("%s: there are keys", text)
		}
	}
	if _, diags := apikey.Parse("k", strings.Repeat("{}\n", 1000)); len(diags) > 60 {
		t.Errorf("%d mistakes are reported", len(diags))
	}
}

func FuzzFile(f *testing.F) {
	f.Add(`{"id":"0DpaoPOn75tV","owner":"a","scopes":["a"],"created":"2026-11-30T09:43:24Z","expires":"2026-11-30T09:43:24+01:00",` +
		`"quota":{"day":{"requests":1}},"secrets":[{"sha256":"6605f8ec81b92ff243320fd701c3e69afd023a274a7f0acc0cef553fc2d9da20","created":"2026-11-30T09:43:24Z"}]}`)
	f.Add("{\"id\":\"\xff\"}\n[")
	f.Add(`{"secrets":[null],"revoked":"0001-01-01T00:00:00Z"}`)
	f.Fuzz(func(t *testing.T, text string) {
		keys, diags := apikey.Parse("k", text)
		for _, d := range diags {
			if d.Span.Line > strings.Count(text, "\n")+strings.Count(text, "\r")+1 {
				t.Errorf("%v is behind the end", d)
			}
		}
		// What can be read is written so that it is read as the same.
		written, err := apikey.Format(keys)
		if err != nil {
			return // times that JSON does not have
		}
		again, diags := apikey.Parse("k", string(written))
		if len(diags) > 0 || len(again) != len(keys) {
			t.Fatalf("%v\n%s", diags, written)
		}
		if twice, err := apikey.Format(again); err != nil || !bytes.Equal(twice, written) {
			t.Errorf("%v\n%s\n%s", err, written, twice)
		}
	})
}

func FuzzHeader(f *testing.F) {
	file := &keyFile{path: filepath.Join(f.TempDir(), "keys.jsonl"), now: time.Now()}
	k, text, err := apikey.Create(f.Context(), file.path, apikey.Draft{Owner: "a"}, file.now)
	if err != nil {
		f.Fatal(err)
	}
	keys, diags := apikey.Open(apikey.Params{Settings: apikey.Settings{File: file.path, Bearer: true}, Now: func() time.Time { return file.now }, Log: zap.NewNop()})
	if keys == nil {
		f.Fatal(diags)
	}
	f.Cleanup(keys.Close)
	f.Add(text)
	f.Add("Bearer " + text)
	f.Add(text[:20])
	f.Fuzz(func(t *testing.T, shown string) {
		for _, name := range []string{"X-Api-Key", "Authorization"} {
			who, err := keys.Identify(t.Context(), identity.Credentials{Header: http.Header{name: {shown}}})
			isShown := name == "X-Api-Key" && strings.Trim(shown, " \t") == text ||
				name == "Authorization" && strings.EqualFold(shown[:min(7, len(shown))], "bearer ") && strings.TrimRight(strings.TrimLeft(shown[7:], " "), " \t") == text
			if isShown != (who.Identity().Subject == k.ID) || who != nil && err != nil {
				t.Errorf("%s: %q: %v, %v", name, shown, who.Identity(), err)
			}
		}
	})
}
