package system

import (
	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/model"
	"github.com/weftgraph/weft/graph/sdl"
)

func describeGeneration(g *graph.Generation) *model.Generation {
	documents := g.Graph().Documents
	described := &model.Generation{
		Number:         g.Number(),
		LoadedAt:       g.LoadedAt(),
		Documents:      make([]*model.SchemaDocument, len(documents)),
		QueryDocuments: g.CachedDocuments(),
		Plans:          g.CachedPlans(),
	}
	for i, d := range documents {
		described.Documents[i] = &model.SchemaDocument{Name: d.Name, Dialect: dialect(d.Dialect)}
		if d.Version != "" {
			described.Documents[i].Version = &d.Version
		}
	}
	return described
}

func dialect(d sdl.Dialect) model.Dialect {
	switch d {
	case sdl.Public:
		return model.DialectPublic
	case sdl.Weft:
		return model.DialectWeft
	default:
		return model.DialectPlain
	}
}

// describeSources lists the sources, without any of their settings: those may hold secrets.
func describeSources(g *sdl.Graph) []*model.Source {
	connectors := make(map[sdl.SourceID]int, len(g.Sources))
	for _, c := range g.Connectors {
		connectors[c.Source]++ // index 0 holds no connector and has source 0
	}
	described := make([]*model.Source, 0, len(g.Sources))
	for _, s := range g.Sources {
		if s.ID == 0 {
			continue
		}
		described = append(described, &model.Source{
			Name:       s.Settings.Name,
			Kind:       kind(s.Settings.Kind),
			Connectors: connectors[s.ID],
		})
	}
	return described
}

func kind(k datasources.Kind) model.SourceKind {
	switch k {
	case datasources.HTTP:
		return model.SourceKindHTTP
	case datasources.GRPC:
		return model.SourceKindGrpc
	case datasources.SOAP:
		return model.SourceKindSoap
	default:
		return model.SourceKindVirtual
	}
}
