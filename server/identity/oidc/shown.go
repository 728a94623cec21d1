package oidc

import (
	"net/http"
	"strings"
)

// shown returns the token that a request shows, empty without one.
func (t *Tokens) shown(header http.Header) (string, *reason) {
	for i := range t.sources {
		s := &t.sources[i]
		text, why := s.value(header)
		if why != nil {
			return "", why
		}
		if text == "" {
			continue
		}
		token, ok := s.cut(text)
		if !ok {
			if t.ignoresOthers {
				continue
			}
			if isProven(text) {
				return "", badBecause(messageProof, "%s has the scheme %q", s.Name, schemeProof)
			}
			return "", badBecause(messageScheme, "%s has no prefix %q", s.Name, s.Prefix)
		}
		if token == "" {
			return "", bad("%s has a prefix and no token", s.Name)
		}
		return token, nil
	}
	return "", nil
}

// value is what stands at the source, empty without anything. Of several values nobody knows which one others on the way have read.
func (s *Source) value(header http.Header) (string, *reason) {
	if s.Kind == FromCookie {
		if header["Cookie"] == nil {
			return "", nil
		}
		cookies := (&http.Request{Header: header}).CookiesNamed(s.Name)
		switch len(cookies) {
		case 0:
			return "", nil
		case 1:
			return cookies[0].Value, nil
		}
		return "", malformed(messageSeveral, "%d cookies %q", len(cookies), s.Name)
	}
	switch values := header[s.Name]; len(values) {
	case 0:
		return "", nil
	case 1:
		return strings.Trim(values[0], " \t"), nil
	default:
		return "", malformed(messageSeveral, "%d headers %q", len(values), s.Name)
	}
}

// cut takes the prefix away. Schemes have no case (RFC 9110, section 11.1).
func (s *Source) cut(text string) (string, bool) {
	if s.Prefix == "" {
		return text, true
	}
	if len(text) < len(s.Prefix) || !strings.EqualFold(text[:len(s.Prefix)], s.Prefix) {
		return "", false
	}
	rest := text[len(s.Prefix):]
	token := strings.TrimLeft(rest, " ")
	return token, rest == "" || len(token) < len(rest)
}

// schemeProof is the scheme of tokens that come with a proof that the client has their key (RFC 9449, section 7.1).
const schemeProof = "DPoP"

func isProven(text string) bool {
	scheme, _, _ := strings.Cut(text, " ")
	return strings.EqualFold(scheme, schemeProof)
}

// normal returns sources as shown reads them.
func normal(sources []Source) []Source {
	if len(sources) == 0 {
		return []Source{{Kind: FromHeader, Name: "Authorization", Prefix: "Bearer"}}
	}
	out := make([]Source, len(sources))
	for i, s := range sources {
		s.Prefix = strings.TrimSpace(s.Prefix)
		if s.Kind == FromHeader {
			s.Name = http.CanonicalHeaderKey(s.Name)
		}
		out[i] = s
	}
	return out
}
