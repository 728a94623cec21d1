package response

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/table"
)

func parse(t *testing.T, text string) *mapping.Mapping {
	t.Helper()
	m, err := mapping.Parse(text, mapping.V04)
	if err != nil {
		t.Fatalf("mapping %q: %v", text, err)
	}
	return m
}

func leaf(path ...string) table.Member {
	return table.Member{Path: path, Type: &table.Type{Leaf: table.Any}}
}

func object(child int, path ...string) table.Member { return table.Member{Path: path, Child: child} }

func fields(list ...mapping.WantField) *mapping.Want { return &mapping.Want{Fields: list} }

func field(name string, below ...mapping.WantField) mapping.WantField {
	f := mapping.WantField{Name: name}
	if below != nil {
		f.Want = fields(below...)
	}
	return f
}

func TestShapeIsWantedLevelByLevel(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		levels []table.Level
		by     string
		want   *mapping.Want
	}{
		{
			name:   "leaf",
			levels: []table.Level{{Kind: table.Leaf, Members: []table.Member{leaf()}}},
		},
		{
			name: "objects",
			levels: []table.Level{
				{Members: []table.Member{leaf("id"), object(1, "org")}},
				{Members: []table.Member{leaf("name"), object(2, "city")}},
				{Members: []table.Member{leaf("zip")}},
			},
			want: fields(field("id"), field("org", field("name"), field("city", field("zip")))),
		},
		{
			name: "list of lists",
			levels: []table.Level{
				{Members: []table.Member{object(1, "grid")}},
				{Kind: table.List, Members: []table.Member{{Child: 2, List: true}}},
				{Members: []table.Member{leaf("x")}},
			},
			want: fields(field("grid", field("x"))),
		},
		{
			name: "key column below a wanted object",
			levels: []table.Level{
				{Members: []table.Member{object(1, "org"), leaf("org", "id"), leaf("a", "b", "c")}},
				{Members: []table.Member{leaf("name")}},
			},
			want: fields(field("org", field("name"), field("id")), field("a", field("b", field("c")))),
		},
		{
			name: "a whole value wins",
			levels: []table.Level{
				{Members: []table.Member{leaf("org", "id"), leaf("org"), leaf("org", "name")}},
			},
			want: fields(field("org")),
		},
		{
			name: "members of several types share a name",
			levels: []table.Level{
				{Abstract: true, Types: []string{"A", "B"}, Members: []table.Member{object(1, "x"), object(2, "x")}},
				{Types: []string{"X"}, Members: []table.Member{leaf("a")}},
				{Types: []string{"Y"}, Members: []table.Member{leaf("b"), leaf("a")}},
			},
			want: fields(field("__typename"), mapping.WantField{Name: "x", Want: &mapping.Want{
				Fields:   []mapping.WantField{field("a"), field("b")},
				Typename: "Y", // of no effect: __typename is not wanted
			}}),
		},
		{
			name:   "what `by` reads",
			levels: []table.Level{{Members: []table.Member{leaf("name"), {Path: []string{"id"}, By: true}}}},
			by:     "id: userId org: $.org { id } at: a.b.c",
			want: fields(field("name"), field("userId"), field("org", field("id")),
				field("a", field("b", field("c")))),
		},
		{
			name:   "`by` that computes",
			levels: []table.Level{{Members: []table.Member{leaf("name"), {Path: []string{"id"}, By: true}}}},
			by:     `id: a->first.key n: $([b, { c: $.d->map(@.e) }]) x: $this.nothing`,
			want:   fields(field("name"), field("a", field("key")), field("b"), field("d", field("e"))),
		},
		{
			name:   "`by` that needs to know whether there is a value",
			levels: []table.Level{{Members: []table.Member{leaf("name"), {Path: []string{"id"}, By: true}}}},
			by:     "id: a { b: $args.c }",
			want:   fields(field("name"), mapping.WantField{Name: "a", Want: fields()}),
		},
		{
			name:   "`by` that takes the item whole",
			levels: []table.Level{{Members: []table.Member{leaf("name"), {Path: []string{"id"}, By: true}}}},
			by:     "id: $",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var by *mapping.Mapping
			if c.by != "" {
				by = parse(t, c.by)
			}
			if d := cmp.Diff(c.want, wantOf(&table.Shape{Levels: c.levels}, by)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestTypenameIsKnownOnlyWhereAllAgree(t *testing.T) {
	t.Parallel()
	concrete := func(name string, members ...table.Member) table.Level {
		return table.Level{Types: []string{name}, Members: members}
	}
	abstract := table.Level{Abstract: true, Types: []string{"A", "B"}, Members: []table.Member{leaf("a")}}
	for name, c := range map[string]struct {
		first, second table.Level
		want          string
	}{
		"one asks":             {concrete("A", leaf("__typename")), concrete("B", leaf("b")), "A"},
		"the other asks":       {concrete("A", leaf("a")), concrete("B", leaf("__typename")), "B"},
		"both ask and agree":   {concrete("A", leaf("__typename")), concrete("A", leaf("__typename")), "A"},
		"both ask and differ":  {concrete("A", leaf("__typename")), concrete("B", leaf("__typename")), ""},
		"one side is abstract": {abstract, concrete("B", leaf("__typename")), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := table.Level{Members: []table.Member{object(1, "x"), object(2, "x")}}
			w := wantOf(&table.Shape{Levels: []table.Level{root, c.first, c.second}}, nil)
			if got := w.Fields[0].Want.Typename; got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
