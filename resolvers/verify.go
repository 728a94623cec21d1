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

// Verify checks the connectors of gRPC and SOAP sources against the contracts of these, with what the configuration says of the sources, and
// without any network: a contract that would come from there is skipped with a warning. It opens sources with the functions given by kind
// and closes them again.
func Verify(ctx context.Context, g *sdl.Graph, open map[datasources.Kind]datasources.Open, cfg Config) diag.List {
	v := newVerification(g, open, cfg)
	v.run(ctx, func(src *sdl.Source) bool {
		isRemote := src.Settings.HasRemoteContract()
		if isRemote {
			v.problems.Add(diag.Diagnostic{
				Code: codeOffline, Severity: diag.Warning, Span: src.Origin,
				Message: "the contract of source " + src.Settings.Name + " comes from the network, so that its connectors are not checked against it",
				Notes:   []diag.Note{{Message: "'weft check --online' fetches it"}},
			})
		}
		return !isRemote
	})
	return v.problems
}

// VerifyOnline is Verify with the contracts that come from the network, which are fetched as Open does. One that cannot be fetched is an
// error.
func VerifyOnline(ctx context.Context, g *sdl.Graph, open map[datasources.Kind]datasources.Open, cfg Config) diag.List {
	v := newVerification(g, open, cfg)
	v.run(ctx, func(*sdl.Source) bool { return true })
	return v.problems
}

// verification is one check of connectors against contracts.
type verification struct {
	graph    *sdl.Graph
	pool     *datasources.Pool
	config   Config
	sources  Sources
	problems diag.List
}

func newVerification(g *sdl.Graph, open map[datasources.Kind]datasources.Open, cfg Config) *verification {
	return &verification{graph: g, pool: datasources.NewPool(open), config: cfg, sources: Sources{graph: g}}
}

// run opens the wanted ones of the sources with contracts, and binds their connectors.
func (v *verification) run(ctx context.Context, isWanted func(*sdl.Source) bool) {
	live := make([]datasources.Source, len(v.graph.Sources))
	for id := 1; id < len(v.graph.Sources); id++ {
		src := &v.graph.Sources[id]
		if !slices.Contains([]datasources.Kind{datasources.GRPC, datasources.SOAP}, src.Settings.Kind) || !isWanted(src) {
			continue
		}
		settings, _, err := v.config.apply(src)
		if err != nil {
			v.problems.Add(wrongOverride(src, err))
			continue
		}
		live[id] = v.sources.acquire(ctx, v.pool, settings, src.Origin, &v.problems)
	}
	for id := 1; id < len(v.graph.Connectors); id++ {
		c := &v.graph.Connectors[id]
		if live[c.Source] == nil || c.Call.Kind() == datasources.Virtual {
			continue
		}
		_, found := live[c.Source].Bind(c.Call)
		v.problems.Add(found...)
	}
	v.sources.Close()
	// No connector was called, so that there is nothing that could fail to close.
	_ = v.pool.Close()
}
