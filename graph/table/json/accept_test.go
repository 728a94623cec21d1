package json_test

import (
	"bytes"
	stdjson "encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/table"
	tablejson "github.com/weftgraph/weft/graph/table/json"
	"github.com/weftgraph/weft/graph/value"
)

// people is a mapping and a shape with a bit of everything, and a reply for it.
func people(tb testing.TB) (*mapping.Mapping, *table.Shape, *tablejson.Program) {
	tb.Helper()
	m := parse(tb, `$.data { id name: n.full tags $.more { city } friends { id since } home { street } }`)
	shape := &table.Shape{List: true, Levels: []table.Level{
		{Types: []string{"Person"}, Members: []table.Member{
			{Path: []string{"id"}, Type: &table.Type{Leaf: table.ID, NonNull: true}, NonNull: true},
			{Path: []string{"name"}, Type: &table.Type{Leaf: table.String}},
			{Path: []string{"tags"}, Type: &table.Type{Elem: &table.Type{Leaf: table.ID}}},
			{Path: []string{"city"}, Type: &table.Type{Leaf: table.Enum, Values: []string{"BONN", "ULM"}}},
			{Path: []string{"friends"}, Child: 1, List: true, ElemNonNull: true},
			{Path: []string{"home"}, Child: 2},
			{Path: []string{"id"}, Type: &table.Type{Leaf: table.Raw}},
		}},
		{Types: []string{"Friend"}, Members: []table.Member{
			{Path: []string{"id"}, Type: &table.Type{Leaf: table.ID}},
			{Path: []string{"since"}, Type: &table.Type{Leaf: table.Int}},
		}},
		{Types: []string{"Home"}, Members: []table.Member{
			{Path: []string{"street"}, Type: &table.Type{Leaf: table.Any}},
		}},
	}, Keys: []int{6}}
	program, ok := tablejson.Compile(m.Picks(), shape)
	if !ok {
		tb.Fatal("the mapping does not compile")
	}
	return m, shape, program
}

const peopleReply = ` {"x": [1, -0.5e+3, {"": [[], {}]}, "\u00e9\ud83d\ude00é", true, false, null],
  "data": [
    {"id": 1, "n": {"full": "Ann"}, "tags": ["a", 7], "more": {"city": "BONN"}, "friends": [{"id": "x", "since": 1999}, null], "home": {"street": {"a": [1]}}},
    {"id": 2, "n": {"full": "Bob \"B\""}, "tags": null, "more": {"city": "ROME"}, "friends": [], "home": null},
    {"n": null, "id": null, "more": {}, "home": {"street": 5}, "z": "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"},
    null
  ], "end": 1.25E-7}
`

func TestTruncatedReplyIsASyntaxErrorAtItsEnd(t *testing.T) {
	t.Parallel()
	_, shape, program := people(t)
	whole := strings.TrimRight(peopleReply, "\n")
	for n := range len(whole) {
		// The capacity is cut, too, so that reading beyond the end panics.
		body := append([]byte(nil), whole[:n]...)
		err := program.Scan(table.NewBuilder(shape, body[:n:n]))
		var syntax *tablejson.SyntaxError
		if !errors.As(err, &syntax) {
			t.Fatalf("%q: %v", body, err)
		}
		if syntax.Offset != n {
			t.Errorf("%q: %v, want offset %d", body, err, n)
		}
	}
}

