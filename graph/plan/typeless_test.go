package plan_test

import (
	"testing"

	"github.com/weftgraph/weft/graph/plan"
	"github.com/weftgraph/weft/graph/sdl"
)

const mediaLinks = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.12", import: ["@key", "@interfaceObject"])
  @link(url: "https://specs.apollo.dev/connect/v0.4", import: ["@connect", "@source"])
  @source(name: "api", http: { baseURL: "http://api.test" })
`

// media is a graph of an interface and an @interfaceObject for it, whose rows have no types of their own. What tells the types is left open.
func media(t *testing.T, query string) *sdl.Graph {
	t.Helper()
	g, diags := sdl.Build([]sdl.Input{
		{File: "media.graphql", Text: mediaLinks + query + `
interface Media @key(fields: "id") { id: ID!  title: String }
type Book implements Media @key(fields: "id") { id: ID!  title: String  pages: Int }
type Film implements Media @key(fields: "id") { id: ID!  title: String }`},
		{File: "ratings.graphql", Text: mediaLinks + `
type Query { top: [Media] @connect(source: "api", http: { GET: "/top" }, selection: "id") }
type Media @interfaceObject @key(fields: "id") @connect(source: "api", http: { GET: "/r", queryParams: "id: $batch.id" }, selection: "id stars") { id: ID!  stars: Int }`},
	}, sdl.Options{})
	if g == nil {
		t.Fatal(diags)
	}
	return g
}

func TestTypesAreFetchedOnlyWhereTheyMatter(t *testing.T) {
	t.Parallel()
	typed := media(t, `type Query { media(id: ID!): Media @connect(source: "api", http: { GET: "/m/{$args.id}" }, entity: true,
  selection: "id title ... k->match(['b', { __typename: 'Book', pages: p }], ['f', { __typename: 'Film' }])") }`)
	untyped := media(t, `type Query { shelf: [Media] @connect(source: "api", http: { GET: "/shelf" },
  selection: "id title ... k->match(['b', { __typename: 'Book', pages: p }], ['f', { __typename: 'Film' }])") }`)
	for _, tt := range []struct {
		graph    *sdl.Graph
		query    string
		fetches  int
		typeFrom int
	}{
		{typed, `{ top { id } }`, 1, 0},
		{typed, `{ top { ... on Media { id } } }`, 1, 0},
		{typed, `{ top { id stars } }`, 2, 0},
		{typed, `{ top { id title } }`, 2, 0},
		{typed, `{ top { __typename } }`, 2, 1},
		{typed, `{ top { id ... on Book { pages } } }`, 2, 1},
		{typed, `{ top { ... on Book { id } } }`, 2, 1},
		{untyped, `{ top { id stars } }`, 2, 0},
		{untyped, `{ top { __typename } }`, 1, plan.UnknownType},
		{untyped, `{ top { title } }`, 1, plan.UnknownType},
	} {
		p := planned(t, tt.graph, tt.query, nil)
		if got := p.Layers[1].TypeFrom; len(p.Fetches) != tt.fetches || got != tt.typeFrom {
			t.Errorf("%s: %d fetches, the types are from provider %d\n%s", tt.query, len(p.Fetches), got, p.AppendText(nil))
		}
	}
}

func TestFetchesForOneTypeWaitForTheTypes(t *testing.T) {
	t.Parallel()
	g := media(t, `type Query { media(id: ID!): Media @connect(source: "api", http: { GET: "/m/{$args.id}" }, entity: true,
  selection: "id ... k->match(['b', { __typename: 'Book' }], ['f', { __typename: 'Film' }])") }`)
	p := planned(t, g, `{ top { __typename ... on Book { stars } } }`, nil)
	if len(p.Stages) != 3 || len(p.Fetches) != 3 {
		t.Errorf("\n%s", p.AppendText(nil))
	}
}
