package mapping

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTemplatesEncodeHolesAndConstants(t *testing.T) {
	t.Parallel()
	env := envFrom(t, parseValue(t, `{"$args": {"q": "a&b/c?", "n": null, "i": 12, "f": 1.50, "b": true, "pre": "a%20b", "l": [1], "u": "é~_.-"}}`))
	const notScalar = "Expression is not allowed to evaluate to arrays or objects."
	for _, c := range []struct {
		text, url, raw, err string
	}{
		{"/s?q={$args.q}", "/s?q=a%26b%2Fc%3F", "/s?q=a&b/c?", ""},
		{"/u?id={$args.n}&x={$args.zz}", "/u?id=&x=", "/u?id=&x=", ""},
		{"{$args.i}-{$args.f}-{$args.b}", "12-1.50-true", "12-1.50-true", ""},
		{"a%20b {$args.pre}", "a%20b%20a%2520b", "a%20b a%20b", ""}, //nolint:dupword // data
		{"https://x.test/é?q=a b#f", "https://x.test/%C3%A9?q=a%20b#f", "https://x.test/é?q=a b#f", ""},
		{"/a\n\t/b\r\f/{$args.u}", "/a/b/%C3%A9~_.-", "/a/b/é~_.-", ""},
		{`:/?#[]@!$&'()*+,;=%"<>\^|}`, `:/?#[]@!$&'()*+,;=%%22%3C%3E%5C%5E%7C%7D`, `:/?#[]@!$&'()*+,;=%"<>\^|}`, ""},
		{`{$("{}")}`, "%7B%7D", "{}", ""},
		{"{$args { i }}", "", "", notScalar},
		{"{$args.l}", "", "", notScalar},
		{"x{$}y{@}", "xy", "xy", ""},
		{"", "", "", ""},
	} {
		tmpl, perr := ParseTemplate(c.text, V03)
		if perr != nil {
			t.Errorf("%s: %v", c.text, perr)
			continue
		}
		for enc, want := range map[Encoding]string{URL: c.url, Raw: c.raw} {
			got, err := tmpl.Append([]byte("->"), env, enc)
			if string(got) != "->"+want {
				t.Errorf("%s: got %s, want %s", c.text, got[2:], want)
			}
			if (err == nil) != (c.err == "") || err != nil && err.Error() != c.err {
				t.Errorf("%s: error %v, want %q", c.text, err, c.err)
			}
		}
	}
}

func TestTemplateErrorsPointIntoTheTemplate(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Error{
		"/a/{$args.id":     {3, 12, "Invalid expression, missing closing }"},
		"/a/{$args.id.}":   {13, 13, "expected a name but the text ends"},
		`/{$("}")}`:        {4, 5, "string is not closed"},
		"/{$args.a $x y}z": {2, 9, "a list of fields cannot contain multiple elements if it contains an anonymous path: give the path an alias or a { selection }"},
	} {
		_, err := ParseTemplate(text, V03)
		if err == nil {
			t.Errorf("%s: parsed", text)
			continue
		}
		if diff := cmp.Diff(want, *err); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}

func TestPartsCoverTheTemplate(t *testing.T) {
	t.Parallel()
	text := "/a\n/{$args.id}{$args { x }}?b"
	tmpl, err := ParseTemplate(text, V02)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range tmpl.Parts() {
		if p.Hole != nil {
			got = append(got, "hole "+p.Hole.Text()+" at "+text[p.Offset:p.End])
		} else {
			got = append(got, p.Text+" at "+text[p.Offset:p.End])
		}
	}
	want := []string{"/a/ at /a\n/", "hole $args.id at {$args.id}", "hole $args { x } at {$args { x }}", "?b at ?b"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := tmpl.Uses(Args).dump(); got != "id* x*" {
		t.Errorf("uses %s", got)
	}
}

// FuzzParseTemplate checks that parts cover the text in order and that writing
// does no harm.
func FuzzParseTemplate(f *testing.F) {
	for _, text := range []string{"/a/{$args.id}?x={$('{}')}", "{", "}", "é{@}", "{$args{a}}"} {
		f.Add(text)
	}
	in := fuzzInput(f)
	f.Fuzz(func(t *testing.T, text string) {
		for mode := range V04 + 1 {
			tmpl, err := ParseTemplate(text, mode)
			if err != nil {
				if err.Offset < 0 || err.Offset > err.End || err.End > len(text) {
					t.Fatalf("%q: error at %d to %d", text, err.Offset, err.End)
				}
				continue
			}
			at := 0
			for _, p := range tmpl.Parts() {
				if p.Offset < at || p.End <= p.Offset || p.End > len(text) {
					t.Fatalf("%q: part at %d to %d", text, p.Offset, p.End)
				}
				at = p.End
			}
			env := &Env{}
			env.Vars[Args] = in
			url, failed := tmpl.Append(nil, env, URL)
			if failed == nil && !bytes.Equal(AppendConstant(nil, string(url)), url) {
				t.Fatalf("%q writes %q", text, url)
			}
		}
	})
}
