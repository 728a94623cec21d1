// Package caller says who asks: what is known of the sender of a request once its credentials have been checked.
package caller

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"time"

	"github.com/weftgraph/weft/graph/value"
)

// Method is how a caller has shown who it is.
type Method string

// The methods there are.
const (
	// JWT is a signed token of an issuer (RFC 7519), whose signature was checked here.
	JWT Method = "jwt"
	// Introspection is a token that its issuer was asked about (RFC 7662).
	Introspection Method = "introspection"
	// APIKey is a key that this server has given out.
	APIKey Method = "api_key"
	// Certificate is a client certificate of TLS.
	Certificate Method = "certificate"
)

// ClaimsKey is the member of `$context` that has the claims of a token, as the public router calls it.
const ClaimsKey = "apollo::authentication::jwt_claims"

// Key is the member of `$context` that tells of the caller.
const Key = "caller"

// Identity is what credentials have shown. Values in it are not changed any more.
type Identity struct {
	Method Method
	// Issuer says who vouches for the caller: the issuer of a token, the authority of a certificate; empty for keys of this server.
	Issuer string
	// Subject names the caller among those of its issuer: the claim `sub`, the id of a key, the subject of a certificate.
	Subject string
	// Owner is whom a key was given to, empty otherwise.
	Owner string
	// Scopes are what the caller may do, without duplicates, in any order.
	Scopes []string
	// Claims are what a token says, an object, or MISSING.
	Claims value.Value
	// Expires is when the credentials end; zero if they do not.
	Expires time.Time
}

// Caller is who asks. It is immutable and safe for concurrent use. The nil Caller is anonymous: it has shown no credentials.
type Caller struct {
	identity Identity
	context  value.Value
	digest   [sha256.Size]byte
}

// New returns the caller that credentials have shown.
func New(i Identity) *Caller {
	i.Scopes = slices.Clone(i.Scopes)
	slices.Sort(i.Scopes)
	i.Scopes = slices.Compact(i.Scopes)
	c := &Caller{identity: i}
	c.context = c.makeContext()
	c.digest = c.makeDigest()
	return c
}

// makeContext is `$context`.
func (c *Caller) makeContext() value.Value {
	i := &c.identity
	scopes := make([]value.Value, len(i.Scopes))
	for n, s := range i.Scopes {
		scopes[n] = value.String(s)
	}
	fields := []value.Field{{Name: "method", Value: value.String(string(i.Method))}}
	for _, f := range []struct{ name, text string }{{"issuer", i.Issuer}, {"subject", i.Subject}, {"owner", i.Owner}} {
		if f.text != "" {
			fields = append(fields, value.Field{Name: f.name, Value: value.String(f.text)})
		}
	}
	fields = append(fields, value.Field{Name: "scopes", Value: value.Array(scopes)})
	if !i.Claims.IsMissing() {
		fields = append(fields, value.Field{Name: "claims", Value: i.Claims})
	}
	context := []value.Field{{Name: Key, Value: value.Object(fields)}}
	if !i.Claims.IsMissing() {
		context = append(context, value.Field{Name: ClaimsKey, Value: i.Claims})
	}
	return value.Object(context)
}

// makeDigest covers all that an answer can depend on.
func (c *Caller) makeDigest() [sha256.Size]byte {
	text := c.context.AppendJSON(nil)
	if at := c.identity.Expires; !at.IsZero() {
		text = binary.BigEndian.AppendUint64(text, uint64(at.UnixNano()))
	}
	return sha256.Sum256(text)
}

// IsAnonymous tells that no credentials were shown.
func (c *Caller) IsAnonymous() bool { return c == nil }

// Identity is what credentials have shown, the zero one of the anonymous caller. It is to be read only.
func (c *Caller) Identity() Identity {
	if c == nil {
		return Identity{}
	}
	return c.identity
}

// Name names the caller among all of this server, for limits and logs; it is empty for the anonymous one. It is no secret.
func (c *Caller) Name() string {
	if c == nil {
		return ""
	}
	name := string(c.identity.Method) + ":"
	if c.identity.Issuer != "" {
		name += c.identity.Issuer + "#"
	}
	return name + c.identity.Subject
}

// HasScope tells whether the caller has a scope.
func (c *Caller) HasScope(scope string) bool {
	if c == nil {
		return false
	}
	_, ok := slices.BinarySearch(c.identity.Scopes, scope)
	return ok
}

// Context is `$context` (Connectors specification 3.6): an object with the members Key and ClaimsKey, or an empty one.
func (c *Caller) Context() value.Value {
	if c == nil {
		return value.Object(nil)
	}
	return c.context
}

// AppendDigest appends what tells the caller from every other whose answers may differ; nothing for the anonymous one.
func (c *Caller) AppendDigest(key []byte) []byte {
	if c == nil {
		return append(key, 0)
	}
	return append(append(key, 1), c.digest[:]...)
}

// contextKey is the key of a Caller in a context.
type contextKey struct{}

// With puts a caller into a context. The anonymous one changes nothing.
func With(ctx context.Context, c *Caller) context.Context {
	if c == nil {
		return ctx
	}
	return context.WithValue(ctx, contextKey{}, c)
}

// From returns the caller in a context, nil without one.
func From(ctx context.Context) *Caller {
	c, _ := ctx.Value(contextKey{}).(*Caller)
	return c
}
