package oidc

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/weftgraph/weft/graph/value"
)

var errNotKnownHere = errors.New("it does not know Weft: client_id or client_secret is wrong")

// garbledError is why an answer, which is one of introspection, says nothing of a token that could be believed. Asking again has the same answer.
type garbledError struct{ error }

// introspect asks about a token once. Errors repeat neither the token nor the secret.
func (e *endpoint) introspect(ctx context.Context, text string) (value.Value, error) {
	address, err := e.locate(ctx)
	if err != nil {
		return value.Value{}, err
	}
	form := url.Values{"token": {text}, "token_type_hint": {"access_token"}}
	if e.SecretInBody {
		form.Set("client_id", e.ClientID)
		form.Set("client_secret", e.ClientSecret)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		return value.Value{}, err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Accept", "application/json")
	if !e.SecretInBody && e.ClientID != "" {
		request.SetBasicAuth(url.QueryEscape(e.ClientID), url.QueryEscape(e.ClientSecret)) // RFC 6749, section 2.3.1
	}
	reply, err := e.client.http.Do(request)
	if err != nil {
		return value.Value{}, err
	}
	defer func() { _ = reply.Body.Close() }() // what was read counts
	answer, err := io.ReadAll(reply.Body)
	switch {
	case err != nil:
		return value.Value{}, err
	case reply.StatusCode == http.StatusUnauthorized, reply.StatusCode == http.StatusForbidden:
		return value.Value{}, errNotKnownHere
	case reply.StatusCode != http.StatusOK:
		return value.Value{}, fmt.Errorf("the status is %s", reply.Status)
	}
	claims, err := parseObject(bytes.ToValidUTF8(answer, []byte("\uFFFD"))) // to tell what is no answer from one that says no text
	if err != nil {
		return value.Value{}, fmt.Errorf("the answer: %w", err)
	}
	if claims.Get("active").Kind() != value.KindBool {
		return value.Value{}, errors.New(`the answer has no "active": it is not that of introspection (RFC 7662)`)
	}
	if err := checkUnicode(answer); err != nil {
		return value.Value{}, garbledError{err}
	}
	return claims, nil
}
