package graph_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/weftgraph/weft/graph"
)

// spelled returns the text that the document's one string stands for.
func spelled(t *testing.T, literal string) (string, gqlerror.List) {
	t.Helper()
	doc, errs := newGeneration(t, graph.Limits{}, nil).Prepare(`{ user(id: ` + literal + `) { id } }`)
	if len(errs) > 0 {
		return "", errs
	}
	op, err := doc.Operation("")
	if err != nil {
		t.Fatal(err)
	}
	field, ok := op.Definition().SelectionSet[0].(*ast.Field)
	if !ok {
		t.Fatal("the document's first selection is no field")
	}
	return field.Arguments[0].Value.Raw, nil
}

func TestStringsStandForWhatTheirEscapesSay(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ literal, want string }{
		{`"\u{1F600}"`, "😀"},
		{`"\u{00000041}"`, "A"},
		{`"\u{10FFFF}"`, "\U0010FFFF"},
		{`"\u{22}\u{5c}\u{A}\u{0}"`, "\"\\\n\x00"},
		{`"\uD83D\uDE00"`, "😀"},
		{`"a\uD83D\uDE00\u0041\n"`, "a😀A\n"},
		{`"\\u{1F600}"`, `\u{1F600}`},
		{`"\\\u{41}"`, `\A`},
		{`"""\u{41} \"""\u{41}"""`, `\u{41} """\u{41}`},
		{"\"\"\"a\n    b\n   c\r\n \r  \t d\n  \"\"\"", "a\n b\nc\n\n d"},
		{"\"\"\" a\n    b\"\"\"", " a\nb"},
		{"\"\"\"  a\n b\"\"\"", "  a\nb"},
		{"\"\"\"\n  a\n b\n\"\"\"", " a\nb"},
		{"\"\"\"a\n  \"\"\"", "a"},
		{`"""\"""` + "\n  b" + `\""""""`, "\"\"\"\nb\"\"\""},
	} {
		t.Run(tt.literal, func(t *testing.T) {
			t.Parallel()
			got, errs := spelled(t, tt.literal)
			if len(errs) > 0 {
				t.Fatal(errs)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestMisspelledTokensAreRefused(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ literal, want string }{
		{`"\uD83D"`, `Invalid Unicode escape sequence: "\\uD83D".`},
		{`"\uDE00\uD83D"`, `Invalid Unicode escape sequence: "\\uDE00".`},
		{`"\uD83D\u0041"`, `Invalid Unicode escape sequence: "\\uD83D".`},
		{`"\u{D83D}\u{DE00}"`, `Invalid Unicode escape sequence: "\\u{D83D}".`},
		{`"\u{110000}"`, `Invalid Unicode escape sequence: "\\u{110000}".`},
		{`"\u{}"`, `Invalid Unicode escape sequence: "\\u{}".`},
		{`"\u{41"`, `Invalid Unicode escape sequence: "\\u{41".`},
		{`"\u{FFFFFFFFFFFFFFFFFFFF}"`, `Invalid Unicode escape sequence: "\\u{FFFFFFFFFFFFFFFFFFFF}".`},
		{`"\uzzzz"`, `Invalid character escape sequence: \uzzzz.`},
		{`1x`, `Invalid number, expected digit but got: "x".`},
		{`1filter: {}`, `Invalid number, expected digit but got: "f".`},
		{`1.5.5`, `Invalid number, expected digit but got: ".".`},
		{`0xF`, `Invalid number, expected digit but got: "x".`},
		{`1...`, `Invalid number, expected digit but got: ".".`},
		{`""" """"""`, `Unterminated string.`},
		{`"\u{41`, `Invalid Unicode escape sequence: "\\u{41".`},
	} {
		t.Run(tt.literal, func(t *testing.T) {
			t.Parallel()
			_, errs := spelled(t, tt.literal)
			if len(errs) != 1 {
				t.Fatalf("got %v", errs)
			}
			if diff := cmp.Diff(tt.want, errs[0].Message); diff != "" || errs[0].Extensions["code"] != graph.CodeParseFailed {
				t.Errorf("code %v: %s", errs[0].Extensions["code"], diff)
			}
		})
	}
}

func TestRespellingKeepsThePlacesOfWhatFollows(t *testing.T) {
	t.Parallel()
	g := newGeneration(t, graph.Limits{}, nil)
	for _, tt := range []struct {
		name, text string
		line       int
		column     int
	}{
		{"after an escape", `{ user(id: "\u{1F600}\uD83D\uDE00") { wrong } }`, 1, 39},
		{"after descriptions", "\"\"\"\né\n\"\"\"\nquery Q(\"é\" $a: ID = 1) { user(id: $a) { wrong } }", 4, 42},
		{"after a block string", "{ user(id: \"\"\"a\n    b\"\"\") { wrong } }", 2, 13},
		{"in an escape", "{ #é\r\n user(id: \"é\\uD83D\") { id } }", 2, 13},
		{"after a number", "{\r\ruser(id: 1x) { id } }", 3, 11},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, errs := g.Prepare(tt.text)
			want := []gqlerror.Location{{Line: tt.line, Column: tt.column}}
			if len(errs) != 1 {
				t.Fatalf("got %v", errs)
			}
			if diff := cmp.Diff(want, errs[0].Locations); diff != "" {
				t.Errorf("%v: %s", errs[0], diff)
			}
		})
	}
}

func TestDescriptionsAreAllowedWhereTheGrammarHasThem(t *testing.T) {
	t.Parallel()
	g := newGeneration(t, graph.Limits{}, nil)
	for _, tt := range []struct {
		name, text string
		ok         bool
	}{
		{"operation", `"d" query { greeting }`, true},
		{"block", "\"\"\"\nd\n\"\"\" query Q { greeting }", true},
		{"with escapes", `"\u{1F600}" query Q { greeting }`, true},
		{"fragment", `{ user(id: 1) { ...F } } "d" fragment F on User { id }`, true},
		{"variables", `query ("d" $a: ID = "x" """e""" $b: Filter = {tags: ["a" "b"]}) { user(id: $a, filter: $b) { id } }`, true},
		{"shorthand", `"d" { greeting }`, false},
		{"two", `"d" "e" query { greeting }`, false},
		{"selection", `{ "d" greeting }`, false},
		{"argument", `{ user("d" id: 1) { id } }`, false},
		{"nothing", `"d"`, false},
		{"no variable", `query ("d") { greeting }`, false},
		{"value before a variable", `query ($a: Boolean!) @include(if: "d" $a) { greeting }`, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if _, errs := g.Prepare(tt.text); len(errs) == 0 != tt.ok {
				t.Errorf("got %v", errs)
			}
		})
	}
}
