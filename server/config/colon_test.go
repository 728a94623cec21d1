package config

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Scopes usually have a colon, and rules are usually written between braces.
func TestAScopeWithAColonNeedsNoQuotes(t *testing.T) {
	t.Parallel()
	text := `rate_limits: { rules: [{ name: a, per: [ip], match: { scopes: [orders:read, "b:c", d, e:1:2] }, requests: { limit: 5, interval: 1m } }] }`
	c, diags := Read("weft.yaml", text, func(string) (string, bool) { return "", false })
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	want := []string{"orders:read", "b:c", "d", "e:1:2"}
	if diff := cmp.Diff(want, c.RateLimits.Rules[0].Match.Scopes); diff != "" {
		t.Error(diff)
	}
}

func TestAPairInAListIsNoString(t *testing.T) {
	t.Parallel()
	for _, scopes := range []string{"[a: b]", "[{ a: b }]", `["a":b]`, "[a:]"} {
		text := "rate_limits: { rules: [{ name: a, per: [ip], match: { scopes: " + scopes + " }, requests: { limit: 5, interval: 1m } }] }"
		if _, diags := Read("weft.yaml", text, func(string) (string, bool) { return "", false }); !diags.HasErrors() {
			t.Errorf("%s is taken", scopes)
		}
	}
}
