package server_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/weftgraph/weft/server"
)

// chainLength and chainRows say how many entities follow each other in a chain at most, and how many chains there are.
const (
	chainLength = 8
	chainRows   = 10
)

// chainDocument is a graph of entities that lead to each other: each is one fetch, for all keys of the level above.
func chainDocument() string {
	var b strings.Builder
	b.WriteString(`extend schema @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@source", "@connect"])
  @source(name: "api", http: { baseURL: "http://api.test" })
type Query { start: [N0] @connect(source: "api", http: { GET: "/start" }, selection: "id") }
`)
	for i := range chainLength {
		fmt.Fprintf(&b, `type N%[1]d @connect(source: "api", http: { GET: "/n%[1]d", queryParams: "id: $batch.id" }, batch: { maxSize: 100 },
    selection: "id name next: { id: next }") { id: Int! name: String next: N%[2]d }
`, i, i+1)
	}
	fmt.Fprintf(&b, "type N%d { id: Int! }\n", chainLength)
	return b.String()
}

// chainQuery asks for a number of entities below each other.
func chainQuery(depth int) string {
	return "{ start { name " + strings.Repeat("next { name ", depth-1) + strings.Repeat("} ", depth-1) + "} }"
}

// chainGateway serves the chains. The first call, for their beginnings, comes before those of the entities.
func chainGateway(tb testing.TB) *server.Gateway {
	tb.Helper()
	node := func(i int) []byte {
		return fmt.Appendf(nil, `{"id":%d,"name":"node %d","next":%d}`, i+1, i+1, (i+3)%chainRows+1)
	}
	of := lists{"/start": {chainRows, node}}
	for i := range chainLength {
		of[fmt.Sprintf("/n%d?", i)] = rows{chainRows, node}
	}
	return openGateway(tb, "chain.graphql", chainDocument(), "chain.api", of.back())
}

// wideGateway serves 100 rows of a number of fields each.
func wideGateway(tb testing.TB, fields int) (gateway *server.Gateway, query string) {
	tb.Helper()
	names := make([]string, fields)
	for i := range names {
		names[i] = fmt.Sprint("field", i)
	}
	document := fmt.Sprintf(`extend schema @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@source", "@connect"])
  @source(name: "api", http: { baseURL: "http://api.test" })
type Query { rows: [Row] @connect(source: "api", http: { GET: "/rows" }, selection: "%[1]s") }
type Row { %[2]s }`, strings.Join(names, " "), strings.Join(names, ": String ")+": String")
	row := func(i int) []byte {
		members := make([]string, fields)
		for j, name := range names {
			members[j] = fmt.Sprintf(`%q:"text %d"`, name, i+j)
		}
		return []byte("{" + strings.Join(members, ",") + "}")
	}
	return openGateway(tb, "wide.graphql", document, "wide.api", lists{"/rows": {100, row}}.back()), "{ rows { " + strings.Join(names, " ") + " } }"
}

// fanLength is how many connectors a fan has.
const fanLength = 16

// fanGateway serves a root with lists of ten items, each of a connector of its own.
func fanGateway(tb testing.TB) *server.Gateway {
	tb.Helper()
	var fields strings.Builder
	of := lists{}
	for i := range fanLength {
		fmt.Fprintf(&fields, "  f%[1]d: [Item] @connect(source: \"api\", http: { GET: \"/f%[1]d\" }, selection: \"id sku name\")\n", i)
		of[fmt.Sprint("/f", i)] = rows{10, oneItem}
	}
	return openGateway(tb, "fan.graphql", `extend schema @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@source", "@connect"])
  @source(name: "api", http: { baseURL: "http://api.test" })
type Query {
`+fields.String()+`}
type Item { id: Int! sku: String! name: String! }`, "fan.api", of.back())
}

// fanQuery asks for a number of the lists.
func fanQuery(connectors int) string {
	var b strings.Builder
	for i := range connectors {
		fmt.Fprintf(&b, "f%d { id sku name } ", i)
	}
	return "{ " + b.String() + "}"
}
