// Package system resolves the system schema: what a running Weft tells about itself. Its executor also answers the
// introspection of the graph that is served.
package system

import (
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/datasources/traffic"
	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/generated"
	"github.com/weftgraph/weft/graph/model"
	"github.com/weftgraph/weft/resolvers"
)

//go:generate go run github.com/99designs/gqlgen generate

// Resolver answers the fields of the system schema. All of its fields are set, and it is safe for concurrent use.
type Resolver struct {
	// ProgramVersion is the version of the program, Started when it was started.
	ProgramVersion string
	Started        time.Time
	// Current returns what new requests get.
	Current func() Serving
	// Refused returns the change that does not serve since it has errors, or nil.
	Refused func() *model.RefusedChange
	// Clients counts the requests of clients.
	Clients *traffic.Requests
	// Limits tells how much clients may ask.
	Limits Limits
	// Tokens tells what has become of tokens.
	Tokens Tokens
	// Now is the clock.
	Now func() time.Time
}

// Serving is a generation and the live sources that it is bound to.
type Serving struct {
	Generation *graph.Generation
	Sources    *resolvers.Sources
}

// Limits tells how much clients may ask, and have asked. It is safe for concurrent use.
type Limits interface {
	// RateLimits returns the rate limits in the order of the configuration.
	RateLimits() []*model.RateLimit
	// APIKeys returns the API keys, at most so many, and those first that were used last. APIKeyCount is how many there are.
	APIKeys(most int) []*model.APIKey
	APIKeyCount() int
	// APIKey returns the API key with an id, or nil.
	APIKey(id string) *model.APIKey
}

// Tokens tells what has become of tokens. It is safe for concurrent use.
type Tokens interface {
	// TokenIssuers returns who gives the tokens that are taken, StrayTokens what has become of tokens that are nobody's.
	TokenIssuers() []*model.TokenIssuer
	StrayTokens() []*model.RefusedTokens
}

// Executor returns the executor of the system schema itself.
func (r *Resolver) Executor() graphql.ExecutableSchema {
	return generated.NewExecutableSchema(generated.Config{Resolvers: r})
}

// Introspection returns an executor that answers `__schema` and `__type` for a schema. It knows no other field of that schema, and must be given
// none.
func Introspection(schema *ast.Schema) graphql.ExecutableSchema {
	return generated.NewExecutableSchema(generated.Config{
		Schema:    schema,
		Resolvers: &Resolver{}, // none of its fields is asked
	})
}
