package cost_test

import (
	"errors"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"

	"github.com/weftgraph/weft/graph/cost"
	"github.com/weftgraph/weft/graph/input"
	"github.com/weftgraph/weft/graph/plan"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/value"
)

const schema = `
extend schema
  @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@source", "@connect"])
  @link(url: "https://specs.apollo.dev/federation/v2.12", import: ["@cost", "@listSize"])
  @source(name: "api", http: { baseURL: "http://localhost:1" })

type Query {
  item(id: ID): Item @connect(source: "api", http: { GET: "/item" }, selection: "id name size color parts { id name } box { id } heavy")
  items(first: Int, page: Page): [Item!]! @listSize(slicingArguments: ["first", "page.limit"])
    @connect(source: "api", http: { GET: "/items" }, selection: "id name parts { id } heavy")
  usual: [Item!]! @listSize(assumedSize: 7) @connect(source: "api", http: { GET: "/usual" }, selection: "id")
  lenient(first: Int, ids: [ID!]): [Item] @listSize(assumedSize: 7, slicingArguments: ["first", "ids"], requireOneSlicingArgument: false)
    @connect(source: "api", http: { GET: "/lenient" }, selection: "id")
  defaulted(first: Int = 3): [Item] @listSize(slicingArguments: ["first"]) @connect(source: "api", http: { GET: "/defaulted" }, selection: "id")
  connection(first: Int): Connection @listSize(slicingArguments: ["first"], sizedFields: ["edges"])
    @connect(source: "api", http: { GET: "/connection" }, selection: "total edges { node { id } } others { id }")
  search(filter: Filter, key: String @cost(weight: 4)): [Item] @listSize(assumedSize: 1)
    @connect(source: "api", http: { GET: "/search" }, selection: "id")
  dear: Item @cost(weight: 20) @connect(source: "api", http: { GET: "/dear" }, selection: "id heavy")
  any: Any @connect(source: "api", http: { GET: "/any" }, selection: """
      ...kind->match(["item", { __typename: "Item", id: id, heavy: heavy, parts: parts { id } }], ["box", { __typename: "Box", id: id, heavy: heavy }])
    """)
}
type Mutation { make: Item @connect(source: "api", http: { POST: "/make" }, selection: "id") }
type Item { id: ID! name: String size: Size color: Color parts: [Part] box: Box heavy: Int @cost(weight: 5) }
type Part { id: ID! name: String }
type Box @cost(weight: 9) { id: ID! heavy: Int @cost(weight: 50) }
scalar Size @cost(weight: 2)
enum Color @cost(weight: 3) { RED }
type Connection { total: Int edges: [Edge!] others: [Item] }
type Edge { node: Item }
union Any = Item | Box
input Page { limit: Int }
input Filter { text: String @cost(weight: 6) and: [Filter!] plain: Int }
`

func graphOf(t *testing.T) *sdl.Graph {
	t.Helper()
	g, diags := sdl.Build([]sdl.Input{{File: "a.graphql", Text: schema}}, sdl.Options{})
	if g == nil {
		t.Fatal(diags)
	}
	return g
}

// prepared returns the program of a query, its plan, and its variables.
func prepared(t *testing.T, g *sdl.Graph, query, variables string) (*cost.Program, *plan.Plan, map[string]value.Value) {
	t.Helper()
	doc, err := parser.ParseQuery(&ast.Source{Input: query})
	if err != nil {
		t.Fatal(err)
	}
	if errs := validator.ValidateWithRules(g.Schema, doc, nil); len(errs) > 0 {
		t.Fatal(errs)
	}
	given := value.Missing()
	if variables != "" {
		if given, err = value.Parse([]byte(variables)); err != nil {
			t.Fatal(err)
		}
	}
	vars, errs := input.Variables(g, doc.Operations[0], given, nil)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	conditions := map[string]bool{}
	for _, name := range plan.Conditions(doc.Operations[0]) {
		conditions[name] = vars[name].AsBool()
	}
	p, err := plan.NewPlanner(g).Plan(doc.Operations[0], conditions, 0)
	if err != nil {
		t.Fatal(err)
	}
	return cost.New(g, p, 10), p, vars
}

