package config

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/server/identity/oidc"
)

// What is wrong with an issuer is told where the issuer is, whatever the order of the sections.
func TestWhatIsSaidOfIssuersSaysWhere(t *testing.T) {
	t.Parallel()
	const text = `authentication:
  router:
    jwt:
      jwks:
        - url: http://keys.example.org/keys
        - { url: "https://c.example.org/keys", issuers: ["https://c.example.org"], audiences: [shop] }
  introspection:
    - client_id: weft
      client_secret: secret
    - { client_id: weft, client_secret: secret, endpoint: "http://d.example.org/introspect" }
  jwt:
    issuers:
      - audiences: [shop]
        issuer: https://a.example.org
      - issuer: https://b.example.org
      - issuer: shop
        audiences: [shop]
      - { audiences: [more], issuer: "https://a.example.org" }
`
	file := filepath.Join(t.TempDir(), "weft.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	_, diags := Load(file, noVariables)
	var got []string
	for _, d := range diags {
		if d.Span.File != file {
			t.Errorf("%q is told of %q", d.Message, d.Span.File)
		}
		got = append(got, fmt.Sprintf("%d:%d %.60s", d.Span.Line, d.Span.Column, d.Message))
	}
	slices.Sort(got)
	want := []string{
		`10:59 introspection at "http://d.example.org/introspect": tokens a`,
		`15:17 issuer "https://b.example.org": without audiences its tokens`,
		`16:17 issuer "shop": its discovery document is below its name, whi`,
		`18:38 issuer "https://a.example.org": it is there twice: what it m`,
		`5:16 issuer "http://keys.example.org/keys": keys that come by htt`,
		`5:16 issuer "http://keys.example.org/keys": without audiences its`,
		`5:16 issuer "http://keys.example.org/keys": without issuers its t`,
		`8:7 authentication.introspection: an entry needs "issuer" or "en`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	// Settings that were written in Go are nowhere.
	made := &Config{Tokens: oidc.Settings{Issuers: []oidc.Issuer{{Names: []string{"shop"}}}}}
	if span := made.TokenSpan(oidc.Entry{}); span.File != "" || len(made.checkTokens()) == 0 {
		t.Error(span)
	}
}
