package datasources

import (
	"net/http"
	"slices"
	"strings"

	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/value"
)

// HeaderForm is how a protocol spells headers.
type HeaderForm struct {
	// Key spells a name.
	Key func(name string) string
	// Value spells a value; false means that it cannot be sent.
	Value func(key, text string) (string, bool)
}

// HTTPHeaders is how HTTP spells headers.
func HTTPHeaders() HeaderForm {
	return HeaderForm{Key: http.CanonicalHeaderKey, Value: func(_, text string) (string, bool) { return text, isVisible(text) }}
}

// ConnectionHeaders are the names, in lower case, of the headers that neither mappings nor rules may set: they are about the
// connection, or the client of the protocol writes them (Connectors specification 3.5).
func ConnectionHeaders() []string {
	return []string{
		"accept-encoding", "connection", "content-encoding", "content-length", "keep-alive", "proxy-authenticate",
		"proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade",
	}
}

// isReserved tells of a header that a pattern does not choose.
func isReserved(name string) bool {
	name = strings.ToLower(name)
	switch name {
	case "accept", "content-type", "host", "soapaction":
		return true
	default:
		return slices.Contains(ConnectionHeaders(), name)
	}
}

// isVisible tells whether a value can be sent: no control characters but the tab, which would let it end its line.
func isVisible(text string) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}

// ruledHeader is a header that rules are applied to.
type ruledHeader struct {
	values map[string][]string
	form   HeaderForm
	env    *mapping.Env
	// propagated are the keys that a rule has copied, claimed the names, as plainName has them, of those that tell of the caller.
	propagated, claimed []string
}

// plainName is the same for names that programs behind CGI and its like cannot tell apart.
func plainName(name string) string { return strings.ReplaceAll(strings.ToLower(name), "_", "-") }

// claim keeps what the client has sent out of a header that tells of the caller.
func (h *ruledHeader) claim(name string) {
	h.claimed = append(h.claimed, plainName(name))
	for _, key := range h.propagated {
		if plainName(key) == plainName(name) {
			delete(h.values, key)
		}
	}
}

// set replaces a header, however it is spelled so far. Values that cannot be sent are a problem, and leave it as it is.
func (h *ruledHeader) set(name string, texts []string) {
	key := h.form.Key(name)
	var values []string
	for _, text := range texts {
		v, ok := h.form.Value(key, text)
		if !ok {
			if h.env.Problems != nil {
				h.env.Problems.Add("Header value cannot be sent", key)
			}
			continue
		}
		values = append(values, v)
	}
	if len(values) == 0 {
		return
	}
	h.remove(func(other string) bool { return strings.EqualFold(other, name) })
	h.values[key] = values
}

// propagate sets a header to the client's values, unless a rule has done so before.
func (h *ruledHeader) propagate(name string, values value.Value) {
	key := h.form.Key(name)
	if slices.Contains(h.propagated, key) || slices.Contains(h.claimed, plainName(name)) || !isHeaderName(name) || slices.Contains(ConnectionHeaders(), strings.ToLower(name)) {
		return
	}
	h.propagated = append(h.propagated, key)
	texts := make([]string, 0, len(values.Elems()))
	for _, v := range values.Elems() {
		texts = append(texts, v.Text())
	}
	h.set(name, texts)
}

// remove takes headers out by their names.
func (h *ruledHeader) remove(isChosen func(name string) bool) {
	for key := range h.values {
		if isChosen(key) {
			delete(h.values, key)
		}
	}
}

// isHeaderName tells whether a name, which a pattern may have made of a client's, can be a header's.
func isHeaderName(name string) bool {
	for i := range len(name) {
		c := name[i]
		isToken := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("!#$%&'*+-.^_`|~", c) >= 0
		if !isToken {
			return false
		}
	}
	return name != ""
}
