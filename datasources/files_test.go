package datasources

import (
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
)

func TestContractPathsAreRelativeToTheDocument(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "protos", "a.proto")
	if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	folder := Folder(filepath.Join(dir, "graph"))
	for _, path := range []string{"../protos/a.proto", "../protos/./a.proto", filepath.ToSlash(file)} {
		if got, err := folder.Read(path); err != nil || string(got) != "x" {
			t.Errorf("%s: got %q, %v", path, got, err)
		}
		if got := folder.Locate(path); got != file {
			t.Errorf("%s is located at %s, want %s", path, got, file)
		}
	}
	if _, err := folder.Read("nothing.proto"); err == nil {
		t.Error("a file that does not exist was read")
	}
}

func TestPathsOutOfAFileSystemDoNotExist(t *testing.T) {
	t.Parallel()
	files := FolderOf(fstest.MapFS{"schema/a.proto": {Data: []byte("x")}}, "schema")
	if got, err := files.Read("../schema/a.proto"); err != nil || string(got) != "x" {
		t.Errorf("got %q, %v", got, err)
	}
	for _, path := range []string{"../../a.proto", "/etc/hosts", "../a.proto"} {
		if _, err := files.Read(path); err == nil {
			t.Errorf("%s was read", path)
		}
	}
}
