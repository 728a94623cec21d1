// Package interop_test holds Weft's bearer tokens against a certified OpenID provider. It is a module of its own, since the provider brings
// much that Weft does not need.
package interop_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
	"go.uber.org/zap"

	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/config"
	"github.com/weftgraph/weft/server/identity/oidc/oidctest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const document = `
extend schema @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@connect"])
type Query {
  who: Who @connect(selection: "$context.caller { method subject scopes issuer }")
  claim: String @connect(selection: "$context.\"apollo::authentication::jwt_claims\".sub")
}
type Who { method: String subject: String issuer: String scopes: [String] }
`

// serve serves a graph with a configuration as users write it.
func serve(t *testing.T, yaml string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "weft.yaml")
	if err := os.WriteFile(file, []byte(yaml), 0o600); err != nil {
		t.Fatal(err)
	}
	loaded, diags := config.Load(file, func(string) (string, bool) { return "", false })
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	gateway, diags := server.Open(t.Context(), server.Definition{
		Documents: []sdl.Input{{File: "g.graphql", Text: document}}, Config: loaded.Config,
	})
	if gateway == nil {
		t.Fatal(diags)
	}
	t.Cleanup(gateway.Close)
	srv := httptest.NewServer(gateway.Handler(zap.NewNop(), server.Exposure{}))
	t.Cleanup(srv.Close)
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	return srv.URL + "/graphql"
}

func jwtIssuer(p *provider, more string) string {
	return "authentication: { jwt: { issuers: [{ issuer: \"" + p.url + "\", audiences: [shop]" + more + " }] } }\nauthorization: { require_authentication: true }\n"
}

// ask asks who is asking.
func ask(t *testing.T, endpoint, token string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, endpoint, strings.NewReader(`{"query":"{ who { method subject scopes issuer } claim }"}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Error(err)
		return 0, ""
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Error(err)
	}
	return resp.StatusCode, string(text)
}

func TestTokensOfAProviderSayWhoAsks(t *testing.T) {
	t.Parallel()
	for _, algorithm := range []string{"RS256", "PS256", "ES256", "EdDSA"} {
		t.Run(algorithm, func(t *testing.T) {
			t.Parallel()
			p := start(t, oidctest.NewKey(t, "k1", algorithm))
			endpoint := serve(t, jwtIssuer(p, ""))
			status, text := ask(t, endpoint, p.token(t, "jwt"))
			want := `{"data":{"who":{"method":"jwt","subject":"id1","scopes":["openid","read","write"],"issuer":"` + p.url + `"},"claim":"id1"}}`
			if status != http.StatusOK || text != want {
				t.Errorf("%d %s", status, text)
			}
		})
	}
}

func TestForgedTokensOfAProviderAreRefused(t *testing.T) {
	t.Parallel()
	key := oidctest.NewKey(t, "k1", "RS256")
	p, other := start(t, key), start(t, oidctest.NewKey(t, "k1", "RS256"))
	endpoint := serve(t, jwtIssuer(p, ""))
	good := p.token(t, "jwt")
	parts := strings.Split(good, ".")
	encode := base64.RawURLEncoding.EncodeToString
	der, err := x509.MarshalPKIXPublicKey(key.Private.Public())
	if err != nil {
		t.Fatal(err)
	}
	jwk, err := json.Marshal(key.JWK())
	if err != nil {
		t.Fatal(err)
	}
	// The public key, in whatever spelling, is taken for the secret of HMAC.
	confuse := func(secret []byte) string {
		text := encode([]byte(`{"alg":"HS256","kid":"k1"}`)) + "." + parts[1]
		mac := hmac.New(sha256.New, secret)
		mac.Write([]byte(text))
		return text + "." + encode(mac.Sum(nil))
	}
	mine := oidctest.NewKey(t, "k1", "RS256")
	claims, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	evil := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { t.Errorf("asked for %s", r.URL) }))
	defer evil.Close()
	for name, token := range map[string]string{
		"another provider with the same key name": other.token(t, "jwt"),
		"confused by PEM":                         confuse(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})),
		"confused by DER":                         confuse(der),
		"confused by JWK":                         confuse(jwk),
		"no signature":                            encode([]byte(`{"alg":"none"}`)) + "." + parts[1] + ".",
		"a key in the header":                     mine.Sign(t, string(claims), map[string]any{"jwk": mine.JWK()}),
		"the address of keys":                     mine.Sign(t, string(claims), map[string]any{"jku": evil.URL}),
		"the address of a certificate":            mine.Sign(t, string(claims), map[string]any{"x5u": evil.URL}),
		"the name of a file as that of a key":     oidctest.Key{ID: "../../../../dev/null", Algorithm: "RS256", Private: mine.Private}.Sign(t, string(claims), nil),
		"an address as the name of a key":         oidctest.Key{ID: evil.URL, Algorithm: "RS256", Private: mine.Private}.Sign(t, string(claims), nil),
		"opaque":                                  p.token(t, "opaque"),
	} {
		if status, text := ask(t, endpoint, token); status != http.StatusUnauthorized || !strings.Contains(text, `"code":"UNAUTHENTICATED"`) {
			t.Errorf("%s: %d %s", name, status, text)
		}
	}
	if status, text := ask(t, endpoint, good); status != http.StatusOK {
		t.Errorf("%d %s", status, text)
	}
}

