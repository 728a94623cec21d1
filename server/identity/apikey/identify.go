package apikey

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/weftgraph/weft/graph/caller"
	"github.com/weftgraph/weft/server/identity"
)

var _ identity.Challenger = (*Keys)(nil)

// Identify implements identity.Identifier. Who shows no key is anonymous.
func (k *Keys) Identify(_ context.Context, c identity.Credentials) (*caller.Caller, error) {
	shown, isBearer := k.shown(c.Header)
	if len(shown) == 0 {
		return nil, nil //nolint:nilnil // the contract of Identifier: anonymous
	}
	who, message := k.who(shown)
	if message == "" {
		return who, nil
	}
	refused := &identity.Refused{Message: message, Challenge: k.Challenge(), Malformed: message == messageSeveral}
	switch {
	case isBearer && refused.Malformed:
		refused.Challenge = `Bearer error="invalid_request"` // RFC 6750, section 3.1
	case isBearer:
		refused.Challenge = `Bearer error="invalid_token"`
	}
	return nil, refused
}

// who returns the caller who shows some keys, or what is said to it.
func (k *Keys) who(shown []string) (*caller.Caller, string) {
	if len(shown) > 1 {
		return nil, messageSeveral
	}
	t, ok := parseToken(strings.Trim(shown[0], " \t"))
	if !ok {
		return nil, messageMalformed
	}
	who, message := k.ring.Load().find(t, k.now())
	if message == messageUnknown {
		k.look()
		return k.ring.Load().find(t, k.now())
	}
	return who, message
}

// shown returns what a request shows as keys. isBearer tells that they are all in the header Authorization.
func (k *Keys) shown(header http.Header) (shown []string, isBearer bool) {
	shown = header[k.header]
	if !k.settings.Bearer {
		return shown, false
	}
	bearer := bearerKeys(header)
	if len(shown) == 0 {
		return bearer, true
	}
	return append(shown[:len(shown):len(shown)], bearer...), false
}

// bearerKeys returns the bearer tokens of a header in which one calls itself a key of ours, together with whatever else stands in other headers of
// that name: nobody would check it, though back ends may be sent it. Headers without a key are for somebody else to know.
func bearerKeys(header http.Header) []string {
	values := header["Authorization"]
	for i, value := range values {
		scheme, rest, _ := strings.Cut(value, " ")
		if rest = strings.TrimLeft(rest, " "); strings.EqualFold(scheme, "Bearer") && isToken(rest) {
			keys := slices.Clone(values)
			keys[i] = rest
			return keys
		}
	}
	return nil
}

// TakesBearer tells that the bearer token of a request is for these keys to know, and nobody else has to see it.
func (k *Keys) TakesBearer(header http.Header) bool {
	return k.settings.Bearer && len(bearerKeys(header)) > 0
}

// Challenge implements identity.Challenger: a scheme of our own that names the header (RFC 9110, section 11.6.1).
func (k *Keys) Challenge() string { return `ApiKey header="` + strings.ToLower(k.header) + `"` }
