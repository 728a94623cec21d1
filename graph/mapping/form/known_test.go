package form_test

import (
	"strings"
	"testing"

	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/mapping/form"
)

// known are `$args` with enums and closed objects.
func known() form.Inputs {
	color := form.OneOf([]string{"RED", "BLUE"}).Named("Color")
	args := map[string]form.Form{
		"color": color.Optional(), "other": form.OneOf([]string{"BLUE", "BLACK"}).Named("Other"), "text": form.Of(form.String),
		"input": form.ClosedObjectOf(
			func(name string) (form.Form, bool) { return color, name == "a" || name == "b" },
			func() []string { return []string{"a", "b"} },
		).Named("Input"),
		"open": form.ObjectOf(func(string) (form.Form, bool) { return color, true }),
	}
	return form.Inputs{
		Input: form.Of(form.Unknown),
		Variable: func(string) form.Form {
			return form.ObjectOf(func(name string) (form.Form, bool) { f, ok := args[name]; return f, ok })
		},
	}
}

func TestNamesAndTextsFollowTheMapping(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"$args.color":                               "Color: texts RED BLUE",
		"$args.color ?? 'GREEN'":                    "texts RED BLUE GREEN",
		"$args.color ?? $args.other":                "texts RED BLUE BLACK",
		"$args.color ?? $args.color":                "Color: texts RED BLUE",
		"$args.color ?? $args.text":                 "",
		"$args.color ?? 5":                          "texts RED BLUE",
		"$args.color ?? $":                          "",
		"$args.color->trim":                         "",
		"'x'":                                       "texts x",
		"$args.text->match(['a', 'A'], ['b', 'B'])": "texts A B",
		"$args.input":                               "Input: names a b",
		"$args.input.a":                             "Color: texts RED BLUE",
		"...$args.input c: 1":                       "names c a b",
		"b: 1 c: 2":                                 "names b c",
		"...$args.input ...$args.open":              "",
		"...$args.input ...$":                       "",
		"$args.input ?? $args.open":                 "",
		"$args.input ?? { c: 1 }":                   "names a b c",
		"$args.input { a }":                         "names a",
	} {
		m, err := mapping.Parse(text, mapping.V04)
		if err != nil {
			t.Fatal(text, err)
		}
		f, problems := form.Read(m, known())
		got := ""
		if texts, ok := f.Texts(); ok {
			got = "texts " + strings.Join(texts, " ")
		}
		if names, ok := f.Names(); ok {
			got += "names " + strings.Join(names, " ")
		}
		if f.Type() != "" {
			got = f.Type() + ": " + got
		}
		if got != want || len(problems) > 0 {
			t.Errorf("%s: got %q, want %q; problems %v", text, got, want, problems)
		}
	}
}
