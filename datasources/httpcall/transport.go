package httpcall

import (
	"net"
	"net/http"
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

// NewTransport returns the connections of one source. As many may stay idle as may be in use, so that a burst does not
// dial anew what the last burst has closed. Redirects are never followed: that is the business of http.Client, which is not used.
func NewTransport(s datasources.Settings) *http.Transport {
	dialer := &net.Dialer{Timeout: dialTimeout, KeepAlive: keepAlive}
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            dialer.DialContext,
		ForceAttemptHTTP2:      true,
		TLSHandshakeTimeout:    handshakeTimeout,
		MaxIdleConns:           s.ConcurrencyLimit(),
		MaxIdleConnsPerHost:    s.ConcurrencyLimit(),
		IdleConnTimeout:        idleTimeout,
		ExpectContinueTimeout:  continueTimeout,
		MaxResponseHeaderBytes: maxHeaderBytes,
		// All calls share one HTTP/2 connection; when it dies silently, a ping must find out, or all of them wait for their deadlines.
		HTTP2: &http.HTTP2Config{SendPingTimeout: pingAfter, PingTimeout: pingTimeout},
		// decompress does it, for more encodings and within the limit.
		DisableCompression: true,
	}
}
