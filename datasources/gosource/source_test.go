package gosource

import (
	"context"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/gosource/testdata/stock"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/table"
	"github.com/weftgraph/weft/graph/value"
)

func executable() Executable {
	return Executable{Name: "stock", Schema: stock.NewExecutableSchema(stock.Config{Resolvers: &stock.Resolver{}})}
}

// schemaOnly is an executable that is never run.
func schemaOnly(files ...*ast.Source) Executable {
	schema := gqlparser.MustLoadSchema(files...)
	return Executable{Name: "stock", Schema: &graphql.ExecutableSchemaMock{SchemaFunc: func() *ast.Schema { return schema }}}
}

func open(t *testing.T, e Executable) *source {
	t.Helper()
	s, err := Opener([]Executable{e})(t.Context(), datasources.Settings{Kind: datasources.Go, Go: &datasources.GoSource{Executable: "stock"}})
	if err != nil {
		t.Fatal(err)
	}
	opened, _ := s.(*source)
	return opened
}

func TestTextIsWhatTheFilesSay(t *testing.T) {
	t.Parallel()
	e := schemaOnly(
		&ast.Source{Name: "b.graphqls", Input: "extend type Query { b: B }\nenum B { ONE } # the second"},
		&ast.Source{Name: "a.graphqls", Input: "type Query { a: Int }"},
		&ast.Source{Name: "c.graphqls", Input: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7")`},
		&ast.Source{Name: "gqlgen", Input: "directive @link(url: String!) on SCHEMA\nextend type Query { hidden: Int }", BuiltIn: true},
	)
	want := "type Query { a: Int }\nextend type Query { b: B }\nenum B { ONE } # the second\n" +
		`extend schema @link(url: "https://specs.apollo.dev/federation/v2.7")`
	if diff := cmp.Diff(want, e.Text()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestOnlyKnownExecutablesAreOpened(t *testing.T) {
	t.Parallel()
	for _, s := range []datasources.Settings{{}, {Kind: datasources.Go, Go: &datasources.GoSource{Executable: "stok"}}} {
		if _, err := Opener([]Executable{executable()})(t.Context(), s); err == nil {
			t.Errorf("%+v was opened", s.Go)
		}
	}
}

func TestConnectorsThatTheExecutableLacksAreReported(t *testing.T) {
	t.Parallel()
	withoutEntities := schemaOnly(&ast.Source{Name: "a", Input: "type Query { a: Int }\ntype User { id: ID }"})
	for want, c := range map[string]datasources.Connector{
		"none that Go code answers":                   {},
		"does not have Query.b":                       {Go: &datasources.GoConnector{Executable: "stock", Root: "query", On: "Query", Field: "b"}},
		"does not have Mutation.b":                    {Go: &datasources.GoConnector{Executable: "stock", Root: "mutation", On: "Mutation", Field: "b"}},
		"generate it with gqlgen's federation plugin": {Go: &datasources.GoConnector{Executable: "stock", On: "User"}},
	} {
		b, found := open(t, withoutEntities).Bind(c)
		if b != nil || len(found) != 1 || !strings.Contains(found[0].Message, want) {
			t.Errorf("want %q, got %v", want, found)
		}
	}
}

// placeShape asks for the place of a product, whose type is abstract.
func placeShape() *table.Shape {
	text := &table.Type{Leaf: table.String}
	return &table.Shape{List: true, Keys: []int{0}, Levels: []table.Level{
		{Types: []string{"Product"}, Members: []table.Member{
			{Path: []string{"id"}, Type: &table.Type{}},
			{Path: []string{"place"}, Child: 1},
			{Path: []string{"unknown"}, Type: text},
		}},
		{Abstract: true, Types: []string{"Shelf", "Yard", "Elsewhere"}, Members: []table.Member{
			{Path: []string{"size"}, Tags: []bool{true, false, false}, Type: &table.Type{Leaf: table.Int}},
			{Path: []string{"size"}, Tags: []bool{false, true, true}, Type: text},
			{Path: []string{"hall", "number"}, Tags: []bool{true, false, false}, Type: &table.Type{}},
			{Path: []string{"hall"}, Tags: []bool{true, false, false}, Child: 2},
			{Path: []string{"name"}, Type: text},
		}},
		{Types: []string{"Hall"}},
	}}
}

func products(t *testing.T) *fetcher {
	t.Helper()
	b, found := open(t, executable()).Bind(datasources.Connector{Go: &datasources.GoConnector{Executable: "stock", On: "Product"}})
	if b == nil {
		t.Fatal(found)
	}
	prepared, err := b.Prepare(placeShape())
	if err != nil {
		t.Fatal(err)
	}
	f, _ := prepared.(*fetcher)
	return f
}

func TestOperationAsksForTheShapeAndNoMore(t *testing.T) {
	t.Parallel()
	want := "query($representations: [_Any!]!) { _entities(representations: $representations) { ... on Product { place { __typename" +
		" ... on Shelf { size hall { number } name } ... on Yard { size name } } } } }"
	if diff := cmp.Diff(want, products(t).text); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestKeysGetTheTypesOfTheirFields(t *testing.T) {
	t.Parallel()
	f := products(t)
	env := &mapping.Env{}
	key, err := value.Parse([]byte(`{"id": 12345678901234567890, "count": 2, "other": [1.50, null, true]}`))
	if err != nil {
		t.Fatal(err)
	}
	env.Vars[mapping.Batch] = value.Array([]value.Value{key})
	r, err := f.Request(env)
	if err != nil {
		t.Fatal(err)
	}
	variables, _ := r.Payload.(map[string]any)
	got, _ := variables["representations"].([]any)
	want := `[{"__typename":"Product","count":2,"id":"12345678901234567890","other":[1.50,null,true]}]`
	if text := value.From(got).String(); text != want {
		t.Errorf("got %s", text)
	}
}

func TestScanningAndEvaluatingAgree(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		`{"_entities":[{"place":{"__typename":"Shelf","size":3,"hall":{"number":1},"name":"a"}},null,{"place":null}]}`,
		`{"_entities":[{"place":{"__typename":"Yard","size":"vast","name":"b"}},{"place":{"__typename":"Nowhere"}},{"place":[]}]}`,
		`{"_entities":[null,null,null]}`,
	} {
		var dumps []string
		for _, isScanned := range []bool{true, false} {
			f := products(t)
			if f.program == nil {
				t.Fatal("there is no program")
			}
			if !isScanned {
				f.program = nil
			}
			env := &mapping.Env{Problems: &mapping.Problems{}}
			env.Vars[mapping.Batch] = value.Array(make([]value.Value, 3))
			dst := table.NewBuilder(placeShape(), []byte(body))
			outcome, err := f.Decode(&datasources.Reply{Body: []byte(body)}, env, dst)
			if err != nil {
				t.Fatal(err)
			}
			dumps = append(dumps, cmp.Diff(nil, outcome.Keys)+dst.Finish().Dump(placeShape()))
		}
		if diff := cmp.Diff(dumps[0], dumps[1]); diff != "" {
			t.Errorf("%s (-scanned +evaluated):\n%s", body, diff)
		}
	}
}

func TestAnswersThatAreTooLargeOrTooLateAreErrors(t *testing.T) {
	t.Parallel()
	f := products(t)
	env := &mapping.Env{}
	env.Vars[mapping.Batch] = value.Array([]value.Value{value.Object([]value.Field{{Name: "id", Value: value.Int(1)}})})
	r, err := f.Request(env)
	if err != nil {
		t.Fatal(err)
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := f.Do(over, r); err == nil || !strings.HasPrefix(err.Error(), datasources.CodeHTTPClient) {
		t.Errorf("too late: %v", err)
	}
	f.maxReply = 10
	if _, err := f.Do(t.Context(), r); err == nil || !strings.HasPrefix(err.Error(), datasources.CodeResponseInvalid) {
		t.Errorf("too large: %v", err)
	}
}
