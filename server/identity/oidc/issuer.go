package oidc

import (
	"bytes"
	"context"
	"crypto/sha256"
	"slices"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/weftgraph/weft/graph/caller"
)

// issuer is one of those whose tokens are taken.
type issuer struct {
	Issuer

	// given are the settings without the defaults.
	given Issuer
	keys  *keys

	counts counts
}

// check returns whose token it is.
func (i *issuer) check(ctx context.Context, t *token, now time.Time) (*checked, *reason) {
	read, why := i.read(t, now)
	if why != nil {
		return nil, i.objection(ctx, t, why)
	}
	mark, why := i.checkSignature(ctx, t)
	if why != nil {
		return nil, why
	}
	read.keys, read.mark = i.keys, mark
	return read, nil
}

// read returns what a token says, of which nothing is to be believed before its signature was checked.
func (i *issuer) read(t *token, now time.Time) (*checked, *reason) {
	valid, why := i.checkClaims(t, now)
	if why != nil {
		return nil, why
	}
	subject, why := subjectOf(t.claims, i.SubjectClaim)
	if why != nil {
		return nil, why
	}
	holder, why := confirmationOf(t.claims)
	if why != nil {
		return nil, why
	}
	names := []string{"scope", "scp"}
	if i.ScopesClaim != "" {
		names = []string{i.ScopesClaim}
	}
	until := valid.until
	if !until.IsZero() {
		until = until.Add(i.ClockSkew)
	}
	return &checked{size: len(t.text), until: until, holder: holder, of: &i.counts, who: caller.New(caller.Identity{
		Method: caller.JWT, Issuer: t.issuer, Subject: subject, Scopes: scopesOf(t.claims, names...), Claims: t.claims, Expires: until,
	})}, nil
}

// objection returns what is said against a token that is refused whatever its signature is. What is wrong with it is for those alone to whom
// the issuer has given it: who makes up tokens learns nothing of what one has to say. No newer keys are looked for because of it.
func (i *issuer) objection(ctx context.Context, t *token, why *reason) *reason {
	if why.message == messageBad {
		return why
	}
	if signed, unread := t.signed(); unread == nil {
		if set, missing := i.keys.get(ctx); missing == nil {
			if key, _, _ := set.signer(t, signed); key != nil {
				return why
			}
		}
	}
	return bad("%w, and none of the issuer's keys that are there has signed it", why.cause)
}

// checkClaims tells what a token's claims have against it, and when it is valid.
func (i *issuer) checkClaims(t *token, now time.Time) (times, *reason) {
	if !slices.Contains(Algorithms(), t.algorithm) {
		return times{}, bad("signatures by %q are not taken", shortened(t.algorithm, maxQuoted))
	}
	if why := t.checkKind(i.TakesIDTokens); why != nil {
		return times{}, why
	}
	valid, why := timesOf(t.claims)
	if why != nil {
		return times{}, why
	}
	if valid.until.IsZero() && !i.TakesEndless {
		return times{}, bad("the token does not say when it expires")
	}
	if why := valid.check(now, i.ClockSkew); why != nil {
		return times{}, why
	}
	return valid, checkAudience(t.claims, i.Audiences)
}

// checkSignature returns the key that has signed a token.
func (i *issuer) checkSignature(ctx context.Context, t *token) (thumbprint, *reason) {
	signed, why := t.signed()
	if why != nil {
		return thumbprint{}, why
	}
	set, why := i.keys.get(ctx)
	if why != nil {
		return thumbprint{}, why
	}
	key, isKnown, why := set.signer(t, signed)
	if key != nil || why != nil || isKnown {
		return resultOf(key, why)
	}
	name := t.keyID
	if name == "" {
		digest := sha256.Sum256([]byte(t.text))
		name = string(digest[:])
	}
	set, why = i.keys.newer(ctx, name)
	if why != nil {
		return thumbprint{}, why
	}
	if set != nil {
		if key, isKnown, why = set.signer(t, signed); key != nil || why != nil || isKnown {
			return resultOf(key, why)
		}
		i.keys.miss(name)
	}
	return thumbprint{}, bad("the issuer %s has no key %q that has signed the token", i.Name(), shortened(t.keyID, maxQuoted))
}

// signed reads the signature of a token.
func (t *token) signed() (*jose.JSONWebSignature, *reason) {
	signed, err := jose.ParseSignedCompact(t.text, []jose.SignatureAlgorithm{jose.SignatureAlgorithm(t.algorithm)})
	if err != nil {
		return nil, bad("the token: %w", err)
	}
	if !bytes.Equal(signed.UnsafePayloadWithoutVerification(), t.payload) {
		return nil, bad("the token is read in two ways") // unreachable as long as both follow RFC 7515
	}
	return signed, nil
}

func resultOf(key *publicKey, why *reason) (thumbprint, *reason) {
	switch {
	case why != nil:
		return thumbprint{}, why
	case key == nil:
		return thumbprint{}, bad("the signature is not that of the token's key")
	default:
		return key.mark, nil
	}
}

// signer returns the key that has signed a token, nil if none has. isKnown tells that there are keys with the name that the token gives, so
// that newer ones need not be looked for.
func (s *keySet) signer(t *token, signed *jose.JSONWebSignature) (key *publicKey, isKnown bool, why *reason) {
	if !slices.Contains(s.algorithms, t.algorithm) {
		return nil, true, bad("the issuer does not sign by %q, or may not", t.algorithm)
	}
	named := s.named(t.keyID)
	for _, k := range named {
		if k.verifies(signed, t.algorithm) {
			return k, true, nil
		}
	}
	return nil, t.keyID != "" && len(named) > 0, nil
}
