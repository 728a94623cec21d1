package table_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/graph/table"
	"github.com/weftgraph/weft/graph/value"
)

func mustParse(tb testing.TB, text string) value.Value {
	tb.Helper()
	v, err := value.Parse([]byte(text))
	if err != nil {
		tb.Fatal(err)
	}
	return v
}

func filled(tb testing.TB, shape *table.Shape, mapped value.Value) *table.Table {
	tb.Helper()
	b := table.NewBuilder(shape, nil)
	b.Fill(mapped)
	return b.Finish()
}

// lines joins the lines of an expected dump, which end in a line break each.
func lines(l ...string) string { return strings.Join(l, "\n") + "\n" }

func leaf(name string, kind table.LeafKind) table.Member {
	return table.Member{Path: []string{name}, Type: &table.Type{Leaf: kind}}
}

func object(members ...table.Member) table.Level {
	return table.Level{Types: []string{"T"}, Members: members}
}

func TestRootTellsValuesApart(t *testing.T) {
	t.Parallel()
	single := &table.Shape{Levels: []table.Level{object(leaf("a", table.Int))}}
	list := &table.Shape{List: true, Levels: single.Levels}
	for _, c := range []struct {
		name   string
		shape  *table.Shape
		mapped value.Value
		want   string
	}{
		{"missing", single, value.Missing(), lines("root=missing", "doubts 0")},
		{"null", single, value.Null(), lines("root=null", "doubts 0")},
		{"object", single, mustParse(t, `{"a":1}`), lines("root=[0:1]", "0.0 tag 1 a=1", "doubts 0")},
		{"array for an object", single, mustParse(t, `[{"a":1}]`), lines("root=mismatch", "doubts 1")},
		{"string for an object", single, value.String("x"), lines("root=mismatch", "doubts 1")},
		{"missing list", list, value.Missing(), lines("root=missing", "doubts 0")},
		{"empty list", list, mustParse(t, `[]`), lines("root=[0:0]", "doubts 0")},
		{"object for a list", list, mustParse(t, `{"a":1}`), lines("root=mismatch", "doubts 1")},
		{
			"null and odd elements", list, mustParse(t, `[{"a":1},null,5,[{}],{}]`),
			lines("root=[0:5]", "0.0 tag 1 a=1", "0.1 null a=missing", "0.2 mismatch a=missing", "0.3 mismatch a=missing",
				"0.4 tag 1 a=missing", "doubts 3"),
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, filled(t, c.shape, c.mapped).Dump(c.shape)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLeavesAreCompletedByTheirType(t *testing.T) {
	t.Parallel()
	const mismatch = "mismatch"
	for _, c := range []struct {
		kind       table.LeafKind
		good, evil string // space separated JSON texts
	}{
		{table.Raw, `1 "s" true [1] {"a":1}`, ``},
		{table.Any, `1 "s" true [1] {"a":1}`, ``},
		{table.String, `"s" "" "é"`, `1 true [] {}`},
		{table.Int, `0 -0 7 2147483647 -2147483648`, `2147483648 -2147483649 99999999999999 1.0 1e2 "1" true [1]`},
		{table.Float, `0 1.5 1E400 -0.0 123456789012345678901234567890`, `"1" true []`},
		{table.Boolean, `true false`, `"true" 1 []`},
		{table.ID, `"a" 1 -5 123456789012345678901234567890`, `1.0 1e3 true [] {}`},
		{table.Enum, `"RED" "BLUE"`, `"GREEN" "red" 1 true`},
	} {
		shape := &table.Shape{Levels: []table.Level{object(table.Member{
			Path: []string{"a"}, Type: &table.Type{Leaf: c.kind, Values: []string{"BLUE", "RED"}},
		})}}
		check := func(text, want string) {
			tab := filled(t, shape, value.Object([]value.Field{{Name: "a", Value: mustParse(t, text)}}))
			cell, got := tab.Levels[0].Cell(0, 0), mismatch
			if cell != table.Mismatch {
				got = string(tab.Bytes(cell))
			}
			if got != want {
				t.Errorf("kind %d: %s is completed to %s, want %s", c.kind, text, got, want)
			}
			if faulty := want == mismatch; faulty != (tab.Doubts == 1) || len(tab.Faults) > 0 {
				t.Errorf("kind %d: %s gives %d doubts and the faults %v", c.kind, text, tab.Doubts, tab.Faults)
			}
		}
		for text := range strings.FieldsSeq(c.good) {
			check(text, text)
		}
		for text := range strings.FieldsSeq(c.evil) {
			check(text, mismatch)
		}
	}
}

func TestLeafListsAreCompletedByElement(t *testing.T) {
	t.Parallel()
	list := func(elem table.Type) *table.Type { return &table.Type{Elem: &elem} }
	ids, strict := list(table.Type{Leaf: table.ID}), list(table.Type{Leaf: table.Int, NonNull: true})
	nested := list(*strict)
	for _, c := range []struct {
		name, in, want string
		typ            *table.Type
		faults         []table.Fault
	}{
		{name: "clean", typ: ids, in: `["a","b",null]`, want: `["a","b",null]`},
		{name: "empty", typ: ids, in: `[]`, want: `[]`},
		{name: "numeric IDs become strings", typ: ids, in: `[7,"7",12345678901234567890]`, want: `["7","7","12345678901234567890"]`},
		{
			name: "a wrong element is null in place", typ: ids, in: `["a",true,1.5,3]`, want: `["a",null,null,"3"]`,
			faults: []table.Fault{{Kind: table.WrongType, Index: []int32{1}, Count: 2}},
		},
		{
			name: "a wrong non-null element takes the list", typ: strict, in: `[1,"x",2]`, want: "mismatch",
			faults: []table.Fault{{Kind: table.WrongType, Index: []int32{1}, Count: 1}},
		},
		{
			name: "a null non-null element takes the list", typ: strict, in: `[1,2,null]`, want: "mismatch",
			faults: []table.Fault{{Kind: table.NullInNonNull, Index: []int32{2}, Count: 1}},
		},
		{
			name: "an inner list takes no more than itself", typ: nested, in: `[[1],[2,null],null,[]]`, want: `[[1],null,null,[]]`,
			faults: []table.Fault{{Kind: table.NullInNonNull, Index: []int32{1, 1}, Count: 1}},
		},
		{
			name: "an element that should be a list", typ: nested, in: `[[1],2]`, want: `[[1],null]`,
			faults: []table.Fault{{Kind: table.WrongType, Index: []int32{1}, Count: 1}},
		},
		{
			name: "what took the list is told", typ: list(table.Type{Elem: &table.Type{Leaf: table.Int}, NonNull: true}),
			in: `[["x",1],["y",[]],null,"z"]`, want: "mismatch",
			faults: []table.Fault{{Kind: table.NullInNonNull, Index: []int32{2}, Count: 1}},
		},
		{name: "no list at all", typ: ids, in: `"a"`, want: "mismatch"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			shape := &table.Shape{Levels: []table.Level{object(table.Member{Path: []string{"a"}, Type: c.typ})}}
			tab := filled(t, shape, value.Object([]value.Field{{Name: "a", Value: mustParse(t, c.in)}}))
			got := "mismatch"
			if cell := tab.Levels[0].Cell(0, 0); cell != table.Mismatch {
				got = string(tab.Bytes(cell))
			}
			if got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			if diff := cmp.Diff(c.faults, tab.Faults); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestNullsThatAreNotAllowedAreCounted(t *testing.T) {
	t.Parallel()
	shape := &table.Shape{Levels: []table.Level{
		object(
			table.Member{Path: []string{"a"}, Type: &table.Type{Leaf: table.Int}, NonNull: true},
			table.Member{Path: []string{"l"}, Child: 1, List: true, NonNull: true, ElemNonNull: true},
			table.Member{Path: []string{"o"}, Child: 2, NonNull: true},
			table.Member{Path: []string{"k"}, NonNull: true},
		),
		object(table.Member{Path: []string{"x"}, Type: &table.Type{Leaf: table.String}, NonNull: true}),
		object(leaf("y", table.String)),
	}}
	for text, want := range map[string]int{
		`{"a":1,"l":[{"x":"s"}],"o":{}}`:             0,
		`{"a":null,"l":[{"x":"s"}],"o":{}}`:          1,
		`{"l":null,"o":{}}`:                          2,
		`{"a":1,"l":[null,{"x":null},null],"o":{}}`:  3,
		`{"a":"wrong","l":[{"x":1}],"o":null}`:       3,
		`{"a":1,"l":{},"o":[]}`:                      2,
		`{"a":1,"l":[5],"o":{"y":5}}`:                2,
		`{"a":1,"l":[],"o":{"y":null},"k":null}`:     0,
		`{"a":1,"l":[{"x":"s"},{}],"o":{},"k":[{}]}`: 1,
	} {
		if got := filled(t, shape, mustParse(t, text)).Doubts; got != want {
			t.Errorf("%s: %d doubts, want %d", text, got, want)
		}
	}
}

func TestAbstractRowsTakeTheirTypeFromTheMappedTypename(t *testing.T) {
	t.Parallel()
	shape := &table.Shape{List: true, Levels: []table.Level{{
		Abstract: true, Types: []string{"Book", "Film"}, Members: []table.Member{
			leaf("title", table.String),
			{Path: []string{"pages"}, Type: &table.Type{Leaf: table.Int}, Tags: []bool{true, false}, NonNull: true},
			{Path: []string{"minutes"}, Type: &table.Type{Leaf: table.Int}, Tags: []bool{false, true}},
			{Path: []string{"id"}},
		},
	}}}
	got := filled(t, shape, mustParse(t, `[
		{"__typename":"Book","title":"a","pages":1,"minutes":2,"id":1},
		{"__typename":"Film","title":"b","pages":1,"minutes":2,"id":2},
		{"__typename":"Song","title":"c","pages":1,"id":3}, {"title":"d"}, null
	]`)).Dump(shape)
	want := lines("root=[0:5]",
		`0.0 tag 1 title="a" pages=1 minutes=missing id=1`,
		`0.1 tag 2 title="b" pages=missing minutes=2 id=2`,
		`0.2 mismatch title=missing pages=missing minutes=missing id=3`,
		`0.3 mismatch title=missing pages=missing minutes=missing id=missing`,
		`0.4 null title=missing pages=missing minutes=missing id=missing`,
		"doubts 3")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestListsOfListsHaveALevelPerList(t *testing.T) {
	t.Parallel()
	shape := &table.Shape{Levels: []table.Level{
		object(table.Member{Path: []string{"m"}, Child: 1, List: true}),
		{Kind: table.List, Members: []table.Member{{Child: 2, List: true, ElemNonNull: true}}},
		object(leaf("z", table.Int)),
	}}
	got := filled(t, shape, mustParse(t, `{"m":[[{"z":1},{"z":2}],null,[],[null],{"z":3}]}`)).Dump(shape)
	want := lines("root=[0:1]", "0.0 tag 1 m=[0:5]",
		"1.0 tag 1 =[0:2]", "1.1 null =missing", "1.2 tag 1 =[2:2]", "1.3 tag 1 =[2:3]", "1.4 mismatch =missing",
		"2.0 tag 1 z=1", "2.1 tag 1 z=2", "2.2 null z=missing",
		"doubts 2")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestLeafRowsCarryTheirStateInTheTag(t *testing.T) {
	t.Parallel()
	shape := &table.Shape{List: true, Levels: []table.Level{{Kind: table.Leaf, Members: []table.Member{{Type: &table.Type{Leaf: table.Int}}}}}}
	got := filled(t, shape, mustParse(t, `[1,null,"x"]`)).Dump(shape)
	want := lines("root=[0:3]", "0.0 tag 1 =1", "0.1 null =null", "0.2 mismatch =mismatch",
		"doubts 2")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestKeyColumnsWalkThroughObjectsAndArrays(t *testing.T) {
	t.Parallel()
	path := func(p ...string) table.Member { return table.Member{Path: p} }
	shape := &table.Shape{Levels: []table.Level{object(path("o", "id"), path("l", "id"), path("l", "o", "id"), path("n", "id"), path("s", "id"))}}
	got := filled(t, shape, mustParse(t, `{"o":{"id":{"a":1}},"l":[{"id":1,"o":{"id":2}},{},[{"id":3}]],"n":null,"s":"x"}`)).Dump(shape)
	want := lines("root=[0:1]", `0.0 tag 1 o.id={"a":1} l.id=[1,null,[3]] l.o.id=[2,null,[null]] n.id=missing s.id=missing`, "doubts 0")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestFillByFillsOnlyKeyColumnsOfRowsThatAreThere(t *testing.T) {
	t.Parallel()
	shape := &table.Shape{List: true, Levels: []table.Level{object(leaf("id", table.ID), table.Member{Path: []string{"id"}, By: true})}}
	b := table.NewBuilder(shape, nil)
	b.Fill(mustParse(t, `[{"id":1},null]`))
	b.FillBy(0, mustParse(t, `{"id":"parent"}`))
	b.FillBy(1, mustParse(t, `{"id":"parent"}`))
	want := lines("root=[0:2]", `0.0 tag 1 id=1 id="parent"`, "0.1 null id=missing id=missing", "doubts 1") //nolint:dupword // two columns
	if diff := cmp.Diff(want, b.Finish().Dump(shape)); diff != "" {
		t.Error(diff)
	}
}

func TestFaultsAreThoseOfTheirCells(t *testing.T) {
	t.Parallel()
	words := table.Member{Path: []string{"s"}, Type: &table.Type{Elem: &table.Type{Leaf: table.String}}}
	numbers := table.Member{Path: []string{"n"}, Type: &table.Type{Elem: &table.Type{Leaf: table.Int, NonNull: true}}}
	shape := &table.Shape{List: true, Levels: []table.Level{
		object(words, numbers, table.Member{Path: []string{"below"}, Child: 1}),
		object(words),
	}}
	tab := filled(t, shape, mustParse(t, `[{"s":[1,2],"n":[1]}, {"s":["a"],"n":[null]}, {"s":["a",3],"n":["x"],"below":{"s":[4]}}]`))
	for _, c := range []struct {
		level, member int
		row           uint32
		want          []table.Fault
	}{
		{0, 0, 0, []table.Fault{{Kind: table.WrongType, Index: []int32{0}, Count: 2}}},
		{0, 1, 0, []table.Fault{}},
		{0, 0, 1, []table.Fault{}},
		{0, 1, 1, []table.Fault{{Kind: table.NullInNonNull, Member: 1, Row: 1, Index: []int32{0}, Count: 1}}},
		{0, 0, 2, []table.Fault{{Kind: table.WrongType, Row: 2, Index: []int32{1}, Count: 1}}},
		{0, 1, 2, []table.Fault{{Kind: table.WrongType, Member: 1, Row: 2, Index: []int32{0}, Count: 1}}},
		{1, 0, 0, []table.Fault{{Kind: table.WrongType, Level: 1, Index: []int32{0}, Count: 1}}},
		{1, 0, 1, []table.Fault{}},
	} {
		if diff := cmp.Diff(c.want, tab.FaultsOf(c.level, c.member, c.row)); diff != "" {
			t.Errorf("level %d, member %d, row %d: %s", c.level, c.member, c.row, diff)
		}
	}
}
