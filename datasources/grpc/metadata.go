package grpc

import (
	"encoding/base64"
	"net/http"
	"strings"

	"google.golang.org/grpc/metadata"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/value"
)

// binarySuffix ends the keys whose values are bytes. Mappings see and give them as base64.
const binarySuffix = "-bin"

// metadataRule makes the values of one metadata key.
type metadataRule struct {
	// key is in lower case.
	key string
	// from is the name of a client header in lower case; value is used when it is empty.
	from  string
	value *mapping.Template
}

// mergeMetadata returns the rules of the connector and those of the source whose keys the connector does not mention.
func mergeMetadata(connector, source []datasources.Header) []metadataRule {
	rules := make([]metadataRule, 0, len(connector)+len(source))
	named := make(map[string]bool, len(connector))
	for _, h := range connector {
		rule := newMetadataRule(h)
		named[rule.key] = true
		rules = append(rules, rule)
	}
	for _, h := range source {
		if rule := newMetadataRule(h); !named[rule.key] {
			rules = append(rules, rule)
		}
	}
	return rules
}

func newMetadataRule(h datasources.Header) metadataRule {
	return metadataRule{key: strings.ToLower(h.Name), from: strings.ToLower(h.From), value: h.Value}
}

// reflectionMetadata is what the source's rules give without any client's request.
func (s *source) reflectionMetadata() metadata.MD {
	var env mapping.Env
	s.variables.BindSource(&env)
	return applyRules(s.settings.HeaderRules, makeMetadata(mergeMetadata(nil, s.settings.GRPC.Metadata), &env), &env)
}

// makeMetadata applies the rules; nil when there are none.
func makeMetadata(rules []metadataRule, env *mapping.Env) metadata.MD {
	if len(rules) == 0 {
		return nil
	}
	md := make(metadata.MD, len(rules))
	for i := range rules {
		rules[i].apply(md, env)
	}
	return md
}

// apply adds the key's values. A value that cannot be made or sent is left out, which is a problem of the mapping and not of the
// call.
func (r *metadataRule) apply(md metadata.MD, env *mapping.Env) {
	if r.from != "" {
		for _, v := range env.Vars[mapping.Request].Get("headers").Get(r.from).Elems() {
			r.add(md, v.Text(), env)
		}
		return
	}
	var scratch [128]byte
	text, err := r.value.Append(scratch[:0], env, mapping.Raw)
	if err != nil {
		r.drop(err.Error(), env)
		return
	}
	r.add(md, string(text), env)
}

func (r *metadataRule) add(md metadata.MD, text string, env *mapping.Env) {
	sent, ok := metadataValue(r.key, text)
	switch {
	case ok:
		md[r.key] = append(md[r.key], sent)
	case isBinary(r.key):
		r.drop("Metadata value is not base64", env)
	default:
		r.drop("Metadata value has characters other than printable ASCII", env)
	}
}

func isBinary(key string) bool { return strings.HasSuffix(key, binarySuffix) }

// metadataValue is a value as the library takes it, which encodes bytes itself; false means that it cannot be sent.
func metadataValue(key, text string) (string, bool) {
	if !isBinary(key) {
		return text, isPrintable(text)
	}
	content, ok := decodeBase64(value.String(text))
	return string(content), ok
}

func (r *metadataRule) drop(message string, env *mapping.Env) {
	if env.Problems != nil {
		env.Problems.Add(message, r.key)
	}
}

// isPrintable reports whether text can be the value of a key that is not binary.
func isPrintable(text string) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' {
			return false
		}
	}
	return true
}

// headerOf is metadata as replies have it.
func headerOf(md metadata.MD) http.Header {
	if len(md) == 0 {
		return nil
	}
	header := make(http.Header, len(md))
	for key, values := range md {
		if strings.HasSuffix(key, binarySuffix) {
			encoded := make([]string, len(values))
			for i, v := range values {
				encoded[i] = base64.StdEncoding.EncodeToString([]byte(v))
			}
			values = encoded
		}
		header[http.CanonicalHeaderKey(key)] = values
	}
	return header
}
