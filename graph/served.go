package graph

import (
	"maps"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/sdl"
)

// served returns the graph with a schema that promises only what is kept. gqlparser adds @defer to every schema, which
// nothing here executes, and counts interfaces that implement an interface among its possible types, which are objects
// (specification 4.2.2).
func served(g *sdl.Graph) *sdl.Graph {
	schema := *g.Schema
	schema.Directives = maps.Clone(schema.Directives)
	delete(schema.Directives, "defer")
	schema.PossibleTypes = maps.Clone(schema.PossibleTypes)
	for name, types := range schema.PossibleTypes {
		schema.PossibleTypes[name] = slices.DeleteFunc(slices.Clone(types), func(d *ast.Definition) bool {
			return d.Kind != ast.Object
		})
	}
	copied := *g
	copied.Schema = &schema
	return &copied
}
