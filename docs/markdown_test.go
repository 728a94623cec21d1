// Package docs_test keeps the documentation true: what the pages claim is compared with the code.
package docs_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// root is the folder of the repository, seen from the folder that tests run in.
const root = ".."

// under returns the path of something below the root.
func under(path string) string { return filepath.Join(root, filepath.FromSlash(path)) }

// page is a Markdown file.
type page struct {
	// file is its path below the root.
	file string
	text string
}

func readPage(t *testing.T, file string) page {
	t.Helper()
	text, err := os.ReadFile(under(file))
	if err != nil {
		t.Fatal(err)
	}
	return page{file: file, text: string(text)}
}

// pages returns every Markdown file that people read: those of the root, of docs, and the READMEs beside the code.
func pages(t *testing.T) []page {
	t.Helper()
	var out []page
	for _, pattern := range []string{"*.md", "docs/*.md", "docs/*/*.md", "graph/*/README.md", "examples/*/README.md", "resolvers/testdata/*/README.md"} {
		files, err := filepath.Glob(under(pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			file, err := filepath.Rel(root, file)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, readPage(t, filepath.ToSlash(file)))
		}
	}
	return out
}

// block is a fenced block.
type block struct {
	// language and note are the words behind the fence, such as "graphql" and "document".
	language, note string
	text           string
	line           int
}

// blocks returns the fenced blocks of a page, in order.
func (p page) blocks() []block {
	var out []block
	var open *block
	for i, line := range strings.Split(p.text, "\n") {
		info, isFence := strings.CutPrefix(line, "```")
		switch {
		case isFence && open == nil:
			language, note, _ := strings.Cut(strings.TrimSpace(info), " ")
			open = &block{language: language, note: note, line: i + 1}
		case isFence:
			out = append(out, *open)
			open = nil
		case open != nil:
			open.text += line + "\n"
		}
	}
	return out
}

// prose returns the text of a page without its fenced blocks.
func (p page) prose() string {
	var out strings.Builder
	fenced := false
	for line := range strings.Lines(p.text) {
		if strings.HasPrefix(line, "```") {
			fenced = !fenced
			continue
		}
		if !fenced {
			out.WriteString(line)
		}
	}
	return out.String()
}

// tables returns the rows of all tables below a heading, up to the next heading of the same or a higher level, without their
// head and rule.
func (p page) tables(heading string) [][]string {
	level := strings.Index(heading, " ")
	var out [][]string
	inside, body := false, false
	for line := range strings.Lines(p.prose()) {
		line = strings.TrimSpace(line)
		switch {
		case line == heading:
			inside = true
		case strings.HasPrefix(line, "#") && strings.Index(line, " ") <= level:
			inside = false
		case !inside:
		case !strings.HasPrefix(line, "|"):
			body = false
		case strings.HasPrefix(line, "|--"):
			body = true
		case body:
			out = append(out, cellsOf(line))
		}
	}
	return out
}

func cellsOf(row string) []string {
	cells := strings.Split(strings.Trim(row, "|"), "|")
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	return cells
}

var codeSpan = regexp.MustCompile("`([^`]+)`")

// codeIn returns the first text in backquotes of a cell.
func codeIn(cell string) string {
	if found := codeSpan.FindStringSubmatch(cell); found != nil {
		return found[1]
	}
	return ""
}
