package resolvers

import (
	"maps"
	"net/http"
	"slices"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/mapping"
)

// reads says what the loads of a plan depend on.
func (s *Sources) reads(loaders []boundLoader) graph.Reads {
	var r graph.Reads
	names := map[string]bool{}
	for i := range loaders {
		c := loaders[i].connector
		settings := &s.settings[c.Source]
		r.Context = r.Context || c.Uses[mapping.Context].Used || settings.HeaderRules.ReadsContext()
		if loaders[i].isCall {
			r.Calls = true
			r.Alone = r.Alone || !datasources.CanShare(*settings)
		}
		r.EveryHeader = !requestHeaders(c.Uses[mapping.Request], names) || r.EveryHeader
		forwardedHeaders(settings.Headers(), names)
		forwardedHeaders(c.Call.Headers(), names)
		r.EveryHeader = !settings.HeaderRules.AddRequestHeaders(names) || r.EveryHeader
	}
	r.Headers = slices.Sorted(maps.Keys(names))
	return r
}

// requestHeaders adds the headers that mappings read below `$request`. It is false when they cannot be named.
func requestHeaders(request *mapping.Paths, names map[string]bool) bool {
	if request == nil || !request.Used {
		return true
	}
	if request.Whole || request.Any {
		return false
	}
	headers := request.Child("headers")
	if headers == nil {
		return true // whatever else they read is not there
	}
	for _, name := range headers.Names() {
		names[http.CanonicalHeaderKey(name)] = true
	}
	return !headers.Whole && !headers.Any
}

// forwardedHeaders adds the headers that are copied from the client's request.
func forwardedHeaders(headers []datasources.Header, names map[string]bool) {
	for _, h := range headers {
		if h.From != "" {
			names[http.CanonicalHeaderKey(h.From)] = true
		}
	}
}
