package server //nolint:testpackage // what a request holds shows only inside

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A client that sends slowly holds what its request has: ten files must not be ten descriptors.
func TestTheLongFilesOfARequestAreInOne(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	s := &spool{}
	defer s.release()
	for _, letter := range []string{"a", "b", "c"} {
		content := strings.Repeat(letter, maxFileMemory+len(letter))
		kept, err := s.keep(letter, "a/b", strings.NewReader(content))
		if err != nil || kept.Size != int64(len(content)) {
			t.Fatal(err, kept)
		}
		// Also after the next one has been kept.
		defer func() {
			r, err := kept.Open()
			if err != nil {
				t.Fatal(err)
			}
			if got, err := io.ReadAll(r); err != nil || string(got) != content {
				t.Errorf("%s: %d bytes, %v", letter, len(got), err)
			}
		}()
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
