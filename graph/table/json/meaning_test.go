package json_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/table"
	tablejson "github.com/weftgraph/weft/graph/table/json"
	"github.com/weftgraph/weft/graph/value"
)

func leafOf(kind table.LeafKind) *table.Type { return &table.Type{Leaf: kind} }

// objects is a shape with one Object level of leaves.
func objects(isList bool, members ...table.Member) *table.Shape {
	return &table.Shape{List: isList, Levels: []table.Level{{Types: []string{"T"}, Members: members}}}
}

func leafMember(name string, kind table.LeafKind) table.Member {
	return table.Member{Path: []string{name}, Type: leafOf(kind)}
}

// TestFormsOfMappingsKeepTheirMeaning compares the scan with the evaluation for mappings and replies at the edges of the
// language, where whole values, literals and merged objects meet nulls, arrays and scalars.
func TestFormsOfMappingsKeepTheirMeaning(t *testing.T) {
	t.Parallel()
	id := leafMember("id", table.ID)
	leafShape := func(isList bool, typ *table.Type) *table.Shape {
		return &table.Shape{List: isList, Levels: []table.Level{{Kind: table.Leaf, Members: []table.Member{{Type: typ}}}}}
	}
	matrix := &table.Shape{List: true, Levels: []table.Level{
		{Kind: table.List, Members: []table.Member{{Child: 1, List: true, ElemNonNull: true}}},
		{Types: []string{"T"}, Members: []table.Member{id}},
	}}
	nested := &table.Shape{Levels: []table.Level{
		{Types: []string{"T"}, Members: []table.Member{id, {Path: []string{"x"}, Child: 1}}},
		{Types: []string{"X"}, Members: []table.Member{id, leafMember("k", table.String)}},
	}}
	union := &table.Shape{List: true, Levels: []table.Level{{
		Abstract: true, Types: []string{"A", "B"}, Members: []table.Member{
			id,
			{Path: []string{"a"}, Type: leafOf(table.Int), Tags: []bool{true, false}},
			{Path: []string{"b"}, Type: leafOf(table.Int), Tags: []bool{false, true}, NonNull: true},
		},
	}}}
	replies := []string{
		`null`, `5`, `"s"`, `true`, `[]`, `{}`, `[null]`, `[5]`, `[[]]`, `{"id":1}`, `[{"id":1},null,{}]`, `[{"id":"a"},{"id":true}]`, `{"id":[1]}`,
		`{"a":null}`, `{"a":{}}`, `{"a":5}`, `{"a":[]}`, `{"a":{"id":1}}`, `{"a":{"id":null},"id":2}`, `{"a":[{"id":1},[{"id":2}]]}`,
		`{"id":1,"a":{"b":{"id":7,"k":"v"}}}`, `[[{"id":1},null],[],null]`, `[[{"id":1}],{"id":2}]`, `[1,"2",null,[3]]`, `[["x",1],null]`,
		`[{"id":1,"t":"A","a":1,"b":2},{"b":null,"t":"B"},{"t":"B"}]`, `[{"t":"C"}]`, `[{"t":null}]`, `[{"a":"x","t":"B"}]`, `[{"t":"\u0041"}]`,
		`{"id":1,"id":2}`, `{"a":{"id":1},"a":{}}`, `{"\u0061":{"i\u0064":1}}`, `{"id":-0}`, `{"id":1.0}`, `{"id":123456789012345678901234567890}`,
	}
	for _, c := range []struct {
		mode  mapping.Mode
		text  string
		shape *table.Shape
		// scans is the number of the replies that must not need the evaluator.
		scans int
	}{
		{mapping.V02, `id`, objects(false, id), 17},
		{mapping.V02, `id`, objects(true, id), 10},
		{mapping.V04, `{ id }`, objects(false, id), 17},
		{mapping.V04, `{ id }`, objects(true, id), 10},
		{mapping.V04, `{ id x: 5 }`, objects(true, id, leafMember("x", table.Int)), 7},
		{mapping.V03, `$`, objects(false, id), 17},
		{mapping.V03, `$`, objects(true, id), 10},
		{mapping.V03, `$.a`, objects(false, id), 17},
		{mapping.V03, `$.a.b`, objects(false, id), 17},
		{mapping.V03, `$.a { id }`, objects(true, id), 13},
		{mapping.V03, `$.a { id n: $("x") }`, objects(false, id, leafMember("n", table.String)), 10},
		{mapping.V03, `id n: $("x")`, objects(false, id, leafMember("n", table.String)), 10},
		{mapping.V03, `id n: $("x")`, objects(false, id, leafMember("n", table.Int)), 0},
		{mapping.V03, `id n: $(null)`, objects(false, id, leafMember("n", table.Int)), 0},
		{mapping.V03, `id $.a { k: $("x") }`, objects(false, id, leafMember("k", table.String)), 8},
		{mapping.V03, `k: id $.a { id }`, objects(false, id, leafMember("k", table.ID)), 8},
		{mapping.V03, `k: id $.a { }`, objects(false, leafMember("k", table.ID)), 8},
		{mapping.V03, `$.a { id $.b { k } }`, objects(false, id, leafMember("k", table.Any)), 8},
		{mapping.V03, `$.id`, leafShape(false, leafOf(table.ID)), 20},
		{mapping.V03, `$`, leafShape(false, leafOf(table.Int)), 20},
		{mapping.V03, `$`, leafShape(true, leafOf(table.String)), 8},
		{mapping.V03, `$`, leafShape(true, &table.Type{Elem: leafOf(table.ID)}), 8},
		{mapping.V03, `$`, leafShape(false, &table.Type{Elem: leafOf(table.Any)}), 20},
		{mapping.V03, `$ { id }`, matrix, 3},
		{mapping.V03, `$`, matrix, 3},
		{mapping.V03, `id x: { id k: id }`, nested, 8},
		{mapping.V03, `id x: $`, nested, 8},
		{mapping.V03, `id x: a.b`, nested, 14},
		{mapping.V03, `id x: a.b { id k }`, nested, 14},
		{mapping.V03, `id __typename: t a b`, union, 4},
		{mapping.V03, `id __typename: $("B") a b`, union, 7},
		{mapping.V03, `id __typename: $("C") a b`, union, 0},
		{mapping.V03, `id a b`, union, 0},
		{mapping.V03, `$`, union, 3},
		{mapping.V03, `o: a { id b { id } }`, objects(false, table.Member{Path: []string{"o", "b", "id"}}, table.Member{Path: []string{"o", "id"}}), 10},
		{mapping.V03, `o: a`, objects(false, table.Member{Path: []string{"o", "b", "id"}}, table.Member{Path: []string{"o"}}), 10},
		{mapping.V03, `id`, objects(false, table.Member{Path: []string{"id", "deep"}}, table.Member{Path: []string{"id"}}), 10},
	} {
		t.Run(c.mode.String()+" "+c.text, func(t *testing.T) {
			t.Parallel()
			m, perr := mapping.Parse(c.text, c.mode)
			if perr != nil {
				t.Fatal(perr)
			}
			program, ok := tablejson.Compile(m.Picks(), c.shape)
			if !ok {
				if c.scans > 0 {
					t.Fatal("does not compile")
				}
				return
			}
			scans := 0
			for _, body := range replies {
				b := table.NewBuilder(c.shape, []byte(body))
				err := program.Scan(b)
				if errors.Is(err, tablejson.ErrFallback) {
					continue
				}
				if err != nil {
					t.Fatalf("%s: %v", body, err)
				}
				scans++
				if diff := cmp.Diff(evaluated(t, m, c.shape, []byte(body)), b.Finish().Dump(c.shape)); diff != "" {
					t.Errorf("%s: evaluated (-) and scanned (+) differ:\n%s", body, diff)
				}
			}
			if scans < c.scans {
				t.Errorf("only %d of %d replies are scanned, want %d", scans, len(replies), c.scans)
			}
		})
	}
}

