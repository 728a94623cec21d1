package supply_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/supply"
)

const linked = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.12", import: ["@key", "@external", "@provides", "@interfaceObject"])
  @link(url: "https://specs.apollo.dev/connect/v0.4", import: ["@connect", "@source"])
  @source(name: "api", http: { baseURL: "http://api.test" })
`

func indexed(t *testing.T, documents map[string]string) *supply.Index {
	t.Helper()
	var inputs []sdl.Input
	for _, name := range slices.Sorted(maps.Keys(documents)) {
		inputs = append(inputs, sdl.Input{File: name + ".graphql", Text: linked + documents[name]})
	}
	g, diags := sdl.Build(inputs, sdl.Options{})
	if g == nil {
		t.Fatal(diags)
	}
	return supply.NewIndex(g, 0)
}

// supplierOf returns the first supplier of a field of Query.
func supplierOf(x *supply.Index, field string) *supply.Supplier {
	g := x.Graph()
	return x.Supplier(x.OfField(g.FieldByName(g.Query, field))[0])
}

func TestExternalFieldsAreNotGivenButForKeysAndWhatIsProvided(t *testing.T) {
	t.Parallel()
	x := indexed(t, map[string]string{
		"posts": `
type Query { posts: [Post] @connect(source: "api", http: { GET: "/posts" }, selection: "plain: author { id name home { city zip } } full: author { id name home { city zip } }") }
type Post { plain: User  full: User @provides(fields: "name home { city }") }
type User @key(fields: "id", resolvable: false) { id: ID! @external  name: String @external  home: Home @external }
type Home @external { city: String  zip: String }`,
		"users": `
type User @key(fields: "id") @connect(source: "api", http: { GET: "/users/{$this.id}" }, selection: "id name home { city zip }") { id: ID!  name: String  home: Home }
type Home { city: String  zip: String }`,
	})
	gives := supplierOf(x, "posts").Gives
	for path, want := range map[string]bool{
		"plain.id": true, "plain.name": false, "plain.home": false, "plain.home.city": false,
		"full.id": true, "full.name": true, "full.home": true, "full.home.city": true, "full.home.zip": false,
	} {
		if got := supply.HasPath(gives, "Post", strings.Split(path, ".")); got != want {
			t.Errorf("%s: %t", path, got)
		}
	}
}

func TestInterfaceObjectsSupplyTheInterfaceAndItsImplementations(t *testing.T) {
	t.Parallel()
	x := indexed(t, map[string]string{
		"media": `
type Query { media(id: ID!): Media @connect(source: "api", http: { GET: "/media/{$args.id}" }, entity: true, selection: "id ... k->match(['b', { __typename: 'Book' }], ['f', { __typename: 'Film' }])") }
interface Media @key(fields: "id") { id: ID! }
type Book implements Media @key(fields: "id") { id: ID! }
type Film implements Media @key(fields: "id") { id: ID! }`,
		"ratings": `
type Media @interfaceObject @key(fields: "id") @connect(source: "api", http: { GET: "/ratings/{$this.id}" }, selection: "id stars") {
  id: ID!  stars: Int  tags: [String] @connect(source: "api", http: { GET: "/tags/{$this.id}" }, selection: "$")
}`,
	})
	g := x.Graph()
	for _, name := range []string{"Media", "Book", "Film"} {
		on := g.TypeByName(name)
		var entities int
		for _, id := range x.OfEntity(on) {
			if x.Supplier(id).On == on {
				entities++
			}
		}
		if fields := len(x.OfField(g.FieldByName(on, "tags"))); entities != 2 || fields != 1 {
			t.Errorf("%s has %d suppliers, and %d of its tags", name, entities, fields)
		}
	}
}
