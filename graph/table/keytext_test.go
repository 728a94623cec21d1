package table_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/graph/table"
)

// house is a key of a number and an object {street {name} lots [[{id}]]} in which the street's name is declared non-null.
func house() ([]table.KeyField, []table.KeyColumn, *table.Shape) {
	key := []table.KeyField{
		{Name: "no"},
		{Name: "house", Fields: []table.KeyField{
			{Name: "street", Fields: []table.KeyField{{Name: "name", Required: true}}},
			{Name: "lots", Fields: []table.KeyField{{Name: "id"}}},
		}},
	}
	shape := &table.Shape{Levels: []table.Level{
		object(column("no"), below("house", 1, false), leaf("other", table.Any)),
		object(below("street", 2, false), below("lots", 3, true)),
		object(column("name"), leaf("city", table.Any)),
		{Kind: table.List, Types: []string{""}, Members: []table.Member{{Child: 4, List: true}}},
		object(column("id")),
	}}
	at := []table.KeyColumn{
		{Member: 0},
		{Member: 1, Level: 1, Fields: []table.KeyColumn{
			{Member: 0, Level: 2, Fields: []table.KeyColumn{{Member: 0}}},
			{Member: 1, Level: 3, List: true, Inner: &table.KeyColumn{Level: 4, List: true, Fields: []table.KeyColumn{{Member: 0}}}},
		}},
	}
	return key, at, shape
}

func column(name string) table.Member { return table.Member{Path: []string{name}} }

func below(name string, child int, isList bool) table.Member {
	return table.Member{Path: []string{name}, Child: child, List: isList}
}

func TestObjectsOfKeysHaveTheFieldsOfTheKey(t *testing.T) {
	t.Parallel()
	for reply, want := range map[string][]string{
		`{"no":1,"house":{"street":{"city":"C","name":"A"},"lots":[[{"id":1,"x":2},null],null,[]],"nr":3},"other":4}`: {`1`, `{"street":{"name":"A"},"lots":[[{"id":1},null],null,[]]}`},
		`{"no":1.0,"house":{"street":null}}`: {`1.0`, `{"street":null,"lots":null}`},
		`{"no":null,"house":{}}`:             {`null`, `{"street":null,"lots":null}`},
		`{"house":null}`:                     {`null`, `null`},
		`{}`:                                 {`null`, `null`},
		`{"house":"text"}`:                   {`null`, `null`},
		`{"house":{"street":{"name":null},"lots":[[{}]]}}`:                        {`null`, `{"street":{"name":null},"lots":[[{"id":null}]]}`},
		`{"house":{"street":{"name":{"a":1}},"lots":{}}}`:                         {`null`, `{"street":{"name":{"a":1}},"lots":null}`},
		`{"no":"x","house":{"street":{"city":"a required name is missing"}}}`:     {`"x"`, `no key`},
		`{"no":"x","house":{"lots":[5,[6]],"street":{"name":"other than rows"}}}`: {`"x"`, `{"street":{"name":"other than rows"},"lots":[null,[null]]}`},
	} {
		key, at, shape := house()
		tab := filled(t, shape, mustParse(t, reply))
		var reader table.KeyReader
		var got []string
		for i := range key {
			got = append(got, read(&reader, tab, &key[i], &at[i]))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", reply, diff)
		}
	}
}

func read(r *table.KeyReader, tab *table.Table, f *table.KeyField, at *table.KeyColumn) string {
	text, ok := r.Read(tab, 0, 0, f, at)
	switch {
	case !ok:
		return "no key"
	case text == nil:
		return "null"
	default:
		return string(text)
	}
}

func TestTextsOfKeysStayWhenMoreAreRead(t *testing.T) {
	t.Parallel()
	key, at, shape := house()
	shape.List = true
	tab := filled(t, shape, mustParse(t, `[{"house":{"lots":[]}},{"house":{"lots":[[]]}},{"house":{"lots":null}}]`))
	var reader table.KeyReader
	var texts [][]byte
	for row := range uint32(3) {
		text, _ := reader.Read(tab, 0, row, &key[1], &at[1])
		texts = append(texts, text)
	}
	want := []string{`{"street":null,"lots":[]}`, `{"street":null,"lots":[[]]}`, `{"street":null,"lots":null}`}
	for i := range want {
		if got := string(texts[i]); got != want[i] {
			t.Errorf("row %d: %s, not %s", i, got, want[i])
		}
	}
}

