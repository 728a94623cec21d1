package docs_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/value"
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
				buildWithoutProblems(t, b.text)
			})
		}
	}
	if found == 0 {
		t.Error("there are no documents")
	}
}

// TestTourOfTheReadmeIsOneDocument builds the blocks that begin with "```graphql tour" as one document: each adds to those before.
func TestTourOfTheReadmeIsOneDocument(t *testing.T) {
	t.Parallel()
	buildWithoutProblems(t, tourOf(readPage(t, "README.md")))
}

func tourOf(p page) string {
	var tour strings.Builder
	for _, b := range p.blocks() {
		if b.language == "graphql" && b.note == "tour" {
			tour.WriteString(b.text)
		}
	}
	return tour.String()
}

func buildWithoutProblems(t *testing.T, text string) {
	t.Helper()
	_, diags := server.Check(t.Context(), server.Definition{Documents: []sdl.Input{{File: "example.graphql", Text: text}}})
	if len(diags) == 0 {
		return
	}
	var report strings.Builder
	if err := diag.Render(&report, diags, map[string]string{"example.graphql": text}, false); err != nil {
		t.Fatal(err)
	}
	t.Errorf("unexpected diagnostics:\n%s", &report)
}

// TestMappingsOfTheTourGiveWhatTheySay evaluates the lines of blocks that begin with "```mapping".
func TestMappingsOfTheTourGiveWhatTheySay(t *testing.T) {
	t.Parallel()
	checked := 0
	for _, b := range readPage(t, "docs/language.md").blocks() {
		if b.language != "mapping" {
			continue
		}
		var input value.Value
		for line := range strings.Lines(b.text) {
			if text, ok := strings.CutPrefix(line, "input "); ok {
				input = parseJSON(t, text)
			}
			text, want, ok := strings.Cut(line, "→")
			if !ok {
				continue
			}
			checked++
			m, err := mapping.Parse(strings.TrimSpace(text), mapping.V04)
			if err != nil {
				t.Errorf("%s: %v", text, err)
				continue
			}
			got := string(m.Eval(input, &mapping.Env{}).AppendJSON(nil))
			if diff := cmp.Diff(string(parseJSON(t, want).AppendJSON(nil)), got); diff != "" {
				t.Errorf("%s: unexpected value (-want +got):\n%s", strings.TrimSpace(text), diff)
			}
		}
	}
	if checked == 0 {
		t.Error("there are no mappings")
	}
}

func parseJSON(t *testing.T, text string) value.Value {
	t.Helper()
	v, err := value.Parse([]byte(strings.TrimSpace(text)))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

func TestConfigurationExamplesHaveNoProblems(t *testing.T) {
	t.Parallel()
	for _, p := range pages(t) {
		for _, b := range p.blocks() {
			if b.language != "yaml" {
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
			_, diags := config.Read("weft.yaml", nested(codeIn(row[0]), "[]"), func(string) (string, bool) { return "", false })
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
	path = strings.NewReplacer("<name>", "a-b", "<document>", "a").Replace(path)
	var out strings.Builder
	for depth, key := range strings.Split(path, ".") {
		fmt.Fprintf(&out, "\n%s%q:", strings.Repeat(" ", depth), key)
	}
	return out.String() + " " + leaf + "\n"
}
