package sdl

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/weftgraph/weft/graph/diag"
)

var update = flag.Bool("update", false, "rewrite the expectations of the corpus")

// TestCorpus builds the documents of each file under testdata and compares the diagnostics, or the graph, with the section
// "want". The text above the first section says what the case is about. Its lines "show: …" choose parts of the graph:
// types (the default), client, connectors; its lines "env: NAME=text" set environment variables, its lines "allow: CODE …"
// name allowed errors, its lines "executable: FILE …" the documents that Go code resolves.
func TestCorpus(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 60 {
		t.Fatalf("found %d cases", len(files))
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := runCase(t, archive)
			if *update {
				setWant(archive, got)
				if err := os.WriteFile(file, txtar.Format(archive), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(wantOf(archive), got); diff != "" {
				t.Errorf("unexpected result (-want +got):\n%s", diff)
			}
		})
	}
}

func runCase(t *testing.T, archive *txtar.Archive) string {
	t.Helper()
	var inputs []Input
	sources := map[string]string{}
	for _, f := range archive.Files {
		if f.Name != "want" {
			inputs = append(inputs, Input{File: f.Name, Text: string(f.Data)})
			sources[f.Name] = string(f.Data)
		}
	}
	var show, allow []string
	env := map[string]string{}
	for line := range strings.Lines(string(archive.Comment)) {
		line = strings.TrimSpace(line)
		if parts, ok := strings.CutPrefix(line, "show: "); ok {
			show = strings.Fields(parts)
		}
		if files, ok := strings.CutPrefix(line, "executable: "); ok {
			resolveInGo(inputs, strings.Fields(files))
		}
		if codes, ok := strings.CutPrefix(line, "allow: "); ok {
			allow = append(allow, strings.Fields(codes)...)
		}
		if setting, ok := strings.CutPrefix(line, "env: "); ok {
			name, text, _ := strings.Cut(setting, "=")
			env[name] = text
		}
	}
	g, diags := Build(inputs, Options{Allow: allow, Env: func(name string) (string, bool) {
		text, ok := env[name]
		return text, ok
	}})
	var out bytes.Buffer
	if err := diag.Render(&out, diags, sources, false); err != nil {
		t.Fatal(err)
	}
	if (g == nil) != diags.HasErrors() {
		t.Errorf("graph is nil: %t, although there are errors: %t", g == nil, diags.HasErrors())
	}
	if g != nil {
		if show == nil {
			show = []string{"types"}
		}
		dump(&out, g, show)
	}
	return out.String()
}

func wantOf(archive *txtar.Archive) string {
	for _, f := range archive.Files {
		if f.Name == "want" {
			return string(f.Data)
		}
	}
	return ""
}

func setWant(archive *txtar.Archive, got string) {
	for i := range archive.Files {
		if archive.Files[i].Name == "want" {
			archive.Files[i].Data = []byte(got)
			return
		}
	}
	archive.Files = append(archive.Files, txtar.File{Name: "want", Data: []byte(got)})
}

// resolveInGo makes documents those of executables.
func resolveInGo(inputs []Input, files []string) {
	for i := range inputs {
		if slices.Contains(files, inputs[i].File) {
			inputs[i].Executable = documentName(inputs[i].File)
		}
	}
}
