package interop_test

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
	"golang.org/x/text/language"

	"github.com/weftgraph/weft/server/identity/oidc/oidctest"
)

// provider is a certified OpenID provider, in process, over HTTP. Its keys can be exchanged.
type provider struct {
	*storage.Storage

	url  string
	mu   sync.Mutex
	keys []oidctest.Key
	// signs is the index of the key that signs.
	signs int
}

// start starts a provider that signs by some key.
func start(t *testing.T, key oidctest.Key) *provider {
	t.Helper()
	var handler http.Handler
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	t.Cleanup(srv.Close)
	clients := map[string]*storage.Client{"web": storage.WebClient("web", "secret")}
	p := &provider{Storage: storage.NewStorageWithClients(storage.NewUserStore(srv.URL), clients), url: srv.URL, keys: []oidctest.Key{key}}
	random := make([]byte, 32)
	if _, err := rand.Read(random); err != nil {
		t.Fatal(err)
	}
	made, err := op.NewProvider(&op.Config{
		CryptoKey: sha256.Sum256(random), CryptoKeyId: "k", CodeMethodS256: true, AuthMethodPost: true,
		SupportedUILocales: []language.Tag{language.English},
	}, p, op.StaticIssuer(srv.URL), op.WithAllowInsecure(), op.WithLogger(slog.New(slog.DiscardHandler)))
	if err != nil {
		t.Fatal(err)
	}
	handler = made
	return p
}

// publish adds a key, which does not sign.
func (p *provider) publish(key oidctest.Key) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.keys = append(p.keys, key)
}

// sign makes the newest key sign, and withdraw takes all others out.
func (p *provider) sign() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.signs = len(p.keys) - 1
}

func (p *provider) withdraw() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.keys, p.signs = p.keys[p.signs:p.signs+1], 0
}

// signingKey and publicKey are a key as the library asks for it.
type signingKey struct{ of oidctest.Key }

func (k signingKey) SignatureAlgorithm() jose.SignatureAlgorithm {
	return jose.SignatureAlgorithm(k.of.Algorithm)
}
func (k signingKey) ID() string { return k.of.ID }
func (k signingKey) Key() any   { return crypto.PrivateKey(k.of.Private) }

type publicKey struct{ of oidctest.Key }

func (k publicKey) Algorithm() jose.SignatureAlgorithm {
	return jose.SignatureAlgorithm(k.of.Algorithm)
}
func (k publicKey) ID() string { return k.of.ID }
func (k publicKey) Key() any   { return k.of.Private.Public() }
func (publicKey) Use() string  { return "sig" }

// SigningKey implements op.Storage.
func (p *provider) SigningKey(context.Context) (op.SigningKey, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return signingKey{p.keys[p.signs]}, nil
}

// SignatureAlgorithms implements op.Storage.
func (p *provider) SignatureAlgorithms(context.Context) ([]jose.SignatureAlgorithm, error) {
	return []jose.SignatureAlgorithm{jose.RS256, jose.ES256, jose.PS256, jose.EdDSA}, nil
}

// KeySet implements op.Storage.
func (p *provider) KeySet(context.Context) ([]op.Key, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	keys := make([]op.Key, len(p.keys))
	for i, k := range p.keys {
		keys[i] = publicKey{k}
	}
	return keys, nil
}

// machine is a client that gets tokens for itself, of the kind that its name says.
type machine struct {
	op.Client

	kind op.AccessTokenType
}

func (m machine) AccessTokenType() op.AccessTokenType { return m.kind }
func (machine) IsScopeAllowed(string) bool            { return true }
func (machine) RestrictAdditionalAccessTokenScopes() func([]string) []string {
	return func(scopes []string) []string { return scopes }
}

// ClientCredentials implements op.ClientCredentialsStorage.
func (p *provider) ClientCredentials(ctx context.Context, id, secret string) (op.Client, error) {
	c, err := p.Storage.ClientCredentials(ctx, "sid1", secret)
	if err != nil {
		return nil, err
	}
	if id == "opaque" {
		return machine{c, op.AccessTokenTypeBearer}, nil
	}
	return machine{c, op.AccessTokenTypeJWT}, nil
}

// ClientCredentialsTokenRequest implements op.ClientCredentialsStorage.
func (p *provider) ClientCredentialsTokenRequest(_ context.Context, _ string, scopes []string) (op.TokenRequest, error) {
	return &oidc.JWTTokenRequest{Subject: "id1", Audience: []string{"shop", "web"}, Scopes: scopes}, nil
}

// token gets a token from the provider's token endpoint. kind is "jwt" or "opaque".
func (p *provider) token(t *testing.T, kind string) string {
	t.Helper()
	form := url.Values{"grant_type": {"client_credentials"}, "scope": {"openid read write"}}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.url+"/oauth/token", strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(kind, "verysecret")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var got struct {
		Token string `json:"access_token"`
		Error string `json:"error_description"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&got); err != nil || got.Token == "" {
		t.Fatal(resp.Status, got.Error, err)
	}
	return got.Token
}

// GetPrivateClaimsFromScopes implements op.Storage: the claims that signed tokens have besides the usual ones.
func (*provider) GetPrivateClaimsFromScopes(_ context.Context, _, _ string, scopes []string) (map[string]any, error) {
	return map[string]any{"scope": strings.Join(scopes, " ")}, nil
}
