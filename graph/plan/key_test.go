package plan_test

import (
	"fmt"
	"testing"

	"github.com/weftgraph/weft/graph/sdl"
)

// roomsDocument has fields whose connectors read nested keys, and one that is a key itself. The URL of the connect link is left open.
const roomsDocument = `extend schema
  @link(url: "%s", import: ["@source", "@connect"])
  @source(name: "api", http: { baseURL: "http://api.test" })
type Query { rooms: [Room] @connect(source: "api", http: { GET: "/rooms" }, selection: "$ { no house { nr street { name } } }") }
type Room {
  no: Int!
  house: House
  owner: String @connect(source: "api", http: { GET: "/owner/{$this.no}" }, selection: "$.name")
  rent: Int @connect(source: "api", http: { GET: "/rent/{$this.owner}" }, selection: "$.n")
  price: Int @connect(source: "api", http: { POST: "/price", body: "$this.house { street { name } }" }, selection: "$.n")
}
type House { nr: Int  street: Street }
type Street { name: String! }`

func rooms(t *testing.T, url string) *sdl.Graph {
	t.Helper()
	g, diags := sdl.Build([]sdl.Input{{File: "rooms.graphql", Text: fmt.Sprintf(roomsDocument, url)}}, sdl.Options{})
	if g == nil {
		t.Fatal(diags)
	}
	return g
}

func TestKeysAreFetchedOnceAndAliasesByTheDialect(t *testing.T) {
	t.Parallel()
	const (
		public = "https://specs.apollo.dev/connect/v0.4"
		weft   = "https://weftgraph.dev/connect/v0.1"
	)
	for _, tt := range []struct {
		url, query string
		fetches    int
	}{
		{public, `{ rooms { no } again: rooms { no } }`, 2},
		{weft, `{ rooms { no } again: rooms { no } }`, 1},
		{public, `{ rooms { owner name: owner } }`, 3},
		{weft, `{ rooms { owner name: owner } }`, 2},
		{public, `{ rooms { rent } }`, 3},
		{public, `{ rooms { rent owner } }`, 3},
		{public, `{ rooms { name: owner rent } }`, 3},
		{public, `{ rooms { rent name: owner other: owner } }`, 4},
	} {
		p := planned(t, rooms(t, tt.url), tt.query, nil)
		if len(p.Fetches) != tt.fetches || p.Unsupplied {
			t.Errorf("%s of %s: %d fetches\n%s", tt.query, tt.url, len(p.Fetches), p.AppendText(nil))
		}
	}
}

func TestNestedKeysAreLocatedThroughHiddenLevels(t *testing.T) {
	t.Parallel()
	p := planned(t, rooms(t, "https://weftgraph.dev/connect/v0.1"), `{ rooms { price house { nr } } }`, nil)
	f := &p.Fetches[1]
	key := p.Loaders[f.Loader].Key
	if len(f.Keys) != 1 || len(key) != 1 || key[0].Name != "house" || key[0].Fields[0].Name != "street" || !key[0].Fields[0].Fields[0].Required {
		t.Fatalf("the key is %+v, at %+v", key, f.Keys)
	}
	shape := p.Loaders[p.Fetches[0].Loader].Shape
	at := f.Keys[0].At
	house := shape.Levels[0].Members[at.Member]
	street := shape.Levels[at.Level].Members[at.Fields[0].Member]
	if house.Path[0] != "house" || street.Path[0] != "street" || shape.Levels[at.Fields[0].Level].Members[0].Path[0] != "name" {
		t.Errorf("the key is at %+v of %+v", at, shape.Levels)
	}
	if len(shape.Levels) != 3 {
		t.Errorf("the house that is asked for and the one of the key have levels of their own: %+v", shape.Levels)
	}
}
