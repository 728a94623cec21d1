// Package oidctest is an issuer for tests: a real HTTP server with discovery, keys that can be exchanged, tokens, introspection, and faults
// that can be switched on.
package oidctest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// Key is a pair of keys with its name and the algorithm that it signs by.
type Key struct {
	ID, Algorithm string
	Private       crypto.Signer
}

// NewKey makes a pair of keys for an algorithm.
func NewKey(tb testing.TB, id, algorithm string) Key {
	tb.Helper()
	var private crypto.Signer
	var err error
	switch algorithm {
	case "ES256":
		private, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case "ES384":
		private, err = ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	case "ES512":
		private, err = ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
	case "EdDSA":
		_, private, err = ed25519.GenerateKey(rand.Reader)
	default:
		private, err = rsa.GenerateKey(rand.Reader, 2048)
	}
	if err != nil {
		tb.Fatal(err)
	}
	return Key{ID: id, Algorithm: algorithm, Private: private}
}

// JWK is the public key as a key set has it.
func (k Key) JWK() jose.JSONWebKey {
	return jose.JSONWebKey{Key: k.Private.Public(), KeyID: k.ID, Algorithm: k.Algorithm, Use: "sig"}
}

// Sign signs claims, which are JSON. Members of header are added to that of the token, and replace `kid` and `typ`.
func (k Key) Sign(tb testing.TB, claims string, header map[string]any) string {
	tb.Helper()
	options := &jose.SignerOptions{ExtraHeaders: map[jose.HeaderKey]any{}}
	if k.ID != "" {
		options.ExtraHeaders["kid"] = k.ID
	}
	for name, v := range header {
		options.ExtraHeaders[jose.HeaderKey(name)] = v
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.SignatureAlgorithm(k.Algorithm), Key: k.Private}, options)
	if err != nil {
		tb.Fatal(err)
	}
	signed, err := signer.Sign([]byte(claims))
	if err != nil {
		tb.Fatal(err)
	}
	text, err := signed.CompactSerialize()
	if err != nil {
		tb.Fatal(err)
	}
	return text
}

// Issuer is a running issuer. It is safe for concurrent use; its fields are set before it is asked.
type Issuer struct {
	// URL is its name and address.
	URL string
	// Change may change a reply of discovery ("discovery"), the keys ("keys") or introspection ("introspection"), or write another one
	// and return true.
	Change func(what string, w http.ResponseWriter, r *http.Request) bool

	server *httptest.Server
	mu     sync.Mutex
	keys   []jose.JSONWebKey
	active map[string]map[string]any
	isDown atomic.Bool
	asked  sync.Map
	// Algorithms are those that discovery tells; nil means all.
	Algorithms []string
	// CacheControl is a header of the keys.
	CacheControl string
	// ClientID and ClientSecret are what introspection demands by HTTP Basic.
	ClientID, ClientSecret string
}

// Start starts an issuer with some keys. It ends with the test.
func Start(tb testing.TB, keys ...Key) *Issuer {
	tb.Helper()
	i := New(keys...)
	i.server.Start()
	i.URL = i.server.URL
	tb.Cleanup(i.server.Close)
	return i
}

// New returns an issuer that does not run.
func New(keys ...Key) *Issuer {
	i := &Issuer{active: map[string]map[string]any{}, ClientID: "weft", ClientSecret: "secret"}
	i.SetKeys(keys...)
	i.server = httptest.NewUnstartedServer(i)
	return i
}

// SetKeys exchanges the keys.
func (i *Issuer) SetKeys(keys ...Key) {
	set := make([]jose.JSONWebKey, len(keys))
	for n, k := range keys {
		set[n] = k.JWK()
	}
	i.SetJWKs(set...)
}

// SetJWKs is SetKeys for any keys.
func (i *Issuer) SetJWKs(keys ...jose.JSONWebKey) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.keys = keys
}

// SetDown makes everything fail, or not any more.
func (i *Issuer) SetDown(isDown bool) { i.isDown.Store(isDown) }

// Asked is how often it was asked for something; see Change.
func (i *Issuer) Asked(what string) int {
	n, _ := i.asked.LoadOrStore(what, new(atomic.Int64))
	count, _ := n.(*atomic.Int64)
	return int(count.Load())
}

// Activate makes introspection know a token. Nil claims make it unknown.
func (i *Issuer) Activate(token string, claims map[string]any) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if claims == nil {
		delete(i.active, token)
		return
	}
	i.active[token] = claims
}

// Claims are those of a token of this issuer that is valid for an hour, for "ann" and the audience "shop", with some changes; nil takes a
// claim out.
func (i *Issuer) Claims(changes map[string]any) string {
	now := time.Now()
	claims := map[string]any{"iss": i.URL, "sub": "ann", "aud": "shop", "iat": now.Unix(), "exp": now.Add(time.Hour).Unix()}
	maps.Copy(claims, changes)
	maps.DeleteFunc(claims, func(_ string, v any) bool { return v == nil })
	text, err := json.Marshal(claims)
	if err != nil {
		panic(err) //nolint:forbidigo // a mistake in a test
	}
	return string(text)
}

// ServeHTTP implements http.Handler.
func (i *Issuer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	what := map[string]string{"/.well-known/openid-configuration": "discovery", "/keys": "keys", "/introspect": "introspection"}[r.URL.Path]
	n, _ := i.asked.LoadOrStore(what, new(atomic.Int64))
	if count, ok := n.(*atomic.Int64); ok {
		count.Add(1)
	}
	switch {
	case i.isDown.Load():
		http.Error(w, "down", http.StatusBadGateway)
	case what == "":
		http.NotFound(w, r)
	case i.Change != nil && i.Change(what, w, r):
	case what == "discovery":
		reply(w, map[string]any{
			"issuer": i.URL, "jwks_uri": i.URL + "/keys", "introspection_endpoint": i.URL + "/introspect",
			"authorization_endpoint": i.URL + "/auth", "token_endpoint": i.URL + "/token", "id_token_signing_alg_values_supported": i.algorithms(),
		})
	case what == "keys":
		if i.CacheControl != "" {
			w.Header().Set("Cache-Control", i.CacheControl)
		}
		i.mu.Lock()
		set := jose.JSONWebKeySet{Keys: slices.Clone(i.keys)}
		i.mu.Unlock()
		reply(w, set)
	default:
		i.introspect(w, r)
	}
}

func (i *Issuer) algorithms() []string {
	if i.Algorithms != nil {
		return i.Algorithms
	}
	return []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "HS256", "none"}
}

func (i *Issuer) introspect(w http.ResponseWriter, r *http.Request) {
	id, secret, ok := r.BasicAuth()
	if !ok {
		id, secret = r.PostFormValue("client_id"), r.PostFormValue("client_secret")
	}
	if r.Method != http.MethodPost || id != i.ClientID || secret != i.ClientSecret {
		http.Error(w, "who are you?", http.StatusUnauthorized)
		return
	}
	i.mu.Lock()
	claims, isActive := i.active[r.PostFormValue("token")]
	answer := map[string]any{"active": isActive}
	maps.Copy(answer, claims)
	i.mu.Unlock()
	reply(w, answer)
}

func reply(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(v); err != nil {
		panic(fmt.Sprintf("issuer for tests: %v", err)) //nolint:forbidigo // a mistake in a test
	}
}
