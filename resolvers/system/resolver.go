// Package system resolves the system schema: what a running Weft tells about itself. Its executor also answers the
// introspection of the graph that is served.
package system

import (
	"github.com/99designs/gqlgen/graphql"

	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/generated"
)

//go:generate go run github.com/99designs/gqlgen generate

// Resolver answers the fields of the system schema. It is safe for concurrent use.
type Resolver struct {
	// ProgramVersion is the version of the program.
	ProgramVersion string
	// Current returns the generation that new requests get.
	Current func() *graph.Generation
}

// Executor returns the executor of the system schema itself.
func (r *Resolver) Executor() graphql.ExecutableSchema {
	return generated.NewExecutableSchema(generated.Config{Resolvers: r})
}

// Introspection returns the executor that answers `__schema` and `__type` for the schema of a generation. It knows no other
// field of that schema, and must be given none.
func Introspection(g *graph.Generation) graphql.ExecutableSchema {
	return generated.NewExecutableSchema(generated.Config{
		Schema:    g.Graph().Schema,
		Resolvers: &Resolver{Current: func() *graph.Generation { return g }},
	})
}
