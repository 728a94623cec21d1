package docs_test

import (
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/weftgraph/weft/graph/value"
)

var update = flag.Bool("update", false, "rewrite the results that pages show by what comes out")

// parallel runs a test beside others, unless it rewrites pages, which is done by one at a time.
func parallel(t *testing.T) {
	t.Helper()
	if !*update {
		t.Parallel()
	}
}

// edits are changes to a page, by line: the text that some lines are replaced with.
type edits struct {
	page  page
	lines []string
	made  []edit
}

type edit struct {
	// from is the first line that is replaced, counted from 0, and to the one after the last.
	from, to int
	text     string
}

func newEdits(p page) *edits { return &edits{page: p, lines: strings.Split(p.text, "\n")} }

// block replaces what stands between the fences of a block.
func (e *edits) block(b *block, text string) {
	e.made = append(e.made, edit{b.line, b.line + strings.Count(b.text, "\n"), text})
}

// change is a new text for a cell.
type change struct {
	cell cell
	text string
}

// row replaces cells of a row.
func (e *edits) row(r *row, changes []change) {
	slices.SortFunc(changes, func(a, b change) int { return b.cell.from - a.cell.from })
	line := e.lines[r.line-1]
	for _, c := range changes {
		line = line[:c.cell.from] + c.text + line[c.cell.to:]
	}
	e.made = append(e.made, edit{r.line - 1, r.line, line + "\n"})
}

// save writes the page if there is anything to change.
func (e *edits) save(t *testing.T) {
	t.Helper()
	if !*update || len(e.made) == 0 {
		return
	}
	slices.SortFunc(e.made, func(a, b edit) int { return b.from - a.from }) // from the end, so that lines keep their numbers
	lines := e.lines
	for _, change := range e.made {
		lines = slices.Replace(lines, change.from, change.to, strings.Split(strings.TrimSuffix(change.text, "\n"), "\n")...)
	}
	if err := os.WriteFile(under(e.page.file), []byte(strings.Join(lines, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
}

// maxLine is how long a JSON text may be to stand in one line of a page.
const maxLine = 110

// readable spells JSON for a page: each value in one line if it fits, and otherwise with a line for each of its members.
func readable(v value.Value) string { return laidOut(v, "", 0) }

// laidOut is v behind an indentation and something of a length in the same line.
func laidOut(v value.Value, indent string, before int) string {
	line := spaced(v)
	if v.Len() == 0 || len(indent)+before+len(line) <= maxLine {
		return line
	}
	deeper := indent + "  "
	var members []string
	for _, e := range v.Elems() {
		members = append(members, deeper+laidOut(e, deeper, 0))
	}
	for _, f := range v.Fields() {
		name := spaced(value.String(f.Name)) + ": "
		members = append(members, deeper+name+laidOut(f.Value, deeper, len(name)))
	}
	brackets := line[:1] + line[len(line)-1:]
	return brackets[:1] + "\n" + strings.Join(members, ",\n") + "\n" + indent + brackets[1:]
}

// spaced spells JSON in one line, with blanks behind commas and colons.
func spaced(v value.Value) string {
	var out strings.Builder
	quoted, escaped := false, false
	for _, c := range v.AppendJSON(nil) {
		out.WriteByte(c)
		switch {
		case escaped:
			escaped = false
		case quoted && c == '\\':
			escaped = true
		case c == '"':
			quoted = !quoted
		case !quoted && (c == ',' || c == ':'):
			out.WriteByte(' ')
		}
	}
	return out.String()
}
