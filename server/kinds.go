package server

import (
	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/gosource"
	"github.com/weftgraph/weft/datasources/grpc"
	"github.com/weftgraph/weft/datasources/rest"
	"github.com/weftgraph/weft/datasources/soap"
	"github.com/weftgraph/weft/datasources/virtual"
)

// kinds says how sources of each kind are opened; those of Go code are found among the executables.
func kinds(executables []gosource.Executable) map[datasources.Kind]datasources.Open {
	return map[datasources.Kind]datasources.Open{
		datasources.Go:      gosource.Opener(executables),
		datasources.GRPC:    grpc.Open,
		datasources.HTTP:    rest.Open,
		datasources.SOAP:    soap.Open,
		datasources.Virtual: virtual.Open,
	}
}

// Kinds says how sources of each kind are opened, for tools that bind connectors without a gateway.
func Kinds() map[datasources.Kind]datasources.Open { return kinds(nil) }