func TestTwoProvidersMayNameTheirKeysAlike(t *testing.T) {
	t.Parallel()
	one, two := start(t, oidctest.NewKey(t, "k1", "ES256")), start(t, oidctest.NewKey(t, "k1", "ES256"))
	endpoint := serve(t, fmt.Sprintf("authentication: { jwt: { issuers: [{ issuer: %q, audiences: [shop] }, { issuer: %q, audiences: [shop] }] } }\n", one.url, two.url))
	for _, p := range []*provider{one, two} {
		if status, text := ask(t, endpoint, p.token(t, "jwt")); status != http.StatusOK || !strings.Contains(text, p.url) {
			t.Errorf("%d %s", status, text)
		}
	}
}

func TestOpaqueTokensOfAProviderAreAskedAbout(t *testing.T) {
	t.Parallel()
	p := start(t, oidctest.NewKey(t, "k1", "ES256"))
	endpoint := serve(t, fmt.Sprintf("authentication: { introspection: [{ issuer: %q, client_id: web, client_secret: secret }] }\n", p.url))
	for range 2 {
		status, text := ask(t, endpoint, p.token(t, "opaque"))
		if status != http.StatusOK || !strings.Contains(text, `"method":"introspection","subject":"id1","scopes":["openid","read","write"]`) {
			t.Errorf("%d %s", status, text)
		}
	}
	if status, text := ask(t, endpoint, "made-up"); status != http.StatusUnauthorized {
		t.Errorf("%d %s", status, text)
	}
	endpoint = serve(t, fmt.Sprintf("authentication: { introspection: [{ issuer: %q, client_id: web, client_secret: wrong }] }\n", p.url))
	if status, text := ask(t, endpoint, p.token(t, "opaque")); status != http.StatusServiceUnavailable || !strings.Contains(text, "AUTHENTICATION_UNAVAILABLE") {
		t.Errorf("%d %s", status, text)
	}
}

func TestAProviderExchangesItsKeysUnderLoadWithoutAFailedRequest(t *testing.T) {
	t.Parallel()
	p := start(t, oidctest.NewKey(t, "k0", "ES256"))
	endpoint := serve(t, jwtIssuer(p, ", cooldown: 100ms"))
	stop := make(chan struct{})
	var inUse sync.RWMutex // tokens are good until they have been answered
	var asked atomic.Int64
	var clients sync.WaitGroup
	for range 4 {
		clients.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				inUse.RLock()
				status, text := ask(t, endpoint, p.token(t, "jwt"))
				inUse.RUnlock()
				asked.Add(1)
				if status != http.StatusOK {
					t.Errorf("%d %s", status, text)
				}
			}
		})
	}
	for n, algorithm := range []string{"EdDSA", "ES256", "PS256", "RS256", "ES256"} {
		p.publish(oidctest.NewKey(t, fmt.Sprint("k", n+1), algorithm))
		p.sign()
		<-time.After(300 * time.Millisecond)
		inUse.Lock()
		p.withdraw()
		inUse.Unlock()
	}
	close(stop)
	clients.Wait()
	if asked.Load() < 50 {
		t.Errorf("only %d requests", asked.Load())
	}
}
