package form_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/mapping/form"
)

// inputs are `$args` with an argument of every kind, and nothing else that is known.
func inputs() form.Inputs {
	args := map[string]form.Form{
		"int": form.Of(form.Int), "text": form.Of(form.String), "flag": form.Of(form.Bool), "maybe": form.Of(form.String).Optional(),
		"texts": form.ListOf(form.Of(form.String)), "lists": form.ListOf(form.ListOf(form.Of(form.Int))), "any": form.Of(form.Unknown),
		"input": form.ObjectOf(func(name string) (form.Form, bool) { return form.Of(form.Int), name == "a" }),
	}
	return form.Inputs{
		Input: form.Of(form.Unknown),
		Variable: func(name string) form.Form {
			if name != "args" {
				return form.Of(form.Unknown)
			}
			return form.ObjectOf(func(name string) (form.Form, bool) { f, ok := args[name]; return f, ok })
		},
	}
}

func TestFormsFollowTheMapping(t *testing.T) {
	t.Parallel()
	const v02, v03, v04 = mapping.V02, mapping.V03, mapping.V04
	for _, tt := range []struct {
		mode mapping.Mode
		text string
		want string
	}{
		{v03, "$args.int", "a number"},
		{v03, "$args.maybe", "a string"},
		{v03, "$args.any.x->first", "anything"},
		{v03, "$.x", "anything"},
		{v03, "x", "an object"},
		{v03, "x: $args.int", "an object"},
		{v02, "$args.input { a }", "an object"},
		{v03, "$args.texts { a }", "a list"},
		{v03, "$args.any { a }", "anything"},
		{v03, "$('x')", "a string"},
		{v03, "$(1)", "a number"},
		{v03, "$(-.5)", "a number"},
		{v03, "$([1, 'a'])", "a list"},
		{v03, "$({ a: [1] }).a->first", "a number"},
		{v03, "$({ a: { b: true } }.a.b)", "a boolean"},
		{v03, "$(null)", "null"},
		{v03, "$($args.maybe ?? 5)", "a number or a string"},
		{v03, "$($args.any ?! [])", "a list or anything"},
		{v03, "$args.maybe?->size", "a number"},
		{v03, "$args.texts->first", "a string"},
		{v03, "$args.texts->get(0)", "a string"},
		{v03, "$args.input->get('a')", "a number"},
		{v03, "$args.texts->map(@->size)", "a list"},
		{v03, "$args.texts->map(@->size)->first", "a number"},
		{v03, "$args.lists->first->first->add(1)", "a number"},
		{v03, "$args.texts->filter(@->eq('a'))->last", "a string"},
		{v03, "$args.texts->find(@->eq('a'))", "a string"},
		{v03, "$args.texts->joinNotNull(',')", "a string"},
		{v03, "$args.int->eq(1)->match([true, 'a'], [@, 5])", "a number or a string"},
		{v03, "$args.text->split(',')->slice(0, 2)", "a list"},
		{v03, "$args.input->entries->first.key", "anything"},
		{v03, "$args.text->as($t)->echo({ t: $t }).t", "a string"},
		{v03, "$args.text->as($t, @->size)->echo($t)", "a number"},
		{v03, "$args.text->jsonParse", "anything"},
		{v03, "$args.input.a # a comment", "a number"},
		{v02, "$args.texts->first", "anything"},
		{v02, "$args.int->first", "anything"},
		{v04, "a: 'x' b: 5", "an object"},
		{v04, "{ a, b }", "an object"},
		{v04, "[a, 'b']", "a list"},
		{v04, "'a'", "a string"},
		{v04, "true", "a boolean"},
		{v04, "a ?? 'b'", "a string or anything"},
		{v04, "...$.a b", "an object"},
		{v04, "a { ...b c }", "an object"},
	} {
		m, err := mapping.Parse(tt.text, tt.mode)
		if err != nil {
			t.Fatalf("%s: %v", tt.text, err)
		}
		f, problems := form.Read(m, inputs())
		if got := f.Describe(); got != tt.want || len(problems) > 0 {
			t.Errorf("%s (%s) is %s, want %s; problems %v", tt.text, tt.mode, got, tt.want, problems)
		}
	}
}

// A mapping of fields is applied to each element of a list, as a group is.
func TestFieldsOfAListAreAList(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"a": "a list", "x: a y: $args.int": "a list", "$.a": "a list", "$->size": "a number", "{ n: $->size }": "an object"} {
		m, err := mapping.Parse(text, mapping.V04)
		if err != nil {
			t.Fatal(err)
		}
		in := inputs()
		in.Input = form.ListOf(form.ObjectOf(func(name string) (form.Form, bool) { return form.Of(form.Int), name == "a" }))
		f, problems := form.Read(m, in)
		if got := f.Describe(); got != want || len(problems) > 0 {
			t.Errorf("%s is %s, want %s; problems %v", text, got, want, problems)
		}
		if text == "x: a y: $args.int" && f.Elem().Property("x").Describe() != "a number" {
			t.Error("elements are not looked into")
		}
	}
}

