package config

import (
	"slices"

	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/server/identity/oidc"
)

// tokenPlaces are where the entries of Tokens are, in their order: issuers, those of the public router's keys, and endpoints.
type tokenPlaces struct{ issuers, sets, endpoints []*node }

// located is a form that remembers where the node is that it reads.
type located[T any] struct {
	form[T]

	places func(*tokenPlaces) *[]*node
}

// Read implements form.
func (l located[T]) Read(r *reader, n *node, into *T) {
	places := l.places(&r.tokens)
	*places = append(*places, n)
	l.form.Read(r, n, into)
}

func issuerPlaces(p *tokenPlaces) *[]*node   { return &p.issuers }
func setPlaces(p *tokenPlaces) *[]*node      { return &p.sets }
func endpointPlaces(p *tokenPlaces) *[]*node { return &p.endpoints }

// TokenSpan is where an entry of Tokens is: its name, or else its address, or else all of it. It is nowhere for settings that come from no
// file.
func (c *Config) TokenSpan(e oidc.Entry) diag.Span {
	places := slices.Concat(c.tokens.issuers, c.tokens.sets)
	if e.IsEndpoint {
		places = c.tokens.endpoints
	}
	if e.Number >= len(places) {
		return diag.Span{}
	}
	entry := places[e.Number]
	for _, name := range []string{"issuer", "issuers", "endpoint", "url"} {
		if f := entry.field(name); f != nil {
			return f.value.span
		}
	}
	if len(entry.fields) > 0 {
		return entry.fields[0].span // the place of a mapping without braces is that of its first colon
	}
	return entry.span
}

// checkTokens reports what is wrong with issuers and endpoints although each key is right for itself, which the JSON Schema does not know.
func (c *Config) checkTokens() (found diag.List) {
	wrong, risks := c.Tokens.Check()
	for _, p := range wrong {
		found.Errorf(Code, c.TokenSpan(p.Entry), "%v", p.Err)
	}
	for _, p := range risks {
		found.Warnf(Code, c.TokenSpan(p.Entry), "%v", p.Err)
	}
	return found
}
