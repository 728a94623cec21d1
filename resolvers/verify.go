package resolvers

import (
	"context"
	"slices"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/sdl"
)

// codeOffline: a contract is not checked, because it comes from the network.
const codeOffline = "WEFT_OFFLINE"

// Verify checks the connectors of gRPC and SOAP sources against the contracts of these, without any network: a contract that
// would come from there is skipped with a warning. It opens sources with the functions given by kind and closes them again.
func Verify(ctx context.Context, g *sdl.Graph, open map[datasources.Kind]datasources.Open) diag.List {
	pool := datasources.NewPool(open)
	sources := &Sources{graph: g}
	var problems diag.List
	live := make([]datasources.Source, len(g.Sources))
	for id := 1; id < len(g.Sources); id++ {
		src := &g.Sources[id]
		switch {
		case !slices.Contains([]datasources.Kind{datasources.GRPC, datasources.SOAP}, src.Settings.Kind):
		case src.Settings.HasRemoteContract():
			problems.Warnf(codeOffline, src.Origin,
				"the contract of source %s comes from the network, so that its connectors are not checked against it", src.Settings.Name)
		default:
			live[id] = sources.acquire(ctx, pool, src.Settings, src.Origin, &problems)
		}
	}
	for id := 1; id < len(g.Connectors); id++ {
		c := &g.Connectors[id]
		if live[c.Source] == nil || c.Call.Kind() == datasources.Virtual {
			continue
		}
		_, found := live[c.Source].Bind(c.Call)
		problems.Add(found...)
	}
	sources.Close()
	// Nothing was called, so that there is nothing that could fail to close.
	_ = pool.Close()
	return problems
}
