package sdl

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

// TestSpecifiedChecks compares what CheckConnectors reports for each document of the files under testdata/rules with the section
// "want". Each document stands alone; a line of "want" is `document:line:column severity CODE`, and `document ok` for one that
// nothing is wrong with.
func TestSpecifiedChecks(t *testing.T) {
	t.Parallel()
	for _, file := range rulesFiles(t) {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := checkDocuments(archive)
			if *update {
				setWant(archive, got)
				if err := os.WriteFile(file, txtar.Format(archive), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(wantOf(archive), got); diff != "" {
				t.Errorf("unexpected findings (-want +got):\n%s", diff)
			}
		})
	}
}

func TestEverySpecifiedCodeHasACase(t *testing.T) {
	t.Parallel()
	var all strings.Builder
	for _, file := range rulesFiles(t) {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all.WriteString(wantOf(archive))
	}
	reported := strings.Fields(all.String())
	for _, code := range specifiedCodes() {
		if !slices.Contains(reported, code) {
			t.Errorf("no case reports %s", code)
		}
	}
}

// TestValidDocumentsBuild builds what nothing is wrong with; the document that would give their external fields is not there.
func TestValidDocumentsBuild(t *testing.T) {
	t.Parallel()
	archive, err := txtar.ParseFile("testdata/rules/valid.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range archive.Files {
		if f.Name == "want" {
			continue
		}
		if _, diags := Build([]Input{{File: f.Name, Text: string(f.Data)}}, Options{Allow: []string{codeExternalMissing}}); diags.HasErrors() {
			t.Errorf("%s: %v", f.Name, diags)
		}
	}
}

func rulesFiles(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/rules/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("found %d files: %v", len(files), err)
	}
	return files
}

func checkDocuments(archive *txtar.Archive) string {
	var out strings.Builder
	for _, f := range archive.Files {
		if f.Name == "want" {
			continue
		}
		diags := CheckConnectors([]Input{{File: f.Name, Text: string(f.Data)}}, Options{})
		name := strings.TrimSuffix(f.Name, ".graphql")
		if len(diags) == 0 {
			fmt.Fprintf(&out, "%s ok\n", name)
		}
		for _, d := range diags {
			fmt.Fprintf(&out, "%s:%d:%d %s %s\n", name, d.Span.Line, d.Span.Column, d.Severity, d.Code)
		}
	}
	return out.String()
}
