package httpcall

import (
	"cmp"
	"context"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/weftgraph/weft/datasources"
)

// Times after which a connection is given up or closed. They are far from what a healthy back end needs; the deadline of
// the call is usually shorter than the sum.
const (
	dialTimeout      = 10 * time.Second
	keepAlive        = 30 * time.Second
	handshakeTimeout = 10 * time.Second
	idleTimeout      = 90 * time.Second
	continueTimeout  = time.Second
	pingAfter        = 15 * time.Second
	pingTimeout      = 10 * time.Second
)

// maxHeaderBytes bounds the reply's header.
const maxHeaderBytes = 1 << 20

// Transport are the connections of one source: those of net/http, and plain ones of our own. It is safe for concurrent use.
type Transport struct {
	*http.Transport
	plain       *pool
	compression datasources.Compression
	// lastOrigin is the one that was called last.
	lastOrigin atomic.Pointer[origin]
}

var _ http.RoundTripper = (*Transport)(nil)

// NewTransport returns the connections of one source. As many may stay idle as may be in use, so that a burst does not
// dial anew what the last burst has closed. Redirects are never followed: that is the business of http.Client, which is not used.
func NewTransport(s datasources.Settings) *Transport {
	t := s.Transport
	dialer := &net.Dialer{Timeout: dialTimeout, KeepAlive: keepAlive}
	dial := func(ctx context.Context, _, address string) (net.Conn, error) {
		return dialer.DialContext(ctx, t.Addresses.Network(), address)
	}
	idle := cmp.Or(t.IdleTimeout, idleTimeout)
	return &Transport{
		compression: t.Compression,
		plain:       &pool{dialer: dial, size: s.ConcurrencyLimit(), timeout: idle},
		Transport: &http.Transport{
			Proxy:                  http.ProxyFromEnvironment,
			DialContext:            dial,
			TLSClientConfig:        t.TLS.Config(),
			Protocols:              protocols(t.HTTP2),
			TLSHandshakeTimeout:    handshakeTimeout,
			MaxIdleConns:           s.ConcurrencyLimit(),
			MaxIdleConnsPerHost:    s.ConcurrencyLimit(),
			IdleConnTimeout:        idle,
			ExpectContinueTimeout:  continueTimeout,
			MaxResponseHeaderBytes: maxHeaderBytes,
			// All calls share one HTTP/2 connection; when it dies silently, a ping must find out, or all of them wait for their deadlines.
			HTTP2: &http.HTTP2Config{SendPingTimeout: pingAfter, PingTimeout: pingTimeout},
			// decompress does it, for more encodings and within the limit.
			DisableCompression: true,
		},
	}
}

// CloseIdleConnections closes the connections that are not in use. Those in use are closed when their calls end.
func (t *Transport) CloseIdleConnections() {
	t.Transport.CloseIdleConnections()
	t.plain.closeIdle()
}

// protocols are the versions of HTTP that are spoken.
func protocols(h datasources.HTTP2) *http.Protocols {
	p := new(http.Protocols)
	p.SetHTTP1(h != datasources.HTTP2Only)
	p.SetHTTP2(h != datasources.HTTP2Disabled)
	p.SetUnencryptedHTTP2(h == datasources.HTTP2Only)
	return p
}
