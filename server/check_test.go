package server

import (
	"testing"

	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/sdl"
)

// circular is a graph with an error that a connector can live with, and one connector that cannot be read.
const circular = `extend schema
  @link(url: "https://specs.apollo.dev/connect/v0.3", import: ["@connect"])
type Query {
  user(id: ID!): User @connect(http: { GET: "http://shop.test/users/{$args.id}" }, selection: "id friends { id }")
  other: User @connect(http: { GET: "http://shop.test/other" }, selection: "id {")
}
type User { id: ID! friends: [User] }
`

func TestAllowedErrorsAreWarningsOfAGraph(t *testing.T) {
	t.Parallel()
	d := Definition{Documents: []sdl.Input{{File: "users.graphql", Text: circular}}}
	if g, found := Check(t.Context(), d); g != nil || !found.HasErrors() {
		t.Fatalf("without allowing it: %v", found)
	}
	d.Allow = []string{"CIRCULAR_REFERENCE"}
	if g, found := Check(t.Context(), d); g != nil || !found.HasErrors() {
		t.Fatalf("allowing one of two: %v", found)
	}
	d.Allow = append(d.Allow, "INVALID_SELECTION")
	g, found := Check(t.Context(), d)
	if g == nil || found.HasErrors() {
		t.Fatalf("allowing both: %v", found)
	}
	if n := len(g.Connectors) - 1; n != 1 {
		t.Errorf("the graph has %d connectors", n)
	}
	for _, code := range []string{"CIRCULAR_REFERENCE", "INVALID_SELECTION", "WEFT_NO_SUPPLIER"} {
		if len(found.Filter(func(d diag.Diagnostic) bool { return d.Code == code && d.Severity == diag.Warning })) != 1 {
			t.Errorf("there is not one warning %s: %v", code, found)
		}
	}
}

func TestAllowedErrorsAreServed(t *testing.T) {
	t.Parallel()
	gateway, found := Open(t.Context(), Definition{
		Documents: []sdl.Input{{File: "users.graphql", Text: circular}},
		Allow:     []string{"CIRCULAR_REFERENCE", "INVALID_SELECTION"},
	})
	if gateway == nil {
		t.Fatal(found)
	}
	gateway.Close()
}
