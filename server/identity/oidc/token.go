package oidc

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/go-jose/go-jose/v4/json"

	"github.com/weftgraph/weft/graph/value"
)

// Bounds of tokens.
const (
	// maxToken bounds a token (bytes). Headers are bounded as well, but a request may have a hundred of them.
	maxToken = 16 << 10
	// maxTokenValues bounds the values in the header and in the claims of a token, maxTokenDepth how deep they nest.
	maxTokenValues = 2000
	maxTokenDepth  = 16
	// maxKeyID bounds the name of a key (bytes): unknown ones are remembered.
	maxKeyID = 256
)

// token is a signed token that was taken apart. Nothing in it is to be believed before its signature was checked.
type token struct {
	text string
	// algorithm, keyID and kind are the header's `alg`, `kid` and `typ`.
	algorithm, keyID, kind string
	// payload are the bytes that are signed, claims what they say, issuer the claim `iss`.
	payload []byte
	claims  value.Value
	issuer  string
}

// isOpaque tells that a text is no signed token. One that is has three parts, of which the first is a JSON object with `alg` in it.
func isOpaque(text string) bool {
	if strings.Count(text, ".") != 2 {
		return true
	}
	head, _, _ := strings.Cut(text, ".")
	header, err := base64.RawURLEncoding.DecodeString(head)
	if err != nil {
		return true
	}
	v, err := value.ParseAtMost(header, maxTokenValues)
	return err != nil || v.Get("alg").Kind() != value.KindString
}

// checkText finds what no token has (RFC 6750, section 2.1).
func checkText(text string) *reason {
	if len(text) > maxToken {
		return bad("the token has %d bytes, the limit is %d", len(text), maxToken)
	}
	for i := range len(text) {
		c := text[i]
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-._~+/=", c) >= 0) {
			return bad("the token has the byte %#x at offset %d", c, i)
		}
	}
	return nil
}

// parseToken takes a signed token apart.
func parseToken(text string) (*token, *reason) {
	parts := strings.Split(text, ".")
	if len(parts) != 3 {
		return nil, bad("the token has %d parts", len(parts))
	}
	header, _, why := parsePart("header", parts[0])
	if why != nil {
		return nil, why
	}
	t := &token{text: text}
	if !header.Get("crit").IsMissing() {
		return nil, bad("the token's header has critical extensions, of which none is known")
	}
	for name, into := range map[string]*string{"alg": &t.algorithm, "kid": &t.keyID, "typ": &t.kind} {
		switch v := header.Get(name); v.Kind() {
		case value.KindMissing:
		case value.KindString:
			*into = v.Text()
		default:
			return nil, bad("%q of the token's header is no string", name)
		}
	}
	if len(t.keyID) > maxKeyID {
		return nil, bad("the name of the token's key has %d bytes, the limit is %d", len(t.keyID), maxKeyID)
	}
	if t.claims, t.payload, why = parsePart("claims", parts[1]); why != nil {
		return nil, why
	}
	if t.issuer, why = stringClaim(t.claims, "iss"); why != nil {
		return nil, why
	}
	return t, nil
}

// parsePart reads one part of a token: an object in which no name stands twice (RFC 7519, section 4), since others could take the other
// value.
func parsePart(what, part string) (value.Value, []byte, *reason) {
	text, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		return value.Value{}, nil, bad("the token's %s: %w", what, err)
	}
	v, err := parseObject(text)
	if err != nil {
		return value.Value{}, nil, bad("the token's %s: %w", what, err)
	}
	if err := checkUnicode(text); err != nil {
		return value.Value{}, nil, bad("the token's %s: %w", what, err)
	}
	return v, text, nil
}

var (
	errNoObject = errors.New("it is JSON and no object")
	errTooDeep  = fmt.Errorf("it nests deeper than %d", maxTokenDepth)
)

// parseObject reads an object within the bounds of tokens.
func parseObject(text []byte) (value.Value, error) {
	v, err := value.ParseAtMost(text, maxTokenValues)
	if err != nil {
		return value.Value{}, err
	}
	if v.Kind() != value.KindObject {
		return value.Value{}, errNoObject
	}
	if !isFlat(v, maxTokenDepth) {
		return value.Value{}, errTooDeep
	}
	var once map[string]any // this reader, other than that of the standard library, refuses names that stand twice
	if err := json.Unmarshal(text, &once); err != nil {
		return value.Value{}, err
	}
	return v, nil
}

// isFlat tells that a value nests at most so deep.
func isFlat(v value.Value, depth int) bool {
	if depth < 0 {
		return false
	}
	for _, e := range v.Elems() {
		if !isFlat(e, depth-1) {
			return false
		}
	}
	for _, f := range v.Fields() {
		if !isFlat(f.Value, depth-1) {
			return false
		}
	}
	return true
}
