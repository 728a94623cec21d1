package table_test

import (
	"bytes"
	"fmt"
	"math/big"
	"runtime"
	"strconv"
	"testing"
	"weak"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/graph/table"
	"github.com/weftgraph/weft/graph/value"
)

// cells makes key cells of JSON texts; the empty text is a MISSING cell.
func cells(texts ...string) [][]byte {
	c := make([][]byte, len(texts))
	for i, text := range texts {
		if text != "" {
			c[i] = []byte(text)
		}
	}
	return c
}

// fields are a key's plain fields of some kinds.
func fields(kinds ...table.KeyKind) []table.KeyField {
	out := make([]table.KeyField, len(kinds))
	for i, kind := range kinds {
		out[i] = table.KeyField{Name: "k" + strconv.Itoa(i), Kind: kind}
	}
	return out
}

func sameKey(kind table.KeyKind, a, b string) bool {
	k := table.NewKeys(fields(kind), 2)
	return k.Add(0, cells(a)) == k.Add(1, cells(b))
}

func TestKeyKindsSayWhatIsEqual(t *testing.T) {
	t.Parallel()
	type equality struct{ tagged, text, numeric bool }
	all, none := equality{true, true, true}, equality{}
	for _, c := range []struct {
		a, b string
		want equality
	}{
		{`1`, `1`, all},
		{`1`, `2`, none},
		{`1`, `"1"`, equality{text: true, numeric: true}},
		{`1`, `1.0`, equality{numeric: true}},
		{`"1"`, `1.0`, equality{numeric: true}},
		{`"1"`, `"1.0"`, equality{numeric: true}},
		{`100`, `1e2`, equality{numeric: true}},
		{`0`, `-0`, equality{numeric: true}},
		{`0`, `0.00e5`, equality{numeric: true}},
		{`0.1`, `1E-1`, equality{numeric: true}},
		{`-5`, `5`, none},
		{`9007199254740993`, `9007199254740992`, none},
		{`1e400`, `2e400`, none},
		{`1e400`, `10e399`, equality{numeric: true}},
		{`1e99999999999999999999`, `1e99999999999999999999`, all},
		{`"x"`, `"x"`, all},
		{`"x"`, `"\u0078"`, all},
		{`"\ud83d\ude00\n"`, "\"😀\\u000a\"", all},
		{`"\ud800"`, `"�"`, all},
		{`"01"`, `1`, none},
		{`" 1"`, `1`, none},
		{`""`, ``, none},
		{`null`, ``, all},
		{`"null"`, `null`, none},
		{`true`, `"true"`, none},
		{`true`, `false`, none},
		{`[1, "a"]`, `[1,"\u0061"]`, all},
		{`[1]`, `["1"]`, equality{text: true, numeric: true}},
		{`[1]`, `1`, none},
		{`[]`, `{}`, none},
		{`[[1],2]`, `[[1,2]]`, none},
		{`{"a": 1, "b": [ ]}`, `{"a":1,"b":[]}`, all},
		{`{"a":1}`, `{"a":"1"}`, none},
		{`{"a":1,"b":2}`, `{"b":2,"a":1}`, none},
		{`{"\u0061":null}`, `{"a":null}`, all},
	} {
		got := equality{sameKey(table.Tagged, c.a, c.b), sameKey(table.Text, c.a, c.b), sameKey(table.Numeric, c.a, c.b)}
		if got != c.want {
			t.Errorf("%s and %s: %+v, want %+v", c.a, c.b, got, c.want)
		}
	}
}

func TestColumnsOfAKeyAreNotConfused(t *testing.T) {
	t.Parallel()
	k := table.NewKeys(fields(table.Tagged, table.Text), 6)
	for i, c := range [][][]byte{cells(`"a"`, `"bc"`), cells(`"ab"`, `"c"`), cells(`"abc"`, ``), cells(``, `"abc"`), cells(`["a"]`, `"b"`), cells(`["a","b"]`, ``)} {
		if key := k.Add(i, c); int(key) != i {
			t.Errorf("%q is the key %d", c, key)
		}
	}
}