func TestSyntaxErrorsTellWhatAndWhere(t *testing.T) {
	t.Parallel()
	_, shape, program := people(t)
	deep := strings.Repeat("[", value.MaxDepth)
	for _, c := range []struct{ reply, want string }{
		{``, "unexpected end of text at offset 0"},
		{`{"data": [}`, "unexpected character '}' at offset 10"},
		{`{"data": [] "x": 1}`, "unexpected character '\"' at offset 12"},
		{`{"data" []}`, "unexpected character '[' at offset 8"},
		{`{"data": [],}`, "unexpected character '}' at offset 12"},
		{`{,"data": []}`, "unexpected character ',' at offset 1"},
		{`{"data": [{"id": 01}]}`, "unexpected character '1' at offset 18"},
		{`{"data": [{"id": 1.}]}`, "unexpected character '}' at offset 19"},
		{`{"data": [{"id": "\q"}]}`, "unexpected character 'q' at offset 19"},
		{`{"data": [{"id": "\u12g4"}]}`, "unexpected character 'g' at offset 22"},
		{"{\"data\": [{\"id\": \"a\tb\"}]}", "unexpected character '\\t' at offset 19"},
		{"{\"data\": [{\"id\": \"a\xffb\"}]}", "invalid UTF-8 at offset 19"},
		{"{\"other\": {\"\xed\xa0\x80\": 1}}", "invalid UTF-8 at offset 12"},
		{`{"data": [nul]}`, "unexpected character ']' at offset 13"},
		{`{"data": [{"id": truth}]}`, "unexpected character 't' at offset 20"},
		{`{"other": [1, 2}}`, "unexpected character '}' at offset 15"},
		{`{"other": {"a": 1]}`, "unexpected character ']' at offset 17"},
		{`{"data": []} x`, "unexpected character 'x' at offset 13"},
		{`{"data": []}` + "\v", "unexpected character '\\v' at offset 12"},
		{`{"data": []}` + "\x00", "unexpected character '\\x00' at offset 12"},
		{"\ufeff{}", `unexpected character '\ufeff' at offset 0`},
		{`{"other": ` + deep + `]`, "nested deeper than 512 levels at offset 521"},
	} {
		b := table.NewBuilder(shape, []byte(c.reply))
		err := program.Scan(b)
		if err == nil || err.Error() != c.want {
			t.Errorf("%q: %v, want %s", c.reply, err, c.want)
		}
		if b.Len(0) != 0 {
			t.Errorf("%q: the builder has not been reset", c.reply)
		}
	}
}

func TestNestingUpToTheLimitIsAccepted(t *testing.T) {
	t.Parallel()
	_, shape, program := people(t)
	n := value.MaxDepth - 1
	for _, body := range []string{
		`{"other": ` + strings.Repeat("[", n) + strings.Repeat("]", n) + `}`,
		`{"other": ` + strings.Repeat(`{"a":`, n) + "1" + strings.Repeat("}", n) + `}`,
	} {
		if err := program.Scan(table.NewBuilder(shape, []byte(body))); err != nil {
			t.Error(err)
		}
	}
}

func TestOddRepliesFallBackAndResetTheBuilder(t *testing.T) {
	t.Parallel()
	m, shape, program := people(t)
	for _, body := range []string{
		`[{"data": []}]`,
		`{"data": {"id": 1}}`,
		`{"data": 5}`,
		`{"data": [5]}`,
		`{"data": [[]]}`,
		`{"data": [{"id": 1, "id": 2}]}`,
		`{"data": [{"id": 1}], "data": []}`,
		`{"data": [{"id": 1, "more": null}]}`,
		`{"data": [{"id": 1, "n": [{"full": "x"}]}]}`,
		`{"data": [{"id": 1, "friends": {"id": 2}}]}`,
		`{"data": [{"id": 1, "home": []}]}`,
	} {
		b := table.NewBuilder(shape, []byte(body))
		if err := program.Scan(b); !errors.Is(err, tablejson.ErrFallback) {
			t.Errorf("%s: %v", body, err)
			continue
		}
		v, _ := value.Parse([]byte(body))
		b.Fill(m.Eval(v, nil))
		if diff := cmp.Diff(evaluated(t, m, shape, []byte(body)), b.Finish().Dump(shape)); diff != "" {
			t.Errorf("%s: the builder was not empty: %s", body, diff)
		}
	}
}

func FuzzScan(f *testing.F) {
	f.Add([]byte(peopleReply))
	for _, s := range []string{
		`{"data":[{"id":1,"n":{"full":"a"}},{"id":1 ,"n" :{"full":"\ud800\u0041"}}]}`, `{"data":null}`, `null`, `{"data":[{"id":1,"id":2}]}`,
		"{\"data\":[{\"\\u0069d\":-0}]}", "[\"\xff\"]", `{"data":[{"tags":[1,[2],null,{"a":"]"}]}]}`, `{"a":01}`, `{"data":[],}`,
	} {
		f.Add([]byte(s))
	}
	m, shape, program := people(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		depth := bytes.Count(body, []byte("[")) + bytes.Count(body, []byte("{"))
		valid := stdjson.Valid(body) && utf8.Valid(body)
		b := table.NewBuilder(shape, body)
		switch err := program.Scan(b); {
		case errors.Is(err, tablejson.ErrFallback):
		case err != nil:
			if valid && depth <= value.MaxDepth {
				t.Fatalf("refused: %v", err)
			}
		case !valid:
			t.Fatal("accepted")
		default:
			if diff := cmp.Diff(evaluated(t, m, shape, body), b.Finish().Dump(shape)); diff != "" {
				t.Fatal(diff)
			}
		}
	})
}
