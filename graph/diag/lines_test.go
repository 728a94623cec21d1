package diag

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestPositionsCountRunesAndAllLineEnds(t *testing.T) {
	t.Parallel()
	text := "aü\nb\r\nc\rd😀e"
	l := NewLines(text)
	for _, tt := range []struct {
		at   string
		want Position
	}{
		{"a", Position{1, 1}},
		{"ü", Position{1, 2}},
		{"b", Position{2, 1}},
		{"c", Position{3, 1}},
		{"d", Position{4, 1}},
		{"😀", Position{4, 2}},
		{"e", Position{4, 3}},
	} {
		if got := l.Position(strings.Index(text, tt.at)); got != tt.want {
			t.Errorf("%q is at %v, want %v", tt.at, got, tt.want)
		}
	}
	if got := l.Position(len(text) + 10); got != (Position{4, 4}) {
		t.Errorf("the end is at %v", got)
	}
	if got := l.Position(-1); got != (Position{1, 1}) {
		t.Errorf("before the start is at %v", got)
	}
}

func FuzzPosition(f *testing.F) {
	f.Add("a\r\nü\n\r", 3)
	f.Add(strings.Repeat("ä", 200), 255)
	f.Fuzz(func(t *testing.T, text string, offset int) {
		if !utf8.ValidString(text) || offset < 0 || offset > len(text) {
			return
		}
		want := Position{Line: 1, Column: 1}
		for i, r := range text {
			if i >= offset {
				break
			}
			want.Column++
			if r == '\n' || r == '\r' && !strings.HasPrefix(text[i+1:], "\n") {
				want = Position{Line: want.Line + 1, Column: 1}
			}
		}
		if got := NewLines(text).Position(offset); got != want {
			t.Errorf("offset %d of %q is at %v, want %v", offset, text, got, want)
		}
	})
}
