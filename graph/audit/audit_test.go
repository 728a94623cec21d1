package audit_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/weftgraph/weft/graph/audit"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/supply"
)

var update = flag.Bool("update", false, "rewrite the expectations of the corpus")

// TestCorpus audits the documents of each file under testdata and compares what is found with the section "want". The text above
// the first section says what the case is about. A section "<source>.yaml" is the OpenAPI contract of that source.
func TestCorpus(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) < 10 {
		t.Fatalf("found %d cases: %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := auditCase(t, archive)
			last := len(archive.Files) - 1
			if *update {
				if archive.Files[last].Name != "want" {
					archive.Files = append(archive.Files, txtar.File{Name: "want"})
					last++
				}
				archive.Files[last].Data = []byte(got)
				if err := os.WriteFile(file, txtar.Format(archive), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(string(archive.Files[last].Data), got); diff != "" {
				t.Errorf("unexpected findings (-want +got):\n%s", diff)
			}
		})
	}
}

func auditCase(t *testing.T, archive *txtar.Archive) string {
	t.Helper()
	dir := t.TempDir()
	var inputs []sdl.Input
	var contracts []audit.Contract
	for _, f := range archive.Files {
		switch source, isContract := strings.CutSuffix(f.Name, ".yaml"); {
		case isContract:
			file := filepath.Join(dir, f.Name)
			if err := os.WriteFile(file, f.Data, 0o600); err != nil {
				t.Fatal(err)
			}
			contracts = append(contracts, audit.Contract{Source: source, File: file})
		case f.Name != "want":
			inputs = append(inputs, sdl.Input{File: f.Name, Text: string(f.Data)})
		}
	}
	g, found := sdl.Build(inputs, sdl.Options{})
	if g == nil {
		t.Fatal(found)
	}
	found.Add(supply.NewIndex(g, 0).Check()...)
	found = audit.Complete(g, found, audit.Options{Contracts: contracts})
	var out strings.Builder
	for _, d := range found {
		out.WriteString(strings.ReplaceAll(d.Error(), dir+string(filepath.Separator), "") + "\n")
		for _, n := range d.Notes {
			out.WriteString("    " + n.Span.String() + ": " + n.Message + "\n")
		}
	}
	return out.String()
}

// FuzzComplete: whatever builds can be audited, mistakes that are allowed included.
func FuzzComplete(f *testing.F) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for _, document := range archive.Files {
			if filepath.Ext(document.Name) == ".graphql" {
				f.Add(string(document.Data))
			}
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		g, found := sdl.Build([]sdl.Input{{File: "a.graphql", Text: text}}, sdl.Options{})
		if g == nil {
			return
		}
		for _, d := range audit.Complete(g, found, audit.Options{}) {
			if d.Message == "" || d.Span.End > len(text) {
				t.Errorf("bad diagnostic: %+v", d)
			}
		}
	})
}
