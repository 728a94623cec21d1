package httpcall

import (
	"encoding/base64"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/weftgraph/weft/datasources"
)

// maxPlainBody bounds the bodies that our own client sends. It writes all of a request before it reads, so that a server which does
// not read while it answers must not be able to hold it up: this much fits into the buffers of a connection.
const maxPlainBody = 64 << 10

// origin is scheme and authority of a URL, and what follows from them. It is immutable.
type origin struct {
	text string
	// isPlain tells that requests may go by our own client.
	isPlain bool
	// host is the Host field, address what is dialled.
	host, address string
	// authorization is what the URL's user and password become, if it has them.
	authorization string
}

// plainOrigin decides how a request goes: by our own client if it gets an origin, and otherwise by net/http. Ours is for plain HTTP/1.1
// to the server itself. What is out of the ordinary is net/http's, also what is wrong: it is net/http that says so then.
func (t *Transport) plainOrigin(r *datasources.Request, a Address) (*origin, bool) {
	o := t.origin(a.Origin)
	return o, o.isPlain && r.Content == nil && len(r.Body) <= maxPlainBody && isPlainMethod(r.Method) && isPlainTarget(a) && isPlainHeader(r.Header)
}

// origin looks up what follows from an origin. A source has one, unless its mappings make them: so only the last is remembered.
func (t *Transport) origin(text string) *origin {
	if o := t.lastOrigin.Load(); o != nil && o.text == text {
		return o
	}
	o := &origin{text: text}
	if u, err := ParseOrigin(text); err == nil && t.isPlain(u) {
		o.isPlain = true
		o.host, o.address = u.Host, dialAddress(u)
		if u.User != nil {
			password, _ := u.User.Password()
			o.authorization = "Basic " + base64.StdEncoding.EncodeToString([]byte(u.User.Username()+":"+password))
		}
	}
	t.lastOrigin.Store(o)
	return o
}

// isPlain tells whether HTTP/1.1 without TLS and without a proxy is spoken with an origin.
func (t *Transport) isPlain(u *url.URL) bool {
	if u.Scheme != "http" || !t.Protocols.HTTP1() || !isPlainHost(u.Host) || strings.ContainsAny(u.Hostname(), "[]") {
		return false
	}
	if t.Proxy == nil {
		return true
	}
	proxy, err := t.Proxy(&http.Request{URL: u})
	return proxy == nil && err == nil
}

// dialAddress is host and port.
func dialAddress(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = "80"
	}
	return net.JoinHostPort(u.Hostname(), port)
}

// isPlainHost tells whether a Host field can be sent as it is: it has no zone and no letters of other scripts.
func isPlainHost(host string) bool {
	for i := range len(host) {
		switch c := host[i]; {
		case isDigit(c), 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z':
		case c == '.', c == '-', c == '_', c == '[', c == ']':
		case c == ':' && i+1 < len(host):
		default:
			return false
		}
	}
	return host != ""
}

// isPlainTarget tells whether path and query can be sent as they are.
func isPlainTarget(a Address) bool {
	if strings.HasPrefix(a.Path, "//") && !setRawPath(new(url.URL), a.Path) {
		return false // WireURL refuses it
	}
	return isVisible(a.Path) && isVisible(a.Query) && !strings.Contains(a.Path, "\t") && !strings.Contains(a.Query, "\t")
}

// isPlainMethod tells whether a method means what its name says and nothing for the connection, which CONNECT does.
func isPlainMethod(method string) bool {
	return method == http.MethodPost || method == http.MethodPatch || isIdempotent(method)
}

// isIdempotent tells whether a request may be sent twice (RFC 9110, 9.2.2).
func isIdempotent(method string) bool {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPut, http.MethodDelete, http.MethodOptions, http.MethodTrace:
		return true
	default:
		return false
	}
}

// isPlainHeader tells whether the header is valid and asks nothing of the connection.
func isPlainHeader(header http.Header) bool {
	for name, values := range header {
		switch name {
		case "Connection", "Expect", "Te", "Trailer", "Transfer-Encoding", "Upgrade":
			return false
		case "Host":
			if len(values) > 0 && !isPlainHost(values[0]) {
				return false
			}
		}
		if !isToken(name) {
			return false
		}
		for _, value := range values {
			if !isVisible(value) {
				return false
			}
		}
	}
	return true
}
