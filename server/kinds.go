package server

import (
	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/rest"
	"github.com/weftgraph/weft/datasources/virtual"
)

// kinds says how sources of each kind are opened.
func kinds() map[datasources.Kind]datasources.Open {
	return map[datasources.Kind]datasources.Open{
		datasources.HTTP:    rest.Open,
		datasources.Virtual: virtual.Open,
	}
}
