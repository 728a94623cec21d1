// Package identity finds out who asks, by the credentials of a request. Packages below it know one kind of credentials each.
package identity

import (
	"context"
	"crypto/tls"
	"net/http"
	"net/netip"
	"time"

	"github.com/weftgraph/weft/graph/caller"
)

// Credentials are what a request shows.
type Credentials struct {
	// Header is the client's header, or that of a WebSocket with what its client said at the beginning.
	Header http.Header
	// TLS is the connection, nil if it is not encrypted.
	TLS *tls.ConnectionState
	// Client is the address that the request comes from, as rate limits tell clients apart: in IPv6 it stands for its network of 64 bits. It is
	// the zero Addr if it is not known.
	Client netip.Addr
	// IsWithdrawn tells that nobody vouches any more for the client's certificate, which was checked when the connection was made.
	IsWithdrawn bool
}

// Identifier finds out who asks. It is safe for concurrent use.
type Identifier interface {
	// Identify returns who has shown the credentials. Without any that it knows it returns nil and no error: the caller is anonymous as
	// far as it can tell. Credentials that it knows and that are no good are an error, a *Refused for all that clients may learn.
	Identify(ctx context.Context, c Credentials) (*caller.Caller, error)
}

// Refused says why credentials are not taken.
type Refused struct {
	// Message is for the client. It tells neither secrets nor what would help to guess them.
	Message string
	// Challenge is the value of WWW-Authenticate (RFC 9110, section 11.6.1), such as `Bearer error="invalid_token"`; empty for none.
	Challenge string
	// Unavailable tells that the credentials could not be checked, rather than that they are no good: an issuer is not to be reached. It
	// is worth asking again.
	Unavailable bool
	// Malformed tells that the request shows credentials in a way that none may, such as several where there is to be one: it is the request
	// that is no good, and nothing was checked.
	Malformed bool
	// RetryAfter is when, if that is known; zero otherwise.
	RetryAfter time.Duration
	// Cause is for the log, or nil.
	Cause error
}

// Error returns the message.
func (r *Refused) Error() string { return r.Message }

// Unwrap returns the cause.
func (r *Refused) Unwrap() error { return r.Cause }
