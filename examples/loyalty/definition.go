package main

import (
	"context"
	"time"

	"github.com/vektah/gqlparser/v2/ast"
	"go.uber.org/zap"

	"github.com/weftgraph/weft/datasources/gosource"
	"github.com/weftgraph/weft/examples/loyalty/points"
	"github.com/weftgraph/weft/examples/shop"
	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/config"
)

// definition is the graph of the shop, whose back ends have these addresses, with the loyalty programme in it.
func definition(addresses map[string]string, ledger *points.Ledger, log *zap.Logger) (server.Definition, error) {
	folder, err := shop.Schema()
	if err != nil {
		return server.Definition{}, err
	}
	documents, err := sdl.LoadFS(folder)
	if err != nil {
		return server.Definition{}, err
	}
	settings := &config.Config{Sources: map[string]config.Source{}, Authorization: graph.Authorization{Off: true}}
	for name, address := range addresses {
		settings.Sources[name] = config.Source{OverrideURL: address}
	}
	loyalty := gosource.Executable{
		Name:   "loyalty",
		Schema: points.NewExecutableSchema(points.Config{Resolvers: &points.Resolver{Ledger: ledger}}),
		OnError: func(_ context.Context, path ast.Path, err error) {
			log.Warn("loyalty", zap.Stringer("path", path), zap.Error(err))
		},
	}
	return server.Definition{
		Documents: documents, Executables: []gosource.Executable{loyalty}, Config: settings, Now: time.Now(),
	}, nil
}
