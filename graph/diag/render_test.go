package diag

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func render(t *testing.T, text, find string, d Diagnostic, color bool) string {
	t.Helper()
	start := strings.Index(text, find)
	d.Span = NewLines(text).Span("a.graphql", start, start+len(find))
	var out bytes.Buffer
	if err := Render(&out, []Diagnostic{d}, map[string]string{"a.graphql": text}, color); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestRender(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, text, find string
		diagnostic       Diagnostic
		color            bool
		want             string
	}{
		{
			name: "underlines the span and adds what else is known", text: "type User {\n  nmae: String\n}", find: "nmae",
			diagnostic: Diagnostic{Code: "X_Y", Message: "wrong", Nearest: "name", Notes: []Note{{"look", Span{File: "b.graphql", Line: 3, Column: 1}}, {Message: "think"}}},
			want: `a.graphql:2:3: error[X_Y]: wrong
    2 |   nmae: String
      |   ^^^^
      = did you mean "name"?
      = note: look (b.graphql:3:1)
      = note: think
`,
		},
		{
			name: "expands tabs", text: "\ta\tbad", find: "bad",
			diagnostic: Diagnostic{Message: "m", Severity: Warning},
			want:       "a.graphql:1:4: warning: m\n    1 |     a   bad\n      |         ^^^\n",
		},
		{
			name: "counts runes", text: "äöü x", find: "x",
			diagnostic: Diagnostic{Message: "m"},
			want:       "a.graphql:1:5: error: m\n    1 | äöü x\n      |     ^\n",
		},
		{
			name: "underlines the first line of several", text: "ab\ncd", find: "b\nc",
			diagnostic: Diagnostic{Message: "m"},
			want:       "a.graphql:1:2: error: m\n    1 | ab\n      |  ^\n",
		},
		{
			name: "keeps control characters from the terminal", text: "a\x1b[31mb", find: "b",
			diagnostic: Diagnostic{Message: "m\x1b"},
			want:       "a.graphql:1:7: error: m \n    1 | a [31mb\n      |       ^\n",
		},
		{
			name: "paints", text: "x", find: "x", color: true,
			diagnostic: Diagnostic{Code: "C", Message: "m"},
			want:       "\x1b[1ma.graphql:1:1: \x1b[0m\x1b[1;31merror[C]\x1b[0m: m\n\x1b[34m    1\x1b[0m \x1b[34m|\x1b[0m x\n      \x1b[34m|\x1b[0m \x1b[1;31m^\x1b[0m\n",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, render(t, tt.text, tt.find, tt.diagnostic, tt.color)); diff != "" {
				t.Errorf("unexpected text (-want +got):\n%s", diff)
			}
		})
	}
}

func TestLongLinesAreCutAroundTheSpan(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("a", 1000) + "HERE" + strings.Repeat("b", 1000)
	lines := strings.Split(render(t, text, "HERE", Diagnostic{Message: "m"}, false), "\n")
	from := strings.Index(lines[2], "^")
	shown := []rune(lines[1])
	if len(shown) > excerptWidth+20 || string(shown[from:from+4]) != "HERE" {
		t.Errorf("unexpected excerpt:\n%s", strings.Join(lines, "\n"))
	}
}

func TestRenderWithoutASource(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := Render(&out, []Diagnostic{{Message: "m", Nearest: "n"}, {Message: "o", Span: Span{File: "x"}}}, nil, false); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("error: m\n      = did you mean \"n\"?\nx: error: o\n", out.String()); diff != "" {
		t.Errorf("unexpected text (-want +got):\n%s", diff)
	}
}

func FuzzRender(f *testing.F) {
	f.Add("type A {\n\ta: Int\n}", 3, 9)
	f.Fuzz(func(t *testing.T, text string, start, end int) {
		if start < 0 || end < start || end > len(text) {
			return
		}
		span := NewLines(text).Span("x", start, end)
		var out bytes.Buffer
		if err := Render(&out, []Diagnostic{{Message: "m", Span: span}}, map[string]string{"x": text}, false); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out.String(), "^") {
			t.Errorf("nothing is underlined: %q", out.String())
		}
	})
}
