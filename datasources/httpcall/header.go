package httpcall

import (
	"net/http"
	"slices"
	"strings"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/mapping"
)

// headerRule makes the values of one header.
type headerRule struct {
	// key is the canonical name.
	key string
	// from is the name of a client header in lower case; value is used when it is empty.
	from  string
	value *mapping.Template
}

// Headers are the header mappings of a connector and its source, merged. They are immutable and safe for concurrent use.
type Headers []headerRule

// NewHeaders returns the rules of the connector and those of the source whose names the connector does not mention
// (Connectors specification 3.5).
func NewHeaders(connector, source []datasources.Header) Headers {
	rules := make(Headers, 0, len(connector)+len(source))
	named := make(map[string]bool, len(connector))
	for _, h := range connector {
		rule := newHeaderRule(h)
		named[rule.key] = true
		rules = append(rules, rule)
	}
	for _, h := range source {
		if rule := newHeaderRule(h); !named[rule.key] {
			rules = append(rules, rule)
		}
	}
	return rules
}

func newHeaderRule(h datasources.Header) headerRule {
	return headerRule{
		key:   http.CanonicalHeaderKey(h.Name),
		from:  strings.ToLower(h.From),
		value: h.Value,
	}
}

// AreConstant tells that Build makes the same header for every call.
func (h Headers) AreConstant() bool {
	for i := range h {
		if h[i].from != "" || slices.ContainsFunc(h[i].value.Parts(), func(p mapping.Part) bool { return p.Hole != nil }) {
			return false
		}
	}
	return true
}

// extraHeaders is how many headers may come besides those of mappings: the defaults, and those of the protocol.
const extraHeaders = 5

// Build evaluates the mappings for one call. Values that cannot be made or sent are left out, which is a problem of the
// mapping and not of the call.
func (h Headers) Build(env *mapping.Env) http.Header {
	header := make(http.Header, len(h)+extraHeaders)
	for i := range h {
		h[i].apply(header, env)
	}
	return header
}

// SetDefault sets a header, by its canonical key, that no mapping has set.
func SetDefault(header http.Header, key, text string) {
	if header[key] == nil {
		header[key] = []string{text}
	}
}

// SetDefaults sets what every request has unless a mapping says otherwise. Mappings may not ask for encodings: Client
// knows these and no others.
func SetDefaults(header http.Header) {
	// One array for all: it is made for every call. Each value has room for itself only, so that who appends gets a copy.
	values := []string{"*/*", "weft", acceptedEncodings}
	for i, key := range [...]string{"Accept", "User-Agent", "Accept-Encoding"} {
		if header[key] == nil {
			header[key] = values[i : i+1 : i+1]
		}
	}
}

// apply adds the header's values.
func (r *headerRule) apply(header http.Header, env *mapping.Env) {
	if r.from != "" {
		for _, v := range env.Vars[mapping.Request].Get("headers").Get(r.from).Elems() {
			r.add(header, v.Text(), env)
		}
		return
	}
	var scratch [128]byte
	text, err := r.value.Append(scratch[:0], env, mapping.Raw)
	if err != nil {
		r.drop(err.Error(), env)
		return
	}
	r.add(header, string(text), env)
}

func (r *headerRule) add(header http.Header, text string, env *mapping.Env) {
	if !isVisible(text) {
		r.drop("Header value has non-visible characters", env)
		return
	}
	header[r.key] = append(header[r.key], text)
}

func (r *headerRule) drop(message string, env *mapping.Env) {
	if env.Problems != nil {
		env.Problems.Add(message, r.key)
	}
}

// isVisible reports whether a header value can be sent: no control characters but the tab. Others would let a value end
// its line and begin a header of its own.
func isVisible(text string) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}
