package docs_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/config"
)

// TestMarkedDocumentsBuild builds each block that begins with "```graphql document".
func TestMarkedDocumentsBuild(t *testing.T) {
	t.Parallel()
	found := 0
	for _, p := range pages(t) {
		for _, b := range p.blocks() {
			if b.language != "graphql" || b.note != "document" {
				continue
			}
			found++
			t.Run(fmt.Sprintf("%s:%d", p.file, b.line), func(t *testing.T) {
				t.Parallel()
				buildWithoutProblems(t, sdl.Input{File: under("examples/shop/schema/example.graphql"), Text: b.text})
			})
		}
	}
	if found == 0 {
		t.Error("there are no documents")
	}
}

// TestToursBuild builds the tour of each page.
func TestToursBuild(t *testing.T) {
	t.Parallel()
	for _, p := range pages(t) {
		if tourOf(p) != "" {
			t.Run(p.file, func(t *testing.T) {
				t.Parallel()
				buildWithoutProblems(t, tour(p))
			})
		}
	}
}

// tourOf joins the parts of a page's tour.
func tourOf(p page) string {
	var tour strings.Builder
	for _, b := range p.blocks() {
		if b.language == "graphql" && b.note == "tour" {
			tour.WriteString(b.text)
		}
	}
	return tour.String()
}

func buildWithoutProblems(t *testing.T, document sdl.Input) {
	t.Helper()
	_, diags := server.Check(t.Context(), server.Definition{Documents: []sdl.Input{document}})
	if len(diags) == 0 {
		return
	}
	var report strings.Builder
	if err := diag.Render(&report, diags, map[string]string{document.File: document.Text}, false); err != nil {
		t.Fatal(err)
	}
	t.Errorf("unexpected diagnostics:\n%s", &report)
}

func TestConfigurationExamplesHaveNoProblems(t *testing.T) {
	t.Parallel()
	for _, p := range pages(t) {
		for _, b := range p.blocks() {
			if b.language != "yaml" || b.note != "" {
				continue
			}
			_, diags := config.Read(p.file, b.text, func(string) (string, bool) { return "", false })
			for _, d := range diags {
				t.Errorf("%s:%d: %s", p.file, b.line+d.Span.Line, d.Message)
			}
		}
	}
}

func TestConfigurationKeysExist(t *testing.T) {
	t.Parallel()
	checked := 0
	for _, heading := range []string{"## Listening", "## Sources", "## Limits", "## Errors"} {
		for _, row := range readPage(t, "docs/configuration.md").tables(heading) {
			checked++
			// The value is of the wrong kind for every key: a known key complains about it, an unknown one about the key.
			_, diags := config.Read("weft.yaml", nested(codeIn(row[0]), "[[]]"), func(string) (string, bool) { return "", false })
			for _, d := range diags {
				if strings.HasPrefix(d.Message, "unknown key") || strings.Contains(d.Message, "has no effect") {
					t.Errorf("%s: %s", codeIn(row[0]), d.Message)
				}
			}
			if len(diags) == 0 {
				t.Errorf("%s: not read", codeIn(row[0]))
			}
		}
	}
	if checked < 15 {
		t.Errorf("found %d keys", checked)
	}
}

// nested writes a value below a dotted path of keys as YAML.
func nested(path, leaf string) string {
	path = strings.NewReplacer("<document>.<source>", "a-b", "<name>", "a-b", "<document>", "a").Replace(path)
	var out strings.Builder
	for depth, key := range strings.Split(path, ".") {
		fmt.Fprintf(&out, "\n%s%q:", strings.Repeat(" ", depth), key)
	}
	return out.String() + " " + leaf + "\n"
}

// TestConfigurationKeysThatMoveAreRead looks for the keys that users of the public tools are told to keep.
func TestConfigurationKeysThatMoveAreRead(t *testing.T) {
	t.Parallel()
	checked := 0
	for _, row := range readPage(t, "docs/migrating.md").tables("## Configuration") {
		for _, key := range codeSpan.FindAllStringSubmatch(row[0], -1) {
			checked++
			_, diags := config.Read("weft.yaml", nested(key[1], "[]"), func(string) (string, bool) { return "", false })
			for _, d := range diags {
				if strings.HasPrefix(d.Message, "unknown key") || strings.Contains(d.Message, "has no effect") {
					t.Errorf("%s: %s", key[1], d.Message)
				}
			}
		}
	}
	if checked < 10 {
		t.Errorf("found %d keys", checked)
	}
}
