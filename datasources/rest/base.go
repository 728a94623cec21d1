package rest

import (
	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/httpcall"
	"github.com/weftgraph/weft/graph/mapping"
)

// baseAddress evaluates the source's base URL, or what replaces it. It sees only `$config` and `$env`, which live as long
// as the source, so once is enough. A source without one gives the empty address.
func baseAddress(s datasources.Settings, env *mapping.Env) (httpcall.Address, error) {
	template := s.OverrideURL
	if template == nil {
		template = s.HTTP.BaseURL
	}
	if template == nil {
		return httpcall.Address{}, nil
	}
	text, err := template.Append(nil, env, mapping.URL)
	if err != nil {
		return httpcall.Address{}, err
	}
	base := httpcall.SplitAddress(string(text))
	_, err = httpcall.ParseOrigin(base.Origin)
	return base, err
}
