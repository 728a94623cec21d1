package rest

import (
	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/mapping"
)

// baseAddress evaluates the source's base URL, or what replaces it. It sees only `$config` and `$env`, which live as long
// as the source, so once is enough. A source without one gives the empty address.
func baseAddress(s datasources.Settings, env *mapping.Env) (address, error) {
	template := s.OverrideURL
	if template == nil {
		template = s.HTTP.BaseURL
	}
	if template == nil {
		return address{}, nil
	}
	text, err := template.Append(nil, env, mapping.URL)
	if err != nil {
		return address{}, err
	}
	base := splitAddress(string(text))
	_, err = parseOrigin(base.origin)
	return base, err
}
