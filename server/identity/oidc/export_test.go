package oidc

import (
	"context"
	"crypto/sha256"
	"net/http"
	"net/http/httptest"
	"net/netip"

	"github.com/weftgraph/weft/graph/caller"
)

// CheckUnknown checks a token for somebody who has found nothing about it before.
func (t *Tokens) CheckUnknown(ctx context.Context, text string) (*caller.Caller, error) {
	c, why := t.checkNew(ctx, netip.Addr{}, text, sha256.Sum256([]byte(text)), t.now())
	if why != nil {
		return nil, why
	}
	return c.who, nil
}

// TasksOver returns Tasks whose requests a handler answers, without a network.
func TasksOver(h http.Handler) *Tasks {
	t := NewTasks()
	t.transport = handled{h}
	return t
}

type handled struct{ http.Handler }

// RoundTrip implements http.RoundTripper.
func (h handled) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result(), nil
}

// CheckUnicode tells why a JSON text could be read in several ways.
func CheckUnicode(text []byte) error { return checkUnicode(text) }

// IsOpaque and ParseToken are what reads the text of tokens.
func IsOpaque(text string) bool { return isOpaque(text) }

// ParseToken returns whether a text is a token.
func ParseToken(text string) (issuer string, ok bool) {
	if checkText(text) != nil {
		return "", false
	}
	t, why := parseToken(text)
	if why != nil {
		return "", false
	}
	return t.issuer, true
}
