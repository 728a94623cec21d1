package mapping

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadsUnitesAllPathsOfTheInput(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text        string
		want        string
		used, whole bool
	}{
		{"id org { name }", "id* org { name* }", true, false},
		{"$.id", "id*", true, false},
		{"@.id", "id*", true, false},
		{"x: $", "", true, true},
		{"x: @", "", true, true},
		{"$", "", true, true},
		{"id: userId->toString", "userId*", true, false},
		{"id: items->first.key", "items { key* }", true, false},
		{"n: rows->map(@.n)", "rows { n* }", true, false},
		{"n: rows->map(top)", "rows top*", true, false},
		{"x: $this.rows->map(@.n)", "", false, false},
		{"x: $this.rows->map(n)", "n*", true, false},
		{"$this { id }", "", false, false},
		{"x: $args.a y: $status->eq(200)", "", false, false},
		{"x: a { y: $args.b }", "a", true, false},
		{"$->jsonStringify", "", true, true},
		{"x: $([a, $.b])", "a* b*", true, false},
		{`x: a->match(["1", b], [@, c])`, "a* b* c*", true, false},
		{"$->as($t)->echo({ x: $t.y })", "y*", true, false},
		{"$status->eq(200)", "", false, false},
		{"$('x')", "", false, false},
	} {
		got := mustParse(t, c.text, V03).Reads()
		if diff := cmp.Diff(c.want, got.dump()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.text, diff)
		}
		if got.Used != c.used || got.Whole != c.whole {
			t.Errorf("%s: used is %v, whole is %v", c.text, got.Used, got.Whole)
		}
	}
}

func TestGroupsAppliedToTheInputDoNotReadIt(t *testing.T) {
	t.Parallel()
	for _, mode := range []Mode{V02, V03, V04} {
		for _, text := range []string{"x: $args.a y: $this.b", "in: { x: $args.a }", "$args { a }", "$({ x: $args.a })"} {
			if got := mustParse(t, text, mode).Reads(); got.Used {
				t.Errorf("%s: %q reads %q at %d", mode, text, got.dump(), got.Offset)
			}
		}
	}
}

func TestPathsKnowWhereTheyAreFirstMentioned(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		v    Var
		path []string
		want string
	}{
		{"a: $args.x b: $args.y", Args, nil, "$args"},
		{"a: $args.x.y b: $args.x", Args, []string{"x"}, "x"},
		{"$this { id org { a: \"full name\" } }", This, []string{"org", "full name"}, `"full name"`},
		{`x: $this->get("id")`, This, []string{"id"}, `"id"`},
		{"x: $batch->map({ k: @.id })", Batch, []string{"id"}, "id"},
		{"a: $.deep { x }", NumVars, nil, "$"},
		{"a: $.deep { x }", NumVars, []string{"deep", "x"}, "x"},
		{"id", NumVars, []string{"id"}, "id"},
	} {
		m := mustParse(t, c.text, V03)
		paths := m.Reads()
		if c.v != NumVars {
			paths = m.Uses(c.v)
		}
		for _, name := range c.path {
			paths = paths.Child(name)
		}
		if got := c.text[paths.Offset:paths.End]; got != c.want {
			t.Errorf("%s: %v stands at %q", c.text, c.path, got)
		}
	}
	p := mustParse(t, "aa: $args.x.y", V03).Uses(Args)
	q := mustParse(t, "b: $args.x", V03).Uses(Args)
	if got := p.Merge(q).Child("x").Offset; got != 10 {
		t.Errorf("after merging the first one's place counts, got %d", got)
	}
}

func TestMentionsAreInTheOrderOfTheText(t *testing.T) {
	t.Parallel()
	type mention struct {
		text    string
		isKnown bool
	}
	for _, c := range []struct {
		text string
		want []mention
	}{
		{"a b: c", nil},
		{"a: $args.x->first b: $foo", []mention{{"$args", true}, {"first", true}, {"$foo", false}}},
		{"a: x->fist($this.y)->map({ z: $env.A })", []mention{
			{"fist", false}, {"$this", true}, {"map", true}, {"$env", true},
		}},
		{"a: x->as($v, $args.n)->echo($v) b: $v", []mention{{"as", true}, {"$args", true}, {"echo", true}, {"$v", false}}},
		{"a: $([$args.a, $($status ?? $nope)])", []mention{{"$args", true}, {"$status", true}, {"$nope", false}}},
		{`a: "$args" # $this`, nil},
		{"$batch { x: $config.y }", []mention{{"$batch", true}, {"$config", true}}},
		{"a: x->as('v', $args.n)", []mention{{"as", true}, {"$args", true}}},
	} {
		var got []mention
		for _, m := range mustParse(t, c.text, V03).Mentions() {
			got = append(got, mention{c.text[m.Offset:m.End], m.IsKnown})
			if written := c.text[m.Offset:m.End]; written != m.Name || m.IsMethod == (written[0] == '$') {
				t.Errorf("%s: %+v stands at %q", c.text, m, written)
			}
		}
		if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(mention{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.text, diff)
		}
	}
}
