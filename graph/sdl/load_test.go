package sdl_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/graph/sdl"
)

// A folder may be what Kubernetes mounts for a ConfigMap, a link to the release that counts, or one in which somebody is editing.
func TestEachDocumentOfAFolderIsReadOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	version := filepath.Join(dir, "mounted", "..2026_11_30")
	if err := os.MkdirAll(version, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(version, "shop.graphql"), []byte("type Query { a: Int }"), 0o600); err != nil {
		t.Fatal(err)
	}
	for link, to := range map[string]string{
		"mounted/..data":        "..2026_11_30",
		"mounted/shop.graphql":  "..data/shop.graphql",
		"mounted/.#new.graphql": "somebody@host.1", // Emacs marks a file that is edited by a link to nowhere
		"current":               "mounted",
	} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	for _, folder := range []string{"mounted", "current", "current/", "mounted/..data"} {
		path := dir + "/" + folder
		inputs, diags := sdl.Load([]string{path})
		if len(diags) > 0 {
			t.Errorf("%s: %v", folder, diags)
		}
		want := []sdl.Input{{File: filepath.Join(path, "shop.graphql"), Text: "type Query { a: Int }"}}
		if diff := cmp.Diff(want, inputs); diff != "" {
			t.Errorf("%s (-want +got):\n%s", folder, diff)
		}
	}
}