func TestKeysAreDistinctAndInOrderOfAppearance(t *testing.T) {
	t.Parallel()
	k := table.NewKeys(fields(table.Text), 6)
	for row, text := range []string{`"b"`, `1`, `"b"`, ``, `"1"`} {
		k.Add(row, cells(text))
	}
	if diff := cmp.Diff([]int32{0, 1, 0, 2, 1, table.NoKey}, k.Index()); diff != "" {
		t.Error(diff)
	}
	k.Skip(0)
	if k.Index()[0] != table.NoKey || k.Len() != 3 {
		t.Errorf("index %v, %d keys", k.Index(), k.Len())
	}
	if got := fmt.Sprintf("%s %s %v", k.Raw(0, 0), k.Raw(1, 0), k.Raw(2, 0) == nil); got != `"b" 1 true` {
		t.Errorf("raw keys are %s", got)
	}
	if key, _ := k.Find(cells(`"1"`), nil); key != 1 {
		t.Errorf(`"1" is found as %d`, key)
	}
	if key, _ := k.Find(cells(`2`), nil); key != table.NoKey {
		t.Errorf("2 is found as %d", key)
	}
}

func TestManyKeysStayDistinct(t *testing.T) {
	t.Parallel()
	k := table.NewKeys(fields(table.Tagged), 20000)
	for i := range 20000 {
		if key := k.Add(i, cells(strconv.Itoa(i%5000))); int(key) != i%5000 {
			t.Fatalf("row %d has the key %d", i, key)
		}
	}
	if k.Len() != 5000 {
		t.Errorf("%d keys", k.Len())
	}
}

// replyOf makes a table of items with the key column id.
func replyOf(tb testing.TB, text string) (*table.Table, *table.Shape) {
	tb.Helper()
	shape := &table.Shape{List: true, Levels: []table.Level{object(leaf("x", table.Any), table.Member{Path: []string{"id"}})}, Key: []table.KeyColumn{{Member: 1}}}
	return filled(tb, shape, mustParse(tb, text)), shape
}

func keysOf(kind table.KeyKind, texts ...string) *table.Keys {
	k := table.NewKeys(fields(kind), len(texts))
	for i, text := range texts {
		k.Add(i, cells(text))
	}
	return k
}

func TestJoinFindsTheLastRowOfEachKeyOfTheChunk(t *testing.T) {
	t.Parallel()
	tab, shape := replyOf(t, `[{"id":"c"},{"id":"a"},null,{"id":"zz"},5,{"id":"c"},{},{"id":"d"}]`)
	for _, c := range []struct {
		from, to int
		want     []int32
	}{
		{0, 5, []int32{1, table.NoRow, 5, 7, 6}},
		{1, 3, []int32{table.NoRow, 5}},
		{4, 5, []int32{6}}, // a missing key is a null key, but a row that is no object has none
		{2, 2, []int32{}},
	} {
		got := table.NewIndex(keysOf(table.Tagged, `"a"`, `"b"`, `"c"`, `"d"`, ``)).Join(tab, shape, c.from, c.to)
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%d to %d: %s", c.from, c.to, diff)
		}
	}
}

func TestGroupKeepsTheOrderOfTheReply(t *testing.T) {
	t.Parallel()
	tab, shape := replyOf(t, `[{"id":2},{"id":"1"},{"id":9},{"id":2.0},null,{"id":1},{"id":2}]`)
	x := table.NewIndex(keysOf(table.Numeric, `1`, `2`, `3`))
	for _, c := range []struct {
		from, to int
		want     [][]int32
	}{
		{0, 3, [][]int32{{1, 5}, {0, 3, 6}, {}}},
		{1, 2, [][]int32{{0, 3, 6}}},
		{2, 3, [][]int32{{}}},
	} {
		g := x.Group(tab, shape, c.from, c.to)
		got := make([][]int32, c.to-c.from)
		for i := range got {
			got[i] = append([]int32{}, g.Of(i)...)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%d to %d: %s", c.from, c.to, diff)
		}
	}
}

