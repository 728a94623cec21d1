package server

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"

	"github.com/maypok86/otter/v2"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/server/identity"
)

// maxVouched is how many certificates are remembered with the authorities that vouch for them.
const maxVouched = 10_000

// authorities are those that vouch for certificates of clients. They are immutable but for what they remember, and safe for concurrent use.
type authorities struct {
	pool *x509.CertPool
	// vouched are certificates that they have signed, which are the same ones as long as a connection lasts.
	vouched *otter.Cache[*x509.Certificate, struct{}]
}

// newAuthorities reads certificates in PEM format.
func newAuthorities(text string) (*authorities, error) {
	if err := datasources.CheckChain(text); err != nil {
		return nil, err
	}
	vouched, err := otter.New(&otter.Options[*x509.Certificate, struct{}]{MaximumSize: maxVouched})
	if err != nil {
		return nil, fmt.Errorf("memory of client certificates: %w", err)
	}
	a := &authorities{x509.NewCertPool(), vouched}
	a.pool.AppendCertsFromPEM([]byte(text))
	return a, nil
}

// vouchFor tells whether a connection could be made anew with the certificate that its client has shown.
func (a *authorities) vouchFor(c *tls.ConnectionState) bool {
	shown := c.PeerCertificates[0]
	if _, isKnown := a.vouched.GetIfPresent(shown); isKnown {
		return true
	}
	between := x509.NewCertPool()
	for _, other := range c.PeerCertificates[1:] {
		between.AddCert(other)
	}
	// As crypto/tls does it.
	_, err := shown.Verify(x509.VerifyOptions{Roots: a.pool, Intermediates: between, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})
	if err == nil {
		a.vouched.Set(shown, struct{}{})
	}
	return err == nil
}

// certificatesKey is that of the listener's certificates in the context of its requests.
type certificatesKey struct{}

// baseContext is that of all requests of a listener: they are answered for as long as a connection lasts, and its authorities change meanwhile.
func (c *certificates) baseContext(ctx context.Context) func(net.Listener) context.Context {
	base := context.WithValue(context.WithoutCancel(ctx), certificatesKey{}, c)
	return func(net.Listener) context.Context { return base }
}

// credentialsOf are what a request shows. The authority of a certificate may have been taken away since the connection was made.
func (o *operations) credentialsOf(r *http.Request) identity.Credentials {
	shown := identity.Credentials{Header: r.Header, TLS: r.TLS, Client: clientOf(o.clients.of(r))}
	if r.TLS == nil || len(r.TLS.VerifiedChains) == 0 {
		return shown
	}
	if c, ok := r.Context().Value(certificatesKey{}).(*certificates); ok {
		if now := c.authorities.Load(); now != nil {
			shown.IsWithdrawn = !now.vouchFor(r.TLS)
		}
	}
	return shown
}
