package virtual

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/table"
	"github.com/weftgraph/weft/graph/value"
)

func decode(t *testing.T, selection string, isBatch bool, shape *table.Shape, env *mapping.Env) (*table.Table, error) {
	t.Helper()
	m, parseErr := mapping.Parse(selection, mapping.V04)
	if parseErr != nil {
		t.Fatal(parseErr)
	}
	source, err := Open(t.Context(), datasources.Settings{Config: value.From(map[string]any{"team": "web"})})
	if err != nil {
		t.Fatal(err)
	}
	b, diagnostics := source.Bind(datasources.Connector{Selection: m, Batch: isBatch})
	if len(diagnostics) > 0 {
		t.Fatal(diagnostics)
	}
	f, err := b.Prepare(shape)
	if err != nil {
		t.Fatal(err)
	}
	request, err := f.Request(env)
	if err != nil {
		t.Fatal(err)
	}
	reply, err := f.Do(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	dst := table.NewBuilder(shape, reply.Body)
	if _, err := f.Decode(reply, env, dst); err != nil {
		return nil, err
	}
	return dst.Finish(), source.Close()
}

func shapeOf(names ...string) *table.Shape {
	level := table.Level{Types: []string{"T"}}
	for _, name := range names {
		level.Members = append(level.Members, table.Member{Path: []string{name}, Type: &table.Type{Leaf: table.Any}})
	}
	return &table.Shape{Levels: []table.Level{level}}
}

func TestValueIsComputedFromTheVariables(t *testing.T) {
	t.Parallel()
	env := &mapping.Env{}
	env.Vars[mapping.Args] = value.From(map[string]any{"n": 20})
	shape := shapeOf("sum", "team", "here")
	got, err := decode(t, "sum: $args.n->add(1) team: $config.team here: $ unwanted: $args.none", false, shape, env)
	if err != nil {
		t.Fatal(err)
	}
	const want = "root=[0:1]\n0.0 tag 1 sum=21 team=\"web\" here={}\ndoubts 0\n"
	if d := cmp.Diff(want, got.Dump(shape)); d != "" {
		t.Error(d)
	}
}

func TestNamespaceIsAnEmptyObject(t *testing.T) {
	t.Parallel()
	shape := shapeOf("rename")
	got, err := decode(t, "$({})", false, shape, &mapping.Env{})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff("root=[0:1]\n0.0 tag 1 rename=missing\ndoubts 0\n", got.Dump(shape)); d != "" {
		t.Error(d)
	}
}

func TestBatchMustMapToAnArray(t *testing.T) {
	t.Parallel()
	shape := shapeOf("id")
	shape.List = true
	_, err := decode(t, "id: $(1)", true, shape, &mapping.Env{})
	var e *datasources.Error
	if !errors.As(err, &e) || e.Code != datasources.CodeFetch {
		t.Fatalf("got %v", err)
	}
}

func TestConnectorWithoutSelectionIsRefused(t *testing.T) {
	t.Parallel()
	source, err := Open(t.Context(), datasources.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	if b, diagnostics := source.Bind(datasources.Connector{}); b != nil || len(diagnostics) != 1 {
		t.Errorf("got %v, %v", b, diagnostics)
	}
}
