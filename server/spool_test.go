package server //nolint:testpackage // what a request holds shows only inside

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/weftgraph/weft/graph/value"
)

// A client that sends slowly holds what its request has: ten files must not be ten descriptors.
func TestTheLongFilesOfARequestAreInOne(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	s := &spool{}
	defer s.release()
	letters := []string{"a", "b", "c"}
	kept := map[string]*value.File{}
	for _, letter := range letters {
		file, err := s.keep(letter, "a/b", strings.NewReader(strings.Repeat(letter, maxFileMemory+1)))
		if err != nil {
			t.Fatal(err)
		}
		kept[letter] = file
	}
	for _, letter := range letters {
		r, err := kept[letter].Open()
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r)
		if err != nil || string(got) != strings.Repeat(letter, maxFileMemory+1) || kept[letter].Size != int64(len(got)) {
			t.Errorf("%s: %d bytes, %v", letter, len(got), err)
		}
	}
	open, err := filepath.Glob("/proc/self/fd/*")
	if err != nil || len(open) == 0 {
		t.Skip("the descriptors are not to be seen here")
	}
	files := 0
	for _, link := range open {
		if name, err := os.Readlink(link); err == nil && strings.HasPrefix(name, os.Getenv("TMPDIR")) {
			files++
		}
	}
	if files != 1 {
		t.Errorf("%d files", files)
	}
}
