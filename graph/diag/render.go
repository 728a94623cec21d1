package diag

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode"
)

// Render writes diagnostics for people, each as
//
//	shop.graphql:12:31: error[SELECTED_FIELD_NOT_FOUND]: type "User" has no field "nmae"
//	   12 |     selection: "id nmae email"
//	      |                    ^^^^
//	      = did you mean "name"?
//	      = note: the type is defined here (shop.graphql:3:6)
//
// Sources maps a span's File to its text; without it the line is left out. Control characters of the text never reach w.
// Color adds ANSI colours. The error is that of w.
func Render(w io.Writer, diagnostics []Diagnostic, sources map[string]string, color bool) error {
	r := renderer{sources: sources, lines: map[string]*Lines{}, paint: palette{on: color}}
	for _, d := range diagnostics {
		r.diagnostic(d)
	}
	_, err := w.Write(r.out.Bytes())
	return err
}

// renderer collects the output of one Render.
type renderer struct {
	out     bytes.Buffer
	sources map[string]string
	lines   map[string]*Lines
	paint   palette
}

func (r *renderer) diagnostic(d Diagnostic) {
	if where := d.Span.String(); where != "" {
		r.out.WriteString(r.paint.strong(where + ": "))
	}
	label := d.Severity.String()
	if d.Code != "" {
		label += "[" + d.Code + "]"
	}
	r.out.WriteString(r.paint.severity(d.Severity, label))
	r.out.WriteString(": " + printable(d.Message) + "\n")
	gutter := r.excerpt(d)
	if d.Nearest != "" {
		fmt.Fprintf(&r.out, "%s %s %s\n", gutter, r.paint.dim("="), didYouMean(d.Nearest))
	}
	for _, n := range d.Notes {
		fmt.Fprintf(&r.out, "%s %s note: %s", gutter, r.paint.dim("="), printable(n.Message))
		if where := n.Span.String(); where != "" {
			fmt.Fprintf(&r.out, " (%s)", where)
		}
		r.out.WriteByte('\n')
	}
}

// excerpt writes the line of the span with the span underlined, and returns blanks as wide as the gutter.
func (r *renderer) excerpt(d Diagnostic) string {
	text, known := r.sources[d.Span.File]
	if !known || d.Span.Line == 0 {
		return "     "
	}
	lines := r.lines[d.Span.File]
	if lines == nil {
		lines = NewLines(text)
		r.lines[d.Span.File] = lines
	}
	shown := layOut(lines.line(d.Span.Line), d.Span)
	number := fmt.Sprintf("%5d", d.Span.Line)
	gutter := strings.Repeat(" ", len(number))
	fmt.Fprintf(&r.out, "%s %s\n", r.paint.dim(number), strings.TrimRight(r.paint.dim("|")+" "+shown.text, " "))
	fmt.Fprintf(&r.out, "%s %s %s%s\n", gutter, r.paint.dim("|"), strings.Repeat(" ", shown.from),
		r.paint.severity(d.Severity, strings.Repeat("^", shown.to-shown.from)))
	return gutter
}

// Widths of an excerpt in runes.
const (
	excerptWidth = 120
	tabWidth     = 4
)

// excerptLine is a line made ready for showing: tabs expanded, control characters replaced, cut around the span.
type excerptLine struct {
	text string
	// from and to are the underlined range, in runes of text.
	from, to int
}

func layOut(line string, span Span) excerptLine {
	var shown []rune
	from, to, column := -1, -1, 0
	for _, c := range line {
		column++
		if column == span.Column {
			from = len(shown)
		}
		if span.EndLine == span.Line && column == span.EndColumn {
			to = len(shown)
		}
		switch {
		case c == '\t':
			for range tabWidth - len(shown)%tabWidth {
				shown = append(shown, ' ')
			}
		default:
			shown = append(shown, printableRune(c))
		}
	}
	if from < 0 {
		from = len(shown)
	}
	if to < 0 {
		to = len(shown) // the span ends at the end of the line or on a later one
	}
	to = max(to, from+1)
	return cut(shown, from, to)
}

// cut shortens a long line to the surroundings of the span, marking what it left out.
func cut(shown []rune, from, to int) excerptLine {
	if len(shown) <= excerptWidth {
		return excerptLine{string(shown), from, to}
	}
	to = min(to, from+excerptWidth*2/3)
	start := max(0, min(from-(excerptWidth-(to-from))/2, len(shown)-excerptWidth))
	end := min(len(shown), start+excerptWidth)
	text := string(shown[start:end])
	if end < len(shown) {
		text += "…"
	}
	if start > 0 {
		return excerptLine{"…" + text, from - start + 1, to - start + 1}
	}
	return excerptLine{text, from, to}
}

// printable replaces control characters, so that a text cannot command the terminal that shows it.
func printable(s string) string { return strings.Map(printableRune, s) }

func printableRune(c rune) rune {
	if unicode.IsPrint(c) {
		return c
	}
	return ' '
}