func TestColumnOfAWholeObjectIsReadAsItsKeyFields(t *testing.T) {
	t.Parallel()
	f := table.KeyField{Name: "o", Fields: []table.KeyField{{Name: "b"}, {Name: "a", Fields: []table.KeyField{{Name: "c"}}}}}
	for reply, want := range map[string]string{
		`{"o":{"a":{"c":1,"d":2},"x":3,"b":[4]}}`: `{"b":[4],"a":{"c":1}}`,
		`{"o":[{"b":1},{"a":null},5]}`:            `[{"b":1,"a":null},{"b":null,"a":null},null]`,
		`{"o":"text"}`:                            `null`,
		`{"o":null}`:                              `null`,
		`{}`:                                      `null`,
	} {
		shape := &table.Shape{Levels: []table.Level{object(column("o"))}}
		tab := filled(t, shape, mustParse(t, reply))
		var reader table.KeyReader
		if got := read(&reader, tab, &f, &table.KeyColumn{}); got != want {
			t.Errorf("%s: %s, not %s", reply, got, want)
		}
	}
}

func TestPartsOfAKeyAreMerged(t *testing.T) {
	t.Parallel()
	f := table.KeyField{Name: "o", Fields: []table.KeyField{{Name: "a"}, {Name: "b"}, {Name: "l", Fields: []table.KeyField{{Name: "x"}, {Name: "y"}}}}}
	for _, tt := range []struct{ a, b, want string }{
		{`{"b":1}`, `{"a":2}`, `{"a":2,"b":1,"l":null}`},
		{`{"l":[{"x":1},{"x":2}]}`, `{"l":[{"y":3}],"a":null}`, `{"a":null,"b":null,"l":[{"x":1,"y":3},{"x":2,"y":null}]}`},
		{``, `{"a":1}`, `{"a":1}`},
		{`{"a":1}`, ``, `{"a":1}`},
		{`{"l":null}`, `{"l":[{"y":3}]}`, `{"a":null,"b":null,"l":[{"x":null,"y":3}]}`},
		{`5`, `{"a":1}`, `null`},
	} {
		var reader table.KeyReader
		got := string(reader.Merge(&f, cells(tt.a)[0], cells(tt.b)[0]))
		if got == "" {
			got = "null"
		}
		if got != tt.want {
			t.Errorf("%s and %s: %s, not %s", tt.a, tt.b, got, tt.want)
		}
	}
}

func TestFieldsOfKeysAreComparedByTheirOwnKinds(t *testing.T) {
	t.Parallel()
	key := []table.KeyField{{
		Name: "o",
		Fields: []table.KeyField{
			{Name: "id", Kind: table.Text},
			{Name: "n", Kind: table.Numeric},
			{Name: "l", Fields: []table.KeyField{{Name: "id", Kind: table.Text}}},
			{Name: "any"},
		},
	}}
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{`{"id":1,"n":2}`, `{"id":"1","n":"2.0"}`, true},
		{`{"id":1,"n":2}`, `{"id":"1.0","n":2}`, false},
		{`{"l":[{"id":1},null]}`, `{"l":[{"id":"1"},null]}`, true},
		{`{"l":[{"id":1}]}`, `{"l":[{"id":"1"},null]}`, false},
		{`{"any":{"id":1}}`, `{"any":{"id":"1"}}`, false},
		{`{"id":null}`, ``, false},
	} {
		k := table.NewKeys(key, 2)
		if got := k.Add(0, cells(tt.a)) == k.Add(1, cells(tt.b)); got != tt.want {
			t.Errorf("%s and %s: %t", tt.a, tt.b, got)
		}
	}
}
