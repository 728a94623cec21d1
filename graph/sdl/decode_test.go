package sdl

import (
	"fmt"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	gqllexer "github.com/vektah/gqlparser/v2/lexer"
)

func decode(t *testing.T, literal string) (Text, []string) {
	t.Helper()
	f := newFile("x", literal)
	var problems []string
	d := decodeString(literal, 0, len(literal), func(start, end int, format string, args ...any) {
		problems = append(problems, fmt.Sprintf("%d-%d: ", start, end)+fmt.Sprintf(format, args...))
	})
	text := newText(f, 0, len(literal))
	if string(d.out) != text.String() {
		t.Errorf("decoded %q once and %q again", d.out, text)
	}
	return text, problems
}

func TestStringsAreDecodedBySpecification(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ literal, want string }{
		{`""`, ""},
		{`"plain ü"`, "plain ü"},
		{`"a\"b\\c\/d\b\f\n\r\t"`, "a\"b\\c/d\b\f\n\r\t"},
		{`"\u00fc\u{1F600}\uD83D\uDE00"`, "ü😀😀"},
		{`""""""`, ""},
		{`"""one"""`, "one"},
		{"\"\"\"\n  a\n    b\n\n  c\n\"\"\"", "a\n  b\n\nc"},
		{"\"\"\"first\n    second\n   third\"\"\"", "first\n second\nthird"},
		{"\"\"\"\r\n\ta\r\n\tb\r\"\"\"", "a\nb"},
		{`"""a \""" \n b"""`, `a """ \n b`},
		{"\"\"\"   \n \t \n\"\"\"", ""},
	} {
		got, problems := decode(t, tt.literal)
		if got.String() != tt.want || len(problems) > 0 {
			t.Errorf("%s is decoded as %q %v, want %q", tt.literal, got, problems, tt.want)
		}
	}
}

func TestBadEscapesAreReportedWhereTheyStand(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ literal, want string }{
		{`"a\xb"`, `2-4: unknown escape "\x"`},
		{`"\u12"`, `1-5: "\u12" is no Unicode escape`},
		{`"\uD800x"`, `1-7: "\uD800" is no Unicode escape`},
		{`"\uDE00\uD83D"`, `1-7: "\uDE00" is no Unicode escape`},
		{`"\u{110000}"`, `1-7: "\u{110" is no Unicode escape`},
		{`"\u{}"`, `1-5: "\u{}" is no Unicode escape`},
		{`"\é"`, `1-4: unknown escape "\é"`},
	} {
		if _, problems := decode(t, tt.literal); len(problems) == 0 || !strings.HasPrefix(problems[0], tt.want) {
			t.Errorf("%s: %q, want %q", tt.literal, problems, tt.want)
		}
	}
}

func TestDecodedBytesAreFoundInTheFile(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ literal, find, want string }{
		{`"abc"`, "b", "b"},
		{`"a\"b\u00fcc"`, `"`, `\"`},
		{`"a\"b\u00fcc"`, "ü", `\u00fc`},
		{`"a\"b\u00fcc"`, "bü", `b\u00fc`},
		{`"a\"b\u00fcc"`, "c", "c"},
		{"\"\"\"\n    id\n      name\n    email\n\"\"\"", "name", "name"},
		{"\"\"\"\n    id\n      name\n    email\n\"\"\"", "email", "email"},
		{"\"\"\"\n    id\n    name\n\"\"\"", "d\nn", "d\n    n"},
		{"\"\"\"\r\n    id\r\n    name\r\n\"\"\"", "name", "name"},
		{`"""x \""" y"""`, `"""`, `\"""`},
		{`"""x \""" y"""`, "y", "y"},
	} {
		text, _ := decode(t, tt.literal)
		at := strings.Index(text.String(), tt.find)
		span := text.Span(at, at+len(tt.find))
		if got := tt.literal[span.Start:span.End]; got != tt.want {
			t.Errorf("%q in %q is found at %q, want %q", tt.find, tt.literal, got, tt.want)
		}
		part := text.From(at).Span(0, len(tt.find))
		if part != span {
			t.Errorf("%q in %q: a part of the text gives %v, want %v", tt.find, tt.literal, part, span)
		}
	}
}

func TestRangesOutsideOfATextMeanItsEnds(t *testing.T) {
	t.Parallel()
	text, _ := decode(t, `"abc"`)
	for _, tt := range []struct{ start, end, wantStart, wantEnd int }{
		{-5, 1, 1, 2}, {2, 99, 3, 4}, {3, 3, 4, 4}, {99, 99, 4, 4}, {2, 1, 3, 3},
	} {
		if s := text.Span(tt.start, tt.end); s.Start != tt.wantStart || s.End != tt.wantEnd {
			t.Errorf("Span(%d, %d) is %d-%d, want %d-%d", tt.start, tt.end, s.Start, s.End, tt.wantStart, tt.wantEnd)
		}
	}
	empty, _ := decode(t, `""`)
	if s := empty.Span(0, 0); s.Start != 0 || s.End != 2 {
		t.Errorf("the empty text is at %d-%d", s.Start, s.End)
	}
}

// FuzzDecode compares with gqlparser, which leaves out surrogate pairs and `\u{…}`, and counts the first line's indentation in
// block strings; and checks that every byte maps back into the literal.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{`"a\nb"`, "\"\"\"\n  a\n   b\n\"\"\"", `"\u00fc"`, `"""a\"""b"""`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, literal string) {
		l := gqllexer.New(&ast.Source{Input: literal})
		token, err := l.ReadToken()
		if err != nil || token.Kind != gqllexer.String && token.Kind != gqllexer.BlockString || invalidUTF8(literal) >= 0 {
			return
		}
		own := lexer{text: literal, report: func(int, int, string, ...any) {}}
		ours := own.next()
		if ours.kind != tokenString && ours.kind != tokenBlock || ours.start > 0 || ours.end != len(literal) {
			return
		}
		bad := false
		d := decodeString(literal, 0, len(literal), func(int, int, string, ...any) { bad = true })
		text := newText(newFile("x", literal), 0, len(literal))
		for i := range text.String() {
			if s := text.Span(i, i+1); s.Start < 1 || s.End <= s.Start || s.End > len(literal) {
				t.Fatalf("byte %d of %q maps to %d-%d", i, literal, s.Start, s.End)
			}
		}
		firstLine, _, _ := strings.Cut(literal, "\n")
		if bad || strings.Contains(literal, `\u`) || ours.kind == tokenBlock && (firstLine != `"""` || strings.Contains(literal, "\r")) {
			return
		}
		if string(d.out) != token.Value {
			t.Errorf("%q is decoded as %q, gqlparser has %q", literal, d.out, token.Value)
		}
	})
}
