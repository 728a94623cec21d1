package docs_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/weftgraph/weft"

// goPackage is what `go list` tells of a package.
type goPackage struct {
	ImportPath string   `json:"ImportPath"`
	GoFiles    []string `json:"GoFiles"`
	Imports    []string `json:"Imports"`
}

// folder is the package's path below the root.
func (p goPackage) folder() string { return folderOf(p.ImportPath) }

func folderOf(importPath string) string {
	return strings.TrimPrefix(strings.TrimPrefix(importPath, module), "/")
}

// packages lists the packages of the module that have more than tests.
func packages(t *testing.T) []goPackage {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,GoFiles,Imports", "./...")
	cmd.Dir = root
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	listed, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, &stderr)
	}
	var out []goPackage
	for d := json.NewDecoder(bytes.NewReader(listed)); ; {
		var p goPackage
		switch err := d.Decode(&p); {
		case errors.Is(err, io.EOF):
			return out
		case err != nil:
			t.Fatal(err)
		case len(p.GoFiles) > 0:
			out = append(out, p)
		}
	}
}

// house returns the folders of the table in docs/architecture.md, from the top downwards.
func house(t *testing.T) []string {
	t.Helper()
	var out []string
	for _, row := range readPage(t, "docs/architecture.md").tables("## The house") {
		folder := codeIn(row[0])
		if slices.Contains(out, folder) {
			t.Errorf("the table has %s twice", folder)
		}
		out = append(out, folder)
	}
	if len(out) == 0 {
		t.Fatal("the table was not found")
	}
	return out
}

func TestPackagesImportOnlyWhatStandsBelow(t *testing.T) {
	t.Parallel()
	folders := house(t)
	for _, p := range packages(t) {
		at := slices.Index(folders, p.folder())
		for _, imported := range p.Imports {
			if imported != module && !strings.HasPrefix(imported, module+"/") {
				continue
			}
			below := slices.Index(folders, folderOf(imported))
			if at >= 0 && below >= 0 && below <= at {
				t.Errorf("%s imports %s, which stands above it in docs/architecture.md", p.folder(), folderOf(imported))
			}
		}
	}
}

func TestHouseHasEveryPackageAndNoOther(t *testing.T) {
	t.Parallel()
	folders := house(t)
	listed := packages(t)
	for _, p := range listed {
		if !slices.Contains(folders, p.folder()) {
			t.Errorf("docs/architecture.md does not name %s", p.folder())
		}
	}
	for _, folder := range folders {
		if !slices.ContainsFunc(listed, func(p goPackage) bool { return p.folder() == folder }) {
			t.Errorf("docs/architecture.md names %s, which is no package", folder)
		}
	}
}

// TestArchitectureNamesExistingFiles looks at everything in backquotes that looks like a path.
func TestArchitectureNamesExistingFiles(t *testing.T) {
	t.Parallel()
	for _, p := range pages(t) {
		if !strings.HasPrefix(p.file, "docs/") {
			continue
		}
		for _, found := range codeSpan.FindAllStringSubmatch(p.prose(), -1) {
			path := found[1]
			if !looksLikePath(path) {
				continue
			}
			if matches, err := filepath.Glob(under(path)); err != nil || len(matches) == 0 {
				t.Errorf("%s: there is no %s", p.file, path)
			}
		}
	}
}

// looksLikePath tells paths below the root from other code: they begin with a folder of the root and have no blanks.
func looksLikePath(code string) bool {
	first, _, nested := strings.Cut(code, "/")
	return nested && !strings.ContainsAny(code, " {}()\"") &&
		slices.Contains([]string{"cmd", "datasources", "docs", "examples", "graph", "resolvers", "schema", "server"}, first)
}