func TestEstimatesFollowTheSpecification(t *testing.T) {
	t.Parallel()
	g := graphOf(t)
	for _, tt := range []struct {
		name, query, variables string
		want                   int64
	}{
		{"an object costs 1, its scalars nothing", `{ item { id name } }`, "", 1},
		{"introspection and type names cost nothing", `{ __typename __schema { types { name } } }`, "", 0},
		{"a mutation costs 10 more", `mutation { make { id } }`, "", 11},
		{"a list of unknown size", `{ item { parts { id } } }`, "", 1 + 10},
		{"an assumed size", `{ usual { id } }`, "", 7},
		{"a slicing argument", `{ items(first: 4) { id } }`, "", 4},
		{"a slicing argument in an object", `{ items(page: { limit: 6 }) { id } }`, "", 6 + 1},
		{"sizes multiply", `{ items(first: 4) { parts { id } } }`, "", 4 * (1 + 10)},
		{"a variable", `query($n: Int) { items(first: $n) { id } }`, `{"n": 5}`, 5},
		{"a variable in an object", `query($n: Int) { items(page: { limit: $n }) { id } }`, `{"n": 5}`, 5 + 1},
		{"an object as a variable", `query($p: Page) { items(page: $p) { id } }`, `{"p": {"limit": 8}}`, 8 + 1},
		{"the default of a variable", `query($n: Int = 2) { items(first: $n) { id } }`, ``, 2},
		{"the default of the argument", `{ defaulted { id } }`, "", 3},
		{"the largest of several", `{ lenient(first: 2, ids: ["1", "2", "3"]) { id } }`, "", 3},
		{"none of several", `{ lenient { id } }`, "", 7},
		{"a size of 0", `{ lenient(first: 0) { id } }`, "", 0},
		{"a negative size says nothing", `{ lenient(first: -5) { id } }`, "", 7},
		{"fields that are sized from above", `{ connection(first: 3) { total edges { node { id } } } }`, "", 1 + 3*2},
		{"fields that are not", `{ connection(first: 3) { others { id } } }`, "", 1 + 10},
		{"the weight of a field in the place of its type's", `{ dear { id } }`, "", 20},
		{"the weight of a field below", `{ item { heavy } }`, "", 1 + 5},
		{"weights of types", `{ item { size color box { id } } }`, "", 1 + 2 + 3 + 9},
		{"the weight of an argument", `{ search(key: "x") { id } }`, "", 4 + 1},
		{"an argument that is not given", `{ search { id } }`, "", 1},
		{"an argument that is null", `{ search(key: null) { id } }`, "", 1},
		{"input objects cost 1, their fields their weights", `{ search(filter: { text: "x" plain: 1 and: [{ text: "y" }, {}] }) { id } }`, "", 1 + 6 + (1 + 6) + 1 + 1},
		{"input objects in variables", `query($f: Filter) { search(filter: $f) { id } }`, `{"f": {"text": "x"}}`, 1 + 6 + 1},
		{"aliases count each", `{ a: item { id } b: item { id } }`, "", 2},
		{"what is merged counts once", `{ item { id } item { name } ...F } fragment F on Query { item { id } }`, "", 1},
		{"what is skipped does not count", `query($b: Boolean!) { item { id } usual @skip(if: $b) { id } }`, `{"b": true}`, 1},
		{"what is included does", `query($b: Boolean!) { item { id } usual @skip(if: $b) { id } }`, `{"b": false}`, 8},
		{"the most expensive type of a union", `{ any { ... on Item { heavy parts { id } } ... on Box { id } } }`, "", 1 + 5 + 10},
		{"whichever it is", `{ any { ... on Item { heavy } ... on Box { heavy } } }`, "", 9 + 50},
		{"costs end somewhere", `{ items(first: 2000000000) { parts { id } heavy } a: items(first: 2000000000) { parts { id } } }`, "", 2_000_000_000*16 + 2_000_000_000*11},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			program, _, vars := prepared(t, g, tt.query, tt.variables)
			got, err := program.Estimate(vars)
			if err != nil || got != tt.want {
				t.Errorf("got %d, want %d; %v", got, tt.want, err)
			}
		})
	}
}

func TestMissingSlicingArgumentsAreTold(t *testing.T) {
	t.Parallel()
	g := graphOf(t)
	for _, tt := range []struct {
		query     string
		given     int
		estimated int64
	}{
		{`{ items { id } }`, 0, 10},
		{`{ items(first: 2, page: { limit: 3 }) { id } }`, 2, 4},
		{`query($n: Int) { items(first: $n) { id } }`, 0, 10},
	} {
		program, _, vars := prepared(t, g, tt.query, "")
		got, err := program.Estimate(vars)
		var slicing *cost.SlicingError
		if !errors.As(err, &slicing) || slicing.Given != tt.given || got != tt.estimated {
			t.Errorf("%s: got %d and %v", tt.query, got, err)
		}
	}
}

func TestActualCostsCountRows(t *testing.T) {
	t.Parallel()
	program, p, vars := prepared(t, graphOf(t), `{ items(first: 100) { parts { id } heavy } search(key: "x") { id } }`, "")
	rows := make(cost.Rows, len(p.Layers))
	rows[0] = []int{1}
	for i, l := range p.Layers[1:] {
		rows[i+1] = make([]int, len(l.Types))
		rows[i+1][0] = []int{3, 7, 2}[i]
	}
	// Three items with a heavy field each, seven parts, two results and the argument of the search.
	if got, want := program.Actual(rows, vars), int64(3*(1+5)+7+2+4); got != want {
		t.Errorf("got %d, want %d", got, want)
	}
}