// FuzzKeys compares the equality of keys with the strict one of values and with exact arithmetic.
func FuzzKeys(f *testing.F) {
	for _, s := range [][2]string{{`1`, `1.0`}, {`"a"`, `"\u0061"`}, {`[{"a":[1,"x"]}]`, `[ {"a" : [1, "x"]} ]`}, {`1e5`, `"100000"`}} {
		f.Add([]byte(s[0]), []byte(s[1]))
	}
	f.Fuzz(func(t *testing.T, a, b []byte) {
		x, errA := value.Parse(a)
		y, errB := value.Parse(b)
		a, b = bytes.TrimSpace(a), bytes.TrimSpace(b)
		if errA != nil || errB != nil {
			// The cells of a table are always valid; nothing may break if they are not.
			sameKey(table.Numeric, string(a), string(b))
			return
		}
		same := sameKey(table.Tagged, string(a), string(b))
		if same && !value.Equal(x, y) {
			t.Errorf("%s and %s are one key and not equal", a, b)
		}
		if x.String() == y.String() && bytes.Count(a, []byte(":"))+bytes.Count(b, []byte(":")) == 0 && !same {
			t.Errorf("%s and %s are equal and not one key", a, b)
		}
		if x.IsNumber() && y.IsNumber() && len(x.Text())+len(y.Text()) < 12 {
			r, _ := new(big.Rat).SetString(x.Text())
			q, _ := new(big.Rat).SetString(y.Text())
			if r != nil && q != nil && sameKey(table.Numeric, string(a), string(b)) != (r.Cmp(q) == 0) {
				t.Errorf("%s and %s compare wrongly as numbers", a, b)
			}
		}
	})
}

// TestKeysAllocateForTheSetAndNotForRows needs other tests' allocations out of the way.
func TestKeysAllocateForTheSetAndNotForRows(t *testing.T) {
	for _, rows := range []int{10, 100, 1000} {
		tab, shape := rowsWithKeys(t, rows)
		got := testing.AllocsPerRun(20, func() {
			keys := addAll(tab, rows)
			x := table.NewIndex(keys)
			x.Join(tab, shape, 0, keys.Len())
			x.Group(tab, shape, 0, keys.Len())
		})
		if got > 18 {
			t.Errorf("%d rows: %.0f allocations, the budget is 18", rows, got)
		}
	}
}

func rowsWithKeys(tb testing.TB, rows int) (*table.Table, *table.Shape) {
	tb.Helper()
	var b bytes.Buffer
	for i := range rows {
		fmt.Fprintf(&b, `,{"x":1,"id":"user-%d"}`, i*7%100)
	}
	return replyOf(tb, "["+b.String()[1:]+"]")
}

func addAll(tab *table.Table, rows int) *table.Keys {
	keys := table.NewKeys(fields(table.Text), rows)
	var column [1][]byte
	for row := range rows {
		column[0] = tab.Bytes(tab.Levels[0].Cell(uint32(row), 1))
		keys.Add(row, column[:])
	}
	return keys
}

func BenchmarkKeys(b *testing.B) {
	for _, rows := range []int{10, 100, 1000} {
		tab, shape := rowsWithKeys(b, rows)
		keys := addAll(tab, rows)
		run := func(name string, f func()) {
			b.Run(fmt.Sprintf("%s/rows=%d", name, rows), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					f()
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*rows), "ns/row")
			})
		}
		run("add", func() { addAll(tab, rows) })
		run("join", func() { table.NewIndex(keys).Join(tab, shape, 0, keys.Len()) })
		run("group", func() { table.NewIndex(keys).Group(tab, shape, 0, keys.Len()) })
	}
}

// Keys that wait for another run must not keep the replies of the last one.
func TestReleasedKeysLetGoOfTheirTables(t *testing.T) {
	t.Parallel()
	keys := table.NewKeys(fields(table.Text), 1)
	reply := func() weak.Pointer[byte] {
		reply := make([]byte, 1<<20)
		reply[0] = '1'
		keys.Add(0, [][]byte{reply[:1]})
		return weak.Make(&reply[0])
	}()
	keys.Release()
	runtime.GC()
	if reply.Value() != nil {
		t.Error("the reply is still there")
	}
	keys.Reset(1)
	if keys.Add(0, cells("2")) != 0 || string(keys.Raw(0, 0)) != "2" {
		t.Error("the keys cannot be used again")
	}
}
