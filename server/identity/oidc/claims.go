package oidc

import (
	"math"
	"slices"
	"strings"
	"time"

	"github.com/weftgraph/weft/graph/value"
)

// stringClaim returns a claim that is a string, empty without it.
func stringClaim(claims value.Value, name string) (string, *reason) {
	switch v := claims.Get(name); v.Kind() {
	case value.KindMissing, value.KindNull:
		return "", nil
	case value.KindString:
		return v.Text(), nil
	default:
		return "", bad("the claim %q is no string", name)
	}
}

// subjectOf returns the subject of a token, whose claim may be a number where the settings choose one.
func subjectOf(claims value.Value, name string) (string, *reason) {
	v := claims.Get(name)
	if v.IsNumber() && name != "sub" {
		return v.PlainText(), nil
	}
	subject, why := stringClaim(claims, name)
	if why == nil && subject == "" {
		why = bad("the token has no claim %q", name)
	}
	return subject, why
}

// times says when a token is valid; zero times are not in it.
type times struct{ from, until time.Time }

// timesOf reads `exp`, `nbf` and `iat`.
func timesOf(claims value.Value) (t times, why *reason) {
	if t.until, why = timeClaim(claims, "exp"); why != nil {
		return t, why
	}
	if t.from, why = timeClaim(claims, "nbf"); why != nil {
		return t, why
	}
	issued, why := timeClaim(claims, "iat")
	if issued.After(t.from) {
		t.from = issued
	}
	return t, why
}

// maxTime is the last second that is taken for a time, in the year 9999.
const maxTime = 253402300799

// timeClaim returns a claim that is a time, in seconds since 1970.
func timeClaim(claims value.Value, name string) (time.Time, *reason) {
	v := claims.Get(name)
	if v.IsMissing() || v.IsNull() {
		return time.Time{}, nil
	}
	seconds, ok := v.AsFloat()
	if !v.IsNumber() || !ok || seconds < 0 || seconds > maxTime {
		return time.Time{}, bad("the claim %q is no time", name)
	}
	whole, rest := math.Modf(seconds)
	return time.Unix(int64(whole), int64(rest*1e9)), nil
}

// check tells why a token is not valid at a moment.
func (t times) check(now time.Time, skew time.Duration) *reason {
	if !t.until.IsZero() && !now.Before(t.until.Add(skew)) {
		return badBecause(messageExpired, "the token has expired at %s", t.until.UTC().Format(time.RFC3339))
	}
	if !t.from.IsZero() && now.Add(skew).Before(t.from) {
		return badBecause(messageEarly, "the token is valid from %s on", t.from.UTC().Format(time.RFC3339))
	}
	return nil
}

// checkAudience tells why a token is for none of some audiences. With none, it is for everybody.
func checkAudience(claims value.Value, audiences []string) *reason {
	if len(audiences) == 0 {
		return nil
	}
	aud := claims.Get("aud")
	for _, v := range append(slices.Clone(aud.Elems()), aud) {
		if v.Kind() == value.KindString && slices.Contains(audiences, v.Text()) {
			return nil
		}
	}
	if aud.IsMissing() || aud.Kind() == value.KindNull {
		return badBecause(messageForeign, `the token has no claim "aud", which has to be one of %q`, audiences)
	}
	return badBecause(messageForeign, "the token is for %s, which is none of %q", shortened(aud.String(), maxQuoted), audiences)
}

// scopesOf returns the scopes of a token. They are words of a string (RFC 8693, section 4.2), or a list of them.
func scopesOf(claims value.Value, names ...string) []string {
	for _, name := range names {
		switch v := claims.Get(name); v.Kind() {
		case value.KindString:
			return strings.Fields(v.Text())
		case value.KindArray:
			var scopes []string
			for _, e := range v.Elems() {
				if e.Kind() == value.KindString && e.Text() != "" {
					scopes = append(scopes, e.Text())
				}
			}
			return scopes
		}
	}
	return nil
}

// checkKind tells why a token is one for another purpose (RFC 9068, section 2.1; RFC 8725, section 3.11): issuers sign other statements with
// the same keys.
func (t *token) checkKind(takesIDTokens bool) *reason {
	kind := strings.TrimPrefix(strings.ToLower(t.kind), "application/")
	switch kind {
	case "", "jwt", "at+jwt":
	default:
		return bad("tokens of the type %q are no access tokens", shortened(t.kind, maxQuoted))
	}
	if kind == "at+jwt" || takesIDTokens {
		return nil
	}
	// Claims of ID tokens alone (OpenID Connect Core 1.0, sections 2 and 3.3.2.11), and what some issuers say of the purpose.
	for _, name := range []string{"nonce", "at_hash", "c_hash"} {
		if !t.claims.Get(name).IsMissing() {
			return bad("the token is an ID token: it has the claim %q", name)
		}
	}
	for name, others := range map[string][]string{"typ": {"id", "refresh", "offline", "logout"}, "token_use": {"id"}} {
		if purpose := strings.ToLower(t.claims.Get(name).Text()); slices.Contains(others, purpose) {
			return bad("the token is no access token: its claim %q is %q", name, purpose)
		}
	}
	if !t.claims.Get("events").IsMissing() {
		return bad("the token tells of events: it is no access token") // RFC 8417, such as the logout tokens of OpenID Connect
	}
	return nil
}