func TestKeyColumnsOfByAreTakenFromTheItem(t *testing.T) {
	t.Parallel()
	shape := objects(true,
		leafMember("id", table.ID),
		table.Member{Path: []string{"id"}, By: true},
		table.Member{Path: []string{"org", "id"}, By: true},
	)
	shape.Keys = []int{1, 2}
	m := parse(t, `$.items { id owner: user_id team { code } }`)
	body := []byte(`{"items":[{"id":1,"user_id":"u1","team":{"code":7}},{"id":2,"user_id":null,"team":null},null,{"id":3}]}`)
	for _, text := range []string{`id: owner org: { id: team.code }`, `id: owner org: team { id: code }`, `id: $.owner org: @ { id: team.code }`} {
		by := parse(t, text)
		program, ok := tablejson.CompileBatch(m.Picks(), by.Picks(), shape)
		if !ok {
			t.Fatalf("%s: does not compile", text)
		}
		b := table.NewBuilder(shape, body)
		if err := program.Scan(b); err != nil {
			t.Fatal(err)
		}
		v, _ := value.Parse(body)
		mapped := m.Eval(v, nil)
		slow := table.NewBuilder(shape, body)
		slow.Fill(mapped)
		for row, item := range mapped.Elems() {
			slow.FillBy(row, by.Eval(item, nil))
		}
		if diff := cmp.Diff(slow.Finish().Dump(shape), b.Finish().Dump(shape)); diff != "" {
			t.Errorf("%s: evaluated (-) and scanned (+) differ:\n%s", text, diff)
		}
	}
}

func TestByThatDoesMoreThanPickingDoesNotCompile(t *testing.T) {
	t.Parallel()
	shape := objects(true, leafMember("id", table.ID), table.Member{Path: []string{"id"}, By: true})
	m := parse(t, `$.items { id owner }`)
	for _, text := range []string{`id: $("x")`, `id: owner->first`, `other: owner`} {
		if _, ok := tablejson.CompileBatch(m.Picks(), parse(t, text).Picks(), shape); ok {
			t.Errorf("%s compiles", text)
		}
	}
	if _, ok := tablejson.Compile(m.Picks(), shape); ok {
		t.Error("compiles without a by mapping")
	}
}

func TestOneProgramServesManyScansAtOnce(t *testing.T) {
	t.Parallel()
	m, shape, program := people(t)
	want := evaluated(t, m, shape, []byte(peopleReply))
	for range 8 {
		t.Run("scan", func(t *testing.T) {
			t.Parallel()
			for range 50 {
				b := table.NewBuilder(shape, []byte(peopleReply))
				if err := program.Scan(b); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, b.Finish().Dump(shape)); diff != "" {
					t.Fatal(diff)
				}
			}
		})
	}
}
