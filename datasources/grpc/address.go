package grpc

import (
	"errors"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/mapping"
)

var errNoAddress = errors.New("the source has no address")

// sourceAddress evaluates the source's address, or what replaces it. It sees only `$config` and `$env`, which live as long as
// the source, so once is enough.
func sourceAddress(s datasources.Settings, env *mapping.Env) (datasources.GRPCAddress, error) {
	template := s.OverrideURL
	if template == nil {
		template = s.GRPC.Address
	}
	if template == nil {
		return datasources.GRPCAddress{}, errNoAddress
	}
	text, err := template.Append(nil, env, mapping.Raw)
	if err != nil {
		return datasources.GRPCAddress{}, err
	}
	return datasources.ParseGRPCAddress(string(text))
}
