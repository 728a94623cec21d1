// Package issuer is the demo's OpenID provider: small, but a real one. Whoever checks its tokens finds its keys by discovery, as with any
// other. It keeps nothing, gives tokens to whoever asks, and is for trying things out alone.
package issuer

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// Audience is whom the tokens are for, the claim `aud`.
const Audience = "shop"

// TokenLife is how long a token lasts.
const TokenLife = 12 * time.Hour

// Paths of the endpoints.
const (
	discoveryPath = "/.well-known/openid-configuration"
	keysPath      = "/keys"
	tokenPath     = "/token"
)

// grantType is the one way to get a token (RFC 6749, section 4.4).
const grantType = "client_credentials"

// Issuer is a provider that listens on a free port of this machine. It is safe for concurrent use.
type Issuer struct {
	url    string
	key    jose.JSONWebKey
	signer jose.Signer
	server *http.Server
	served chan error
}

// Start makes a new key and serves until Close, or until ctx is done.
func Start(ctx context.Context) (*Issuer, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listening for the issuer: %w", err)
	}
	i := &Issuer{url: "http://" + listener.Addr().String(), served: make(chan error, 1)}
	if err := i.makeKey(); err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+discoveryPath, i.discover)
	mux.HandleFunc("GET "+keysPath, i.keys)
	mux.HandleFunc("POST "+tokenPath, i.token)
	i.server = &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	go func() { i.served <- i.server.Serve(listener) }()
	context.AfterFunc(ctx, func() { _ = i.server.Close() })
	return i, nil
}

func (i *Issuer) makeKey() error {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return fmt.Errorf("making the issuer's key: %w", err)
	}
	i.key = jose.JSONWebKey{Key: private, KeyID: "demo-1", Algorithm: string(jose.ES256), Use: "sig"}
	options := (&jose.SignerOptions{}).WithType("at+jwt")
	i.signer, err = jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: i.key}, options)
	if err != nil {
		return fmt.Errorf("making the issuer's key: %w", err)
	}
	return nil
}

// URL is the issuer's name, the claim `iss`, below which discovery finds everything.
func (i *Issuer) URL() string { return i.url }

// Close stops the issuer. Its tokens stay good as long as somebody remembers the key.
func (i *Issuer) Close() error {
	err := i.server.Close()
	if served := <-i.served; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	i.served <- http.ErrServerClosed // for the next Close
	return err
}

// claims are those of a token (RFC 9068, section 2.2).
type claims struct {
	jwt.Claims

	ClientID string `json:"client_id"`
	Scope    string `json:"scope"`
	Role     string `json:"role"`
	Customer string `json:"customer"`
}

// Token returns a new access token of an account that lasts from now for TokenLife.
func (i *Issuer) Token(a Account, now time.Time) (string, error) {
	token, err := jwt.Signed(i.signer).Claims(claims{
		Claims: jwt.Claims{
			Issuer: i.url, Subject: a.Name, Audience: jwt.Audience{Audience}, ID: rand.Text(),
			IssuedAt: jwt.NewNumericDate(now), Expiry: jwt.NewNumericDate(now.Add(TokenLife)),
		},
		ClientID: a.Name, Scope: a.Scope, Role: a.Role, Customer: a.Customer,
	}).Serialize()
	if err != nil {
		return "", fmt.Errorf("signing a token: %w", err)
	}
	return token, nil
}

// discover answers OpenID Connect Discovery 1.0, section 4.
func (i *Issuer) discover(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, map[string]any{
		"issuer":                                i.url,
		"token_endpoint":                        i.url + tokenPath,
		"jwks_uri":                              i.url + keysPath,
		"grant_types_supported":                 []string{grantType},
		"response_types_supported":              []string{},
		"subject_types_supported":               []string{"public"},
		"id_token_signing_alg_values_supported": []jose.SignatureAlgorithm{jose.ES256},
		"token_endpoint_auth_methods_supported": []string{"none"},
	})
}

func (i *Issuer) keys(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{i.key.Public()}})
}

// maxForm bounds the body of a request for a token.
const maxForm = 4 << 10

// token gives a token to the client that is named (RFC 6749, sections 4.4 and 5).
func (i *Issuer) token(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		refuse(w, http.StatusBadRequest, "invalid_request", "The body must be a form of at most "+strconv.Itoa(maxForm)+" bytes.")
		return
	}
	if got := r.PostForm.Get("grant_type"); got != grantType {
		refuse(w, http.StatusBadRequest, "unsupported_grant_type", "The grant_type must be "+grantType+".")
		return
	}
	accounts := Accounts()
	at := slices.IndexFunc(accounts, func(a Account) bool { return a.Name == r.PostForm.Get("client_id") })
	if at < 0 {
		refuse(w, http.StatusUnauthorized, "invalid_client", "The client_id must be wanda, rosa or ada.")
		return
	}
	token, err := i.Token(accounts[at], time.Now())
	if err != nil {
		refuse(w, http.StatusInternalServerError, "server_error", "")
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	answer(w, http.StatusOK, map[string]any{
		"access_token": token, "token_type": "Bearer", "expires_in": int(TokenLife.Seconds()), "scope": accounts[at].Scope,
	})
}

// refuse answers an error (RFC 6749, section 5.2).
func refuse(w http.ResponseWriter, status int, code, description string) {
	answer(w, status, map[string]string{"error": code, "error_description": description})
}

func answer(w http.ResponseWriter, status int, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		http.Error(w, "", http.StatusInternalServerError) // unreachable: it is all plain data
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body) // an error means that the client went away
}
