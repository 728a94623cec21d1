package server

import (
	"net/http"
	"strings"
	"unicode"

	"github.com/weftgraph/weft/graph/value"
)

// connectionParams are the headers that the payload of `connection_init` may set, by their canonical names: pages cannot set headers of a
// WebSocket's handshake.
type connectionParams map[string]bool

func newConnectionParams(names []string) connectionParams {
	p := connectionParams{ExplainHeader: true}
	for _, name := range names {
		p[http.CanonicalHeaderKey(name)] = true
	}
	// Proxies tell it, and not clients.
	delete(p, headerForwarded)
	delete(p, headerForwardedFor)
	return p
}

// header returns the header of a connection's operations: that of the handshake without what was for the handshake alone, and instead
// of, or besides, what the payload has. A member of the payload, or of its member `headers`, is a header if its name is one of ours,
// whatever the case, and its value is a string that a header may have. Everything else in the payload has no effect.
func (p connectionParams) header(handshake http.Header, payload value.Value) http.Header {
	header := handshake.Clone()
	for name := range header {
		if name == "Upgrade" || name == "Connection" || strings.HasPrefix(name, "Sec-Websocket-") {
			delete(header, name)
		}
	}
	p.set(header, payload)
	p.set(header, payload.Get("headers"))
	return header
}

func (p connectionParams) set(header http.Header, members value.Value) {
	for _, m := range members.Fields() {
		name := http.CanonicalHeaderKey(m.Name)
		if p[name] && m.Value.Kind() == value.KindString && !strings.ContainsFunc(m.Value.Text(), unicode.IsControl) {
			header[name] = []string{m.Value.Text()}
		}
	}
}
