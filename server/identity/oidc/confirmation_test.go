package oidc_test

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"github.com/weftgraph/weft/server/identity"
	"github.com/weftgraph/weft/server/identity/oidc"
	"github.com/weftgraph/weft/server/identity/oidc/oidctest"
)

// by returns what a client shows over a connection with a certificate, nil for one without any.
func by(token, certificate string) identity.Credentials {
	c := shown(token)
	if certificate != "" {
		c.TLS = &tls.ConnectionState{PeerCertificates: []*x509.Certificate{{Raw: []byte(certificate)}}}
	}
	return c
}

func thumbprintOf(certificate string) string {
	sum := sha256.Sum256([]byte(certificate))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// answer is the message that credentials are refused with, empty if they are taken.
func answer(tb testing.TB, tokens *oidc.Tokens, c identity.Credentials) string {
	tb.Helper()
	_, err := tokens.Identify(tb.Context(), c)
	refused := &identity.Refused{}
	switch {
	case err == nil:
		return ""
	case !errors.As(err, &refused) || refused.Unavailable || refused.Malformed:
		tb.Errorf("%+v", err)
	}
	return refused.Message
}

const (
	boundElsewhere = "The token is bound to a client certificate, which this connection does not have."
	boundByProof   = "Tokens that are bound to a key of their client (DPoP) are not taken here."
	boundSomehow   = "The token is bound to its client in a way that is not known here."
	notValid       = "The token is not valid."
)

// confirmations are claims `cnf`, and what comes of a token with it on the connection of "ours".
func confirmations() map[string]struct {
	cnf  any
	want string
} {
	type of = struct {
		cnf  any
		want string
	}
	ours, others := thumbprintOf("ours"), thumbprintOf("others")
	return map[string]of{
		"none":                      {nil, ""},
		"ours":                      {map[string]any{"x5t#S256": ours}, ""},
		"another certificate":       {map[string]any{"x5t#S256": others}, boundElsewhere},
		"a thumbprint with padding": {map[string]any{"x5t#S256": ours + "="}, notValid},
		"in hexadecimal":            {map[string]any{"x5t#S256": strings.Repeat("ab", 32)}, notValid},
		"the beginning of ours":     {map[string]any{"x5t#S256": ours[:20]}, notValid},
		"an empty one":              {map[string]any{"x5t#S256": ""}, notValid},
		"a number":                  {map[string]any{"x5t#S256": 7}, notValid},
		"a list":                    {map[string]any{"x5t#S256": []string{ours}}, notValid},
		"by proof":                  {map[string]any{"jkt": ours}, boundByProof},
		"by proof, and ours":        {map[string]any{"x5t#S256": ours, "jkt": ours}, boundByProof},
		"a key":                     {map[string]any{"jwk": map[string]any{"kty": "EC"}}, boundSomehow},
		"a key by its name":         {map[string]any{"kid": "k1"}, boundSomehow},
		"another digest":            {map[string]any{"x5t": "AAAA"}, boundSomehow},
		"of the future":             {map[string]any{"x5t#S256": ours, "x5t#S999": "A"}, boundSomehow},
		"nothing in it":             {map[string]any{}, notValid},
		"a word":                    {ours, notValid},
	}
}

// The same token is shown on all connections, in both orders: what is remembered of it is not the connection.
func TestBoundTokensAreTakenFromTheirClientAlone(t *testing.T) {
	t.Parallel()
	key := oidctest.NewKey(t, "k1", "ES256")
	i := oidctest.Start(t, key)
	for name, c := range confirmations() {
		signed := key.Sign(t, i.Claims(map[string]any{"cnf": c.cnf}), nil)
		opaque := "opaque-" + strings.ReplaceAll(strings.ReplaceAll(name, " ", "-"), ",", "")
		i.Activate(opaque, map[string]any{"sub": "ann", "cnf": c.cnf})
		for token, settings := range map[string]oidc.Settings{signed: of(i), opaque: asking(i)} {
			tokens := open(t, settings)
			elsewhere := c.want
			if c.want == "" && c.cnf != nil {
				elsewhere = boundElsewhere
			}
			for range 2 {
				if got := answer(t, tokens, by(token, "")); got != elsewhere {
					t.Errorf("%s, without a certificate: %q, want %q", name, got, elsewhere)
				}
				if got := answer(t, tokens, by(token, "ours")); got != c.want {
					t.Errorf("%s: %q, want %q", name, got, c.want)
				}
				if got := answer(t, tokens, by(token, "of a thief")); got != elsewhere {
					t.Errorf("%s, on a connection with another certificate: %q, want %q", name, got, elsewhere)
				}
			}
		}
	}
}

func TestTokensThatComeWithProofsAreNotBearerTokens(t *testing.T) {
	t.Parallel()
	key := oidctest.NewKey(t, "k1", "ES256")
	i := oidctest.Start(t, key)
	i.Activate("opaque", map[string]any{"sub": "ann", "token_type": "dpop"})
	if got := answer(t, open(t, asking(i)), by("opaque", "")); got != boundByProof {
		t.Error(got)
	}
	good := key.Sign(t, i.Claims(nil), nil)
	usual, ignoring := of(i), of(i)
	ignoring.IgnoreOtherPrefixes = true
	for _, scheme := range []string{"DPoP", "dpop"} {
		header := bearer(good)
		header.Set("Authorization", scheme+" "+good)
		expectRefused(t, open(t, usual), header, boundByProof, `has the scheme "DPoP"`)
		if who, refused := identify(t, open(t, ignoring), header); refused != nil || !who.IsAnonymous() {
			t.Errorf("%v, %v", who, refused)
		}
	}
}
