// Package points is the loyalty programme of the example: a schema (schema.graphqls), the executor that gqlgen makes of it
// (generated.go, federation.go, models.go), and what is written by hand: the resolvers (*.resolvers.go), a customer (user.go) and
// the ledger.
package points

// Resolver resolves the fields of the schema from a ledger, which must be set.
type Resolver struct{ Ledger *Ledger }
