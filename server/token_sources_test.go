package server_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/json"
	"go.uber.org/zap"

	"github.com/weftgraph/weft/server/identity/oidc/oidctest"
)

// keysIn writes a key set into a folder.
func keysIn(t *testing.T, dir string, keys ...oidctest.Key) {
	t.Helper()
	var set jose.JSONWebKeySet
	for _, k := range keys {
		set.Keys = append(set.Keys, k.JWK())
	}
	text, err := json.Marshal(set)
	if err != nil {
		t.Fatal(err)
	}
	fresh := filepath.Join(dir, "fresh")
	if err := os.WriteFile(fresh, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(fresh, filepath.Join(dir, "keys.json")); err != nil {
		t.Fatal(err)
	}
}

// offline has the claims of an issuer that does not run: its keys are in a file.
func offline() *oidctest.Issuer {
	i := oidctest.New()
	i.URL = "https://id.shop.test"
	return i
}

// whoIs asks with headers. It returns the subject of the caller, "nobody", or the status of a refusal.
func whoIs(t *testing.T, address string, headers ...string) string {
	t.Helper()
	resp, body := do(t, http.MethodPost, "http://"+address+"/graphql", whoAsks, "", headers...)
	switch {
	case resp.StatusCode != http.StatusOK:
		return resp.Status
	case body == `{"data":{"who":null}}`:
		return "nobody"
	}
	_, rest, _ := strings.Cut(body, `\"subject\":\"`)
	subject, _, _ := strings.Cut(rest, `\"`)
	return subject
}

// The keys of both configurations, through a real listener: what stands where, what is taken for no token, and what for a bad one.
func TestTokensStandWhereTheConfigurationSays(t *testing.T) {
	t.Parallel()
	key := oidctest.NewKey(t, "k1", "ES256")
	i := offline()
	signed := func(who string) string { return key.Sign(t, i.Claims(map[string]any{"sub": who}), nil) }
	ann, bob := signed("ann"), signed("bob")
	const refused, several = "401 Unauthorized", "400 Bad Request"
	for name, c := range map[string]struct {
		text  string
		cases map[string][]string // by what comes of it
	}{
		"own": {`
authentication:
  jwt:
    issuers: [{ issuer: "https://id.shop.test", jwks_url: "file:keys.json", audiences: [shop] }]
    sources:
      - { type: header, name: x-token }
      - { type: header, name: authorization, value_prefix: Token }
      - { type: cookie, name: session }
`, map[string][]string{
			"ann":    {"X-Token: " + ann, "Authorization: token  " + ann, "Cookie: a=b; session=" + ann + "; c=d", "X-Token: " + ann + "|Cookie: session=" + bob, "X-Token: " + ann + "|Authorization: Basic eDp5"},
			"bob":    {"Authorization: Token " + bob + "|Cookie: session=" + ann},
			"nobody": {"", "X-Other: " + ann, "Cookie: Session=" + ann, "X-Token: "},
			refused:  {"Authorization: Bearer " + ann, "Authorization: Token", "Authorization: Token" + ann, "X-Token: Bearer " + ann, "X-Token: x|Cookie: session=" + ann, "Cookie: session=x"},
			several:  {"Cookie: session=" + ann + "; session=" + ann},
		}},
		"own, with other prefixes": {`
authentication:
  jwt:
    issuers: [{ issuer: "https://id.shop.test", jwks_url: "file:keys.json", audiences: [shop] }]
    ignore_other_prefixes: true
    sources: [{ type: header, name: authorization, value_prefix: Bearer }, { type: header, name: x-second, value_prefix: Bearer }]
`, map[string][]string{
			"ann":    {"Authorization: Bearer " + ann, "Authorization: Basic eDp5|X-Second: Bearer " + ann},
			"nobody": {"Authorization: Basic eDp5", "Authorization: DPoP " + ann, "X-Second: " + ann},
			refused:  {"Authorization: Bearer x", "Authorization: Bearer"},
		}},
		"the router's": {`
authentication:
  router:
    jwt:
      jwks: [{ url: "file:keys.json", issuers: ["https://id.shop.test"], audiences: [shop] }]
      header_name: x-auth
      header_value_prefix: Custom
      sources: [{ type: header, name: x-second, value_prefix: Bearer }, { type: cookie, name: session }]
`, map[string][]string{
			"ann":    {"X-Auth: Custom " + ann, "X-Second: Bearer " + ann, "Cookie: session=" + ann, "X-Auth: custom " + ann + "|X-Second: Bearer " + bob},
			"nobody": {"", "Authorization: Bearer " + ann, "Authorization: Bearer x"},
			refused:  {"X-Auth: " + ann, "X-Auth: Bearer " + ann, "X-Second: Custom " + ann, "X-Auth: Custom x|X-Second: Bearer " + ann},
		}},
		"the router's, lenient": {`
authentication:
  router:
    jwt:
      jwks: [{ url: "file:keys.json", issuers: ["https://id.shop.test"], audiences: [shop] }]
      ignore_other_prefixes: true
      sources: [{ type: header, name: x-second, value_prefix: "" }]
      on_error: Continue
`, map[string][]string{
			"ann":    {"Authorization: Bearer " + ann, "Authorization: Basic eDp5|X-Second: " + ann},
			"nobody": {"", "Authorization: Bearer x", "Authorization: Basic eDp5", "X-Second: x", "Authorization: Bearer x|X-Second: " + ann},
		}},
	} {
		dir := t.TempDir()
		keysIn(t, dir, key)
		address := listenGraph(t, callerGraph, dir, c.text, zap.NewNop(), nil)
		for want, shown := range c.cases {
			for _, headers := range shown {
				var list []string
				if headers != "" {
					list = strings.Split(headers, "|")
				}
				if got := whoIs(t, address, list...); got != want {
					t.Errorf("%s: %s makes %s, want %s", name, strings.NewReplacer(ann, "ANN", bob, "BOB").Replace(headers), got, want)
				}
			}
		}
	}
}

// Keys in a file are exchanged by writing another one: a token with a new key has it read.
func TestKeysInAFileAreExchanged(t *testing.T) {
	t.Parallel()
	old, next := oidctest.NewKey(t, "k1", "ES256"), oidctest.NewKey(t, "k2", "EdDSA")
	i, dir := offline(), t.TempDir()
	keysIn(t, dir, old)
	address := listenGraph(t, callerGraph, dir,
		`authentication: { jwt: { issuers: [{ issuer: "https://id.shop.test", jwks_url: "file:keys.json", audiences: [shop], cooldown: 1ms }] } }`, zap.NewNop(), nil)
	expect := func(k oidctest.Key, want string) {
		t.Helper()
		if got := whoIs(t, address, "Authorization: Bearer "+k.Sign(t, i.Claims(nil), nil)); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	const refused, unavailable = "401 Unauthorized", "503 Service Unavailable"
	expect(old, "ann")
	expect(next, refused)
	keysIn(t, dir, old, next)
	other := oidctest.Key{ID: "k3", Algorithm: next.Algorithm, Private: next.Private}
	expect(other, refused) // that k2 is not there is remembered for a while; this has the file read again
	expect(next, "ann")
	expect(old, "ann")
	if err := os.WriteFile(filepath.Join(dir, "keys.json"), []byte("garbage"), 0o600); err != nil {
		t.Fatal(err)
	}
	expect(oidctest.Key{ID: "k4", Algorithm: next.Algorithm, Private: next.Private}, unavailable)
	expect(old, "ann")
	keysIn(t, dir, next)
	expect(oidctest.Key{ID: "k5", Algorithm: next.Algorithm, Private: next.Private}, refused)
	expect(old, refused)
	expect(next, "ann")
}
