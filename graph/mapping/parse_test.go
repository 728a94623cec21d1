package mapping

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func mustParse(tb testing.TB, text string, mode Mode) *Mapping {
	tb.Helper()
	m, err := Parse(text, mode)
	if err != nil {
		tb.Fatalf("%s: %v", text, err)
	}
	return m
}

func TestParseReportsTheFurthestFailure(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		mode Mode
		want Error
	}{
		{"id .name.", V03, Error{9, 9, "expected a name but the text ends"}},
		{"id org.title", V03, Error{3, 12, "a list of fields cannot contain multiple elements if it contains an anonymous path: give the path an alias or a { selection }"}},
		{".id", V02, Error{0, 1, "a path may not begin with '.'"}},
		{"a: b { c ", V02, Error{9, 9, "expected '}' but the text ends"}},
		{"a }", V02, Error{2, 3, `expected the end of the mapping but found "}"`}},
		{"x: $('it)", V03, Error{5, 6, "string is not closed"}},
		{"...meta", V03, Error{0, 3, "spread syntax (...) needs connect/v0.4"}},
		{"x: u?", V02, Error{4, 5, "the ? step needs connect/v0.3"}},
		{"x: u? ?", V03, Error{6, 7, "? may not follow another ?"}},
		{"x: u ?? 'd'", V03, Error{5, 7, "this operator needs $(…) around its expression before connect/v0.4"}},
		{"x: $(a ?? b ?! c)", V03, Error{12, 14, "Found mixed operators ?? and ?!: nest one of them in $(…)"}},
		{"x: $($.a ?? $.b)", V02, Error{9, 11, "operator ?? needs connect/v0.3"}},
		{"$(name)", V02, Error{2, 6, "a single key is no expression before connect/v0.3: write $.name"}},
		{"a, b c", V04, Error{5, 6, `expected ',', as behind the entries before, but found "c"`}},
		{"a b, c", V04, Error{3, 4, "separate all entries by commas or none"}},
		{"a->b { c }->d", V03, Error{10, 12, `expected a field or path but found "->"`}},
		{"a->", V03, Error{3, 3, "expected the name of a method but the text ends"}},
		{"x: $(1 2)", V03, Error{7, 8, `expected ')' but found "2"`}},
		{"x: $([1 2])", V03, Error{8, 9, `expected ',' or ']' but found "2"`}},
		{"x: $(-)", V03, Error{5, 6, `expected a number but found "-"`}},
		{"x: é", V03, Error{3, 5, `expected a name but found "é"`}},
		{"x é", V03, Error{2, 4, `expected a field or path but found "é"`}},
	} {
		_, err := Parse(c.text, c.mode)
		if err == nil {
			t.Errorf("%s: parsed", c.text)
			continue
		}
		if diff := cmp.Diff(c.want, *err); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.text, diff)
		}
	}
}

func TestPrintIsCanonical(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		mode Mode
		want string
	}{
		{" id\n\tname # all\n", V02, "id name"},
		{`a:'x-id' b : $ . "c"`, V03, `a: "x-id" b: $."c"`},
		{"x:{a b}", V03, "x: { a b }"},
		{"x:{a,b}", V04, "x: { a, b }"},
		{"{a b}", V04, "a b"},
		{`{ "x-id" }`, V04, `{ "x-id" }`},
		{"{ true }", V04, "{ true }"},
		{"{}", V04, "{}"},
		{"", V04, ""},
		{`"x-id"`, V03, `"x-id"`},
		{`"b"`, V04, `"b"`},
		{"x: $(- 5)", V03, "x: $(-5)"},
		{"x: $(007) y: $(1.) z: $(-.50) w: $(-0)", V03, "x: $(7) y: $(1.0) z: $(-0.5) w: $(0)"},
		{"$(5 .x)", V03, "$(5 .x)"},
		{`$("a\"\n\q")`, V03, `$("a\"\nq")`},
		{"a->as($v)->echo([$v,1,],)", V03, "a->as($v)->echo([$v, 1])"},
		{"x: $(u?->first??'d')", V03, `x: $(u?->first ?? "d")`},
		{"a ...$.b{c} ...{d}", V04, "a ...$.b { c } ...{ d }"},
		{"a {}", V02, "a {}"},
		{"a->size()", V02, "a->size()"},
	} {
		m := mustParse(t, c.text, c.mode)
		if got := m.String(); got != c.want {
			t.Errorf("%q prints as %q, want %q", c.text, got, c.want)
		}
		if again := mustParse(t, m.String(), c.mode).String(); again != c.want {
			t.Errorf("%q prints as %q the second time", c.text, again)
		}
	}
}

func TestOnlyTheEmptyMappingIsEmpty(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{"": true, "# nothing": true, "{}": false, "a": false, "$": false} {
		if got := mustParse(t, text, V04).IsEmpty(); got != want {
			t.Errorf("%q: IsEmpty is %v", text, got)
		}
	}
}

func TestNestingIsBounded(t *testing.T) {
	t.Parallel()
	for _, open := range []string{"$(", "[", "{a:", "a{", "a->echo("} {
		text := strings.Repeat(open, 100_000)
		for mode := range V04 + 1 {
			if _, err := Parse(text, mode); err == nil {
				t.Errorf("%.20s… parses", text)
			}
		}
	}
}

func TestMethodsAreSorted(t *testing.T) {
	t.Parallel()
	names := Methods()
	if len(names) != 39 || names[0] != "add" || names[len(names)-1] != "trimStart" {
		t.Errorf("%d methods: %v", len(names), names)
	}
}

// FuzzParse checks that whatever parses prints, parses again to the same, and
// evaluates and prunes without harm.
func FuzzParse(f *testing.F) {
	for _, text := range exampleTexts(f) {
		f.Add(text)
	}
	in := fuzzInput(f)
	f.Fuzz(func(t *testing.T, text string) {
		for mode := range V04 + 1 {
			m, err := Parse(text, mode)
			if err != nil {
				if err.Offset < 0 || err.Offset > err.End || err.End > len(text) {
					t.Fatalf("%q: error at %d to %d", text, err.Offset, err.End)
				}
				continue
			}
			again, err := Parse(m.String(), mode)
			if err != nil {
				t.Fatalf("%q prints as %q in %s: %v", text, m, mode, err)
			}
			if again.String() != m.String() {
				t.Fatalf("%q prints as %q and then as %q", text, m, again)
			}
			env := &Env{Problems: &Problems{}}
			env.Vars[Args] = in
			first, second := m.Eval(in, env), again.Eval(in, env)
			if first.SizeUpTo(10_000) < 10_000 && first.String() != second.String() {
				t.Fatalf("%q gives %s, printed %q gives %s", text, first, m, second)
			}
			compareWithOracle(t, m, in)
			checkPlaces(t, text, m.Uses(Args))
			checkPlaces(t, text, m.Reads())
			for _, named := range m.Mentions() {
				if text[named.Offset:named.End] != named.Name {
					t.Fatalf("%q: %+v", text, named)
				}
			}
			m.Outputs()
			checkPicks(t, m, in)
			checkPicks(t, m.Prune(&Want{Fields: []WantField{{Name: "id"}, {Name: "org"}}, Typename: "T"}), in)
		}
	})
}

// checkPlaces checks that paths stand somewhere in the text.
func checkPlaces(t *testing.T, text string, p *Paths) {
	t.Helper()
	if p.Offset < 0 || p.Offset > p.End || p.End > len(text) {
		t.Fatalf("%q: a path stands at %d to %d", text, p.Offset, p.End)
	}
	for _, child := range p.Children {
		checkPlaces(t, text, child.Paths)
	}
}
