package oidc_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/weftgraph/weft/server/identity/oidc"
	"github.com/weftgraph/weft/server/identity/oidc/oidctest"
)

func TestWhatIsWrongWithAnIssuerIsTold(t *testing.T) {
	t.Parallel()
	key := oidctest.NewKey(t, "k1", "ES256")
	write := func(what, contentType, text string) func(string, http.ResponseWriter, *http.Request) bool {
		return func(asked string, w http.ResponseWriter, _ *http.Request) bool {
			if asked != what {
				return false
			}
			w.Header().Set("Content-Type", contentType)
			_, _ = w.Write([]byte(text))
			return true
		}
	}
	for name, c := range map[string]struct {
		change func(asked string, w http.ResponseWriter, r *http.Request) bool
		want   string
	}{
		"nothing":          {nil, ""},
		"another issuer":   {write("discovery", "application/json", `{"issuer":"https://other.test","jwks_uri":"x"}`), `the document is that of the issuer "https://other.test"`},
		"a page":           {write("discovery", "text/html", "<html>Welcome</html>"), `expected Content-Type = application/json, got "text/html"`},
		"no address":       {write("discovery", "application/json", `{"issuer":"ISSUER"}`), `no "jwks_uri"`},
		"a file's address": {write("discovery", "application/json", `{"issuer":"ISSUER","jwks_uri":"file:///etc/passwd"}`), "neither https nor http"},
		"no keys":          {write("keys", "application/json", `{}`), `has no list "keys"`},
		"none that fit":    {write("keys", "application/json", `{"keys":[{"kty":"oct","k":"AAAA"}]}`), "it is no public key"},
		"a page as keys":   {write("keys", "text/html", "<html>"), "is no JSON"},
		"keys without end": {write("keys", "application/json", `{"keys":[`+strings.Repeat(" ", 300<<10)+`]}`), "more than 262144 bytes"},
		"a metadata flood": {write("discovery", "application/json", strings.Repeat(" ", 300<<10)), "more than 262144 bytes"},
		"many keys":        {write("keys", "application/json", `{"keys":[`+strings.Repeat("{},", 100)+`{}]}`), "has 101 keys, the limit is 100"},
		"leads elsewhere": {func(_ string, w http.ResponseWriter, r *http.Request) bool {
			http.Redirect(w, r, "http://other.test/", http.StatusFound)
			return true
		}, "redirects are not followed"},
		"a private key":    {write("keys", "application/json", `{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"}]}`), "it is no public key"},
		"a short RSA key":  {write("keys", "application/json", `{"keys":[{"kty":"RSA","n":"sXchDaQebHnPiGvyDOAT4saGEUetSyo9MKLOoWFsueri23bOdgWp4Dy1WlUzewbgBHod5pcM9H95GQRV3JDXbw","e":"AQAB"}]}`), "an RSA key has 2048 to 8192"},
		"a key to encrypt": {write("keys", "application/json", `{"keys":[{"kty":"OKP","crv":"Ed25519","use":"enc","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}`), `it is for the use "enc"`},
		"an odd algorithm": {write("keys", "application/json", `{"keys":[{"kty":"OKP","crv":"Ed25519","alg":"RS256","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}`), `its algorithm "RS256" is not known for such keys`},
		"the status of one": {func(_ string, w http.ResponseWriter, _ *http.Request) bool {
			w.WriteHeader(http.StatusNotFound)
			return true
		}, "404"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i := oidctest.Start(t, key)
			if c.change != nil {
				i.Change = func(asked string, w http.ResponseWriter, r *http.Request) bool {
					return c.change(asked, replacing{w, i.URL}, r)
				}
			}
			s := of(i)
			wrong := s.CheckOnline(t.Context())
			if c.want == "" {
				if len(wrong) > 0 {
					t.Error(wrong)
				}
				return
			}
			if len(wrong) != 1 || !strings.Contains(wrong[0].Err.Error(), c.want) || len(wrong[0].Err.Error()) > 1200 {
				t.Errorf("%v, want %q", wrong, c.want)
			}
			// What check says is wrong keeps tokens from being checked, and they are not taken.
			if _, refused := identify(t, open(t, s), bearer(key.Sign(t, i.Claims(nil), nil))); refused == nil || !refused.Unavailable {
				t.Errorf("%v", refused)
			}
		})
	}
}

// replacing writes the name of the issuer for ISSUER.
type replacing struct {
	http.ResponseWriter

	issuer string
}

func (r replacing) Write(p []byte) (int, error) {
	_, err := r.ResponseWriter.Write([]byte(strings.ReplaceAll(string(p), "ISSUER", r.issuer)))
	return len(p), err
}

func TestSettingsAreCheckedWithoutANetwork(t *testing.T) {
	t.Parallel()
	s := oidc.Settings{
		Issuers: []oidc.Issuer{
			{Names: []string{"https://a.test"}, Audiences: []string{"x"}},
			{Names: []string{"https://a.test"}, Audiences: []string{"y"}},
			{Names: []string{"shop"}, Audiences: []string{"x"}},
			{Names: []string{"http://b.test"}},
			{KeysURL: "https://c.test/keys", Audiences: []string{"x"}},
			{Names: []string{"http://127.0.0.1:8080"}, Audiences: []string{"x"}},
		},
		Introspection: []oidc.Introspection{{ClientID: "a"}, {Endpoint: "http://d.test/introspect"}},
	}
	wrong, risks := s.Check()
	var got []string
	for _, p := range append(wrong, risks...) {
		kind := "issuer"
		if p.Entry.IsEndpoint {
			kind = "endpoint"
		}
		got = append(got, fmt.Sprintf("%s %d: %v", kind, p.Entry.Number, p.Err))
	}
	want := []string{
		`issuer 1: issuer "https://a.test": it is there twice`, `issuer 2: issuer "shop": its discovery document is below its name`,
		`endpoint 0: authentication.introspection: an entry needs "issuer" or "endpoint"`, `issuer 3: issuer "http://b.test": without audiences`,
		`issuer 3: issuer "http://b.test": keys that come by http`, `issuer 4: issuer "https://c.test/keys": without issuers`,
		`endpoint 1: introspection at "http://d.test/introspect": tokens and the secret go by http`,
	}
	if len(got) != len(want) {
		t.Fatalf("%q", got)
	}
	for n := range want {
		if !strings.Contains(got[n], want[n]) {
			t.Errorf("%q, want %q", got[n], want[n])
		}
	}
}
