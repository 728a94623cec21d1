package system

import (
	"github.com/weftgraph/weft/datasources/traffic"
	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/model"
	"github.com/weftgraph/weft/graph/plan"
	"github.com/weftgraph/weft/graph/sdl"
)

// maxPlans and maxKeys bound the plans and the API keys of one answer.
const (
	maxPlans = 1000
	maxKeys  = 1000
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

func describePlans(g *graph.Generation, first int) []*model.Plan {
	cached := g.Plans(min(first, maxPlans))
	described := make([]*model.Plan, len(cached))
	for i, c := range cached {
		shown := c.Plan.Discreet()
		described[i] = &model.Plan{
			Operation:  c.Plan.Name,
			Document:   c.Document,
			Conditions: append([]string{}, shown.Conditions...),
			Stages:     len(c.Plan.Stages),
			Fetches:    len(c.Plan.Fetches),
			Calls:      describeRange(c.Plan.Calls),
			Uses:       int64(c.Uses),
			Text:       string(shown.AppendText(nil)),
		}
		if c.Plan.Name == "" {
			described[i].Operation = string(c.Plan.Kind)
		}
	}
	return described
}

func describeRange(r plan.Range) *model.CallRange {
	if r.Max == plan.Unbounded {
		return &model.CallRange{Min: r.Min}
	}
	return &model.CallRange{Min: r.Min, Max: &r.Max}
}

func describeRefused(r traffic.RequestsReport) *model.RefusedRequests {
	return &model.RefusedRequests{
		RateLimited:     int64(r.Refused[traffic.RateLimited]),
		Unauthenticated: int64(r.Refused[traffic.Unauthenticated]),
		Denied:          int64(r.Refused[traffic.Denied]),
	}
}