func TestMisusedMethodsAreFound(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ text, at, want string }{
		{"$args.int->first", "first", "->first needs a list or a string, and gets a number"},
		{"$args.text->first->size->add(1)->not", "not", "->not needs a boolean, and gets a number"},
		{"$args.flag->size", "size", "->size needs a list, a string or an object, and gets a boolean"},
		{"$args.texts->add(1)", "add", "->add needs a number, and gets a list"},
		{"$args.input->toString", "toString", "->toString needs a scalar value, and gets an object"},
		{"$args.texts->first()", "first", "->first does not take any arguments"},
		{"$args.texts->map", "map", "->map needs one argument"},
		{"$args.texts->slice(1, 2, 3)", "slice", "->slice takes at most two arguments"},
		{"$args.texts->map(@->add(1))", "add", "->add needs a number, and gets a string"},
		{"$args.int->in(5)", "in", "->in needs a list as its argument, and gets a number"},
		{"$args.texts->joinNotNull(1)", "joinNotNull", "->joinNotNull needs a string as its argument, and gets a number"},
		{"$args.texts->filter(@->size)", "filter", "->filter needs a boolean as its argument, and gets a number"},
		{"$args.texts->find(@)", "find", "->find needs a boolean as its argument, and gets a string"},
		{"$args.flag->and($args.flag, 1)", "and", "->and needs a boolean as its argument, and gets a number"},
		{"$args.int->add(1, 'a')", "add", "->add needs a number as its argument, and gets a string"},
		{"$args.int->mul(null)", "mul", "->mul needs a number as its argument, and gets null"},
		{"$args.text->parseInt('16')", "parseInt", "->parseInt needs an integer as its argument, and gets a string"},
		{"$args.text->split(',', true)", "split", "->split needs an integer as its argument, and gets a boolean"},
		{"$args.texts->get('a')", "get", "->get needs an integer as its argument, and gets a string"},
		{"$args.input->get(0)", "get", "->get needs a string as its argument, and gets a number"},
		{"$args.any->get(true)", "get", "->get needs a string or an integer as its argument, and gets a boolean"},
		{"$args.int->gt($args.text)", "gt", "->gt needs a number as its argument, and gets a string"},
		{"$args.text->lte(1)", "lte", "->lte needs a string as its argument, and gets a number"},
		{"a: { b: $args.int->trim }", "trim", "->trim needs a string, and gets a number"},
	} {
		m, err := mapping.Parse(tt.text, mapping.V03)
		if err != nil {
			t.Fatalf("%s: %v", tt.text, err)
		}
		_, problems := form.Read(m, inputs())
		if len(problems) != 1 || problems[0].Message != tt.want || tt.text[problems[0].Offset:problems[0].End] != tt.at {
			t.Errorf("%s: got %v, want %q at %q", tt.text, problems, tt.want, tt.at)
		}
	}
}

// What may be of the right kind is no misuse, and neither is what a method does without.
func TestArgumentsThatMayFitAreNoMisuse(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"$args.texts->joinNotNull($args.maybe)", "$args.texts->filter(@->eq('a')->and($args.any))", "$args.any->gt($args.text)", "$args.any->get(0)",
		"$args.int->add($args.any, $(null ?? 1))", "$args.texts->slice('a')", "$args.int->match(1, [@, 2])", "$args.int->eq('a')", "$args.any->in($args.any)",
		"$args.texts->find($args.flag)", "$args.any.a.b", "$args.input.a", "$args.input->entries.key.x", "$([]).a", "$(null).a", "$($args.text ?? {}).a",
	} {
		m, err := mapping.Parse(text, mapping.V03)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if _, problems := form.Read(m, inputs()); len(problems) > 0 {
			t.Errorf("%s: %v", text, problems)
		}
	}
}

func TestPropertiesOfScalarsAreFound(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ text, at, want string }{
		{"$args.text.a", "a", `a string has no property "a"`},
		{"a: { b: $args.texts . 'c d' }", "'c d'", `an element of the list, a string, has no property "c d"`},
		{"$args.lists.a->size", "a", `an element of the list, a number, has no property "a"`},
		{"$args.texts->size.a?.b", "a", `a number has no property "a"`},
		{"$args.texts->map(@.a)", "a", `a string has no property "a"`},
		{"$('x').a.b", "a", `a string has no property "a"`},
	} {
		m, err := mapping.Parse(tt.text, mapping.V03)
		if err != nil {
			t.Fatalf("%s: %v", tt.text, err)
		}
		_, problems := form.Read(m, inputs())
		if len(problems) != 1 || problems[0].Message != tt.want || tt.text[problems[0].Offset:problems[0].End] != tt.at {
			t.Errorf("%s: got %v, want %q at %q", tt.text, problems, tt.want, tt.at)
		}
	}
}

// Values that are joined with themselves over and over do not take forever to look up.
func TestDoubledValuesStayCheap(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	text.WriteString("$args.input")
	for i := range 60 {
		fmt.Fprintf(&text, "->as($a%d)->echo($($a%d ?? $a%d))->echo({ ...$a%d ...$a%d a: 1 })", i, i, i, i, i)
	}
	m, err := mapping.Parse(text.String()+".a->first", mapping.V04)
	if err != nil {
		t.Fatal(err)
	}
	form.Read(m, inputs())
}

// FuzzRead: whatever package mapping accepts can be read, to the end, and problems stand in the text.
func FuzzRead(f *testing.F) {
	for _, text := range []string{
		"id name", "$args.x->first { a }", "$([1, -2., 'a'])", "a: $(b ?? c ?! d)", "...a { b } c: 5", "$->as($x, 1)->echo($x)", "{ a, b }",
		"a: { 'b c': $.d? }", "# c\n$.a->match(['x', 1], [@, null])",
	} {
		f.Add(text, uint8(2))
	}
	f.Fuzz(func(t *testing.T, text string, mode uint8) {
		m, err := mapping.Parse(text, mapping.Mode(mode%3))
		if err != nil {
			return
		}
		_, problems := form.Read(m, inputs())
		for _, p := range problems {
			if p.Offset < 0 || p.End > len(text) || p.Offset >= p.End {
				t.Errorf("%q: problem at %d-%d", text, p.Offset, p.End)
			}
		}
		if !form.Understands(m) {
			t.Errorf("%q (%s) is a mapping and was not read to its end", text, m.Mode())
		}
	})
}
