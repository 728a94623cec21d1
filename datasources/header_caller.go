package datasources

import "github.com/weftgraph/weft/graph/mapping"

// Beside are the rules for requests whose headers are made by some mappings. A header that a mapping makes of `$context` tells of the caller, so
// no rule puts there what the client has sent.
func (r HeaderRules) Beside(mappings ...[]Header) HeaderRules {
	var kept callerHeaders
	for _, list := range mappings {
		for _, h := range list {
			if h.Value != nil && h.Value.Uses(mapping.Context).Used {
				kept = append(kept, h.Name)
			}
		}
	}
	if len(r) == 0 || len(kept) == 0 {
		return r
	}
	return append(HeaderRules{kept}, r...)
}

// callerHeaders is a rule that changes nothing, and keeps those that follow from copying what the client has sent into some headers.
type callerHeaders []string

func (callerHeaders) readsRequest() *HeaderNames { return nil }

func (callerHeaders) readsContext() bool { return false }

func (callerHeaders) canonical(*canonicalText) {} // it follows from the mappings

func (r callerHeaders) apply(h *ruledHeader) {
	for _, name := range r {
		h.claim(name)
	}
}
